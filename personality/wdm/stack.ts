/**
 * IRPs on their way down a stack of devices, and back up.
 *
 * The device below may belong to this process: then its dispatch routine is called, and no message
 * is sent. Or to another one: the Executive takes the IRP there, and brings it back if a completion
 * routine waits for it. A driver that set none has nothing more to do with it.
 *
 *   goUp(irp)                   from the device that has completed it
 *   comeBack(irp, outcome)      from another process
 */
import { IRP_MJ_PNP, type MajorName } from '../rtl/irp.ts';
import { encodePacket } from '../rtl/packets.ts';
import * as Status from '../rtl/ntstatus.ts';
import { hexOf } from '../rtl/status.ts';
import { releaseFile } from './files.ts';
import { bufferOf, forgetMapping } from './mdl.ts';
import { type IoCompletionRoutine, type IoStackLocation, type IrpBody, wants } from './irp.ts';
import type { DeviceObject, DispatchTable, DriverDispatch, Irp, NTSTATUS } from './types.ts';

/** What the device is asked for; the same as the members of the Irp itself. */
export function IoGetCurrentIrpStackLocation<M extends MajorName>(irp: Irp<M>): IoStackLocation<M> {
  return body(irp).location as unknown as IoStackLocation<M>;
}

/**
 * What the device below will be asked for, to be filled in. At first it is what this one is asked
 * for.
 */
export function IoGetNextIrpStackLocation<M extends MajorName>(irp: Irp<M>): IoStackLocation<M> {
  const own = body(irp);
  own.next ??= { ...own.location, completion: undefined };
  return own.next as unknown as IoStackLocation<M>;
}

export function IoCopyCurrentIrpStackLocationToNext(irp: Irp): void {
  const own = body(irp);
  own.next = { ...own.location, completion: undefined };
}

/** The device below gets this one's location: there is nothing to hear of for this driver. */
export function IoSkipCurrentIrpStackLocation(irp: Irp): void {
  body(irp).skips = true;
}

/** After the next location has been filled in. */
export function IoSetCompletionRoutine<C>(
  irp: Irp,
  routine: IoCompletionRoutine<C>,
  context: C,
  onSuccess = true,
  onError = true,
  onCancel = true,
): void {
  const typed = routine as IoCompletionRoutine;
  IoGetNextIrpStackLocation(irp).completion = {
    routine: typed,
    context,
    onSuccess,
    onError,
    onCancel,
  };
}

/**
 * Passes the IRP to the device below. The status is what that device's dispatch routine returned;
 * STATUS_PENDING means that it is completed later, and always where the device belongs to another
 * process: a dispatch routine ends with `return IoCallDriver(...)`.
 */
export async function IoCallDriver(device: DeviceObject, irp: Irp): Promise<NTSTATUS> {
  const own = body(irp);
  const location = keepAnswer(own, { ...nextLocation(own), device });
  own.next = undefined;
  own.skips = false;
  own.cancelRoutine = undefined;
  if (device.remote) return sendDown(own, location);
  own.stack.push(location);
  return dispatch(device, irp);
}

/** Calls the dispatch routine of the device that has the IRP. */
export async function dispatch(device: DeviceObject, irp: Irp): Promise<NTSTATUS> {
  const own = body(irp);
  const depth = own.stack.length;
  const table = device.driverObject.majorFunction;
  const routine = table[irp.majorFunction as keyof DispatchTable] as DriverDispatch | undefined;
  if (!routine) {
    const status = Status.STATUS_INVALID_DEVICE_REQUEST;
    comeBack(own, { status, information: 0, result: {} });
    return status;
  }
  const major = irp.majorFunction;
  const status = await routine(device, irp);
  const kept = !own.completed && !own.pendingReturned && own.stack.length === depth;
  if (kept)
    throw new Error(
      `the dispatch routine for ${major} returned ${hexOf(status)} ` +
        'and neither completed its IRP nor marked it pending',
    );
  return status;
}

