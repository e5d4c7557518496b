/**
 * A hostile driver: loaded like any other, it tries what it must not be able to do.
 *
 * Its code runs with exactly what a driver process holds: a thread, its CSpace, its mapped pages.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { makeProcess, type NtProcess } from '../../personality/ntdll/process.ts';
import {
  CACHE_VIEW_BASE,
  HEAP_BASE,
  PACKETS_IN,
  SERVICE_BUFFER_BASE,
} from '../../personality/rtl/layout.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import {
  isVMFault,
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_X86_IOPort_In8,
  UntypedRetype,
  X86IOPortIn8,
} from '../../personality/sel4/index.ts';
import type { Image, Thread } from '../../personality/sel4/types.ts';
import { makeImage } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const FDC_STATUS = 0x3f4;

/** A driver image that does `attack`, reports itself initialised, and waits for ever. */
function driverThat<T>(attack: (process: NtProcess) => Promise<T>): {
  image: Image;
  result: Promise<T>;
} {
  let settle!: (value: Promise<T>) => void;
  const result = new Promise<T>((resolve) => (settle = resolve));
  const entry = async (thread: Thread): Promise<void> => {
    const process = makeProcess(thread, 0);
    const outcome = attack(process);
    settle(outcome);
    await outcome.catch(() => undefined);
    for (;;)
      await callService(process, 'WdmRequestIoPackets', { outgoing: 0, wait: true, status: 0 });
  };
  return { image: () => ({ entries: [entry] }), result };
}

async function attackWith<T>(
  attack: (process: NtProcess) => Promise<T>,
): Promise<{ rig: Rig; result: T }> {
  const { image, result } = driverThat(attack);
  const nothing = { ports: [], interrupts: [], dma: [] };
  const { driverRegistry } = await import('../../drivers/registry.ts');
  const rig = await bootRig({
    disks: [await makeImage({ kib: 1440, files: { 'SECRET.TXT': 'secret' } })],
    images: { 'hostile.sys': image },
    executive: {
      drivers: {
        ...driverRegistry,
        hostile: { image: 'hostile.sys', counterName: 'hostile', ...nothing },
      },
    },
  });
  assert.equal(await rig.run('type SECRET.TXT'), 'secret\n');
  await rig.run('loaddrv hostile');
  return { rig, result: await result };
}

async function stillLives(rig: Rig): Promise<void> {
  assert.equal(await rig.run('type SECRET.TXT'), 'secret\n');
  assert.include(await rig.run('ps'), 'ntcmd.exe');
  rig.end();
}

function faults(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    return isVMFault(error);
  }
}

