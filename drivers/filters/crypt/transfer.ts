/**
 * READ and WRITE of a disk with a key.
 *
 *   cryptRead(disk, irp, key)    forwards it, and decrypts in the requestor's memory what came
 *   cryptWrite(disk, irp, key)   encrypts a copy, and writes that by IRPs of this driver's own: the
 *                                requestor's memory may only be read
 *
 * Data is in MDLs all the way. The copy goes through pages that belong to the disk's filter, one
 * write at a time.
 */
import { IRP_MJ_WRITE } from '../../../personality/rtl/irp.ts';
import { SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../../personality/rtl/status.ts';
import {
  IoBuildSynchronousFsdRequest,
  IoCallDriver,
  IoCompleteRequest,
  IoForwardIrpSynchronously,
  IoGetNextIrpStackLocation,
  type Irp,
  KeInitializeEvent,
  type KMutex,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type Mdl,
  MmAllocatePagesForMdl,
  MmGetSystemAddressForMdlSafe,
  type NTSTATUS,
  type PnpExtension,
} from '../../../personality/wdm/index.ts';
import { UNIT, type Xts } from './xts.ts';

/** Bytes that are written at a time. */
const PIECE = 0x1_0000;

export interface CryptDisk extends PnpExtension {
  /** What is below is called so. */
  readonly name: string;
  key: Xts | undefined;
  /** The key changed, and nobody has said with CHECK_VERIFY that he knows. */
  verifyRequired: boolean;
  /** Writes, one after the other. */
  readonly lock: KMutex;
  /** The pages that they go through, made for the first. */
  pages: Mdl | undefined;
}

function aligned({ offset, length }: { offset: number; length: number }): boolean {
  return offset >= 0 && offset % UNIT === 0 && length % UNIT === 0;
}

export async function cryptRead(disk: CryptDisk, irp: Irp<'read'>, key: Xts): Promise<NTSTATUS> {
  const { offset } = irp.parameters;
  if (!aligned(irp.parameters)) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const status = await IoForwardIrpSynchronously(disk.below, irp as Irp);
  const { information } = irp.ioStatus;
  // Also where the end was an error: so much went through.
  const length = Math.floor(information / UNIT) * UNIT;
  const failure = length > 0 ? await inMemory(() => decrypt(irp, offset, length, key)) : undefined;
  if (failure !== undefined) return IoCompleteRequest(irp, failure);
  return IoCompleteRequest(irp, status, information);
}

async function decrypt(irp: Irp<'read'>, offset: number, length: number, key: Xts): Promise<void> {
  const data = await gather(irp.MdlAddress, length);
  await scatter(irp.MdlAddress, key.decrypt(data, offset / UNIT));
}

export async function cryptWrite(disk: CryptDisk, irp: Irp<'write'>, key: Xts): Promise<NTSTATUS> {
  if (!aligned(irp.parameters)) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const { offset, length } = irp.parameters;
  await KeWaitForSingleObject(disk.lock);
  let [status, done]: [NTSTATUS, number] = [Status.STATUS_SUCCESS, 0];
  const failure = await inMemory(async () => {
    const data = key.encrypt(await gather(irp.MdlAddress, length), offset / UNIT);
    while (done < length && NT_SUCCESS(status) && !irp.cancel) {
      const piece = data.subarray(done, done + PIECE);
      const written = await writeBelow(disk, irp.flags, piece, offset + done);
      status = written.status;
      done += written.information;
      if (written.information < piece.length) break;
    }
  });
  KeReleaseMutex(disk.lock);
  return IoCompleteRequest(irp, failure ?? status, done);
}

async function writeBelow(
  disk: CryptDisk,
  flags: number,
  piece: Uint8Array,
  offset: number,
): Promise<{ status: NTSTATUS; information: number }> {
  const { below } = disk;
  const { driverObject: driver } = below;
  const pages = (disk.pages ??= await MmAllocatePagesForMdl(driver, PIECE));
  (await MmGetSystemAddressForMdlSafe(pages)).write(0, piece);
  const event = KeInitializeEvent(driver, SynchronizationEvent, false);
  const { length } = piece;
  const nothing = new Uint8Array();
  const irp = IoBuildSynchronousFsdRequest(IRP_MJ_WRITE, below, nothing, length, offset, event);
  irp.MdlAddress = pages;
  IoGetNextIrpStackLocation(irp).flags = flags;
  await IoCallDriver(below, irp);
  // The disk's driver has a time-out for everything.
  await KeWaitForSingleObject(event);
  return irp.ioStatus;
}

/** What could not be mapped or allocated is a status. */
async function inMemory(work: () => Promise<void>): Promise<NTSTATUS | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
}

/** The first bytes of a chain: it may be cut anywhere. */
async function gather(chain: Mdl | undefined, length: number): Promise<Uint8Array> {
  const data = new Uint8Array(length);
  let at = 0;
  for (let mdl = chain; mdl && at < length; mdl = mdl.next) {
    const count = Math.min(mdl.byteCount, length - at);
    data.set((await MmGetSystemAddressForMdlSafe(mdl)).read(0, count), at);
    at += count;
  }
  return data;
}

async function scatter(chain: Mdl | undefined, data: Uint8Array): Promise<void> {
  let at = 0;
  for (let mdl = chain; mdl && at < data.length; mdl = mdl.next) {
    const piece = data.subarray(at, at + mdl.byteCount);
    (await MmGetSystemAddressForMdlSafe(mdl)).write(0, piece);
    at += piece.length;
  }
}
