/**
 * User APCs in the process that they are for.
 *
 *   apcRoutine(process, routine)    the number under which others may queue the function
 *   deliverApcs(process)            runs what has come for this thread, until nothing more has
 *   NtTestAlert(process)            delivers; STATUS_ALERTED: the thread was alerted instead
 *   alertable(name)                 a service that may answer STATUS_USER_APC: the APCs have run
 *                                   then
 *
 * The Executive keeps APCs with their thread; this side fetches as many as fit into an answer and
 * runs them in order, each to its end. A routine that waits alertably itself lets those behind it
 * run first, as in NT.
 */
import type { ServiceInput, ServiceOutput } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { callService } from './call.ts';
import type { ApcRoutine, NtProcess } from './types.ts';

type AlertableService =
  | 'NtWaitForSingleObject'
  | 'NtWaitForMultipleObjects'
  | 'NtSignalAndWaitForSingleObject'
  | 'NtDelayExecution'
  | 'NtRemoveIoCompletionEx'
  | 'NtWaitForKeyedEvent'
  | 'NtReleaseKeyedEvent';

/** Of a record in NtTestAlert's answer. */
const WORDS = 4;

/** The same function has one number. 0 is no routine. */
export function apcRoutine({ shared }: NtProcess, routine: ApcRoutine): number {
  const known = shared.routines.indexOf(routine);
  return known >= 0 ? known + 1 : shared.routines.push(routine);
}

/** Fetches once; the answer's status. */
async function fetchApcs(process: NtProcess): Promise<number> {
  const { status, apcs } = await callService(process, 'NtTestAlert', {});
  const words = new DataView(apcs.buffer, apcs.byteOffset, apcs.byteLength);
  for (let at = 0; at + WORDS * 4 <= apcs.length; at += WORDS * 4) {
    const word = (index: number): number => words.getUint32(at + index * 4, true);
    process.apcs.push({
      routine: word(0),
      context: word(1),
      argument1: word(2),
      argument2: word(3),
    });
  }
  return status;
}

async function runFetched(process: NtProcess): Promise<void> {
  for (;;) {
    const apc = process.apcs.shift();
    if (!apc) return;
    const routine = process.shared.routines[apc.routine - 1];
    await routine?.(process, apc);
  }
}

export async function deliverApcs(process: NtProcess): Promise<void> {
  do await runFetched(process);
  while ((await fetchApcs(process)) === Status.STATUS_SUCCESS && process.apcs.length > 0);
}

export async function NtTestAlert(process: NtProcess): Promise<{ status: number }> {
  const status = await fetchApcs(process);
  if (process.apcs.length > 0) await deliverApcs(process);
  return { status };
}

export function alertable<N extends AlertableService>(name: N) {
  return async (process: NtProcess, input: ServiceInput<N>): Promise<ServiceOutput<N>> => {
    // Those that an earlier fetch has brought come first.
    if (input.alertable && process.apcs.length > 0) {
      await deliverApcs(process);
      return { status: Status.STATUS_USER_APC } as ServiceOutput<N>;
    }
    const answer = await callService(process, name, input);
    if (answer.status === Status.STATUS_USER_APC) await deliverApcs(process);
    return answer;
  };
}
