/**
 * smss: the session manager, the first native process. The system's drivers are loaded.
 *
 * It gives devices the names of DOS that the registry has for them (\??\A:, \??\B:, \??\NUL), and
 * keeps a command prompt running: when the shell ends, it is started again. It may itself be a new
 * one in the place of one that died: then the names are there, and the shell that runs is waited
 * for like its own.
 *
 * A shell that fails too often ends smss with the shell's status; the Executive decides what then.
 */
import { check, systemInformation } from '../ntdll/files.ts';
import {
  NtClose,
  NtCreateProcess,
  NtCreateSymbolicLinkObject,
  NtDisplayString,
  NtOpenEvent,
  NtOpenProcess,
  NtQueryInformationProcess,
  NtSetEvent,
  NtWaitForSingleObject,
} from '../ntdll/native.ts';
import { valuesOf, withKey } from '../ntdll/registry.ts';
import { nativeImage, type NtProcess } from '../ntdll/process.ts';
import { SystemProcessInformation } from '../rtl/nt.ts';
import { EVENT_MODIFY_STATE } from '../rtl/objects.ts';
import { DOS_DEVICES_KEY, textOf } from '../rtl/registry.ts';
import { RestartLimit } from '../rtl/restarts.ts';
import { SESSION_EVENT, TIMEOUT_INFINITE } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { describeStatus, NT_SUCCESS, NtException } from '../rtl/status.ts';
import { decodeProcesses } from '../rtl/systeminformation.ts';

const SHELL = 'ntcmd.exe';

async function main(process: NtProcess): Promise<number> {
  const names = await fromRegistry(process, 'the names of devices', () =>
    withKey(process, DOS_DEVICES_KEY, (handle) => valuesOf(process, handle)),
  );
  for (const { name: dosName, data } of names ?? []) {
    const name = `\\??\\${dosName}`;
    const { status } = await NtCreateSymbolicLinkObject(process, { name, target: textOf(data) });
    if (status === Status.STATUS_OBJECT_NAME_COLLISION) continue;
    if (!NT_SUCCESS(status)) await say(process, `${name}: ${describeStatus(status)}`);
  }
  await announce(process);
  return keepShell(process);
}

/** Undefined, and said, where the registry does not have it. */
async function fromRegistry<T>(
  process: NtProcess,
  what: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NtException)) throw error;
    await say(process, `${what}: ${describeStatus(error.status)}`);
    return undefined;
  }
}

async function keepShell(process: NtProcess): Promise<number> {
  const failures = new RestartLimit();
  let shell = await runningShell(process);
  for (;;) {
    const status = await shellEnd(process, shell);
    shell = undefined;
    if (status === Status.STATUS_SHUTDOWN_IN_PROGRESS) return 0;
    if (status === 0) continue;
    await say(process, `the shell ended: ${describeStatus(status)}`);
    if (!failures.allows(process.thread.now())) return status;
  }
}

/** A handle to the terminal's shell, if an earlier session manager has left one. */
async function runningShell(process: NtProcess): Promise<number | undefined> {
  const all = decodeProcesses(await systemInformation(process, SystemProcessInformation));
  for (const { id } of all.filter(({ image }) => image === SHELL)) {
    const { status, handle } = await NtOpenProcess(process, { id });
    if (!NT_SUCCESS(status)) continue;
    const { commandLine } = check(await NtQueryInformationProcess(process, { handle }));
    if (commandLine === '') return handle;
    await NtClose(process, { handle });
  }
  return undefined;
}

/** Whoever waits for drivers and drives may go on. */
async function announce(process: NtProcess): Promise<void> {
  const { handle } = check(
    await NtOpenEvent(process, {
      name: SESSION_EVENT,
      access: EVENT_MODIFY_STATE,
      attributes: 0,
    }),
  );
  check(await NtSetEvent(process, { handle }));
  await NtClose(process, { handle });
}

/** Waits for the shell, or for a new one. Its exit status, or why it could not be started. */
async function shellEnd(process: NtProcess, running: number | undefined): Promise<number> {
  let handle = running;
  if (handle === undefined) {
    const started = await NtCreateProcess(process, { image: SHELL, commandLine: '' });
    if (!NT_SUCCESS(started.status)) return started.status;
    ({ handle } = started);
  }
  check(
    await NtWaitForSingleObject(process, {
      handle,
      alertable: false,
      timeout: TIMEOUT_INFINITE,
    }),
  );
  const { exitStatus } = check(await NtQueryInformationProcess(process, { handle }));
  await NtClose(process, { handle });
  return exitStatus;
}

async function say(process: NtProcess, text: string): Promise<void> {
  await NtDisplayString(process, { text: `smss: ${text}` });
}

export const image = nativeImage(main);
