/**
 * Taking a blocked thread out of whatever it waits for, as if it had never asked.
 *
 * A thread that waits for a reply loses it: the capability to answer it is deleted wherever it
 * is.
 *
 * Source: seL4 reference manual, sections 4.2.4 and 6.1.
 */
import { leaveEndpoint } from './endpoint.ts';
import { leaveNotification } from './notification.ts';
import { deleteReplyCap } from './reply.ts';
import type { Kernel, Tcb } from './state.ts';

export function cancelIPC(k: Kernel, thread: Tcb): void {
  const on = thread.blockedOn;
  if (thread.state === 'reply') {
    thread.fault = null;
    deleteReplyCap(k, thread);
  } else if (thread.state === 'send' || thread.state === 'receive') {
    if (on?.kind === 'endpoint') leaveEndpoint(k, thread, on);
  } else if (thread.state === 'wait') {
    if (on?.kind === 'notification') leaveNotification(k, thread, on);
  }
}
