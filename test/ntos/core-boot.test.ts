/**
 * Processes on the real kernel: they start, call services, end, fault, and leave nothing behind.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { HEAP_BASE, HEAP_INITIAL, PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/index.ts';
import { bootExecutive, until } from './core-fixture.ts';
import type { Booted } from './core-fixture.ts';
import { anEvent } from './core-inputs.ts';

const SUCCESS = Status.STATUS_SUCCESS;

/** Boots with a first process that runs `client`; what that throws fails the test. */
async function run(
  client: (process: NtProcess, booted: () => Booted) => Promise<void>,
  more: Record<string, Image> = {},
  after?: (booted: Booted) => Promise<void>,
): Promise<void> {
  let done = false;
  let failure: unknown;
  let machine: Booted | undefined;
  const smss = nativeImage(async (process) => {
    try {
      await client(process, () => machine!);
    } catch (error) {
      failure = error;
    }
    done = true;
    return 0;
  });
  await bootExecutive({ images: { 'smss.exe': smss, ...more } }, async (booted) => {
    machine = booted;
    await until('the client is done', () => done || booted.panics.length > 0);
    if (failure) throw failure;
    assert.deepEqual(booted.panics, []);
    await until('the client has ended', () => booted.executive.ps.processes().length === 0);
    await after?.(booted);
  });
}

async function exitStatusOf(process: NtProcess, image: string): Promise<number> {
  const input = { image, commandLine: '' };
  const { status, handle } = await callService(process, 'NtCreateProcess', input);
  assert.equal(status, SUCCESS);
  const timeout = TIMEOUT_INFINITE;
  const wait = await callService(process, 'NtWaitForSingleObject', {
    handle,
    alertable: false,
    timeout,
  });
  assert.equal(wait.status, SUCCESS);
  const info = await callService(process, 'NtQueryInformationProcess', { handle });
  await callService(process, 'NtClose', { handle });
  return info.exitStatus;
}