suite('system/hostile driver', function () {
  this.timeout(60_000);

  test('reads no memory that is not mapped for it', async () => {
    const { rig, result } = await attackWith(async ({ thread }) => {
      const reachable: number[] = [];
      for (let address = 0; address < 0x1_0000_0000; address += 0x1_0000)
        if (!faults(() => thread.window(address, 4, false).getUint8(0))) reachable.push(address);
      const packets = thread.window(PACKETS_IN, 4096, true);
      return { reachable, packetsWritable: !faults(() => packets.setUint8(0, 1)) };
    });
    assert.isFalse(result.packetsWritable, 'incoming packets are read-only');
    const own = [SERVICE_BUFFER_BASE, HEAP_BASE, PACKETS_IN];
    assert.includeMembers(result.reachable, own);
    for (const address of result.reachable) assert.isBelow(address, CACHE_VIEW_BASE);
    await stillLives(rig);
  });

  test('gets no view of shared memory, whatever it takes hold of', async () => {
    const { rig, result } = await attackWith(async ({ thread, serviceBuffer }) => {
      const found: string[] = [];
      const bytes = serviceBuffer.read(0, 64);
      if (bytes.buffer instanceof SharedArrayBuffer || bytes.buffer.byteLength > 64)
        found.push('a copy shares its buffer');
      search(thread, 'thread', found, new Set());
      search(serviceBuffer, 'window', found, new Set());
      await withSpies(found, () => {
        serviceBuffer.write(0, Uint8Array.of(1, 2, 3));
        serviceBuffer.readInto(0, new Uint8Array(16));
        serviceBuffer.fill(0, 16, 7);
        serviceBuffer.copyTo(0, serviceBuffer.slice(64, 64), 0, 16);
        serviceBuffer.read(0, 16);
        serviceBuffer.getUint32(0);
      });
      return found;
    });
    assert.deepEqual(result, []);
    await stillLives(rig);
  });

  test('reaches no port without a capability', async () => {
    const { rig, result } = await attackWith(async (process) => {
      const { thread } = process;
      const granted = await callService(process, 'WdmEnablePorts', { first: FDC_STATUS, count: 1 });
      const worked: number[] = [];
      for (let slot = 0; slot < 256; slot++) {
        try {
          seL4_X86_IOPort_In8(thread, slot, FDC_STATUS);
          worked.push(slot);
        } catch {
          // refused, as it should be
        }
      }
      return { status: granted.status, worked };
    });
    assert.equal(result.status, Status.STATUS_ACCESS_DENIED);
    assert.deepEqual(result.worked, []);
    await stillLives(rig);
  });

  test('makes no kernel objects, and its capabilities answer no other method', async () => {
    const { rig, result } = await attackWith(async ({ thread }) => {
      const succeeded: string[] = [];
      for (let slot = 0; slot < 256; slot++)
        for (let label = UntypedRetype; label <= X86IOPortIn8 + 8; label++) {
          try {
            for (let i = 0; i < 8; i++) thread.setMR(i, 0);
            const info = thread.invoke(slot, MessageInfo_new(label, 0, 0, 8));
            if (MessageInfo_get_label(info) === 0) succeeded.push(`slot ${slot} label ${label}`);
          } catch {
            // not a kernel object
          }
        }
      return succeeded;
    });
    assert.deepEqual(result, []);
    await stillLives(rig);
  });

  test("uses no other process's handles, devices, volumes or IRPs", async () => {
    const { rig, result } = await attackWith(async (process) => {
      const statuses: Record<string, number[]> = { handle: [], map: [], dma: [], device: [] };
      for (let handle = 4; handle < 200; handle += 4) {
        const read = { handle, address: HEAP_BASE, length: 16, offset: 0 };
        statuses['handle']!.push((await callService(process, 'NtReadFile', read)).status);
      }
      for (let device = 0; device < 64; device++) {
        const map = { device, offset: 0, length: 4096, mode: 0 };
        statuses['map']!.push((await callService(process, 'WdmCcMapData', map)).status);
        statuses['device']!.push(
          (await callService(process, 'WdmDeleteDevice', { device })).status,
        );
        const place = { offset: 0, length: 512, toDevice: false };
        for (const allocate of [false, true]) {
          const transfer = { adapter: device, irp: device, ...place, allocate, ended: device };
          statuses['dma']!.push((await callService(process, 'IoMapTransfer', transfer)).status);
        }
      }
      const adapter = { channel: 2, maximumLength: 512 };
      statuses['dma']!.push((await callService(process, 'HalGetAdapter', adapter)).status);
      return statuses;
    });
    for (const [what, list] of Object.entries(result))
      for (const status of list) assert.isAbove(status, 0xbfff_ffff, `${what} ${status}`);
    await stillLives(rig);
  });

  test('a wild completion, a cut packet, and a fault end or harm itself alone', async () => {
    const { rig } = await attackWith(async (process) => {
      const { thread } = process;
      const out = thread.window(0x0201_0000, 0x1_0000, true);
      for (const words of [[8, 1, 2], [0xffff_ffff], [16, 9999, 3, 0, 0], [4, 0]]) {
        words.forEach((word, index) => out.setUint32(index * 4, word));
        const request = { outgoing: words.length * 4, wait: false, status: 0 };
        await callService(process, 'WdmRequestIoPackets', request);
      }
    });
    await stillLives(rig);
  });
});

/** Walks everything that properties lead to. */
function search(value: unknown, path: string, found: string[], seen: Set<unknown>): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  if (seen.has(value) || value === Object.prototype || value === Function.prototype) return;
  seen.add(value);
  const isMemory =
    value instanceof WebAssembly.Memory ||
    value instanceof WebAssembly.Instance ||
    value instanceof SharedArrayBuffer ||
    (ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer);
  if (isMemory) found.push(path);
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property && 'value' in property)
      search(property.value, `${path}.${String(key)}`, found, seen);
  }
  search(Object.getPrototypeOf(value), `${path}.__proto__`, found, seen);
}

/** Puts itself in the way of every built-in that memory could pass through. */
async function withSpies(found: string[], action: () => void): Promise<void> {
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as Record<string, unknown>;
  const names = ['set', 'fill', 'subarray', 'slice', 'copyWithin', 'at', 'map'];
  const saved = names.map((name) => typed[name]);
  names.forEach((name, index) => {
    typed[name] = function (this: Uint8Array, ...rest: unknown[]) {
      for (const each of [this, ...rest])
        if (ArrayBuffer.isView(each) && each.buffer instanceof SharedArrayBuffer)
          found.push(`${name} saw shared memory`);
      return (saved[index] as (...a: unknown[]) => unknown).apply(this, rest);
    };
  });
  try {
    action();
  } finally {
    names.forEach((name, index) => (typed[name] = saved[index]));
  }
  await Promise.resolve();
}
