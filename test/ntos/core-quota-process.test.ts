/** Greedy processes on the real kernel: what they are refused; nothing of them stays. */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { makeProcess, nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import type { Process } from '../../personality/ntos/ps/types.ts';
import { amounts, quotaTable } from '../../personality/ntos/ps/quotatable.ts';
import { HEAP_BASE, HEAP_INITIAL, PAGE_SIZE } from '../../personality/rtl/layout.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Entry, Image } from '../../personality/sel4/index.ts';
import { bootExecutive, testDriver, until } from './core-fixture.ts';
import type { Booted } from './core-fixture.ts';
import { greedy, holdingsAtRest, idle, untilRefused, untilSettled } from './core-quota-fixture.ts';
import { anEvent, untilEnded } from './core-inputs.ts';

const { STATUS_SUCCESS: SUCCESS, STATUS_QUOTA_EXCEEDED } = Status;
const RAM = 32 << 20;

interface Refusal {
  times: number;
  status: number;
}

/** Starts an image as the system starts a shell: the root of a family. */
async function start(booted: Booted, image: string): Promise<Process> {
  const { executive, inside } = booted;
  const made = await inside(async () => {
    const { status, process } = await executive.ps.createProcess({ image });
    if (process) executive.ob.dereference(process);
    return { status, process };
  });
  assert.equal(made.status, SUCCESS, image);
  return made.process!;
}

const kill = (booted: Booted, ...processes: readonly Process[]) =>
  booted.inside(() => {
    for (const process of processes) booted.executive.ps.terminate(process, 1);
  });

/** Every process but the first: a family that has no handle on its members any more. */
const killAll = async (booted: Booted) =>
  kill(booted, ...(await booted.inside(() => booted.executive.ps.processes().slice(1))));

async function play(
  images: Record<string, Image>,
  body: (booted: Booted) => Promise<void>,
  drivers: Parameters<typeof testDriver>[0] = {},
): Promise<void> {
  const options = { drivers: { hog: { ...testDriver(drivers), image: 'hog.sys' } } };
  await bootExecutive({ images: { 'smss.exe': idle, ...images }, options }, async (booted) => {
    const { executive } = booted;
    await until('smss runs', () => executive.ps.processes()[0]?.state === 'running');
    // Made once, on first use, and kept by the Executive.
    for (const line of drivers.interrupts ?? [])
      await booted.inside(() => executive.hal.lines.handler(line));
    const before = await holdingsAtRest(booted);
    await body(booted);
    await killAll(booted);
    await untilSettled(booted, before);
    assert.deepEqual(booted.panics, []);
  });
}

suite('ntos/greedy processes', function () {
  this.timeout(30_000);

  test('4,096 names of one client end at its quota, and with it', async () => {
    const refusals: Refusal[] = [];
    const hog = greedy(async (process) => {
      const target = '\\Device';
      const make = async (turn: number) => {
        const name = `\\??\\HOG${refusals.length}-${turn}`;
        const made = await callService(process, 'NtCreateSymbolicLinkObject', { name, target });
        if (made.status === SUCCESS) await callService(process, 'NtClose', made);
        return made;
      };
      refusals.push(await untilRefused(make));
    });
    let others = 0;
    const other = greedy(async (process) => {
      for (let turn = 0; turn < 10; turn++) {
        const input = { name: `\\??\\OTHER${turn}`, target: '\\Device' };
        const made = await callService(process, 'NtCreateSymbolicLinkObject', input);
        if (made.status === SUCCESS) others++;
      }
    });
    await play({ 'hog.exe': hog, 'other.exe': other }, async (booted) => {
      const { executive } = booted;
      const hogs: Process[] = [];
      for (let turn = 0; turn < 3; turn++) {
        hogs.push(await start(booted, 'hog.exe'));
        await until('refused', () => refusals.length === turn + 1);
      }
      const { client } = quotaTable.objects;
      for (const { times, status } of refusals) {
        assert.equal(times, client);
        assert.equal(status, STATUS_QUOTA_EXCEEDED);
      }
      await start(booted, 'other.exe');
      await until('others make names', () => others === 10);
      assert.equal(executive.ob.lookup('\\??\\HOG0-7').status, SUCCESS);
      await kill(booted, ...hogs);
      const found = await booted.inside(() => executive.ob.lookup('\\??\\HOG0-7').status);
      assert.equal(found, Status.STATUS_OBJECT_NAME_NOT_FOUND);
      assert.equal(await booted.inside(() => executive.quotas.clients.usage.objects), 16);
    });
  });

  test('names of a child stay while its family lives', async () => {
    const maker = nativeImage(async (process) => {
      const input = { name: '\\??\\LASTS', target: '\\Device' };
      return (await callService(process, 'NtCreateSymbolicLinkObject', input)).status;
    });
    const input = { image: 'maker.exe', commandLine: '' };
    let started = false;
    const parent = greedy(async (process) => {
      const { handle } = await callService(process, 'NtCreateProcess', input);
      await untilEnded(process, handle);
      started = true;
    });
    await play({ 'maker.exe': maker, 'parent.exe': parent }, async (booted) => {
      const root = await start(booted, 'parent.exe');
      await until('the child has ended', () => started);
      const lookup = () => booted.inside(() => booted.executive.ob.lookup('\\??\\LASTS').status);
      assert.equal(await lookup(), SUCCESS);
      await kill(booted, root);
      assert.equal(await lookup(), Status.STATUS_OBJECT_NAME_NOT_FOUND);
    });
  });

  test('memory: one client, its family and all clients have a limit; the rest goes on', async () => {
    const refusals: Refusal[] = [];
    const length = 64 * PAGE_SIZE;
    const hog = greedy(async (process) => {
      const allocate = () => callService(process, 'NtAllocateVirtualMemory', { length });
      refusals.push(await untilRefused(allocate));
    });
    await play(
      { 'hog.exe': hog, 'idle.exe': idle, 'hog.sys': idle },
      async (booted) => {
        const { executive } = booted;
        const hogs: Process[] = [];
        for (let turn = 0; turn < 4; turn++) {
          hogs.push(await start(booted, 'hog.exe'));
          await until('refused', () => refusals.length === turn + 1);
        }
        assert.deepEqual(
          refusals.map(({ status }) => status),
          [STATUS_QUOTA_EXCEEDED, ...new Array<number>(3).fill(Status.STATUS_COMMITMENT_LIMIT)],
        );
        const { pagefile } = amounts('client', RAM);
        assert.equal(refusals[0]!.times, Math.floor((pagefile - 68) / 64));
        const usage = await booted.inside(() => executive.quotas.clients.usage.pagefile);
        assert.isAtMost(usage, amounts('clients', RAM).pagefile);
        assert.isAtLeast(executive.mm.freePageCount, amounts('systems', RAM).pagefile);
        await start(booted, 'idle.exe');
        assert.equal(await booted.inside(() => executive.ldr.loadDriver('hog')), SUCCESS);
      },
      {},
    );
  });

  test('a fork loop, and forks that fork: a family has its ten, the system starts more', async () => {
    const statuses: number[] = [];
    const input = { image: 'fork.exe', commandLine: '' };
    const fork = greedy(async (process) => {
      const made = () => callService(process, 'NtCreateProcess', input);
      statuses.push((await untilRefused(made)).status);
    });
    await play({ 'fork.exe': fork, 'idle.exe': idle, 'hog.sys': idle }, async (booted) => {
      const { executive } = booted;
      await start(booted, 'fork.exe');
      await until('all are refused', () => statuses.length === quotaTable.processes.family);
      assert.isTrue(statuses.every((status) => status === STATUS_QUOTA_EXCEEDED));
      assert.lengthOf(executive.ps.processes(), 1 + quotaTable.processes.family);
      await start(booted, 'idle.exe');
      assert.equal(await booted.inside(() => executive.ldr.loadDriver('hog')), SUCCESS);
    });
  });

  test('a loop that makes and forgets ended children: their objects are charged', async () => {
    const refusals: Refusal[] = [];
    const input = { image: 'ends.exe', commandLine: 'x'.repeat(10_000) };
    const hog = greedy(async (process) => {
      refusals.push(
        await untilRefused(async () => {
          const made = await callService(process, 'NtCreateProcess', input);
          if (made.status === SUCCESS) await untilEnded(process, made.handle);
          return made;
        }),
      );
    });
    const ends = nativeImage(async () => 0);
    await play({ 'hog.exe': hog, 'ends.exe': ends }, async (booted) => {
      await start(booted, 'hog.exe');
      await until('refused', () => refusals.length === 1);
      assert.equal(refusals[0]!.status, STATUS_QUOTA_EXCEEDED);
      // Its command lines, 20,000 bytes each, are what runs out first.
      assert.equal(refusals[0]!.times, Math.floor(quotaTable.pagedPool.client / 20_272));
    });
  });

  test('what killed children leave unanswered counts as processes until it ends', async () => {
    const statuses: number[] = [];
    const hog = greedy(async (process) => {
      const input = { image: 'asks.exe', commandLine: '' };
      const status = 1;
      const forkAndKill = async () => {
        const made = await callService(process, 'NtCreateProcess', input);
        if (made.status !== SUCCESS) return made;
        await callService(process, 'NtDelayExecution', { alertable: false, interval: -20_000 });
        await callService(process, 'NtTerminateProcess', { handle: made.handle, status });
        return callService(process, 'NtClose', made);
      };
      statuses.push((await untilRefused(forkAndKill)).status);
    });
    const asks = greedy(async (process) => {
      await callService(process, 'NtFlushBuffersFile', { handle: 4 });
    });
    await play({ 'hog.exe': hog, 'asks.exe': asks }, async (booted) => {
      const { ke } = booted.executive;
      const answer = ke.event();
      // A request that goes on when who asked is dead, as those to a slow device do.
      ke.register('NtFlushBuffersFile', async () => {
        await answer.wait();
        return { status: SUCCESS };
      });
      await start(booted, 'hog.exe');
      await until('refused', () => statuses.length === 1);
      assert.deepEqual(statuses, [STATUS_QUOTA_EXCEEDED]);
      const { clients } = booted.executive.quotas;
      const family = quotaTable.processes.family;
      assert.equal(await booted.inside(() => clients.usage.processes), family);
      await booted.inside(() => void answer.set());
      assert.equal(await booted.inside(() => clients.usage.processes), 1);
    });
  });

  test('handles, events and directories: refused, with nothing half done', async () => {
    const found: Record<string, Refusal> = {};
    const hog = greedy(async (process) => {
      const open = () => callService(process, 'NtOpenDirectoryObject', { name: '\\Device' });
      found['handles'] = await untilRefused(open);
      const event = await callService(process, 'NtCreateEvent', { ...anEvent, name: '\\HALF' });
      found['half'] = { times: 0, status: event.status };
    });
    const maker = greedy(async (process) => {
      found['events'] = await untilRefused(() => callService(process, 'NtCreateEvent', anEvent));
    });
    const namer = greedy(async (process) => {
      const target = `\\${'t'.repeat(8000)}`;
      found['text'] = await untilRefused((turn) =>
        callService(process, 'NtCreateSymbolicLinkObject', { name: `\\??\\T${turn}`, target }),
      );
    });
    const images = { 'hog.exe': hog, 'maker.exe': maker, 'namer.exe': namer };
    await play(images, async (booted) => {
      for (const image of Object.keys(images)) await start(booted, image);
      await until('all are refused', () => Object.keys(found).length === 4);
      const { handles, objects, pagedPool } = quotaTable;
      const status = STATUS_QUOTA_EXCEEDED;
      assert.deepEqual(found['handles'], { times: handles.client, status });
      assert.deepEqual(found['half'], { times: 0, status });
      const half = await booted.inside(() => booted.executive.ob.lookup('\\HALF').status);
      assert.equal(half, Status.STATUS_OBJECT_NAME_NOT_FOUND);
      assert.deepEqual(found['events'], { times: objects.client, status });
      assert.equal(found['text']!.status, status);
      assert.isBelow(found['text']!.times * 16_000, pagedPool.client);
    });
  });

  test('snapshots and displayed lines cost the process that asks for them', async () => {
    let lines: Refusal | undefined;
    let charged = -1;
    const hog = greedy(async (process) => {
      const text = 'a line';
      lines = await untilRefused(() => callService(process, 'NtDisplayString', { text }));
      for (let turn = 0; turn < 2000; turn++)
        for (const which of [nt.SystemCounterInformation, nt.SystemProcessChargeInformation])
          await callService(process, 'NtQuerySystemInformation', { class: which, offset: 0 });
      charged = 0;
    });
    await play({ 'hog.exe': hog }, async (booted) => {
      const process = await start(booted, 'hog.exe');
      await until('done', () => charged === 0);
      assert.equal(lines!.status, STATUS_QUOTA_EXCEEDED);
      assert.isBelow(lines!.times, 100);
      charged = await booted.inside(() => process.quota.usage.pagedPool);
      assert.isBelow(charged, 0x1_0000);
    });
  });

  test('a driver that asks for adapters, interrupts, threads, timers and names without end', async () => {
    const lines = [3, 4, 5, 7, 9, 10, 11];
    const found: Record<string, Refusal> = {};
    const connected: number[] = [];
    let ended = false;
    const isr: Entry = async (thread, [, , slot]) => {
      await callService(makeProcess(thread, slot), 'NtDelayExecution', {
        alertable: false,
        interval: -1e15,
      });
    };
    const body = async (process: NtProcess) => {
      const adapter = { channel: 2, maximumLength: 512 };
      found['adapters'] = await untilRefused(() => callService(process, 'HalGetAdapter', adapter));
      for (let round = 0; round < 40; round++)
        for (const line of lines) {
          const connect = { line, entry: 1, context: 0 };
          const { status } = await callService(process, 'WdmConnectInterrupt', connect);
          if (round === 0) connected.push(status);
        }
      for (let turn = 0; turn < 3000; turn++)
        await callService(process, 'WdmSetTimer', { due: 1e12 - turn });
      found['events'] = await untilRefused(() => callService(process, 'NtCreateEvent', anEvent));
      ended = true;
      await callService(process, 'NtDelayExecution', { alertable: false, interval: -1e15 });
    };
    const driver: Image = () => ({
      entries: [(thread, [slot]) => body(makeProcess(thread, slot)), isr],
    });
    const hardware = { dma: [2], interrupts: lines };
    await play(
      { 'hog.sys': driver },
      async (booted) => {
        const { executive, inside } = booted;
        for (let turn = 0; turn < 3; turn++) {
          ended = false;
          assert.equal(await inside(() => executive.ldr.loadDriver('hog')), SUCCESS);
          await until('driver is done', () => ended);
          const process = executive.ldr.driverProcess('hog')!;
          const threads = quotaTable.threads.driver;
          assert.lengthOf(process.threads, threads);
          assert.equal(process.quota.usage.threads, threads);
          const refused = connected.splice(0).map((status) => status !== SUCCESS);
          assert.equal(refused.filter(Boolean).length, lines.length - (threads - 1));
          assert.equal(found['events']!.times, quotaTable.objects.driver);
          assert.isBelow(found['adapters']!.times, 100);
          await inside(() => executive.ps.terminate(process, 1));
        }
      },
      hardware,
    );
  });

  test('a page under DMA stays charged until the DMA ends, whoever has died', async () => {
    await play({ 'idle.exe': idle }, async (booted) => {
      const { executive, inside } = booted;
      const process = await start(booted, 'idle.exe');
      const { clients } = executive.quotas;
      await inside(() => {
        const pieces = executive.mm.probe(process, HEAP_BASE, HEAP_INITIAL, true)!;
        executive.mm.lockPages(pieces);
        executive.ps.terminate(process, 1);
        assert.equal(clients.usage.pagefile, HEAP_INITIAL / PAGE_SIZE);
        executive.mm.unlockPages(pieces);
        assert.equal(clients.usage.pagefile, 0);
      });
    });
  });

  test('a whole family ends at once, however fast it forks', async () => {
    let forks = 0;
    const fork = greedy(async (process) => {
      const input = { image: 'fork.exe', commandLine: '' };
      for (;;) {
        const made = await callService(process, 'NtCreateProcess', input);
        if (made.status === SUCCESS) {
          forks++;
          await callService(process, 'NtClose', made);
        } else
          await callService(process, 'NtDelayExecution', { alertable: false, interval: -10_000 });
      }
    });
    let done = false;
    const killer = greedy(async (process) => {
      const { handle } = await callService(process, 'NtOpenProcess', { id: 8 });
      const { status } = await callService(process, 'NtTerminateJobObject', { handle, status: 7 });
      done = status === SUCCESS;
    });
    await play({ 'fork.exe': fork, 'killer.exe': killer }, async (booted) => {
      const { ps } = booted.executive;
      const root = await start(booted, 'fork.exe');
      assert.equal(root.id, 8);
      await until('all forked', () => forks >= quotaTable.processes.family - 1);
      // One by one they come again.
      for (let turn = 0; turn < 20; turn++) {
        const children = ps.processes().slice(2);
        await kill(booted, ...children.slice(-1));
      }
      await until('again', () => ps.processes().length === 1 + quotaTable.processes.family);
      await start(booted, 'killer.exe');
      await until('the killer is done', () => done);
      const left = ps.processes().map(({ image }) => image);
      assert.deepEqual(left, ['smss.exe', 'killer.exe']);
    });
  });
});
