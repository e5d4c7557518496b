/**
 * Queues of blocked threads, in order of arrival, linked through TCB_EP_NEXT and TCB_EP_PREV.
 *
 * A thread is in at most one such queue. `head` and `tail` are the addresses of the two words.
 */
import { TCB_EP_NEXT, TCB_EP_PREV } from '../layout.ts';

export function queueAppend(head: u32, tail: u32, thread: u32): void {
  const last = load<u32>(tail);
  store<u32>(thread + TCB_EP_PREV, last);
  store<u32>(thread + TCB_EP_NEXT, 0);
  if (last) store<u32>(last + TCB_EP_NEXT, thread);
  else store<u32>(head, thread);
  store<u32>(tail, thread);
}

export function queueRemove(head: u32, tail: u32, thread: u32): void {
  const prev = load<u32>(thread + TCB_EP_PREV);
  const next = load<u32>(thread + TCB_EP_NEXT);
  if (prev) store<u32>(prev + TCB_EP_NEXT, next);
  else store<u32>(head, next);
  if (next) store<u32>(next + TCB_EP_PREV, prev);
  else store<u32>(tail, prev);
  store<u32>(thread + TCB_EP_NEXT, 0);
  store<u32>(thread + TCB_EP_PREV, 0);
}
