/**
 * Thread objects: what the Executive knows of a thread.
 *
 * Life: running -> ended. An ended thread owns nothing any more; the object stays while somebody
 * holds a handle, with its exit status. Its place among the threads of its process is free
 * (`settled`) when its last call has ended too, so that calls which wait for a slow device cannot
 * pile up.
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { CPtr, Window } from '../../sel4/types.ts';
import type { ObHeader, ObType } from '../ob/types.ts';
import type { NtThread } from './types.ts';
import type { Apc } from '../ke/apc.ts';
import type { Ke } from '../ke/types.ts';
import { KGate } from '../ke/wait/gate.ts';
import type { KWait } from '../ke/wait/thread.ts';
import { makeHeader } from '../ob/header.ts';
import type { Token } from '../se/token.ts';
import type { ProcessBody } from './process.ts';

/** What a thread slot is made of: it stays with the process, for the slot's next thread. */
export interface ThreadParts {
  readonly tcb: CPtr;
  readonly buffer: Window;
}

export class ThreadBody implements NtThread {
  readonly header: ObHeader;
  readonly id: number;
  readonly process: ProcessBody;
  readonly slot: number;
  readonly tcb: CPtr;
  readonly buffer: Window;
  state: 'running' | 'ended' = 'running';
  exitStatus: number = Status.STATUS_PENDING;
  /** NT times; `exited` is 0 until it has ended. */
  readonly created: number;
  exited = 0;
  readonly ended: KGate;
  readonly rundown = new Set<() => void>();
  readonly requests = new Set<{ cancel(): void }>();
  readonly mutants = new Set<{ abandon(): void }>();
  readonly apcs: Apc[] = [];
  apcPlaces = 0;
  apcPending = false;
  alerted = false;
  interrupt: ((status: number) => void) | undefined;
  wait: KWait | undefined;
  calling = false;
  request = 0;
  suspendCount = 0;
  /** As the kernel has it (priority.ts). */
  priority: number;
  readonly resumed: Waitable;
  impersonation: Token | undefined;
  /** Its TCB is suspended by NtSuspendThread, or has not been started. */
  stopped = true;
  settled = false;

  constructor(
    ke: Ke,
    type: ObType,
    process: ProcessBody,
    { id, slot, tcb, buffer }: Pick<NtThread, 'id' | 'slot' | 'tcb' | 'buffer'>,
  ) {
    this.header = makeHeader(type);
    this.process = process;
    this.id = id;
    this.slot = slot;
    this.tcb = tcb;
    this.buffer = buffer;
    this.priority = process.priority;
    this.created = ke.systemTime();
    this.ended = new KGate(ke);
    this.resumed = ke.event(true);
  }
}
