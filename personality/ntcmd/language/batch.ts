/**
 * Batch files: read line by line from the disk, and run as if they were typed.
 *
 *   findBatch(shell, name)                     its path; undefined: there is none
 *   runBatch(shell, given, runLine)            from its first line to its last
 *   runRoutine(shell, given, runLine)          `call :label`
 *
 * Nothing is kept of a file but the place of its next line, and no handle is open between two
 * lines: a disk can be taken out, and what was written into the file meanwhile is run.
 *
 * At the terminal Ctrl-C asks whether the batch file is to end; if not, its next line is run.
 */
import { attributesOf } from '../../ntdll/files.ts';
import { FILE_ATTRIBUTE_DIRECTORY } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NtException } from '../../rtl/status.ts';
import { yesOrNo } from '../ask.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { nameErrors } from '../errors.ts';
import { Interrupted } from '../interrupted.ts';
import { type FullPath, ntPath, showPath } from '../path.ts';
import { unquoted } from '../words.ts';
import { type FileLine, linesFrom } from './batch-lines.ts';
import type { Frame } from './session.ts';
import { ExitBatch, ExitShell, Goto, Replace } from './signals.ts';
import type { MoreLines } from './source.ts';

/** Batch files and routines that wait for another one. */
const DEEPEST = 64;
const EXTENSIONS = ['.bat', '.cmd'];

export interface GivenTo {
  readonly words: readonly string[];
  readonly all: string;
}

/** Undefined: there was nothing to run. */
type RunLine = (line: string, more: MoreLines) => Promise<number | undefined>;

export function isBatchName(name: string): boolean {
  return EXTENSIONS.some((extension) => unquoted(name).toLowerCase().endsWith(extension));
}

export async function findBatch(shell: Shell, name: string): Promise<FullPath | undefined> {
  const bare = unquoted(name);
  if (bare === '' || /[*?]/.test(bare)) return undefined;
  for (const extension of isBatchName(bare) ? [''] : EXTENSIONS) {
    const path = await fileOf(shell, bare + extension);
    if (path) return path;
  }
  return undefined;
}

async function fileOf(shell: Shell, typed: string): Promise<FullPath | undefined> {
  try {
    const path = shell.directories.resolve(typed);
    const attributes = await attributesOf(shell.process, ntPath(path));
    return attributes & FILE_ATTRIBUTE_DIRECTORY ? undefined : path;
  } catch (error) {
    if (error instanceof NtException) return undefined;
    throw error;
  }
}

export function runBatch(
  shell: Shell,
  { file, words, all }: GivenTo & { file: FullPath },
  runLine: RunLine,
): Promise<number> {
  return run(shell, { file, offset: 0, words, all }, runLine);
}

export async function runRoutine(
  shell: Shell,
  { words, all }: GivenTo,
  runLine: RunLine,
): Promise<number> {
  const { frame } = shell.session;
  if (!frame)
    throw new CommandError(Status.STATUS_INVALID_PARAMETER, 'A label outside of a batch file');
  const label = words[0]!.slice(1);
  if (isEnd(label)) return Status.STATUS_SUCCESS;
  const offset = await findLabel(shell, frame, label);
  return run(shell, { file: frame.file, offset, words, all }, runLine);
}

async function run(
  shell: Shell,
  start: Pick<Frame, 'file' | 'offset' | 'words' | 'all'>,
  runLine: RunLine,
): Promise<number> {
  const { session } = shell;
  const outer = session.frame;
  const depth = (outer?.depth ?? 0) + 1;
  if (depth > DEEPEST)
    throw new CommandError(
      Status.STATUS_INSUFFICIENT_RESOURCES,
      `${showPath(start.file)}, in more than ${DEEPEST} others`,
    );
  const frame: Frame = { ...start, outer, depth, locals: [] };
  const { echo } = session;
  session.frame = frame;
  try {
    return await runFrame(shell, frame, runLine);
  } finally {
    for (const undo of frame.locals.reverse()) undo();
    session.frame = outer;
    if (!outer) session.echo = echo;
  }
}

async function runFrame(shell: Shell, frame: Frame, runLine: RunLine): Promise<number> {
  let status: number = Status.STATUS_SUCCESS;
  for (;;) {
    try {
      await shell.step();
      const line = await nextLine(shell, frame);
      if (line === undefined) return status;
      status = (await runLine(line, () => nextLine(shell, frame))) ?? status;
    } catch (error) {
      const end = await leave(shell, frame, error);
      if (end !== undefined) return end;
    }
  }
}

/** What has left a line: the status with which the batch file ends; undefined: it goes on. */
async function leave(shell: Shell, frame: Frame, error: unknown): Promise<number | undefined> {
  if (error instanceof Goto) {
    return isEnd(error.label) ? Status.STATUS_SUCCESS : follow(shell, frame, error);
  }
  if (error instanceof ExitBatch && !(error instanceof ExitShell)) return error.status;
  if (error instanceof Replace) {
    Object.assign(frame, { file: error.file, words: error.words, all: error.all, offset: 0 });
    return undefined;
  }
  if (!(error instanceof Interrupted) || error.answered || !shell.terminal) throw error;
  if (!error.shown) await shell.terminal.interrupted();
  if (await endsJob(shell)) throw new Interrupted({ answered: true });
  return undefined;
}

/** Ctrl-C is taken on the way to a label too. */
async function follow(shell: Shell, frame: Frame, { label }: Goto): Promise<number | undefined> {
  try {
    frame.offset = await findLabel(shell, frame, label);
    return undefined;
  } catch (error) {
    return leave(shell, frame, error);
  }
}

/** A second Ctrl-C is a yes. */
async function endsJob(shell: Shell): Promise<boolean> {
  try {
    return await yesOrNo(shell.terminal!, 'Terminate batch job (Y/N)? ');
  } catch (error) {
    if (error instanceof Interrupted) return true;
    throw error;
  }
}

async function nextLine(shell: Shell, frame: Frame): Promise<string | undefined> {
  const lines = linesFrom(shell, frame.file, frame.offset);
  try {
    const next = await nameErrors(showPath(frame.file), () => lines.next());
    if (next.done) return undefined;
    frame.offset = next.value.end;
    return next.value.text;
  } finally {
    await lines.return(undefined);
  }
}

function isEnd(label: string): boolean {
  return /^:?eof$/i.test(label);
}

/** Where the line behind it begins: the next such label, or else the first one of the file. */
async function findLabel(shell: Shell, frame: Frame, label: string): Promise<number> {
  const wanted = label.toLowerCase();
  const isIt = ({ text }: FileLine): boolean =>
    /^[\s,;=]*:\s*([^\s:+,;=&|<>]+)/.exec(text)?.[1]?.toLowerCase() === wanted;
  for (const from of [frame.offset, 0]) {
    for await (const line of linesFrom(shell, frame.file, from)) {
      await shell.terminal?.check();
      if (isIt(line)) return line.end;
    }
  }
  throw new CommandError(
    Status.STATUS_OBJECT_NAME_NOT_FOUND,
    `The label ${label} of ${showPath(frame.file)}`,
  );
}
