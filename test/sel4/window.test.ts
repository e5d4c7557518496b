/** Windows: translation, bounds, rights, faults, copies; frames of RAM and of kernel memory. */
import { assert } from 'chai';
import {
  createKernel,
  isVMFault,
  seL4_CNode_Copy,
  seL4_CanRead,
  seL4_X86_4K,
  seL4_X86_PageTableObject,
  seL4_X86_PageTable_Map,
  seL4_X86_PageTable_Unmap,
  seL4_X86_Page_GetAddress,
  seL4_X86_Page_Map,
  seL4_X86_Page_Unmap,
} from '../../personality/sel4/index.ts';
import type { Thread, VMFault } from '../../personality/sel4/index.ts';
import { DEPTH, ROOT, VSPACE, createKit, ok } from './fixtures/kit.ts';
import type { Kit } from './fixtures/kit.ts';

const BASE = 0x2000_0000;
const RW = 3;

async function withKit(body: (kit: Kit, thread: Thread) => void): Promise<void> {
  const kernel = await createKernel();
  await kernel.run(async (thread, bootInfo) => body(createKit(thread, bootInfo), thread));
}

function page(kit: Kit, address: number, device = true, rights = RW): number {
  const frame = kit.make(seL4_X86_4K, 12, device);
  kit.map(frame, address, rights);
  return frame;
}

function fault(body: () => unknown): VMFault {
  try {
    body();
  } catch (error) {
    if (isVMFault(error)) return error;
    throw error;
  }
  throw new Error('no fault');
}

const numbers = (length: number, start = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + start) & 0xff);

