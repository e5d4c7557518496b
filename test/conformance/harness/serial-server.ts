/**
 * A server for a serial line: text from many clients, through shared pages, out of an I/O port.
 *
 * Each client has an endpoint capability with a badge of its own, which names its session.
 *
 *   CONNECT      carries the capability of a page that the client shares from now on
 *   PRINT, n     the first n bytes of that page are text: '\n' goes out as '\r\n'
 *   WRITE, n     the same, as bytes
 *   DISCONNECT   the page is unmapped and its capability deleted
 *   KILL         with the parent's badge: the server ends all sessions and itself
 *
 * Answers: label 0, and how many bytes were taken; else an error number of this protocol. A call is
 * served whole, so what one call prints stays together.
 */
import {
  MessageInfo_get_extraCaps,
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_CapInitThreadVSpace,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_ReplyRecv,
  seL4_X86_IOPort_Out8,
  seL4_X86_Page_Map,
} from '../../../personality/sel4/index.ts';
import type { CPtr, MessageInfo, Thread } from '../../../personality/sel4/index.ts';
import type { Body } from './bench.ts';
import { DEPTH, ROOT, move, remove } from './cspace.ts';

export const CONNECT = 1;
export const PRINT = 2;
export const WRITE = 3;
export const DISCONNECT = 4;
export const KILL = 5;

export const OK = 0;
export const NOT_CONNECTED = 1;
export const ALREADY_CONNECTED = 2;
export const NO_PAGE = 3;
export const TOO_LONG = 4;
export const NOT_ALLOWED = 5;
export const UNKNOWN_CALL = 6;

export const SERIAL_PORT = 0x3f8;
export const PARENT_BADGE = 1000;
const PAGE = 4096;
const NEWLINE = 10;
const RETURN = 13;

export interface ServerParts {
  readonly endpoint: CPtr;
  readonly ports: CPtr;
  /** An empty slot, for the capability that comes with CONNECT. */
  readonly receiveSlot: CPtr;
  /** First of the empty slots for pages, one for each badge from 1 on. */
  readonly pageSlots: CPtr;
  /** Where pages are mapped, one for each badge; page tables are there. */
  readonly window: number;
  readonly sessions: number;
}

type Answer = readonly [error: number, bytes: number];

export function serialServer(parts: ServerParts): Body {
  const connected = new Set<number>();
  const addressOf = (badge: number): number => parts.window + badge * PAGE;

  function connect(thread: Thread, badge: number, info: MessageInfo): Answer {
    const came = MessageInfo_get_extraCaps(info) === 1;
    if (connected.has(badge) || badge === 0 || badge > parts.sessions || !came) {
      if (came) remove(thread, parts.receiveSlot);
      return [came ? ALREADY_CONNECTED : NO_PAGE, 0];
    }
    const slot = parts.pageSlots + badge;
    const vspace = seL4_CapInitThreadVSpace;
    const moved = move(thread, slot, parts.receiveSlot);
    const mapped = seL4_X86_Page_Map(thread, slot, vspace, addressOf(badge), 2, 0);
    if (moved !== seL4_NoError || mapped !== seL4_NoError) {
      remove(thread, slot);
      return [NO_PAGE, 0];
    }
    connected.add(badge);
    return [OK, 0];
  }

  function disconnect(thread: Thread, badge: number): Answer {
    if (!connected.delete(badge)) return [NOT_CONNECTED, 0];
    remove(thread, parts.pageSlots + badge);
    return [OK, 0];
  }

  function put(thread: Thread, badge: number, length: number, text: boolean): Answer {
    if (!connected.has(badge)) return [NOT_CONNECTED, 0];
    if (length > PAGE) return [TOO_LONG, 0];
    const out = (byte: number) => seL4_X86_IOPort_Out8(thread, parts.ports, SERIAL_PORT, byte);
    for (const byte of thread.window(addressOf(badge), PAGE, false).read(0, length)) {
      if (text && byte === NEWLINE) out(RETURN);
      out(byte);
    }
    return [OK, length];
  }

  function serve(thread: Thread, info: MessageInfo): Answer {
    const badge = thread.badge;
    const length = thread.getMR(0);
    switch (MessageInfo_get_label(info)) {
      case CONNECT:
        return connect(thread, badge, info);
      case PRINT:
        return put(thread, badge, length, true);
      case WRITE:
        return put(thread, badge, length, false);
      case DISCONNECT:
        return disconnect(thread, badge);
      case KILL:
        return badge === PARENT_BADGE ? [OK, 0] : [NOT_ALLOWED, 0];
      default:
        return [UNKNOWN_CALL, 0];
    }
  }

  /** Its result: how many sessions the kill had to end. */
  return async (thread) => {
    const receive = () => thread.setReceivePath(ROOT, parts.receiveSlot, DEPTH);
    receive();
    let info = await seL4_Recv(thread, parts.endpoint);
    for (;;) {
      const over = MessageInfo_get_label(info) === KILL && thread.badge === PARENT_BADGE;
      const [error, bytes] = serve(thread, info);
      thread.setMR(0, bytes);
      const answer = MessageInfo_new(error, 0, 0, 1);
      receive();
      if (over) {
        const open = [...connected];
        for (const badge of open) disconnect(thread, badge);
        thread.setMR(0, 0);
        await seL4_Reply(thread, answer);
        return open.length;
      }
      info = await seL4_ReplyRecv(thread, parts.endpoint, answer);
    }
  };
}
