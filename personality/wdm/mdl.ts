/**
 * MDLs: memory of a request, or of the driver's own, that can be mapped, split, passed down and
 * handed to DMA.
 *
 * `irp.MdlAddress` is the buffer of a direct read or write: a chain (`next`), because the sectors
 * of one request may lie in several places. Mapping is on demand, by the first
 * MmGetSystemAddressForMdlSafe of a chain; whoever only programs DMA never has it mapped. The
 * mapping ends when the IRP leaves this driver: completed, passed down, or given up.
 *
 * Data on its way to a device is mapped read-only: a write there is an access violation, and the
 * bug check of this driver.
 *
 *   for (let mdl = irp.MdlAddress; mdl; mdl = mdl.next) {
 *     const window = await MmGetSystemAddressForMdlSafe(mdl);
 *     ... MmGetMdlByteCount(mdl) bytes ...
 *   }
 *
 * An MDL of the driver's own begins with IoAllocateMdl (memory that it has) or
 * MmAllocatePagesForMdl (pages made for it), and can be the buffer of an IRP that it makes itself.
 * So can memory that a METHOD_NEITHER control names (`UserBuffers`), once it is probed and locked;
 * that is held until MmUnlockPages, or until the IRP leaves this driver.
 */
import { PAGE_SIZE } from '../rtl/layout.ts';
import { type MdlSegment, pagesOfSegment } from '../rtl/mdl.ts';
import { OWN_IRP } from '../rtl/packets.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { Window } from '../sel4/types.ts';
import type { DriverObject, Irp, Runtime } from './types.ts';

export interface Mdl {
  /** What the Executive calls it: the IRP's id, or its own. 0: not locked yet. */
  readonly id: number;
  /** Of its first byte in its first page. */
  readonly byteOffset: number;
  readonly byteCount: number;
  /** The next of the chain. */
  readonly next: Mdl | undefined;
}

/** Memory of whoever asked: an address that can be locked, and not used. */
export interface UserBuffer {
  readonly irp: Pick<Irp, 'id'>;
  readonly address: number;
  readonly length: number;
}

/**
 * What a METHOD_NEITHER control of a program names: nothing of it was checked. Of a control that a
 * driver has made there is nothing.
 */
export function UserBuffers(irp: Irp<'device_control'>): {
  type3InputBuffer: UserBuffer;
  userBuffer: UserBuffer;
} {
  const { input, outputLength } = irp.parameters;
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const word = (at: number): number => (input.length === 12 ? view.getUint32(at, true) : 0);
  return {
    type3InputBuffer: { irp, address: word(0), length: word(4) },
    userBuffer: { irp, address: word(8), length: outputLength },
  };
}

/** What IoWriteAccess and the like are in NT: what will be done with the memory. */
export const IoReadAccess = 0;
export const IoWriteAccess = 1;
export const IoModifyAccess = 2;

class MdlBody implements Mdl {
  readonly runtime: Runtime;
  readonly byteOffset: number;
  readonly byteCount: number;
  id: number;
  next: MdlBody | undefined;
  /** The first of its chain: all of that is mapped together. */
  head: MdlBody = this;
  /** Bytes of the chain's mapping before its first page. */
  before = 0;
  /** Bytes of the Executive's MDL before its first byte. */
  at = 0;
  /** Where the chain is mapped. */
  address = 0;
  window: Window | undefined;
  /** Memory of the driver's own, that stays where it is. */
  own: Window | undefined;
  /** Memory of whoever asked, by a request that is here. */
  user: UserBuffer | undefined;
  /** The Executive's MDL is to be deleted with it. */
  locked = false;

  constructor(runtime: Runtime, id: number, { byteOffset, byteCount }: MdlSegment) {
    this.runtime = runtime;
    this.id = id;
    this.byteOffset = byteOffset;
    this.byteCount = byteCount;
  }
}

function body(mdl: Mdl): MdlBody {
  return mdl as MdlBody;
}

/** The chain of an IRP, as the packet that brought it describes it. */
export function makeChain(
  runtime: Runtime,
  id: number,
  segments: readonly MdlSegment[],
): Mdl | undefined {
  let head: MdlBody | undefined;
  let last: MdlBody | undefined;
  for (const segment of segments) {
    const mdl = new MdlBody(runtime, id, segment);
    head ??= mdl;
    mdl.head = head;
    if (last) {
      last.next = mdl;
      mdl.before = last.before + pagesOfSegment(last) * PAGE_SIZE;
      mdl.at = last.at + last.byteCount;
    }
    last = mdl;
  }
  return head;
}

/**
 * The memory itself. Throws NtException where it cannot be mapped; a window of it is good until the
 * IRP leaves this driver.
 */
export async function MmGetSystemAddressForMdlSafe(mdl: Mdl): Promise<Window> {
  const own = body(mdl);
  if (own.own && own.window) return own.window;
  const { runtime, head, id, byteOffset, byteCount } = own;
  if (id === 0) throw new RangeError('an MDL that describes nothing yet');
  if (head.address === 0) {
    const { status, address } = await runtime.service('WdmMapMdl', { mdl: id });
    if (!NT_SUCCESS(status)) throw new NtException(status, 'mapping an MDL');
    head.address = address;
  }
  const at = head.address + own.before + byteOffset;
  // What was mapped elsewhere before is not there any more: a part is not told of that.
  // The kernel's frames say what may be done with it, whatever the window says.
  if (own.window?.address !== at) own.window = runtime.transport.window(at, byteCount, true);
  return own.window;
}

/** The same: what NT's older drivers call it. */
export const MmMapLockedPages = MmGetSystemAddressForMdlSafe;