suite('sel4/window', () => {
  test('scalars of all widths, aligned or not, little endian, in RAM and kernel frames', async () => {
    await withKit((kit, thread) => {
      for (const [address, device] of [
        [BASE, true],
        [BASE + 4096, false],
      ] as const) {
        page(kit, address, device);
        const window = thread.window(address, 4096, true);
        for (const at of [0, 1, 2, 3, 4092]) {
          window.setUint32(at, 0x89abcdef);
          assert.equal(window.getUint32(at), 0x89abcdef);
          assert.equal(window.getInt32(at), 0x89abcdef | 0);
          assert.equal(window.getUint16(at), 0xcdef);
          assert.equal(window.getUint8(at + 3), 0x89);
          window.setUint16(at + 1, 0x1234);
          assert.equal(window.getUint32(at), 0x891234ef);
          window.setInt32(at, -2);
          assert.equal(window.getUint32(at), 0xfffffffe);
          window.setUint8(at, 0x1ff);
          assert.equal(window.getUint8(at), 0xff);
        }
      }
    });
  });

  test('values and copies cross from page to page, wherever the frames are', async () => {
    await withKit((kit, thread) => {
      page(kit, BASE + 4096, true);
      page(kit, BASE, true);
      page(kit, BASE + 8192, false);
      const window = thread.window(BASE, 3 * 4096, true);
      for (const at of [4093, 4094, 4095, 8189, 8190, 8191]) {
        window.setUint32(at, 0x01020304 + at);
        assert.equal(window.getUint32(at), 0x01020304 + at);
      }
      window.setUint16(4095, 0xbeef);
      assert.equal(window.getUint8(4096), 0xbe);
      const bytes = numbers(10_000);
      window.write(100, bytes);
      assert.deepEqual(window.read(100, 10_000), bytes);
      assert.deepEqual(window.slice(4000, 200).read(0, 200), bytes.slice(3900, 4100));
      window.fill(4000, 5000, 0xaa);
      assert.deepEqual(window.read(3999, 2), Uint8Array.of(bytes[3899] ?? 0, 0xaa));
      assert.deepEqual(window.read(8999, 2), Uint8Array.of(0xaa, bytes[8900] ?? 0));
    });
  });

  test('copyTo is memmove: overlaps in both directions, across pages', async () => {
    await withKit((kit, thread) => {
      for (let i = 0; i < 4; i++) page(kit, BASE + i * 4096, i % 2 === 0);
      const window = thread.window(BASE, 4 * 4096, true);
      for (const [from, to, length] of [
        [10, 5000, 9000],
        [5000, 10, 9000],
        [0, 1, 16_000],
        [1, 0, 16_000],
        [100, 100, 5000],
        [4090, 4100, 20],
        [3, 8195, 4096],
      ] as const) {
        const model = numbers(4 * 4096, from);
        window.write(0, model);
        window.copyTo(from, window, to, length);
        model.copyWithin(to, from, from + length);
        assert.deepEqual(window.read(0, 4 * 4096), model, `${from} -> ${to}`);
      }
    });
  });

  test('out of bounds is a fault, whatever lies behind the window', async () => {
    await withKit((kit, thread) => {
      page(kit, BASE);
      const window = thread.window(BASE, 100, true);
      for (const offset of [100, 97, -1, 1.5, NaN, Infinity, 2 ** 32, 2 ** 53]) {
        assert.throws(() => window.getUint32(offset), /read from/, String(offset));
        assert.throws(() => window.setUint32(offset, 1), /write to/, String(offset));
        assert.throws(() => window.slice(offset, 4), /read from/, String(offset));
      }
      assert.equal(window.getUint32(96), 0);
      assert.throws(() => window.read(50, 51));
      assert.throws(() => window.read(0, -1));
      assert.throws(() => window.fill(0, 101, 0));
      assert.throws(() => window.write(99, new Uint8Array(2)));
      assert.throws(() => window.copyTo(0, window, 50, 51));
      assert.throws(() => window.slice(0, 101));
      assert.equal(fault(() => window.getUint8(100)).address, BASE + 100);
      const end = thread.window(0xffff_fff0, 64, true);
      assert.throws(() => end.getUint32(32), /read from/);
    });
  });

  test('rights: of the window, and of the mapping', async () => {
    await withKit((kit, thread) => {
      const frame = page(kit, BASE);
      const readOnly = thread.window(BASE, 4096, false);
      const writable = thread.window(BASE, 4096, true);
      writable.setUint32(0, 5);
      assert.equal(readOnly.getUint32(0), 5);
      assert.isTrue(fault(() => readOnly.setUint8(0, 1)).write);
      assert.isTrue(fault(() => readOnly.slice(0, 4).setUint8(0, 1)).write);
      assert.isTrue(fault(() => writable.copyTo(0, readOnly, 8, 4)).write);
      ok(seL4_X86_Page_Map(thread, frame, VSPACE, BASE, seL4_CanRead, 0), 're-map');
      assert.equal(writable.getUint32(0), 5);
      assert.isTrue(fault(() => writable.setUint32(0, 6)).write);
      assert.equal(fault(() => writable.write(4, numbers(4))).address, BASE + 4);
      assert.equal(writable.getUint32(0), 5);
    });
  });

  test('what is unmapped faults from then on: page, table, deleted frame', async () => {
    await withKit((kit, thread) => {
      const window = thread.window(BASE, 4096, true);
      const frame = page(kit, BASE);
      window.setUint32(0, 1);
      ok(seL4_X86_Page_Unmap(thread, frame), 'unmap');
      const error = fault(() => window.getUint32(8));
      assert.equal(error.address, BASE + 8);
      assert.isFalse(error.write);
      assert.equal((error as unknown as { status: number }).status, 0xc0000005);
      kit.map(frame, BASE, RW);
      assert.equal(window.getUint32(0), 1);
      kit.remove(frame);
      fault(() => window.getUint32(0));

      const table = kit.make(seL4_X86_PageTableObject);
      const far = 0x3000_0000;
      ok(seL4_X86_PageTable_Map(thread, table, VSPACE, far, 0), 'map table');
      page(kit, far);
      const other = thread.window(far, 4096, true);
      other.setUint8(0, 1);
      ok(seL4_X86_PageTable_Unmap(thread, table), 'unmap table');
      fault(() => other.getUint8(0));
    });
  });

  test('one frame mapped twice is the same bytes, and has one physical address', async () => {
    await withKit((kit, thread) => {
      const frame = page(kit, BASE);
      const copy = kit.slot();
      ok(seL4_CNode_Copy(thread, ROOT, copy, DEPTH, ROOT, frame, DEPTH, 15), 'copy');
      kit.map(copy, BASE + 0x10_0000, RW);
      thread.window(BASE, 4096, true).setUint32(12, 0xfeed);
      assert.equal(thread.window(BASE + 0x10_0000, 4096, false).getUint32(12), 0xfeed);
      const address = seL4_X86_Page_GetAddress(thread, frame);
      assert.deepEqual(address, seL4_X86_Page_GetAddress(thread, copy));
      assert.isBelow(address.value, 16 << 20);
    });
  });

  test('only real byte arrays are taken, and what is read is private', async () => {
    await withKit((kit, thread) => {
      page(kit, BASE);
      const window = thread.window(BASE, 4096, true);
      const array = [1, 2, 3] as unknown as Uint8Array;
      const proxy = new Proxy(new Uint8Array(64), {});
      for (const bad of [array, proxy, new Uint16Array(4) as unknown as Uint8Array]) {
        assert.throws(() => window.write(0, bad), TypeError);
        assert.throws(() => window.readInto(0, bad), TypeError);
      }
      const lying = new Uint8Array(8);
      Object.defineProperty(lying, 'length', { value: 5000 });
      Object.defineProperty(lying, 'set', { value: () => assert.fail('was called') });
      window.fill(0, 100, 9);
      window.readInto(0, lying);
      assert.equal(lying[7], 9);
      const read = window.read(0, 100);
      read[0] = 77;
      assert.equal(window.getUint8(0), 9);
      assert.equal(read.buffer.byteLength, 100);
    });
  });
});
