/**
 * Processes that do anything, and are killed at any time: nothing stays behind, to the last page,
 * slot, block of kernel memory and name. Seeded: a failure can be had again.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import * as nt from '../../personality/ntdll/native.ts';
import { makeProcess, nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { SystemProcessChargeInformation } from '../../personality/rtl/nt.ts';
import {
  DUPLICATE_SAME_ACCESS,
  MAXIMUM_ALLOWED,
  OBJ_OPENIF,
} from '../../personality/rtl/objects.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import type { Image } from '../../personality/sel4/index.ts';
import { bootExecutive, testDriver, until } from './core-fixture.ts';
import type { Booted } from './core-fixture.ts';
import { holdingsAtRest, idle, untilSettled } from './core-quota-fixture.ts';
import { anEvent } from './core-inputs.ts';

type Dice = (sides: number) => number;

/** Numerical Recipes' linear congruential generator. */
function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * sides);
  };
}

/** The same of threads, waits and what is waited for. */
async function actOnThreads(process: NtProcess, dice: Dice): Promise<void> {
  const name = dice(2) === 0 ? '' : `\\??\\S${dice(20)}`;
  const all = { name, access: MAXIMUM_ALLOWED, attributes: dice(2) * OBJ_OPENIF };
  const any = () => 4 + 4 * dice(60);
  const handle = any();
  const alertable = dice(2) === 0;
  const timeout = -10 * dice(3000);
  const nobody = { routine: 1, context: 0 };
  switch (dice(12)) {
    case 0:
      return void (await nt.NtCreateMutant(process, { ...all, owned: dice(2) === 0 }));
    case 1:
      return void (await nt.NtCreateSemaphore(process, { ...all, initial: 1, maximum: 2 }));
    case 2: {
      const made = await nt.NtCreateTimer(process, { ...all, type: dice(2) });
      const input = { ...made, due: timeout, period: dice(3), ...nobody };
      return void (await nt.NtSetTimer(process, input));
    }
    case 3: {
      const handles = Array.from({ length: 1 + dice(4) }, any);
      const input = { handles, type: dice(2), alertable, timeout };
      return void (await nt.NtWaitForMultipleObjects(process, input));
    }
    case 4: {
      const input = { signal: any(), handle, alertable, timeout };
      return void (await nt.NtSignalAndWaitForSingleObject(process, input));
    }
    case 5: {
      const made = await nt.NtCreateKeyedEvent(process, { ...all, flags: 0 });
      const input = { ...made, key: 2 * dice(3), alertable, timeout };
      return void (await (dice(2) ? nt.NtWaitForKeyedEvent : nt.NtReleaseKeyedEvent)(
        process,
        input,
      ));
    }
    case 6: {
      const apc = { ...nobody, argument1: 0, argument2: 0 };
      return void (await nt.NtQueueApcThread(process, { handle, ...apc }));
    }
    case 7:
      return void (await nt.NtAlertResumeThread(process, { handle }));
    case 8:
      return void (await nt.NtSuspendThread(process, { handle }));
    case 9:
      return void (await nt.NtTerminateThread(process, { handle, status: 4 }));
    case 10:
      return void (await nt.NtDuplicateObject(process, {
        sourceProcess: dice(2) ? CURRENT_PROCESS : any(),
        source: handle,
        targetProcess: dice(2) ? CURRENT_PROCESS : any(),
        access: 0,
        attributes: 0,
        options: DUPLICATE_SAME_ACCESS | dice(2),
      }));
    default: {
      const lives = (own: NtProcess) => live(own, dice, 10).then(() => 0);
      return void (await RtlCreateUserThread(process, lives, { suspended: dice(4) === 0 }));
    }
  }
}

