/**
 * Programs of two threads. These share what JavaScript variables there are, as threads do, and run
 * one at a time: the other gets its turn where this one waits, yields, or has had its time slice.
 */
import { check } from '../ntdll/files.ts';
import {
  NtDelayExecution,
  NtQuerySystemTime,
  NtResumeThread,
  NtSetEvent,
  NtSetInformationThread,
  NtWaitForSingleObject,
  NtYieldExecution,
} from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/process.ts';
import { RtlCreateUserThread } from '../ntdll/userthread.ts';
import { ThreadBasePriority } from '../rtl/objects.ts';
import { TIMEOUT_INFINITE } from '../rtl/services.ts';
import { makeEvent } from './calls.ts';
import { numberIn } from './words.ts';

/** In 100 ns, relative. */
const MILLISECOND = -10_000;

type Work = (own: NtProcess) => Promise<void>;

const forObject = (handle: number) => ({ handle, alertable: false, timeout: TIMEOUT_INFINITE });

/**
 * Both wait at a gate before either works: how long each took to get there is of no account.
 * `prepare` is called with the first one's handle.
 */
async function both(
  process: NtProcess,
  first: Work,
  second: Work,
  prepare: (handle: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const gate = await makeEvent(process);
  const handles: number[] = [];
  let there = 0;
  for (const work of [first, second]) {
    const start = async (own: NtProcess): Promise<number> => {
      there++;
      check(await NtWaitForSingleObject(own, forObject(gate)));
      await work(own);
      return 0;
    };
    handles.push(check(await RtlCreateUserThread(process, start, { suspended: true })).handle);
  }
  await prepare(handles[0]!);
  for (const handle of handles) check(await NtResumeThread(process, { handle }));
  const aWhile = { alertable: false, interval: MILLISECOND };
  do check(await NtDelayExecution(process, aWhile));
  while (there < handles.length);
  check(await NtSetEvent(process, { handle: gate }));
  for (const handle of handles) check(await NtWaitForSingleObject(process, forObject(handle)));
}

const ONE_MORE = Uint8Array.of(1, 0, 0, 0);

async function raise(process: NtProcess, handle: number): Promise<void> {
  const request = { handle, class: ThreadBasePriority, data: ONE_MORE };
  check(await NtSetInformationThread(process, request));
}

export async function turns(process: NtProcess, [count, how]: readonly string[]): Promise<number> {
  const times = numberIn(count);
  const isRaised = how === 'raise';
  const had = [0, 0];
  let found = -1;
  let through = 0;
  const work =
    (index: number): Work =>
    async (own) => {
      // The gate lets one through after the other: the first may be far before the second can run.
      // Not so where one is above the other: there it would yield to nobody, for ever.
      through++;
      while (!isRaised && through < had.length) await NtYieldExecution(own);
      for (let turn = 0; turn < times; turn++) {
        had[index]!++;
        await NtYieldExecution(own);
      }
      if (index === 0) found = had[1]!;
    };
  const prepare = (handle: number): Promise<void> =>
    isRaised ? raise(process, handle) : Promise.resolve();
  await both(process, work(0), work(1), prepare);
  return found;
}

export async function race(process: NtProcess, [count]: readonly string[]): Promise<number> {
  const times = numberIn(count);
  let sum = 0;
  let additions = 0;
  let isOver = false;
  const slow: Work = async (own) => {
    for (let left = times; left > 0; left--) {
      const [seen, added] = [sum, additions];
      // Here is the fault: what others add from now on is overwritten. How much that is, the clock
      // says; that it is something, the order: this one does not go on before the other had a turn.
      do check(await NtDelayExecution(own, { alertable: false, interval: MILLISECOND }));
      while (additions === added);
      sum = seen + 1;
      additions++;
    }
    isOver = true;
  };
  const quick: Work = async (own) => {
    while (!isOver) {
      sum++;
      additions++;
      check(await NtQuerySystemTime(own, {}));
    }
  };
  await both(process, slow, quick);
  return additions - sum;
}
