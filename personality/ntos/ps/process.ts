/**
 * Process objects: what the Executive knows of a process, and the kernel objects that make it up.
 *
 * Life: starting (made, image loading) -> running -> ended. An ended process has no kernel objects,
 * memory or handles any more; the object stays while somebody holds a handle, with its exit status.
 * Its place among the processes is free (`settled`) when its last request has ended too: what a
 * process leaves behind cannot pile up.
 */
import * as Status from '../../rtl/ntstatus.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { ObHeader, ObType } from '../ob/types.ts';
import type { DriverProcess, Process, ProcessState } from './types.ts';
import type { ObjectStore } from '../mm/pool.ts';
import type { Space } from '../mm/space.ts';
import { HandleTableBody } from '../ob/handles.ts';
import { makeHeader } from '../ob/header.ts';
import type { KGate } from '../ke/wait/gate.ts';
import type { Token } from '../se/token.ts';
import type { CSpace, HeldCapability } from './cspace.ts';
import type { Family, Membership } from './family.ts';
import type { QuotaBlock } from './quota.ts';
import type { ProcessKind } from './quotatable.ts';
import { PRIORITY_CLIENT, PRIORITY_DRIVER } from './priorities.ts';
import type { ThreadBody, ThreadParts } from './threadbody.ts';

export interface ProcessParts {
  readonly id: number;
  readonly parent: number;
  readonly created: number;
  readonly image: string;
  readonly commandLine: string;
  readonly store: ObjectStore;
  readonly space: Space;
  readonly cspace: CSpace;
  readonly ended: KGate;
  readonly type: ObType;
  readonly member: Membership;
  readonly token: Token;
}

export class ProcessBody implements Process {
  readonly header: ObHeader;
  readonly id: number;
  /** Who made it; 0: the system. */
  readonly parent: number;
  /** NT times; `exited` is 0 until it has ended. */
  readonly created: number;
  exited = 0;
  readonly image: string;
  readonly commandLine: string;
  readonly store: ObjectStore;
  readonly space: Space;
  readonly cspace: CSpace;
  readonly ended: KGate;
  readonly member: Membership;
  readonly token: Token;
  readonly handles: HandleTableBody;
  readonly threads: ThreadBody[] = [];
  /** The one that it started with. */
  main: ThreadBody | undefined;
  /** By slot: what its threads are made of. */
  readonly parts = new Map<number, ThreadParts>();
  readonly rundown = new Set<() => void>();
  /** Slots of the Executive's CNode that go with the process. */
  readonly slots: CPtr[] = [];
  state: ProcessState = 'starting';
  exitStatus: number = Status.STATUS_PENDING;
  processor = -1;
  driver: DriverProcess | undefined;
  guardian: ((status: number) => boolean | undefined) | undefined;
  pendingRequests = 0;
  /** Its place among the processes has been given back. */
  settled = false;
  /** Next slot of its CSpace for what is granted on request. */
  nextGrant = 0;

  constructor(parts: ProcessParts) {
    this.header = makeHeader(parts.type);
    this.id = parts.id;
    this.parent = parts.parent;
    this.created = parts.created;
    this.image = parts.image;
    this.commandLine = parts.commandLine;
    this.store = parts.store;
    this.space = parts.space;
    this.cspace = parts.cspace;
    this.ended = parts.ended;
    this.member = parts.member;
    this.token = parts.token;
    this.handles = new HandleTableBody(parts.member.quota);
  }

  get cnode(): CPtr {
    return this.cspace.cnode;
  }

  /** What its CSpace holds: nothing, when it has ended. */
  get capabilities(): readonly HeldCapability[] {
    return this.state === 'ended' ? [] : this.cspace.list();
  }

  get priority(): number {
    return this.driver ? PRIORITY_DRIVER : PRIORITY_CLIENT;
  }

  get kind(): ProcessKind {
    return this.member.kind;
  }

  get quota(): QuotaBlock {
    return this.member.quota;
  }

  get family(): Family {
    return this.member.family;
  }
}