/** Completion routines run, each in turn, until one keeps the IRP or none is left. */
export function goUp(irp: IrpBody): void {
  irp.cancelRoutine = undefined;
  irp.completed = true;
  for (let left = irp.pop(); left; left = irp.pop()) {
    const { completion } = left;
    if (irp.own && irp.stack.length === 0) left.device.driverObject.runtime.inFlight.delete(irp.id);
    if (completion && wants(completion, irp)) {
      const above = irp.stack.at(-1)?.device;
      // The routine may keep it, and complete it again at once.
      irp.completed = false;
      const status = completion.routine(above, irp, completion.context);
      if (status === Status.STATUS_MORE_PROCESSING_REQUIRED) return;
      if (irp.completed) throw new Error('an IRP was completed twice');
      irp.completed = true;
    }
    if (irp.stack.length === 0) return finish(irp, left);
  }
}

/** With the outcome of the devices below, in other processes, or of this one's refusal. */
export function comeBack(
  irp: IrpBody,
  outcome: Pick<Irp, 'result'> & { status: NTSTATUS; information: number },
): void {
  irp.ioStatus.status = outcome.status;
  irp.ioStatus.information = outcome.information;
  irp.result = outcome.result;
  goUp(irp);
}

function body(irp: unknown): IrpBody {
  return irp as IrpBody;
}

function nextLocation(irp: IrpBody): IoStackLocation {
  if (irp.skips) return irp.stack.pop() ?? irp.location;
  const { next } = irp;
  if (!next) throw new Error('IoCallDriver without a next stack location');
  return next;
}

/**
 * What a driver has answered to a Plug and Play request stays its answer, unless the device below
 * has one too: an answer does not travel down to another process.
 */
function keepAnswer(irp: IrpBody, location: IoStackLocation): IoStackLocation {
  const { status, information } = irp.ioStatus;
  const open = status === Status.STATUS_NOT_SUPPORTED || location.completion !== undefined;
  if (location.majorFunction !== IRP_MJ_PNP || open) return location;
  const { result } = irp;
  const routine: IoCompletionRoutine = (_device, done) => {
    if (done.ioStatus.status !== Status.STATUS_NOT_SUPPORTED) return;
    Object.assign(done.ioStatus, { status, information });
    done.result = result;
  };
  const always = { onSuccess: true, onError: true, onCancel: true };
  return { ...location, completion: { routine, context: undefined, ...always } };
}

/** It stays in this process's books exactly if a completion routine waits for it. */
function sendDown(irp: IrpBody, location: IoStackLocation): NTSTATUS {
  const { runtime } = location.device.driverObject;
  const { majorFunction: major, minorFunction: minor, flags, parameters, device } = location;
  const waits = [...irp.stack, location].some(({ completion }) => completion !== undefined);
  const { id } = irp;
  const head = { id, major, minor, flags, device: device.id, file: 0, parameters };
  irp.pendingReturned = true;
  if (irp.own) {
    const { length = 0 } = parameters as { length?: number };
    const buffer = irp.MdlAddress ? bufferOf(irp.MdlAddress, length) : { buffer: 0, at: 0 };
    irp.stack.push(location);
    runtime.inFlight.set(id, irp);
    runtime.outbox.push(encodePacket({ kind: 'new', ...head, ...buffer }));
    return Status.STATUS_PENDING;
  }
  // Whoever has it below maps the data anew; so does this driver, when it comes back.
  if (irp.MdlAddress) forgetMapping(irp.MdlAddress);
  if (waits) irp.stack.push(location);
  else {
    runtime.inFlight.delete(id);
    irp.stack.length = 0;
    releaseFile(location.device, location.fileObject, major, Status.STATUS_SUCCESS);
  }
  runtime.outbox.push(encodePacket({ kind: 'call', ...head, notify: waits }));
  return Status.STATUS_PENDING;
}

/** Nobody above in this process wants it any more. */
function finish(irp: IrpBody, { device, majorFunction: major, fileObject }: IoStackLocation): void {
  const { runtime } = device.driverObject;
  const { id, result } = irp;
  const { status, information } = irp.ioStatus;
  runtime.inFlight.delete(id);
  if (irp.own) {
    irp.userEvent?.waitable.set();
    irp.onDone?.();
    return;
  }
  releaseFile(device, fileObject, major, status);
  runtime.outbox.push(encodePacket({ kind: 'done', id, major, status, information, result }));
}
