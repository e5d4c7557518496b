/**
 * IRPs: requests on their way through a stack of devices.
 *
 *   new Irp(io, options)   known to nobody yet; send.ts sends it
 *   irp.wait()             until it is completed; the status
 *
 * An IRP has a stack location for the device that has it now, and one for each device above that
 * wants to hear of the outcome before the requestor does. Where it is, is its state:
 *
 *   queued   with the driver's packets, not fetched yet
 *   held     by the driver of its current location, until that completes it or passes it down
 *   done     completed, once
 *
 * Every IRP is completed: by its drivers, or because one of them died. A driver that does not
 * answer in time dies (watchdog.ts). Only reads of devices that wait for the world (a terminal),
 * and what waits for another process at a pipe, may take for ever; they end by cancellation
 * (cancel.ts).
 */
import type { Waitable } from '../../../rtl/coroutines.ts';
import {
  IRP_MJ_FILE_SYSTEM_CONTROL,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
  type IrpParameters,
  type IrpResult,
  type MajorName,
  majorNames,
} from '../../../rtl/irp.ts';
import { DO_BUFFERED_IO } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Mdl } from '../../mm/mdl.ts';
import { type Device, isMeeting } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import type { UserBuffers } from './userbuffers.ts';

/** Numbers of the major functions by name. */
const majors = Object.fromEntries(
  Object.entries(majorNames).map(([number, name]) => [name, Number(number)]),
) as Record<MajorName, number>;

export interface IrpOptions<M extends MajorName> {
  readonly major: M;
  readonly minor?: number;
  readonly flags?: number;
  readonly file?: number;
  /** Of pipes: whom the client acts for (se/clientsecurity.ts). */
  readonly client?: number;
  readonly parameters: IrpParameters<M>;
  /** It goes to this very device, whatever is attached above. */
  readonly exact?: boolean;
  /** Direct I/O: the buffer. It is the IRP's from now on, and is released when that is done. */
  readonly mdl?: Mdl;
  /** METHOD_NEITHER: the memory that was named. */
  readonly user?: UserBuffers | undefined;
  /** The service call that it is for (ke/loop.ts), by its number; absent: see CancelScope. */
  readonly request?: number;
  /** Called when it is done, before whoever waits for it. */
  readonly onDone?: (irp: Irp<M>) => void;
}

/** What one device of the stack is asked for. */
export interface StackLocation {
  /** The IRP's name between the Executive and the driver of `device`. */
  readonly id: number;
  readonly device: Device;
  readonly minor: number;
  /** SL_* */
  readonly flags: number;
  readonly parameters: IrpParameters<MajorName>;
}

/** What may wait for somebody at the other end. */
const MEETINGS = new Set([IRP_MJ_WRITE, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_FILE_SYSTEM_CONTROL]);

export type IrpState = 'queued' | 'held' | 'done';

export class Irp<M extends MajorName = MajorName> {
  readonly major: number;
  readonly majorName: M;
  readonly file: number;
  readonly client: number;
  readonly mdl: Mdl | undefined;
  readonly done: Waitable;
  /** The current location is the last; those before it wait for it. */
  readonly stack: StackLocation[] = [];
  readonly onDone: ((irp: Irp<M>) => void) | undefined;
  readonly user: UserBuffers | undefined;
  /** MDLs of it that the driver which holds it has (userbuffers.ts). */
  readonly locked: number[] = [];
  /** While somebody watches; else 0. */
  readonly number: number;
  state: IrpState = 'queued';
  /** Its requestor gave up. */
  cancelled = false;
  /** When its current location got it, in microseconds. */
  since = 0;
  status: number = Status.STATUS_PENDING;
  information = 0;
  result: Partial<IrpResult<M>> = {};

  constructor(io: IoContext, options: IrpOptions<M>) {
    this.majorName = options.major;
    this.major = majors[options.major];
    this.file = options.file ?? 0;
    this.client = options.client ?? 0;
    this.done = io.executive.ke.event();
    this.onDone = options.onDone;
    this.mdl = options.mdl;
    this.user = options.user;
    this.number = io.executive.watch.nextIrp();
  }

  /** Undefined once it is done. */
  get current(): StackLocation | undefined {
    return this.stack.at(-1);
  }

  /** May be pending as long as the world likes. */
  get patient(): boolean {
    const device = this.current?.device;
    if (!device || !isBuffered(device)) return false;
    return this.major === IRP_MJ_READ || (isMeeting(device) && MEETINGS.has(this.major));
  }

  async wait(): Promise<number> {
    await this.done.wait();
    return this.status;
  }
}

function isBuffered({ flags }: Device): boolean {
  return (flags & DO_BUFFERED_IO) !== 0;
}
