/** The system calls that are left (personality/sel4/syscalls.ts): to signal, and to wait for it. */
import type { Awaitable, CPtr, MessageInfo, Thread } from '../../../../personality/sel4/types.ts';
import type { LinkedThread } from './kernel.ts';

export function seL4_Signal(thread: Thread, slot: CPtr): Awaitable<MessageInfo> {
  const { system, objects } = thread as LinkedThread;
  system.signal(objects.get(slot));
  return 0;
}

/** Without blocking a send is a signal. */
export const seL4_NBSend = seL4_Signal;

export function seL4_Wait(thread: Thread, slot: CPtr): Awaitable<MessageInfo> {
  return (thread as LinkedThread).wait(slot);
}

export async function seL4_Yield(): Promise<MessageInfo> {
  return 0;
}

function none(): never {
  throw new Error('linked: there is no kernel to call');
}

export const seL4_Call = none;
export const seL4_Send = none;
export const seL4_Recv = none;
export const seL4_NBRecv = none;
export const seL4_Poll = none;
export const seL4_Reply = none;
export const seL4_ReplyRecv = none;
