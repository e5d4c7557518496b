/**
 * fstools.exe: the programs that look after FAT disks: chkdsk, format, undelete, recover, defrag;
 * and those that answer who shows a disk (answers.ts).
 *
 * The shell starts it for the command that somebody typed (ntcmd/commands/disktools.ts); its
 * command line is a JSON list: the program, then its words as the shell has read them. It reaches a
 * disk as any program does, by Nt* calls (device.ts). What it knows of FAT is in the folders fat,
 * check, make, undelete and defrag, which do no I/O but through an interface of sectors.
 */
import { nativeImage, type NtProcess } from '../ntdll/process.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { statusText } from '../rtl/statustext.ts';
import { areas, deleted, readDeletedFile } from './answers.ts';
import { chkdsk } from './chkdsk.ts';
import { connect, type ShellConsole } from './console.ts';
import { defrag } from './defrag.ts';
import { format } from './format.ts';
import type { Program, Words } from './program.ts';
import { recover } from './recover.ts';
import { undelete } from './undelete.ts';

const programs: Readonly<Record<string, Program>> = {
  areas,
  chkdsk,
  defrag,
  deleted,
  format,
  'read-deleted': readDeletedFile,
  recover,
  undelete,
};

async function main(process: NtProcess): Promise<number> {
  const words = readWords(process.commandLine);
  const program = words && Object.hasOwn(programs, words.program) && programs[words.program];
  if (!words || !program) return Status.STATUS_INVALID_PARAMETER;
  const console = await connect(process);
  try {
    return await program({ process, console, words });
  } catch (error) {
    if (!(error instanceof NtException)) throw error;
    if (error.status !== Status.STATUS_CONTROL_C_EXIT) await explain(console, words, error);
    return error.status;
  }
}

async function explain(console: ShellConsole, words: Words, error: NtException): Promise<void> {
  const about = (words.names[0] ?? words.program).replace(/:?$/, ':');
  await console.complain(`${about} ${statusText(error.status)}`);
}

function readWords(commandLine: string): Words | undefined {
  try {
    const all = JSON.parse(commandLine) as unknown;
    if (!Array.isArray(all) || !all.every((word) => typeof word === 'string')) return undefined;
    const [program, ...rest] = all;
    if (program === undefined) return undefined;
    const isSwitch = (word: string) => word.startsWith('/');
    const switches = new Map(
      rest.filter(isSwitch).map((word) => {
        const [name = '', ...value] = word.slice(1).split(':');
        return [name, value.join(':')];
      }),
    );
    return { program, switches, names: rest.filter((word) => !isSwitch(word)) };
  } catch {
    return undefined;
  }
}

export const image = nativeImage(main);
