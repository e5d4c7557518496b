/** Arguments of services as most tests want them, and what nearly all of them do. */
import { callService } from '../../personality/ntdll/call.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';

/** For NtCreateEvent: a nameless notification event that is not set, with all rights. */
export const anEvent = {
  name: '',
  access: EVENT_ALL_ACCESS,
  attributes: 0,
  type: 0,
  initial: false,
};

/** Waits for a process or thread to end: five seconds. */
export function untilEnded(process: NtProcess, handle: number): Awaitable<{ status: number }> {
  const input = { handle, alertable: false, timeout: -50_000_000 };
  return callService(process, 'NtWaitForSingleObject', input);
}
