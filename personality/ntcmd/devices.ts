/**
 * Names that are devices: NUL is the null driver, CON whoever sits at the terminal.
 *
 *   contents(shell, path)            what is read from a file, NUL or CON
 *   interruptible(shell, pieces)     the same pieces, until Ctrl-C
 *   writeDevice(shell, path, pieces) what is written to NUL or CON
 *   openInput(shell, typed)          what `<` reads from; undefined: what is typed
 *   inputOf(shell)                   what a command reads that was given no file
 *
 * CON is the shell's console, not the serial line itself: what comes from a disk is shown there as
 * text, and acts on nothing (screen.ts).
 */
import { openFile, pieces, withFile, writeAt } from '../ntdll/files.ts';
import { NtClose } from '../ntdll/native.ts';
import { FILE_NON_DIRECTORY_FILE, FILE_WRITE_DATA, SYNCHRONIZE } from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { CommandError } from './command-error.ts';
import type { Shell } from './context.ts';
import { nameErrors } from './errors.ts';
import { Input } from './input.ts';
import { type FullPath, ntPath, showPath } from './path.ts';

const END_OF_FILE = '\u001a';

export async function* contents(shell: Shell, path: FullPath): AsyncGenerator<Uint8Array> {
  if (path.device === 'CON') {
    yield* typed(shell);
    return;
  }
  const options = { options: FILE_NON_DIRECTORY_FILE };
  const handle = await openFile(shell.process, ntPath(path), options);
  try {
    yield* interruptible(shell, pieces(shell.process, handle));
  } finally {
    await NtClose(shell.process, { handle });
  }
}

/** What is wrong with the file is said before the command runs. */
export async function openInput(shell: Shell, typed: string): Promise<Input | undefined> {
  const path = shell.directories.resolveAny(typed);
  if (path.device === 'CON') return undefined;
  const name = ntPath(path);
  const options = { options: FILE_NON_DIRECTORY_FILE };
  const handle = await nameErrors(showPath(path), () => openFile(shell.process, name, options));
  return new Input(ofHandle(shell, handle), () => NtClose(shell.process, { handle }));
}

async function* ofHandle(shell: Shell, handle: number): AsyncGenerator<Uint8Array> {
  yield* interruptible(shell, pieces(shell.process, handle));
}

/** The shell's input: what is typed, where nothing else was said. */
export function inputOf(shell: Shell): AsyncIterable<Uint8Array> {
  return shell.input ? shell.input.pieces() : typed(shell);
}

/** Ctrl-C is looked for before each piece. */
export async function* interruptible(
  shell: Shell,
  data: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of data) {
    await shell.terminal?.check();
    yield piece;
  }
}

export async function writeDevice(
  shell: Shell,
  path: FullPath,
  data: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (path.device === 'CON') return shell.console.writeFile(data);
  const options = { access: FILE_WRITE_DATA | SYNCHRONIZE };
  await withFile(shell.process, ntPath(path), options, async (handle) => {
    for await (const piece of data) await writeAt(shell.process, handle, 0, piece);
  });
}

/** Lines, until one has a Ctrl-Z. */
async function* typed({ terminal }: Shell): AsyncGenerator<Uint8Array> {
  if (!terminal)
    throw new CommandError(Status.STATUS_INVALID_DEVICE_REQUEST, 'CON, where nobody can type');
  const encoder = new TextEncoder();
  for (;;) {
    const line = await terminal.ask('', true);
    const end = line.indexOf(END_OF_FILE);
    if (end < 0) yield encoder.encode(`${line}\r\n`);
    else {
      if (end > 0) yield encoder.encode(line.slice(0, end));
      return;
    }
  }
}
