/** The memory of another process, read and written by its handle; every wrong argument. */
import { assert } from 'chai';
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { PAGE_SIZE, USER_LIMIT, VIRTUAL_BASE } from '../../personality/rtl/layout.ts';
import * as memory from '../../personality/rtl/memory.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { inClient, statusOf } from './core-client.ts';
import { ALL, checkHandles, wait, type Call } from './core-sync-fixture.ts';

const PLACE = VIRTUAL_BASE + 0x10_0000;
/** Two pages to read and write, one to read, one reserved; nothing behind them. */
const [OPEN, READ_ONLY, RESERVED] = [PLACE, PLACE + 2 * PAGE_SIZE, PLACE + 3 * PAGE_SIZE];
const pages = { process: CURRENT_PROCESS, address: PLACE, zeroBits: 0, length: 4 * PAGE_SIZE };
const bytes = (length: number, seed: number) =>
  new Uint8Array(length).map((_, i) => i * seed + (i >> 8));

const signal = async (process: NtProcess, name: string) =>
  (await native.NtCreateEvent(process, { ...ALL, name, type: 0, initial: false, attributes: 0x80 }))
    .handle;

/** Has those pages, says so, waits, and ends with the last byte of the second page. */
const other = nativeImage(async (process) => {
  const { MEM_COMMIT, MEM_RESERVE, PAGE_READWRITE, PAGE_READONLY } = memory;
  const protect = PAGE_READWRITE;
  const [ready, go] = [await signal(process, '\\??\\Ready'), await signal(process, '\\??\\Go')];
  await native.NtAllocateVirtualMemory(process, { ...pages, type: MEM_RESERVE, protect });
  const committed = { ...pages, length: 3 * PAGE_SIZE, type: MEM_COMMIT, protect };
  await native.NtAllocateVirtualMemory(process, committed);
  const window = process.thread.window(OPEN, 3 * PAGE_SIZE, true);
  window.write(0, bytes(3 * PAGE_SIZE, 3));
  const last = { ...pages, address: READ_ONLY, length: PAGE_SIZE, protect: PAGE_READONLY };
  await native.NtProtectVirtualMemory(process, last);
  await native.NtSetEvent(process, { handle: ready });
  await wait(process, go);
  return window.getUint8(2 * PAGE_SIZE - 1);
});

interface Scene {
  readonly process: NtProcess;
  readonly child: { readonly handle: number; readonly id: number };
  readonly own: ReturnType<NtProcess['heap']['allocate']>;
  /** Lets the other process end; its exit status. */
  end(): Promise<number>;
}

const scene = (body: (scene: Scene) => Promise<void>) =>
  inClient(
    async (process) => {
      const ready = await signal(process, '\\??\\Ready');
      const go = await signal(process, '\\??\\Go');
      const image = { image: 'other.exe', commandLine: '' };
      const child = await native.NtCreateProcess(process, image);
      assert.equal(await wait(process, ready), 'STATUS_SUCCESS');
      const end = async () => {
        await native.NtSetEvent(process, { handle: go });
        assert.equal(await wait(process, child.handle), 'STATUS_SUCCESS');
        return (await native.NtQueryInformationProcess(process, child)).exitStatus;
      };
      await body({ process, child, own: process.heap.allocate(3 * PAGE_SIZE), end });
    },
    { 'other.exe': other },
  );

