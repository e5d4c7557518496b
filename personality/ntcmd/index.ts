/**
 * ntcmd: the command prompt on the serial terminal.
 *
 * Its command line names the device of the terminal; without one it is \Device\Serial0. It ends
 * when `exit` is given; smss starts it again.
 */
import { openFile } from '../ntdll/files.ts';
import { nativeImage, type NtProcess } from '../ntdll/process.ts';
import { FILE_READ_DATA, FILE_WRITE_DATA, SYNCHRONIZE } from '../rtl/nt.ts';
import { lines, shown } from './screen.ts';
import { CommandPrompt, promptLoop } from './shell.ts';
import { SerialConsole } from './terminal.ts';
import { VERSION } from './version.ts';

const TERMINAL = '\\Device\\Serial0';

async function main(process: NtProcess): Promise<number> {
  const handle = await openFile(process, process.commandLine.trim() || TERMINAL, {
    access: FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE,
  });
  const screen = new SerialConsole(process, handle);
  await screen.open();
  await screen.draw(lines(shown(`${VERSION}.\nType 'help' for the commands.\n\n`)));
  const { parameters } = process.shared;
  await promptLoop(new CommandPrompt(process, screen, screen, parameters), screen);
  return 0;
}

export const image = nativeImage(main);
