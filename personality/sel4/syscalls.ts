/**
 * The system calls, by libsel4's names, thread first.
 *
 * A result is the value itself where the kernel let the caller go on, and a promise where another
 * thread runs first: `const info = seL4_Call(...)` may be awaited always, and hot paths look before
 * they await. The badge of what was received is `thread.badge` once the result is there; for
 * seL4_NBRecv and seL4_Poll, badge 0 says that nothing was.
 *
 * seL4's master API: system calls never return error codes; a capability address that does not
 * resolve is a CapFault message to the thread's fault handler. Manual: chapters 2 and 4.
 */
import {
  SysCall,
  SysNBRecv,
  SysNBSend,
  SysRecv,
  SysReply,
  SysReplyRecv,
  SysSend,
  SysYield,
} from '../../kernel-as/abi.ts';
import type { Awaitable, CPtr, MessageInfo, Thread } from './types.ts';

/** Sends and waits for the reply: its message info. On a kernel object: invokes it. */
export function seL4_Call(thread: Thread, dest: CPtr, info: MessageInfo): Awaitable<MessageInfo> {
  return thread.enter(SysCall, dest, info);
}

/** Sends; waits until somebody receives. */
export function seL4_Send(thread: Thread, dest: CPtr, info: MessageInfo): Awaitable<MessageInfo> {
  return thread.enter(SysSend, dest, info);
}

/** Sends if somebody waits to receive, else drops the message. */
export function seL4_NBSend(thread: Thread, dest: CPtr, info: MessageInfo): Awaitable<MessageInfo> {
  return thread.enter(SysNBSend, dest, info);
}

/** Receives from an endpoint or a notification; a pending bound notification comes first. */
export function seL4_Recv(thread: Thread, src: CPtr): Awaitable<MessageInfo> {
  return thread.enter(SysRecv, src, 0);
}

/** Receives if something is there: badge 0 and an unchanged message if not. */
export function seL4_NBRecv(thread: Thread, src: CPtr): Awaitable<MessageInfo> {
  return thread.enter(SysNBRecv, src, 0);
}

/** Replies to the last caller, then receives, in one kernel entry. */
export function seL4_ReplyRecv(
  thread: Thread,
  src: CPtr,
  info: MessageInfo,
): Awaitable<MessageInfo> {
  return thread.enter(SysReplyRecv, src, info);
}

/** Replies to the last caller; nothing happens where there is none. */
export function seL4_Reply(thread: Thread, info: MessageInfo): Awaitable<MessageInfo> {
  return thread.enter(SysReply, 0, info);
}

/** To the end of the queue of the thread's priority. */
export function seL4_Yield(thread: Thread): Awaitable<MessageInfo> {
  return thread.enter(SysYield, 0, 0);
}

/** Ors the capability's badge into the notification, or wakes one waiter with it. */
export function seL4_Signal(thread: Thread, dest: CPtr): Awaitable<MessageInfo> {
  return thread.enter(SysSend, dest, 0);
}

/** Waits for a notification: its badges are `thread.badge`. */
export function seL4_Wait(thread: Thread, src: CPtr): Awaitable<MessageInfo> {
  return thread.enter(SysRecv, src, 0);
}

/** Takes a notification's badges if there are any: `thread.badge`, 0 for none. */
export function seL4_Poll(thread: Thread, src: CPtr): Awaitable<MessageInfo> {
  return thread.enter(SysNBRecv, src, 0);
}