/** Before its IRP is completed, where somebody wants the addresses back early: all of the chain. */
export async function MmUnmapLockedPages(mdl: Mdl): Promise<void> {
  const { runtime, id, head } = body(mdl);
  if (head.address === 0) return;
  forgetMapping(mdl);
  await runtime.service('WdmUnmapMdl', { mdl: id });
}

export function MmGetMdlByteCount(mdl: Mdl): number {
  return mdl.byteCount;
}

export function MmGetMdlByteOffset(mdl: Mdl): number {
  return mdl.byteOffset;
}

/**
 * Where the memory begins for who described it: of the driver's own, its address, and so for memory
 * of whoever asked; of a request, a number that only IoBuildPartialMdl is to be given.
 */
export function MmGetMdlVirtualAddress(mdl: Mdl): number {
  const { own, user, byteOffset } = body(mdl);
  return own?.address ?? user?.address ?? byteOffset;
}

/**
 * An MDL of memory that the driver has, or that a request names. It describes nothing before it is
 * built or locked.
 */
export function IoAllocateMdl(driver: DriverObject, memory: Window | UserBuffer): Mdl {
  const { address, length } = memory;
  const segment = { byteOffset: address % PAGE_SIZE, byteCount: length };
  const mdl = new MdlBody(driver.runtime, 0, segment);
  if ('irp' in memory) mdl.user = memory;
  else mdl.own = memory;
  return mdl;
}

/**
 * Holds the memory until MmUnlockPages: all of an MDL, never a part alone. Throws NtException:
 * STATUS_ACCESS_VIOLATION.
 */
export async function MmProbeAndLockPages(mdl: Mdl, operation: number): Promise<void> {
  const own = body(mdl);
  const memory = own.own ?? own.user;
  if (!memory || own.locked || own.head !== own)
    throw new RangeError('an MDL that cannot be locked');
  const { address, length } = memory;
  const request = { address, length, write: operation !== IoReadAccess };
  const { status, mdl: id } = await (own.user
    ? own.runtime.service('WdmLockUserBuffer', { irp: own.user.irp.id, ...request })
    : own.runtime.service('WdmCreateMdl', request));
  if (!NT_SUCCESS(status)) throw new NtException(status, 'locking memory');
  own.id = id;
  own.locked = true;
  own.window = own.own;
}

export async function MmUnlockPages(mdl: Mdl): Promise<void> {
  const own = body(mdl);
  if (!own.locked) throw new RangeError('an MDL that is not locked');
  own.locked = false;
  const { id } = own;
  own.id = 0;
  own.address = 0;
  own.window = undefined;
  await own.runtime.service('WdmDeleteMdl', { mdl: id });
}

/** All of a driver's memory is resident; what NT leaves undone here is locking, and so is ours. */
export function MmBuildMdlForNonPagedPool(mdl: Mdl): void {
  const own = body(mdl);
  own.window = own.own;
}

/** New pages, zeroed, that belong to the MDL. Throws NtException. */
export async function MmAllocatePagesForMdl(driver: DriverObject, length: number): Promise<Mdl> {
  const { runtime } = driver;
  const request = { address: 0, length, write: true };
  const { status, mdl: id } = await runtime.service('WdmCreateMdl', request);
  if (!NT_SUCCESS(status)) throw new NtException(status, `${length} bytes of pages`);
  const mdl = new MdlBody(runtime, id, { byteOffset: 0, byteCount: length });
  mdl.locked = true;
  return mdl;
}

/** Gives the pages back; no window of them may be used any more. */
export async function MmFreePagesFromMdl(mdl: Mdl): Promise<void> {
  await MmUnlockPages(mdl);
}

/** The part of `source` that begins at the virtual address. It is good as long as `source` is. */
export function IoBuildPartialMdl(source: Mdl, virtualAddress: number, length: number): Mdl {
  const whole = body(source);
  const skip = virtualAddress - MmGetMdlVirtualAddress(source);
  if (!(skip >= 0 && length >= 0 && skip + length <= source.byteCount))
    throw new RangeError('a partial MDL that is not inside its source');
  const start = whole.byteOffset + skip;
  const segment = { byteOffset: start % PAGE_SIZE, byteCount: length };
  const part = new MdlBody(whole.runtime, whole.id, segment);
  part.head = whole.head;
  part.before = whole.before + start - segment.byteOffset;
  part.at = whole.at + skip;
  part.user = whole.user && { ...whole.user, address: virtualAddress, length };
  part.own = whole.own?.slice(skip, length);
  part.window = whole.window?.slice(skip, length);
  return part;
}

/** Locked memory is unlocked first: MmUnlockPages. */
export function IoFreeMdl(mdl: Mdl): void {
  if (body(mdl).locked) throw new RangeError('an MDL is freed that is still locked');
}

/** The Executive has unmapped it: the IRP has left this driver. */
export function forgetMapping(mdl: Mdl): void {
  const { head } = body(mdl);
  head.address = 0;
  for (let each: MdlBody | undefined = head; each; each = each.next) each.window = each.own;
}

/**
 * How a request of the driver's own, for `length` bytes, names its buffer: the Executive's MDL, and
 * where in it. Only here it is known where a part ends.
 */
export function bufferOf(mdl: Mdl, length: number): { buffer: number; at: number } {
  const { id, at, byteCount } = body(mdl);
  if (id < OWN_IRP) throw new NtException(Status.STATUS_INVALID_PARAMETER, 'a buffer not locked');
  if (length > byteCount)
    throw new NtException(Status.STATUS_INVALID_PARAMETER, 'a buffer shorter than its request');
  return { buffer: id, at };
}
