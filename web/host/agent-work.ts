/**
 * What the agent does for each request: a sequence of Nt* calls. A part of its program
 * (personality/rtl/parts.ts): it comes with the first request.
 *
 *   serve(process, queue, item, rung)   that request of the queue, in its turn (agent-threads.ts)
 */
import {
  check,
  listDirectory,
  querySystem,
  readAll,
  systemInformation,
  writeAll,
} from '../../personality/ntdll/files.ts';
import { NtSetSystemInformation, NtShutdownSystem } from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { salvagePiece } from '../../personality/ntdll/salvage.ts';
import { ejectRamDisk, insertRamDisk, readRamDisk } from '../../personality/ntdll/ramdisk.ts';
import { dismount, flush } from '../../personality/ntcmd/commands/volumes.ts';
import { BufferConsole } from '../../personality/ntcmd/console.ts';
import { Directories, fullName as dosName } from '../../personality/ntcmd/path.ts';
import { runProgram } from '../../personality/ntcmd/program.ts';
import type { Shell } from '../../personality/ntcmd/context.ts';
import { CommandPrompt } from '../../personality/ntcmd/shell.ts';
import {
  FILE_ATTRIBUTE_DIRECTORY,
  SystemCounterInformation,
  SystemKernelInformation,
  SystemSnapshotInformation,
  SystemTraceInformation,
  SystemVolumeInformation,
} from '../../personality/rtl/nt.ts';
import { unpackKernelAnswer } from '../../personality/rtl/kernelanswer.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { RtlTimeToTimeFields } from '../../personality/rtl/time.ts';
import { marked } from '../../personality/rtl/watch.ts';
import { unpackRecord, type WatchAnswer } from '../../personality/rtl/watchanswer.ts';
import {
  type AgentAnswer,
  type AgentRequest,
  cleanRequest,
  type ExecResult,
  type FileEntry,
} from './agent-protocol.ts';
import { control } from './agent-control.ts';
import { fullName, performOnFiles, shellOf } from './agent-files.ts';
import { type Agent, serve as serveInTurn } from './agent-threads.ts';
import type { HostQueue } from './host-queue.ts';

export function serve(process: NtProcess, queue: HostQueue, rung: Agent['rung']): Promise<void> {
  return serveInTurn(process, queue, { answer, rung });
}

async function answer(process: NtProcess, request: unknown): Promise<AgentAnswer> {
  try {
    return { result: await perform(process, cleanRequest(request)) };
  } catch (error) {
    return { error: failure(error) };
  }
}

/** A fault of the agent's own code has no NTSTATUS; the one who asked hears of it all the same. */
function failure(error: unknown): { status: number; message: string } {
  if (error instanceof NtException) return { status: error.status, message: error.message };
  const status =
    error instanceof TypeError ? Status.STATUS_INVALID_PARAMETER : Status.STATUS_UNSUCCESSFUL;
  const words = error instanceof Error ? error.message : 'The request failed.';
  return { status, message: `${words} (${statusName(status)})` };
}

function perform(process: NtProcess, request: AgentRequest): Promise<unknown> {
  switch (request.op) {
    case 'exec':
      return exec(process, request.line);
    case 'readFile':
      return readAll(process, fullName(request.path));
    case 'writeFile':
      return writeAll(process, fullName(request.path), request.data);
    case 'list':
      return list(process, request.path);
    case 'salvage':
      return salvagePiece(process, fullName(request.path), request);
    case 'areas':
      return answerOf(process, 'areas', request.drive);
    case 'deleted': {
      const path = dosName(new Directories().resolve(request.path));
      return answerOf(process, 'deleted', path, ...(request.below ? ['/below'] : []));
    }
    case 'readDeleted':
      return answerOf(process, 'read-deleted', request.drive, request.id);
    case 'writePart':
    case 'rename':
    case 'copyFile':
    case 'remove':
    case 'createFolder':
    case 'setAttributes':
    case 'volumes':
    case 'volume':
      return performOnFiles(process, request);
    case 'flush':
      return whereMounted(process, request.drive, flush);
    case 'dismount':
      return whereMounted(process, request.drive, dismount);
    case 'insertImage':
      return insertRamDisk(process, request.image, request.writeProtected);
    case 'ejectImage':
      return ejectRamDisk(process);
    case 'readImage':
      return readRamDisk(process);
    case 'counters':
      return querySystem(process, SystemCounterInformation);
    case 'snapshot':
      return request.kernel
        ? kernelSnapshot(process)
        : querySystem(process, SystemSnapshotInformation);
    case 'control':
      return control(process, request);
    case 'trace':
      return trace(process, request.action);
    case 'shutdown':
      return shutdown(process);
  }
}

/** What a program for disks gives, all of it; or its status is raised. */
async function answerOf(process: NtProcess, ...words: string[]): Promise<Uint8Array> {
  const parts: number[] = [];
  const shell = new CommandPrompt(process, new BufferConsole());
  const take = (piece: Uint8Array): void => void parts.push(...piece);
  check({ status: await runProgram(shell, 'fstools.exe', words, take) });
  return Uint8Array.from(parts);
}

/** A shell of its own: no echo, no prompt, its own current directories. */
async function exec(process: NtProcess, line: string): Promise<ExecResult> {
  const console = new BufferConsole();
  const status = await new CommandPrompt(process, console).run(line);
  return { status, output: new TextDecoder().decode(console.bytes()) };
}

async function list(process: NtProcess, path: string): Promise<FileEntry[]> {
  const entries = await listDirectory(process, fullName(path));
  return entries
    .filter(({ name }) => name !== '.' && name !== '..')
    .map((entry) => ({
      name: entry.name,
      size: entry.endOfFile,
      directory: (entry.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0,
      attributes: entry.attributes,
      shortName: entry.shortName,
      modified: localDate(entry.written),
    }));
}

/** The disk's clock reading, as this browser's local time. */
function localDate(time: number): Date {
  const { year, month, day, hour, minute, second, milliseconds } = RtlTimeToTimeFields(time);
  return new Date(year, month - 1, day, hour, minute, second, milliseconds);
}

async function whereMounted(
  process: NtProcess,
  drive: string,
  act: (shell: Shell, drive: string) => Promise<void>,
): Promise<void> {
  const volumes = (await querySystem(process, SystemVolumeInformation)) as {
    letter?: string;
    mounted: boolean;
  }[];
  if (!volumes.some((volume) => volume.letter === drive && volume.mounted)) return;
  await act(shellOf(process), drive);
}

async function kernelSnapshot(process: NtProcess): Promise<unknown> {
  const answer = await systemInformation(process, SystemKernelInformation);
  const { json, pieces } = unpackKernelAnswer(answer);
  return { ...(JSON.parse(json) as object), kernel: pieces };
}

const TRACE = { start: 1, ports: 3, stop: 0 };

async function trace(process: NtProcess, action: keyof typeof TRACE | 'read'): Promise<unknown> {
  if (action === 'read') {
    const answer = (await querySystem(process, SystemTraceInformation)) as WatchAnswer;
    return { ...answer, records: answer.records.map((numbers) => marked(unpackRecord(numbers))) };
  }
  const value = TRACE[action];
  check(await NtSetSystemInformation(process, { class: SystemTraceInformation, value }));
  return undefined;
}

async function shutdown(process: NtProcess): Promise<void> {
  const { status } = await NtShutdownSystem(process, { action: 0 });
  if (!NT_SUCCESS(status)) throw new NtException(status);
}
