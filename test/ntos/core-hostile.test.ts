/**
 * Hostile callers on the real kernel: the Executive answers everything with a status, and lives.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { callService } from '../../personality/ntdll/call.ts';
import { makeProcess, nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { CURRENT_PROCESS, services } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { MessageInfo_new, seL4_Call } from '../../personality/sel4/index.ts';
import type { Image } from '../../personality/sel4/index.ts';
import { bootExecutive, testDriver, until } from './core-fixture.ts';
import { askHostileDrivers, hostileImages, hostileInSingle } from './core-hostile-drivers.ts';

/**
 * Services that wait by design, for what a random caller asks: their arguments are kept harmless.
 */
const WAITING = new Set([
  'NtWaitForSingleObject',
  'NtWaitForMultipleObjects',
  'NtSignalAndWaitForSingleObject',
  'NtWaitForKeyedEvent',
  'NtReleaseKeyedEvent',
  'NtDelayExecution',
  'NtCreateProcess',
  'NtCreateProcessEx',
  'WdmRequestIoPackets',
]);

/** Services that end, stop or multiply a caller who names himself: here he never does. */
const FATAL: ReadonlySet<number> = new Set(
  [
    services.NtTerminateProcess,
    services.NtTerminateJobObject,
    services.NtTerminateThread,
    services.NtSuspendThread,
    services.NtCreateThreadEx,
  ].map(({ number }) => number),
);

/** A number that is no handle. */
const odd = (word: number) => (word & 0x7fff_ffff) | 1;

const interesting = fc.oneof(
  fc.constantFrom(0, 1, 4, 8, 12, 0x7fff_ffff, 0x8000_0000, CURRENT_PROCESS - 1, 0x0100_0000),
  fc.nat(0xffff_ffff),
  fc.tuple(fc.nat(0x4000), fc.nat(0x40)).map(([offset, length]) => (offset << 16) | length),
);

const attack = fc.record({
  number: fc.oneof(
    fc.constantFrom(
      ...Object.entries(services)
        .filter(([name]) => !WAITING.has(name))
        .map(([, { number }]) => number),
    ),
    fc.nat(0xfffff),
  ),
  words: fc.array(interesting, { maxLength: 12 }),
  extra: fc.nat(8),
  text: fc.string({ maxLength: 64 }),
});

/** The last message of each attacker, by its seed: what to look at where one does not end. */
const last: Record<number, number[]> = {};

/** Sends random messages, written to registers and buffer directly. */
async function assault(process: NtProcess, seed: number, runs: number): Promise<number> {
  const { thread, serviceBuffer, serviceSlot } = process;
  let answers = 0;
  const property = fc.asyncProperty(attack, async ({ number, words, extra, text }) => {
    serviceBuffer.write(0, new TextEncoder().encode(`\\${text}`.slice(0, 128)));
    const fatal = FATAL.has(number);
    words.forEach((word, index) => thread.setMR(index, fatal ? odd(word) : word));
    last[seed] = [number, ...words];
    const info = MessageInfo_new(number, 0, 0, Math.min(120, words.length + extra));
    const reply = await seL4_Call(thread, serviceSlot, info);
    assert.equal(reply >>> 12, 0);
    assert.isAtLeast(reply & 0x7f, 1);
    answers++;
  });
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
  return answers;
}