/** Something that leaves something, or takes it away again. */
async function act(process: NtProcess, dice: Dice): Promise<void> {
  const name = dice(2) === 0 ? '' : `\\??\\N${dice(40)}`;
  const handle = 4 + 4 * dice(60);
  switch (dice(14)) {
    case 0:
    case 1: {
      const length = (1 + dice(200)) * PAGE_SIZE;
      const made = await callService(process, 'NtAllocateVirtualMemory', { length });
      if (dice(2) === 0)
        await callService(process, 'NtFreeVirtualMemory', { address: made.address });
      return;
    }
    case 2:
      return void (await callService(process, 'NtCreateEvent', { ...anEvent, name }));
    case 3:
      return void (await callService(process, 'NtCreateSymbolicLinkObject', {
        name,
        target: `\\${'t'.repeat(dice(3000))}`,
      }));
    case 4:
      return void (await callService(process, 'NtCreateDirectoryObject', { name }));
    case 5:
      return void (await callService(process, 'NtMakeTemporaryObject', { handle }));
    case 6:
      return void (await callService(process, 'NtOpenDirectoryObject', { name: '\\??' }));
    case 7: {
      const input = { image: 'any.exe', commandLine: 'c'.repeat(dice(2000)) };
      return void (await callService(process, 'NtCreateProcess', input));
    }
    case 8:
      return void (await callService(process, 'NtTerminateProcess', { handle, status: 3 }));
    case 9: {
      const input = { class: SystemProcessChargeInformation, offset: 0 };
      return void (await callService(process, 'NtQuerySystemInformation', input));
    }
    case 10:
      return void (await callService(process, 'NtOpenProcess', { id: 8 + 4 * dice(20) }));
    case 11:
      return void (await callService(process, 'NtWaitForSingleObject', {
        handle,
        alertable: false,
        timeout: -10 * dice(2000),
      }));
    case 12:
      return void (await callService(process, 'NtLoadDriver', { name: 'any' }));
    default:
      return void (await callService(process, 'NtClose', { handle }));
  }
}

async function live(process: NtProcess, dice: Dice, least = 20): Promise<void> {
  for (let turns = least + dice(7 * least); turns > 0; turns--)
    await (dice(3) === 0 ? actOnThreads : act)(process, dice);
}

suite('ntos/random processes', function () {
  this.timeout(60_000);

  for (const seed of [1, 2, 3])
    test(`nothing of them stays: seed ${seed}`, async () => {
      let started = seed * 1000;
      const dice = makeDice(seed);
      const client = nativeImage(async (process) => {
        await live(process, makeDice(++started));
        if (dice(3) === 0) throw new Error('one that fails');
        return 0;
      });
      const driver: Image = () => ({
        entries: [async (thread, [slot]) => live(makeProcess(thread, slot), makeDice(++started))],
      });
      const images = { 'smss.exe': idle, 'any.exe': client, 'any.sys': driver };
      const drivers = { any: { ...testDriver(), image: 'any.sys' } };
      await bootExecutive({ images, options: { drivers } }, async (booted) => {
        const { executive, panics } = booted;
        await until('smss runs', () => executive.ps.processes()[0]?.state === 'running');
        const before = await holdingsAtRest(booted);
        await run(booted, dice, 150);
        await untilSettled(booted, before);
        assert.deepEqual(panics, []);
        assert.isAtLeast(started, seed * 1000 + 50, 'processes were made');
        assert.isAbove(executive.quotas.clients.peak.processes, 5);
      });
    });
});

/** Starts roots, kills whom it meets; in the end all. */
async function run({ executive, inside }: Booted, dice: Dice, turns: number): Promise<void> {
  const { ps, ob } = executive;
  const first = ps.processes()[0]!;
  const others = () => ps.processes().filter((process) => process !== first);
  for (let turn = 0; turn < turns; turn++) {
    await inside(async () => {
      if (dice(3) > 0) {
        const { process } = await ps.createProcess({ image: 'any.exe' });
        if (process) ob.dereference(process);
      }
      const victims = others();
      const victim = victims[dice(Math.max(1, victims.length))];
      if (victim && dice(4) === 0) ps.terminate(victim, 9);
    });
    await new Promise((resolve) => setTimeout(resolve, dice(4)));
  }
  // Whom a request that is under way still starts is ended too.
  for (let quiet = 0; quiet < 20; quiet++) {
    await inside(() => others().forEach((process) => ps.terminate(process, 9)));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
