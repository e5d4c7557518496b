/**
 * Dispatch routines: they take the controller, have the medium checked, and let it go again.
 *
 * Requests of both drives stand in one queue (queue.ts). The motor runs on for two seconds after
 * the last of them.
 */
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../../personality/rtl/irp.ts';
import {
  IOCTL_DISK_CHECK_VERIFY,
  IOCTL_STORAGE_CHECK_VERIFY,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { changedMeanwhile, checkMedium } from './change.ts';
import type { Drive } from './controller.ts';
import { releaseMotor, startMotor } from './drive.ts';
import { checkControl, type Control, controls } from './ioctl.ts';
import { keepMedium } from './keeper.ts';
import { transferAny } from './partial.ts';
import type { Queued } from './queue.ts';
import type { Outcome } from './transfer.ts';

const NOTHING = new Uint8Array();

function overrides(irp: Irp): boolean {
  return (irp.flags & SL_OVERRIDE_VERIFY_VOLUME) !== 0;
}

/** Runs `body` with the controller taken and the drive selected, its motor on. */
async function withDrive<T>(
  drive: Drive,
  body: () => Promise<T>,
  place?: Queued['place'],
): Promise<T> {
  const { turns } = drive.controller;
  await turns.enter({ unit: drive.unit, place });
  startMotor(drive);
  const result = await body();
  releaseMotor(drive);
  turns.leave();
  return result;
}

export async function fdcRead(device: DeviceObject, irp: Irp<'read'>): Promise<NTSTATUS> {
  const { status, information } = await move(device.extension as Drive, irp, false);
  return IoCompleteRequest(irp, status, information);
}

export async function fdcWrite(device: DeviceObject, irp: Irp<'write'>): Promise<NTSTATUS> {
  const { status, information } = await move(device.extension as Drive, irp, true);
  return IoCompleteRequest(irp, status, information);
}

/**
 * A write never overrides: who writes because of what he read from one disk must not reach another,
 * and neither a mount nor a verify writes.
 */
function move(drive: Drive, irp: Irp<'read'> | Irp<'write'>, toDevice: boolean): Promise<Outcome> {
  const override = !toDevice && overrides(irp as Irp);
  const { offset, length } = irp.parameters;
  const body = async (): Promise<Outcome> => {
    const status = await checkMedium(drive, override);
    if (status !== Status.STATUS_SUCCESS) return { status, information: 0 };
    return transferAny(drive, irp, override, toDevice);
  };
  return withDrive(drive, body, { start: offset, end: offset + length, writes: toDevice });
}

export async function fdcDeviceControl(
  device: DeviceObject,
  irp: Irp<'device_control'>,
): Promise<NTSTATUS> {
  const drive = device.extension as Drive;
  const wrong = checkControl(irp);
  if (wrong !== Status.STATUS_SUCCESS) return IoCompleteRequest(irp, wrong);
  const { handler, anyMedium } = controls.get(irp.parameters.code)!;
  const { status, output } = anyMedium
    ? await handler(drive, irp)
    : await withDrive(drive, () => control(drive, irp));
  return IoCompleteRequest(irp, status, output.length, { output });
}

async function control(drive: Drive, irp: Irp<'device_control'>): Promise<Control> {
  const { code } = irp.parameters;
  const { handler, unformatted } = controls.get(code)!;
  const status = await checkMedium(drive, overrides(irp as Irp));
  const usable =
    status === Status.STATUS_SUCCESS ||
    (unformatted && status === Status.STATUS_UNRECOGNIZED_MEDIA);
  if (!usable) return { status, output: NOTHING };
  const result = await handler(drive, irp);
  if (result.status === Status.STATUS_MEDIA_CHANGED)
    return { status: await changedMeanwhile(drive, overrides(irp as Irp)), output: NOTHING };
  const checks = code === IOCTL_DISK_CHECK_VERIFY || code === IOCTL_STORAGE_CHECK_VERIFY;
  if (checks && NT_SUCCESS(result.status)) drive.verifyRequired = false;
  return result;
}

/** What the drive wrote is on the medium already; the medium must be kept. */
export async function fdcFlush(device: DeviceObject, irp: Irp<'flush'>): Promise<NTSTATUS> {
  const drive = device.extension as Drive;
  const { keeper } = drive.controller;
  const status = keeper ? await keepMedium(keeper, drive.unit) : Status.STATUS_SUCCESS;
  return IoCompleteRequest(irp, status);
}
