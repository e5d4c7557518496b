/**
 * The life of threads that share everything (crowd-acts.ts), in a process of their own.
 *
 *   crowdImages          the programs that a system with a crowd needs
 *   lifeOf(rig, seed)    resolves to the crowd when its process has ended; raises where a call does
 *                        not come back
 */
import { assert } from 'chai';
import { image as npfs } from '../../drivers/filesystems/npfs/index.ts';
import { apcRoutine } from '../../personality/ntdll/apc.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import type { ClientRig } from '../ntos/io-client.ts';
import { BUFFER, Crowd } from './crowd-acts.ts';

const THREADS = 5;
const CALLS = 150;
/** Turns of 5 ms. */
const TURNS = 60;
/** Turns of 10 ms until a call counts as one that does not end. */
const PATIENCE = 1000;

let crowd = new Crowd(0);

async function sleep(process: NtProcess, interval: number): Promise<void> {
  await crowd.call(process, 'NtDelayExecution', { alertable: false, interval });
}

async function startThread(process: NtProcess): Promise<number> {
  const { handle, status } = await RtlCreateUserThread(process, async (own) => {
    for (let count = 0; count < CALLS && !crowd.over; count++) await crowd.act(own);
    return 0;
  });
  assert.equal(status, 0);
  crowd.threads.push(handle);
  return handle;
}

async function prepare(process: NtProcess): Promise<void> {
  const unnamed = { name: '', access: EVENT_ALL_ACCESS, attributes: 0 };
  for (const type of [0, 1, 0, 1]) {
    const made = await crowd.call(process, 'NtAllocateVirtualMemory', { length: BUFFER });
    crowd.buffers.push(made.address);
    const event = { ...unnamed, type, initial: false };
    crowd.events.push((await crowd.call(process, 'NtCreateEvent', event)).handle);
  }
  for (let count = 0; count < 6; count++) await crowd.open(process);
}

/** Gives up what the thread waits for until it ends. */
async function join(process: NtProcess, thread: number): Promise<void> {
  const wait = { handle: thread, alertable: false, timeout: -100_000 };
  for (let tries = 0; tries < PATIENCE; tries++) {
    await crowd.call(process, 'NtCancelSynchronousIoFile', { thread });
    if ((await crowd.call(process, 'NtWaitForSingleObject', wait)).status === 0) return;
  }
  throw new Error(`a call does not end: ${[...crowd.doing].join(' | ')}`);
}

/** One life: all its threads come to their end, then others end with their process. */
const crowdImage = nativeImage(async (process) => {
  apcRoutine(process, () => undefined);
  await prepare(process);
  const threads: number[] = [];
  for (let count = 0; count < THREADS; count++) threads.push(await startThread(process));
  // Somebody wakes those who wait for nobody.
  for (let turn = 0; turn < TURNS; turn++) {
    await sleep(process, -50_000);
    for (const thread of threads)
      await crowd.call(process, 'NtCancelSynchronousIoFile', { thread });
  }
  crowd.over = true;
  for (const handle of crowd.handles.splice(0)) await crowd.call(process, 'NtClose', { handle });
  for (const thread of threads) await join(process, thread);
  crowd.over = false;
  for (let count = 0; count < 3; count++) await crowd.open(process);
  for (let count = 0; count < 3; count++) await startThread(process);
  await sleep(process, -100_000);
  return 0;
});

export const crowdImages = { 'crowd.exe': crowdImage, 'npfs.sys': npfs };

export async function lifeOf(rig: ClientRig, seed: number): Promise<Crowd> {
  crowd = new Crowd(seed);
  const { process } = await rig.asExecutive(({ ps }) => ps.createProcess({ image: 'crowd.exe' }));
  for (let tries = 0; process!.state === 'running'; tries++) {
    if (tries === 6000) throw new Error(`it hangs: ${[...crowd.doing].join(' | ')}`);
    await new Promise((done) => setTimeout(done, 10));
  }
  await rig.asExecutive(({ ob }) => ob.dereference(process!));
  return crowd;
}
