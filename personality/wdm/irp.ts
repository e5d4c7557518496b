/**
 * IRPs as a driver holds them: stack locations, from the device that got the request down to the
 * one that has it now.
 *
 * As in NT: the location of a device says what it is asked for, and a completion routine stands in
 * the location *below* the one of the driver that set it, because it is called when that location
 * is done with. A location of another process is not here; what stands in its place is the routine
 * alone.
 */
import {
  IRP_MJ_PNP,
  IRP_MJ_POWER,
  type IrpParameters,
  type IrpResult,
  type MajorName,
} from '../rtl/irp.ts';
import { OWN_IRP } from '../rtl/packets.ts';
import * as Status from '../rtl/ntstatus.ts';
import type { Mdl } from './mdl.ts';
import type { DeviceObject, FileObject, Irp, KEvent, NTSTATUS } from './types.ts';

/**
 * Called when the IRP comes back from below, with what the devices below made of it in `ioStatus`.
 * STATUS_MORE_PROCESSING_REQUIRED keeps the IRP with the driver, which completes it again later;
 * anything else lets it go on upwards. Must not wait.
 */
export type IoCompletionRoutine<C = unknown> = (
  device: DeviceObject | undefined,
  irp: Irp,
  context: C,
) => NTSTATUS | void;

export interface IoStackLocation<M extends MajorName = MajorName> {
  majorFunction: number;
  minorFunction: number;
  /** SL_* */
  flags: number;
  parameters: IrpParameters<M>;
  device: DeviceObject;
  fileObject: FileObject | undefined;
  completion: Completion | undefined;
}

export interface Completion {
  readonly routine: IoCompletionRoutine;
  readonly context: unknown;
  readonly onSuccess: boolean;
  readonly onError: boolean;
  readonly onCancel: boolean;
}

export class IrpBody implements Irp {
  readonly id: number;
  readonly ioStatus = { status: Status.STATUS_PENDING as NTSTATUS, information: 0 };
  readonly stack: IoStackLocation[] = [];
  MdlAddress: Mdl | undefined;
  result: Partial<IrpResult<MajorName>> = {};
  pendingReturned = false;
  completed = false;
  cancel = false;
  cancelRoutine: Irp['cancelRoutine'];
  client = 0;
  /** What the next device will be asked for. */
  next: IoStackLocation | undefined;
  /** The next device gets this driver's own location. */
  skips = false;
  /** Of an IRP that this driver made: set when it is done. */
  userEvent: KEvent | undefined;
  /** Of an IRP that this driver made: called when it is done. */
  onDone: (() => void) | undefined;
  /** Of a master: what is known of its associated IRPs (associated.ts). */
  parts: { left: number; failure: NTSTATUS; information: number } | undefined;
  #last: IoStackLocation | undefined;

  constructor(id: number, first?: IoStackLocation) {
    this.id = id;
    if (!first) return;
    this.stack.push(first);
    const { majorFunction: major } = first;
    // As in NT: who does not know a minor function leaves that as it is.
    if (major === IRP_MJ_PNP || major === IRP_MJ_POWER)
      this.ioStatus.status = Status.STATUS_NOT_SUPPORTED;
  }

  /** This driver has made it. */
  get own(): boolean {
    return this.id >= OWN_IRP;
  }

  get location(): IoStackLocation {
    const location = this.stack.at(-1) ?? this.#last;
    if (!location) throw new Error('an IRP that has not been sent has no stack location');
    return location;
  }

  get majorFunction(): number {
    return this.location.majorFunction;
  }

  get minorFunction(): number {
    return this.location.minorFunction;
  }

  get flags(): number {
    return this.location.flags;
  }

  get device(): DeviceObject {
    return this.location.device;
  }

  get fileObject(): FileObject | undefined {
    return this.location.fileObject;
  }

  get parameters(): IrpParameters<MajorName> {
    return this.location.parameters;
  }

  /** The current location is done with. */
  pop(): IoStackLocation | undefined {
    this.#last = this.stack.pop();
    return this.#last;
  }
}

/** Whether the routine wants to hear of this outcome (SL_INVOKE_ON_*). */
export function wants(completion: Completion, irp: Irp): boolean {
  if (irp.cancel && completion.onCancel) return true;
  return irp.ioStatus.status >>> 30 === 3 ? completion.onError : completion.onSuccess;
}