suite('ntos/hostile callers', () => {
  async function attackAll(whole: boolean): Promise<void> {
    const done: number[] = [];
    const failures: unknown[] = [];
    const attacker = (seed: number) => async (process: NtProcess) => {
      try {
        done.push(await assault(process, seed, 1500));
      } catch (error) {
        failures.push(error);
      }
    };
    let again = false;
    const images: Record<string, Image> = {
      'smss.exe': nativeImage(async (process) => {
        await callService(process, 'NtLoadDriver', { name: 'rogue' });
        await attacker(1)(process);
        const time = await callService(process, 'NtQuerySystemTime', {});
        again = time.status === Status.STATUS_SUCCESS;
        return 0;
      }),
      'rogue.sys': () => ({
        entries: [
          async (thread, [slot]) => {
            const process = makeProcess(thread, slot);
            const initialised = { outgoing: 0, wait: false, status: 0 };
            await callService(process, 'WdmRequestIoPackets', initialised);
            await attacker(2)(process);
          },
        ],
      }),
    };
    const rogue = {
      ...testDriver({ ports: [[0x3f8, 8]], interrupts: [5], dma: [2] }),
      image: 'rogue.sys',
    };
    await bootExecutive({ images, options: { drivers: { rogue } }, whole }, async (booted) => {
      const deadline = performance.now() + 20_000;
      while (performance.now() < deadline && done.length + failures.length < 2)
        await new Promise((resolve) => setTimeout(resolve, 20));
      if (failures.length > 0) throw failures[0];
      assert.deepEqual(done, [1500, 1500], JSON.stringify(last));
      await until('the Executive still answers', () => again);
      assert.deepEqual(booted.panics, []);
    });
  }

  test('drivers that misbehave, all on one processor: contained like on processors of their own', async () => {
    const ended = 'STATUS_DRIVER_PROCESS_TERMINATED';
    const nothing = { ports: [], interrupts: [], dma: [] };
    let found: Record<string, string> | undefined;
    const images = {
      ...hostileImages,
      'smss.exe': nativeImage(async (process) => {
        found = await askHostileDrivers(process, hostileInSingle);
        return 0;
      }),
    };
    const drivers = Object.fromEntries(
      hostileInSingle.map((name) => [
        name,
        { image: `${name}.sys`, counterName: name, ...nothing },
      ]),
    );
    const options = { drivers, irpTimeout: 300_000 };
    await bootExecutive({ images, options, whole: true }, async ({ panics }) => {
      const deadline = performance.now() + 20_000;
      while (performance.now() < deadline && !found)
        await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(found, {
        throws: ended,
        twice: ended,
        loses: ended,
        never: ended,
        floods: 'STATUS_SUCCESS',
        forges: 'STATUS_INVALID_DEVICE_STATE',
        cancelled: 'STATUS_CANCELLED',
        past: ended,
        again: 'STATUS_SUCCESS',
      });
      assert.deepEqual(panics, []);
    });
  }).timeout(60_000);

  test('random messages to every service, from a client and from a driver', () =>
    attackAll(false)).timeout(60_000);

  test('the same with files, devices and the cache behind the services', () =>
    attackAll(true)).timeout(60_000);

  test('a message to a full service buffer, too short, too long', async () => {
    const statuses: number[] = [];
    let ended = false;
    const images = {
      'smss.exe': nativeImage(async (process) => {
        const { thread, serviceSlot } = process;
        const send = async (number: number, words: number[], length = words.length) => {
          words.forEach((word, index) => thread.setMR(index, word));
          await seL4_Call(thread, serviceSlot, MessageInfo_new(number, 0, 0, length));
          statuses.push(thread.getMR(0) >>> 0);
        };
        const { NtCreateDirectoryObject, NtSetEvent } = services;
        await send(NtCreateDirectoryObject.number, [(0x3fff << 16) | 2]);
        await send(NtCreateDirectoryObject.number, [(0xffff << 16) | 0xffff]);
        await send(NtCreateDirectoryObject.number, []);
        await send(NtSetEvent.number, [3], 120);
        ended = true;
        return 0;
      }),
    };
    await bootExecutive({ images }, async () => {
      await until('all are answered', () => ended);
      assert.deepEqual(statuses, [
        Status.STATUS_INVALID_PARAMETER,
        Status.STATUS_INVALID_PARAMETER,
        Status.STATUS_INVALID_PARAMETER,
        Status.STATUS_INVALID_HANDLE,
      ]);
    });
  });
});
