/**
 * Programs that take what they can get, and what the Executive holds before and after.
 *
 *   holdings(executive)      all that a process can leave behind, as plain numbers
 *   holdingsAtRest(booted)   the same, when what begins with the boot is over
 *   untilSettled(...)        waits until the holdings are what they were
 *   greedy(body)             an image: does `body`, then waits to be ended
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import type { Executive } from '../../personality/ntos/executive.ts';
import type { ObObject } from '../../personality/ntos/ob/types.ts';
import { Directory } from '../../personality/ntos/ob/directory.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import type { Image } from '../../personality/sel4/index.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';
import type { Booted } from './core-fixture.ts';

function countNames(object: ObObject): number {
  if (!(object instanceof Directory)) return 1;
  let names = 1;
  for (let index = 0; ; index++) {
    const member = object.at(index);
    if (!member) return names;
    names += countNames(member);
  }
}

export function holdings({ ke, mm, ob, ps, quotas }: Executive): Record<string, unknown> {
  const { inUse, idle } = mm.kernelBlocks;
  return {
    freePages: mm.freePageCount,
    // A block keeps its slot while it waits in the pool.
    slots: mm.slots.available + inUse + idle,
    kernelBlocks: inUse,
    names: countNames(ob.root),
    processes: ps.processes().length,
    timers: ke.coroutines.timed,
    clients: { ...quotas.clients.usage },
    systems: { ...quotas.systems.usage },
  };
}

/** The same, when nobody waits for a time any more: what begins with the boot is over then. */
export async function holdingsAtRest({
  executive,
  inside,
}: Pick<Booted, 'executive' | 'inside'>): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 500; tries++) {
    const now = await inside(() => holdings(executive));
    if (now['timers'] === 0) return now;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  throw new Error('somebody waits for a time since the boot');
}

export async function untilSettled(
  { executive, inside }: Pick<Booted, 'executive' | 'inside'>,
  before: Record<string, unknown>,
): Promise<void> {
  let now: Record<string, unknown> = {};
  for (let tries = 0; tries < 500; tries++) {
    now = await inside(() => holdings(executive));
    if (JSON.stringify(now) === JSON.stringify(before)) return;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  assert.deepEqual(now, before);
}

export async function waitForEver(process: NtProcess): Promise<number> {
  await callService(process, 'NtDelayExecution', { alertable: false, interval: TIMEOUT_INFINITE });
  return 0;
}

export function greedy(body: (process: NtProcess) => Promise<void>): Image {
  return nativeImage(async (process) => {
    await body(process);
    return waitForEver(process);
  });
}

export const idle: Image = nativeImage(waitForEver);

/** Calls until the status is not success; how often it was, and the status. */
export async function untilRefused(
  call: (turn: number) => Awaitable<{ status: number }>,
  most = 100_000,
): Promise<{ times: number; status: number }> {
  for (let times = 0; times < most; times++) {
    const { status } = await call(times);
    if (status !== 0) return { times, status };
  }
  throw new Error(`not refused in ${most} calls`);
}
