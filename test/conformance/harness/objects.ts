/**
 * An allocator of kernel objects: slots counted upwards, memory from the largest untypeds.
 *
 * What is freed leaves its slot to the next object; memory comes back only by revoking an untyped
 * of the program's own (`untyped`). Where the kernel refuses, the allocator throws.
 */
import { assert } from 'chai';
import {
  seL4_CapTableObject,
  seL4_EndpointObject,
  seL4_NotificationObject,
  seL4_TCBObject,
  seL4_UntypedObject,
  seL4_Untyped_Retype,
  seL4_X86_4K,
  seL4_X86_PageDirectoryObject,
  seL4_X86_PageTableObject,
  seL4_X86_PageTable_Map,
  seL4_X86_Page_Map,
  seL4_FailedLookup,
} from '../../../personality/sel4/index.ts';
import type { BootInfo, CPtr, Thread } from '../../../personality/sel4/index.ts';
import { ROOT, mint, remove } from './cspace.ts';

export interface Objects {
  /** An empty slot. */
  slot(): CPtr;
  /** `count` empty slots in a row: the first. */
  slots(count: number): CPtr;
  make(type: number, sizeBits?: number): CPtr;
  untyped(sizeBits: number): CPtr;
  endpoint(): CPtr;
  notification(): CPtr;
  tcb(): CPtr;
  cnode(radix: number): CPtr;
  vspace(): CPtr;
  /** A page of kernel memory: zeroed when made, fit for an IPC buffer. */
  page(): CPtr;
  /** A page of RAM: device memory to the kernel. */
  ramPage(): CPtr;
  badged(source: CPtr, badge: number, rights?: number): CPtr;
  free(slot: CPtr): void;
  /** Maps a page; makes the page table where there is none. */
  map(page: CPtr, vspace: CPtr, address: number, rights?: number): void;
}

function largest(info: BootInfo, device: boolean): CPtr {
  let best = -1;
  info.untyped.forEach((untyped, i) => {
    if (untyped.isDevice !== device) return;
    if (best < 0 || untyped.sizeBits > (info.untyped[best]?.sizeBits ?? 0)) best = i;
  });
  assert.isAtLeast(best, 0, 'untyped memory');
  return info.untypedStart + best;
}

export function createObjects(thread: Thread, info: BootInfo): Objects {
  const memory = largest(info, false);
  const ram = largest(info, true);
  const freed: CPtr[] = [];
  let next = info.empty[0];

  function retype(untyped: CPtr, type: number, sizeBits: number): CPtr {
    const slot = objects.slot();
    const error = seL4_Untyped_Retype(thread, untyped, type, sizeBits, ROOT, 0, 0, slot, 1);
    assert.equal(error, 0, `allocating an object of type ${type}`);
    return slot;
  }

  const objects: Objects = {
    slot: () => freed.pop() ?? next++,
    slots(count) {
      const first = next;
      next += count;
      assert.isAtMost(next, info.empty[1], 'slots of the root CNode');
      return first;
    },
    make: (type, sizeBits = 0) => retype(memory, type, sizeBits),
    untyped: (sizeBits) => objects.make(seL4_UntypedObject, sizeBits),
    endpoint: () => objects.make(seL4_EndpointObject),
    notification: () => objects.make(seL4_NotificationObject),
    tcb: () => objects.make(seL4_TCBObject),
    cnode: (radix) => objects.make(seL4_CapTableObject, radix),
    vspace: () => objects.make(seL4_X86_PageDirectoryObject),
    page: () => objects.make(seL4_X86_4K),
    ramPage: () => retype(ram, seL4_X86_4K, 0),
    badged(source, badge, rights) {
      const slot = objects.slot();
      assert.equal(mint(thread, slot, source, badge, rights), 0, 'minting');
      return slot;
    },
    free(slot) {
      assert.equal(remove(thread, slot), 0, 'freeing');
      freed.push(slot);
    },
    map(page, vspace, address, rights = 3) {
      const map = () => seL4_X86_Page_Map(thread, page, vspace, address, rights, 0);
      let error = map();
      if (error === seL4_FailedLookup) {
        const table = objects.make(seL4_X86_PageTableObject);
        assert.equal(seL4_X86_PageTable_Map(thread, table, vspace, address, 0), 0, 'page table');
        error = map();
      }
      assert.equal(error, 0, 'mapping a page');
    },
  };
  return objects;
}
