/**
 * The memory manager's side of the WdmMdl services, for one driver under test: a request's buffer
 * is a plain array, and its mapping a window of that.
 *
 *   add(id, buffer, writable)   the MDL of a request
 *   limit                       bytes of pages that the driver may have
 *   maps, read, written         calls of WdmMapMdl, and the bytes that went through windows
 */
import { encodeMdl } from '../../personality/rtl/mdl.ts';
import { OWN_IRP } from '../../personality/rtl/packets.ts';
import type { ServiceInput } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Window } from '../../personality/sel4/types.ts';
import { ArrayWindow } from './array-window.ts';
import type { FakeUser } from './fake-types.ts';

/** Where nothing else is mapped. */
const BASE = 0x1800_0000;

interface FakeMdl {
  readonly buffer: Uint8Array;
  readonly writable: boolean;
  address: number;
}

export class FakeMdls {
  limit = Infinity;
  maps = 0;
  bytesRead = 0;
  /** What METHOD_NEITHER requests name, by their ids. */
  readonly users = new Map<number, FakeUser>();
  readonly #mdls = new Map<number, FakeMdl>();
  readonly #locked = new Map<number, number>();
  #next = BASE;
  #lastId = OWN_IRP;

  /** Those that there are. */
  get size(): number {
    return this.#mdls.size;
  }

  add(id: number, buffer: Uint8Array | undefined, writable: boolean): void {
    if (buffer) this.#mdls.set(id, { buffer, writable, address: 0 });
  }

  create({ address, length }: ServiceInput<'WdmCreateMdl'>) {
    if (address !== 0) return { status: Status.STATUS_NOT_SUPPORTED, mdl: 0 };
    if (length > this.limit) return { status: Status.STATUS_QUOTA_EXCEEDED, mdl: 0 };
    this.add(++this.#lastId, new Uint8Array(length), true);
    return { status: 0, mdl: this.#lastId };
  }

  /** As io/request/userbuffers.ts has it. */
  lock({ irp, address, length, write }: ServiceInput<'WdmLockUserBuffer'>) {
    const user = this.users.get(irp);
    if (!user || length === 0) return { status: Status.STATUS_INVALID_PARAMETER, mdl: 0 };
    for (const { address: start, bytes, writable } of user) {
      const at = address - start;
      if (at < 0 || at + length > bytes.length || (write && !writable)) continue;
      const id = ++this.#lastId;
      this.add(id, bytes.subarray(at, at + length), write);
      this.#locked.set(id, irp);
      return { status: 0, mdl: id };
    }
    return { status: Status.STATUS_ACCESS_VIOLATION, mdl: 0 };
  }

  /** The request has left the driver. */
  completed(irp: number): void {
    this.delete(irp);
    this.users.delete(irp);
    for (const [id, of] of this.#locked) if (of === irp) this.delete(id);
  }

  bufferOf(id: number): Uint8Array | undefined {
    return this.#mdls.get(id)?.buffer;
  }

  delete(id: number) {
    this.#locked.delete(id);
    return { status: this.#mdls.delete(id) ? 0 : Status.STATUS_INVALID_PARAMETER };
  }

  map(id: number) {
    const mdl = this.#mdls.get(id);
    if (!mdl) return { status: Status.STATUS_INVALID_PARAMETER, address: 0 };
    this.maps++;
    if (mdl.address === 0) {
      mdl.address = this.#next;
      this.#next += Math.ceil(mdl.buffer.length / 4096) * 4096;
    }
    return { status: 0, address: mdl.address };
  }

  unmap(id: number) {
    const mdl = this.#mdls.get(id);
    if (!mdl?.address) return { status: Status.STATUS_INVALID_PARAMETER };
    mdl.address = 0;
    return { status: 0 };
  }

  window(address: number, length: number): Window | undefined {
    for (const mdl of this.#mdls.values()) {
      const at = address - mdl.address;
      if (mdl.address === 0 || at < 0 || at + length > mdl.buffer.length) continue;
      const bytes = mdl.buffer.subarray(at, at + length);
      const alive = () => mdl.address !== 0 && [...this.#mdls.values()].includes(mdl);
      const read = (count: number) => (this.bytesRead += count);
      return new ArrayWindow(bytes, { address, writable: mdl.writable, alive, read });
    }
    return undefined;
  }
}

/** For the packet that brings the request. */
export function describe(buffer: Uint8Array | undefined): Uint8Array {
  return buffer ? encodeMdl([{ byteOffset: 0, byteCount: buffer.length }]) : new Uint8Array();
}

export const mdlHandlers = (mdls: FakeMdls) => ({
  WdmMapMdl: ({ mdl }: ServiceInput<'WdmMapMdl'>) => mdls.map(mdl),
  WdmUnmapMdl: ({ mdl }: ServiceInput<'WdmUnmapMdl'>) => mdls.unmap(mdl),
  WdmCreateMdl: (input: ServiceInput<'WdmCreateMdl'>) => mdls.create(input),
  WdmLockUserBuffer: (input: ServiceInput<'WdmLockUserBuffer'>) => mdls.lock(input),
  WdmDeleteMdl: ({ mdl }: ServiceInput<'WdmDeleteMdl'>) => mdls.delete(mdl),
});
