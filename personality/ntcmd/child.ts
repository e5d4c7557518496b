/**
 * Programs that the shell starts, and the wait for their end.
 *
 *   imageOf(program)               the name of its image: `.exe` where it has no extension
 *   exitOf(shell, image, handle)   its exit status; the handle is closed. Ctrl-C ends the program
 *
 * The keys of the terminal stay the shell's: what is typed meanwhile is its next line. A shell in
 * the shell reads them itself, so nobody looks for Ctrl-C then.
 */
import { check } from '../ntdll/files.ts';
import {
  NtClose,
  NtQueryInformationProcess,
  NtTerminateProcess,
  NtWaitForSingleObject,
} from '../ntdll/native.ts';
import { TIMEOUT_INFINITE } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import type { Shell } from './context.ts';
import { Interrupted } from './interrupted.ts';

export const SHELL = 'ntcmd.exe';
/** Between two looks for Ctrl-C: 100 ms. */
const SLICE = -1_000_000;

export function imageOf(program: string): string {
  return /\.[^.]*$/.test(program) ? program : `${program}.exe`;
}

export async function exitOf(shell: Shell, image: string, handle: number): Promise<number> {
  const { process } = shell;
  try {
    await untilEnded(shell, image, handle);
    return check(await NtQueryInformationProcess(process, { handle })).exitStatus;
  } catch (error) {
    if (error instanceof Interrupted)
      await NtTerminateProcess(process, { handle, status: Status.STATUS_CONTROL_C_EXIT });
    throw error;
  } finally {
    await NtClose(process, { handle });
  }
}

async function untilEnded(
  { process, terminal }: Shell,
  image: string,
  handle: number,
): Promise<void> {
  const looks = terminal && image.toLowerCase() !== SHELL;
  const timeout = looks ? SLICE : TIMEOUT_INFINITE;
  const wait = { handle, alertable: false, timeout };
  while (check(await NtWaitForSingleObject(process, wait)).status === Status.STATUS_TIMEOUT)
    await terminal?.check();
}