suite('ntos/memory of another process', function () {
  this.timeout(20_000);

  test('is read and written across pages, and what is not there ends the copy', () =>
    scene(async ({ process, child, own, end }) => {
      const range = { process: child.handle, buffer: own.address };
      const read = async (address: number, length: number) => {
        const answer = await native.NtReadVirtualMemory(process, { ...range, address, length });
        return [statusOf(answer), answer.moved];
      };
      const write = async (address: number, length: number) => {
        const answer = await native.NtWriteVirtualMemory(process, { ...range, address, length });
        return [statusOf(answer), answer.moved];
      };
      const theirs = bytes(3 * PAGE_SIZE, 3);
      assert.deepEqual(await read(OPEN + 100, 5000), ['STATUS_SUCCESS', 5000]);
      assert.deepEqual(own.memory.read(0, 5000), theirs.slice(100, 5100));
      const behind = READ_ONLY + PAGE_SIZE - 10;
      own.memory.write(0, new Uint8Array(20).fill(0xee));
      assert.deepEqual(await read(behind, 20), ['STATUS_PARTIAL_COPY', 10]);
      const tail = [...theirs.slice(-10), ...new Uint8Array(10).fill(0xee)];
      assert.deepEqual([...own.memory.read(0, 20)], tail);
      for (const address of [RESERVED, 0x10, USER_LIMIT - 1, USER_LIMIT, 0xffff_fff0])
        assert.deepEqual(await read(address, 4), ['STATUS_PARTIAL_COPY', 0], `${address}`);
      assert.deepEqual(await read(RESERVED, 0), ['STATUS_SUCCESS', 0]);

      const ours = bytes(5000, 7);
      own.memory.write(0, ours);
      assert.deepEqual(await write(OPEN + 3000, 5000), ['STATUS_SUCCESS', 5000]);
      assert.deepEqual(await write(READ_ONLY - 4, 8), ['STATUS_PARTIAL_COPY', 4]);
      for (const address of [READ_ONLY, RESERVED, USER_LIMIT])
        assert.deepEqual(await write(address, 4), ['STATUS_PARTIAL_COPY', 0], `${address}`);
      assert.deepEqual(await read(OPEN, 3 * PAGE_SIZE), ['STATUS_SUCCESS', 3 * PAGE_SIZE]);
      theirs.set(ours, 3000);
      theirs.set(ours.slice(0, 4), 2 * PAGE_SIZE - 4);
      assert.deepEqual(own.memory.read(0, 3 * PAGE_SIZE), theirs);
      assert.equal(await end(), ours[3], 'it sees what was written');
      assert.equal((await read(OPEN, 4))[0], 'STATUS_PROCESS_IS_TERMINATING');
      assert.equal((await write(OPEN, 4))[0], 'STATUS_PROCESS_IS_TERMINATING');
    }));

  test('needs the right, and a buffer of one’s own', () =>
    scene(async ({ process, child, own, end }) => {
      const input = { process: child.handle, address: OPEN, buffer: own.address, length: 8 };
      const { PROCESS_VM_OPERATION, PROCESS_VM_READ, PROCESS_VM_WRITE } = memory;
      const opened = async (access: number) =>
        (await native.NtOpenProcess(process, { id: child.id, access })).handle;
      const read: Call = (of) => native.NtReadVirtualMemory(process, { ...input, process: of });
      const write: Call = (of) => native.NtWriteVirtualMemory(process, { ...input, process: of });
      await checkHandles(process, [read], await opened(PROCESS_VM_OPERATION | PROCESS_VM_WRITE));
      await checkHandles(process, [write], await opened(PROCESS_VM_READ | PROCESS_VM_OPERATION));
      await checkHandles(process, [write], await opened(PROCESS_VM_WRITE));
      assert.equal(statusOf(await read(await opened(PROCESS_VM_READ))), 'STATUS_SUCCESS');
      const both = await opened(PROCESS_VM_WRITE | PROCESS_VM_OPERATION);
      assert.equal(statusOf(await write(both)), 'STATUS_SUCCESS');

      const type = memory.MEM_RESERVE | memory.MEM_COMMIT;
      const view = { ...pages, length: PAGE_SIZE, type, protect: memory.PAGE_READONLY };
      const { address: fixed } = await native.NtAllocateVirtualMemory(process, view);
      const of = async (write: boolean, more: object) => {
        const { NtReadVirtualMemory, NtWriteVirtualMemory } = native;
        const service = write ? NtWriteVirtualMemory : NtReadVirtualMemory;
        return statusOf(await service(process, { ...input, ...more }));
      };
      for (const more of [
        { buffer: 0x10 },
        { buffer: fixed + PAGE_SIZE - 4 },
        { buffer: USER_LIMIT },
        { length: 0xffff_ffff },
      ])
        for (const write of [false, true])
          assert.equal(await of(write, more), 'STATUS_ACCESS_VIOLATION', JSON.stringify(more));
      assert.equal(await of(false, { buffer: fixed }), 'STATUS_ACCESS_VIOLATION');
      assert.equal(await of(true, { buffer: fixed }), 'STATUS_SUCCESS', 'it is only read');
      await end();
    }));
});