suite('ntos/boot', () => {
  test('a process starts, calls a service and ends with its status', async () => {
    let time = 0;
    await run(
      async (process) => {
        const answer = await callService(process, 'NtQuerySystemTime', {});
        time = answer.time;
      },
      {},
      async ({ executive, log }) => {
        assert.closeTo(time / 1e4, executive.ke.systemTime() / 1e4, 2000);
        assert.deepEqual(log, []);
      },
    );
  });

  test('drivers of the system are there before the first process, but what fails', async () => {
    const entry = {
      counterName: 'x',
      start: 'system',
      ports: [],
      interrupts: [],
      dma: [],
    } as const;
    const drivers = {
      good: { ...entry, image: 'good.sys' },
      missing: { ...entry, image: 'missing.sys' },
    };
    const found: string[] = [];
    const smss = nativeImage(async (process) => {
      for (const name of ['good', 'missing'])
        found.push(statusName((await callService(process, 'NtLoadDriver', { name })).status));
      return 0;
    });
    const idle = nativeImage(async (process) => {
      const interval = TIMEOUT_INFINITE;
      return (await callService(process, 'NtDelayExecution', { alertable: false, interval }))
        .status;
    });
    const images = { 'smss.exe': smss, 'good.sys': idle };
    await bootExecutive({ images, options: { drivers } }, async () => {
      await until('both were asked for', () => found.length === 2);
      assert.deepEqual(found, ['STATUS_IMAGE_ALREADY_LOADED', 'STATUS_DLL_NOT_FOUND']);
    });
  });

  test('a first process that cannot be loaded is a panic', async () => {
    await bootExecutive({ images: {} }, async ({ panics }) => {
      await until('panic', () => panics.length > 0);
      assert.include(panics[0], 'smss.exe');
    });
  });

  test('each way to end has its exit status, and the host hears of faults alone', async () => {
    const images: Record<string, Image> = {
      'exits.exe': nativeImage(async () => 0x77),
      'raises.exe': nativeImage(async () => {
        throw new NtException(Status.STATUS_DISK_FULL);
      }),
      'throws.exe': nativeImage(async () => {
        throw new TypeError('a bug');
      }),
      'reads.exe': nativeImage(async ({ thread }) => thread.window(0x10, 4, false).getUint32(0)),
      'writes.exe': nativeImage(async ({ thread }) => {
        thread.window(HEAP_BASE + HEAP_INITIAL, 4, true).setUint32(0, 1);
        return 0;
      }),
      'returns.exe': () => ({ entries: [async () => {}] }),
      'none.exe': () => ({ entries: [] }),
    };
    const got: Record<string, number> = {};
    await run(
      async (process) => {
        for (const image of Object.keys(images)) got[image] = await exitStatusOf(process, image);
      },
      images,
      async ({ faults }) => {
        assert.deepEqual(got, {
          'exits.exe': 0x77,
          'raises.exe': Status.STATUS_DISK_FULL,
          'throws.exe': Status.STATUS_ACCESS_VIOLATION,
          'reads.exe': Status.STATUS_ACCESS_VIOLATION,
          'writes.exe': Status.STATUS_ACCESS_VIOLATION,
          'returns.exe': SUCCESS,
          'none.exe': 0xc000007b,
        });
        assert.deepEqual(
          faults.map(({ image }) => image),
          ['throws.exe', 'reads.exe', 'writes.exe', 'none.exe'],
        );
      },
    );
  });

  test('an image that is not there, and names that cannot be one', async () => {
    await run(async (process) => {
      const create = async (image: string) =>
        (await callService(process, 'NtCreateProcess', { image, commandLine: '' })).status;
      assert.equal(await create('nothing.exe'), Status.STATUS_DLL_NOT_FOUND);
      assert.equal(await create('../etc'), Status.STATUS_OBJECT_NAME_INVALID);
      assert.equal(await create(''), Status.STATUS_OBJECT_NAME_INVALID);
    });
  });

  test('a process that waits for ever can be ended, and its id still names it', async () => {
    const sleeper = nativeImage(async (process) => {
      await callService(process, 'NtDelayExecution', {
        alertable: false,
        interval: TIMEOUT_INFINITE,
      });
      return 1;
    });
    await run(
      async (process) => {
        const input = { image: '\\??\\BootModules\\Sleeper.exe', commandLine: 'sleeper 1 2' };
        const { handle, id } = await callService(process, 'NtCreateProcess', input);
        const opened = await callService(process, 'NtOpenProcess', { id });
        const info = await callService(process, 'NtQueryInformationProcess', opened);
        assert.equal(info.exitStatus, Status.STATUS_PENDING);
        assert.equal(info.commandLine, 'sleeper 1 2');
        const poll = { handle, alertable: false, timeout: 0 };
        const wait = async () => (await callService(process, 'NtWaitForSingleObject', poll)).status;
        assert.equal(await wait(), Status.STATUS_TIMEOUT);
        const end = { handle, status: Status.STATUS_CONTROL_C_EXIT };
        assert.equal((await callService(process, 'NtTerminateProcess', end)).status, SUCCESS);
        assert.equal(await wait(), SUCCESS);
        const after = await callService(process, 'NtQueryInformationProcess', opened);
        assert.equal(after.exitStatus, Status.STATUS_CONTROL_C_EXIT);
      },
      { 'sleeper.exe': sleeper },
    );
  });

  test('three hundred ends leave memory and slots as they were', async () => {
    const images = {
      'exits.exe': nativeImage(async (process) => {
        await callService(process, 'NtAllocateVirtualMemory', { length: 5 * PAGE_SIZE });
        await callService(process, 'NtCreateEvent', anEvent);
        return 1;
      }),
      'faults.exe': nativeImage(async ({ thread }) => thread.window(0, 4, false).getUint32(0)),
    };
    let before: number[] = [];
    let after: number[] = [];
    await run(async (process, booted) => {
      const { mm } = booted().executive;
      const state = () => [mm.freePageCount, mm.slots.available];
      for (const image of Object.keys(images)) await exitStatusOf(process, image);
      before = state();
      for (let turn = 0; turn < 150; turn++)
        for (const image of Object.keys(images)) await exitStatusOf(process, image);
      after = state();
    }, images);
    assert.deepEqual(after, before);
  }).timeout(60_000);

  test('a handle means nothing in another process', async () => {
    let seen: number[] = [];
    const other = nativeImage(async (process) => {
      for (const handle of [4, 8, 12, 16]) {
        const { status } = await callService(process, 'NtSetEvent', { handle });
        seen.push(status);
      }
      return 0;
    });
    await run(
      async (process) => {
        for (let count = 0; count < 4; count++)
          await callService(process, 'NtCreateEvent', anEvent);
        await exitStatusOf(process, 'other.exe');
      },
      { 'other.exe': other },
    );
    assert.deepEqual(seen, new Array(4).fill(Status.STATUS_INVALID_HANDLE));
    seen = [];
  });

  test('memory: allocated zeroed, freed by its address, gone after that', async () => {
    await run(async (process) => {
      const { thread } = process;
      const allocate = async (length: number) =>
        callService(process, 'NtAllocateVirtualMemory', { length });
      const { status, address, length } = await allocate(3 * PAGE_SIZE - 5);
      assert.deepEqual([status, length], [SUCCESS, 3 * PAGE_SIZE]);
      const memory = thread.window(address, length, true);
      assert.isTrue(memory.read(0, length).every((byte) => byte === 0));
      memory.fill(0, length, 0xaa);
      const free = async (at: number) =>
        (await callService(process, 'NtFreeVirtualMemory', { address: at })).status;
      assert.equal(await free(address + PAGE_SIZE), Status.STATUS_FREE_VM_NOT_AT_BASE);
      assert.equal(await free(address), SUCCESS);
      assert.throws(() => memory.getUint8(0), /read from/);
      assert.equal(await free(address), Status.STATUS_MEMORY_NOT_ALLOCATED);
      const again = await allocate(PAGE_SIZE);
      assert.equal(thread.window(again.address, 4, false).getUint32(0), 0);
      assert.equal((await allocate(0)).status, Status.STATUS_INVALID_PARAMETER_4);
      assert.equal((await allocate(0xffff_ffff)).status, Status.STATUS_INVALID_PARAMETER_4);
    });
  });

  test('events and time-outs', async () => {
    await run(async (process) => {
      const create = async (type: number, name = '') =>
        (await callService(process, 'NtCreateEvent', { ...anEvent, name, type, initial: true }))
          .handle;
      const wait = async (handle: number, timeout: number) =>
        (await callService(process, 'NtWaitForSingleObject', { handle, alertable: false, timeout }))
          .status;
      const [manual, auto] = [await create(0, '\\Signal'), await create(1)];
      assert.deepEqual([await wait(manual, 0), await wait(manual, 0)], [SUCCESS, SUCCESS]);
      assert.deepEqual(
        [await wait(auto, 0), await wait(auto, 0)],
        [SUCCESS, Status.STATUS_TIMEOUT],
      );
      const reset = await callService(process, 'NtResetEvent', { handle: manual });
      assert.equal(reset.previous, 1);
      const start = process.thread.now();
      assert.equal(await wait(manual, -1_200_000), Status.STATUS_TIMEOUT);
      const took = process.thread.now() - start;
      assert.isAtLeast(took, 119_000);
      assert.isBelow(took, 400_000);
      const collision = { ...anEvent, name: '\\signal' };
      const { status } = await callService(process, 'NtCreateEvent', collision);
      assert.equal(status, Status.STATUS_OBJECT_NAME_COLLISION);
    });
  });

  test('system information comes in pieces', async () => {
    await run(async (process, booted) => {
      for (let count = 0; count < 1500; count++)
        booted().executive.counters.add(`test.counter.with.a.name.${count}`, count);
      let text = '';
      for (let offset = 0, total = 1; offset < total;) {
        const input = { class: 200, offset };
        const piece = await callService(process, 'NtQuerySystemInformation', input);
        assert.equal(piece.status, SUCCESS);
        text += new TextDecoder().decode(piece.data);
        offset += piece.data.length;
        total = piece.total;
      }
      const counters = JSON.parse(text) as Record<string, number>;
      assert.equal(counters['test.counter.with.a.name.1499'], 1499);
      assert.isAbove(counters['kernel.ipc']!, 1);
      const unknown = await callService(process, 'NtQuerySystemInformation', {
        class: 9999,
        offset: 0,
      });
      assert.equal(unknown.status, Status.STATUS_INVALID_INFO_CLASS);
    });
  });
});
