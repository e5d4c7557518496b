/**
 * smss: the session manager, the first native process.
 *
 * It loads the drivers, names the drives (\??\A: and \??\B:), and keeps a command prompt running:
 * when the shell ends, it is started again.
 */
import { check } from '../ntdll/files.ts';
import {
  NtClose,
  NtCreateProcess,
  NtCreateSymbolicLinkObject,
  NtDisplayString,
  NtLoadDriver,
  NtOpenEvent,
  NtQueryInformationProcess,
  NtSetEvent,
  NtWaitForSingleObject,
} from '../ntdll/native.ts';
import { nativeImage, type NtProcess } from '../ntdll/process.ts';
import { SESSION_EVENT, TIMEOUT_INFINITE } from '../rtl/services.ts';
import { NT_SUCCESS, Status, statusText } from '../rtl/status.ts';

const DRIVERS = ['serial', 'fdc', 'fatfs'];
const DRIVES: readonly (readonly [string, string])[] = [
  ['\\??\\A:', '\\Device\\Floppy0'],
  ['\\??\\B:', '\\Device\\Floppy1'],
];
/** A shell that fails at once, again and again, is not started for ever. */
const MAXIMUM_FAILURES = 5;

async function main(process: NtProcess): Promise<number> {
  for (const name of DRIVERS) {
    const { status } = await NtLoadDriver(process, { name });
    if (!NT_SUCCESS(status)) await say(process, `driver ${name}: ${statusText(status)}`);
  }
  for (const [name, target] of DRIVES) {
    const { status } = await NtCreateSymbolicLinkObject(process, { name, target });
    if (!NT_SUCCESS(status)) await say(process, `${name}: ${statusText(status)}`);
  }
  await announce(process);
  for (let failures = 0; failures < MAXIMUM_FAILURES;) {
    const status = await runShell(process);
    if (status === Status.STATUS_SHUTDOWN_IN_PROGRESS) return 0;
    failures = status === 0 ? 0 : failures + 1;
    if (status !== 0) await say(process, `the shell ended: ${statusText(status)}`);
  }
  return 0;
}

/** Whoever waits for drivers and drives may go on. */
async function announce(process: NtProcess): Promise<void> {
  const { handle } = check(await NtOpenEvent(process, { name: SESSION_EVENT }));
  check(await NtSetEvent(process, { handle }));
  await NtClose(process, { handle });
}

/** Its exit status, or why it could not be started. */
async function runShell(process: NtProcess): Promise<number> {
  const started = await NtCreateProcess(process, { image: 'ntcmd.exe', commandLine: '' });
  if (!NT_SUCCESS(started.status)) return started.status;
  const { handle } = started;
  check(await NtWaitForSingleObject(process, { handle, timeout: TIMEOUT_INFINITE }));
  const { exitStatus } = check(await NtQueryInformationProcess(process, { handle }));
  await NtClose(process, { handle });
  return exitStatus;
}

async function say(process: NtProcess, text: string): Promise<void> {
  await NtDisplayString(process, { text: `smss: ${text}` });
}

export const image = nativeImage(main);
