/**
 * Capabilities: what each kind says, and nothing of what it may do.
 *
 * A capability is a value: it is never changed, only replaced in its slot.
 * A Reply capability names no object that it keeps alive: it dies with its caller.
 *
 * Source: seL4 reference manual, chapter 3.
 */
import type { Cnode, Endpoint, KernelObject, Notification, Page, Tcb } from './state.ts';

export interface Rights {
  readonly write: boolean;
  readonly read: boolean;
  readonly grant: boolean;
  readonly grantReply: boolean;
}

export interface NullCap {
  readonly type: 'null';
}
export interface UntypedCap {
  readonly type: 'untyped';
  readonly base: number;
  readonly bits: number;
  readonly device: boolean;
  /** Bytes in use, from the start. */
  readonly used: number;
}
export interface EndpointCap {
  readonly type: 'endpoint';
  readonly object: Endpoint;
  readonly badge: number;
  readonly rights: Rights;
}
export interface NotificationCap {
  readonly type: 'notification';
  readonly object: Notification;
  readonly badge: number;
  readonly rights: Rights;
}
export interface ReplyCap {
  readonly type: 'reply';
  readonly caller: Tcb;
  readonly master: boolean;
  readonly grant: boolean;
}
export interface CNodeCap {
  readonly type: 'cnode';
  readonly object: Cnode;
  readonly guard: number;
  readonly guardSize: number;
}
export interface ThreadCap {
  readonly type: 'thread';
  readonly object: Tcb;
}
export interface ZombieCap {
  readonly type: 'zombie';
  readonly object: Cnode | Tcb;
  /** Slots still to be emptied. */
  readonly slots: number;
}
export interface PlainCap {
  readonly type: 'irqControl' | 'domain' | 'ioPortControl';
}
export interface IrqHandlerCap {
  readonly type: 'irqHandler';
  readonly line: number;
}
export interface IoPortCap {
  readonly type: 'ioPort';
  readonly first: number;
  readonly last: number;
}
/** Where a frame or page table capability was mapped; the entry there may be another's by now. */
export interface Mapping {
  readonly directory: number;
  readonly vaddr: number;
}
export interface FrameCap {
  readonly type: 'frame';
  readonly object: Page;
  readonly device: boolean;
  readonly read: boolean;
  readonly write: boolean;
  readonly mapped: Mapping | null;
}
export interface PageTableCap {
  readonly type: 'pageTable';
  readonly object: Page;
  readonly mapped: Mapping | null;
}
export interface PageDirectoryCap {
  readonly type: 'pageDirectory';
  readonly object: Page;
}

export type Cap =
  | NullCap
  | UntypedCap
  | EndpointCap
  | NotificationCap
  | ReplyCap
  | CNodeCap
  | ThreadCap
  | ZombieCap
  | PlainCap
  | IrqHandlerCap
  | IoPortCap
  | FrameCap
  | PageTableCap
  | PageDirectoryCap;

export const NULL_CAP: NullCap = { type: 'null' };
export const ALL_RIGHTS: Rights = { write: true, read: true, grant: true, grantReply: true };
/** All that a notification's capability can carry. */
export const READ_WRITE: Rights = { write: true, read: true, grant: false, grantReply: false };

export function rightsFromWord(word: number): Rights {
  return {
    write: (word & 1) !== 0,
    read: (word & 2) !== 0,
    grant: (word & 4) !== 0,
    grantReply: (word & 8) !== 0,
  };
}

export function wordFromRights(rights: Rights): number {
  return (
    (rights.write ? 1 : 0) |
    (rights.read ? 2 : 0) |
    (rights.grant ? 4 : 0) |
    (rights.grantReply ? 8 : 0)
  );
}

export function intersect(a: Rights, b: Rights): Rights {
  return rightsFromWord(wordFromRights(a) & wordFromRights(b));
}

/** The object that a capability keeps alive. */
export function objectOf(cap: Cap): KernelObject | null {
  return 'object' in cap ? cap.object : null;
}
