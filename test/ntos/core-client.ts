/**
 * A client of the real Executive on the real kernel, for tests of services.
 *
 *   inClient(body, images)   boots, runs `body` as a client of a family of its own; what it throws
 *                            fails the test. Afterwards the client is gone, and with it all that it
 *                            had: pages, slots, names, charges
 *   statusOf(answer)         for assertions: names instead of numbers
 */
import { assert } from 'chai';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/index.ts';
import { bootExecutive, until } from './core-fixture.ts';
import type { Booted } from './core-fixture.ts';
import { holdingsAtRest, idle, untilSettled } from './core-quota-fixture.ts';

/** The name of a status, or of the answer that has it. */
export function statusOf(answer: number | { readonly status: number }): string {
  return statusName(typeof answer === 'number' ? answer : answer.status);
}

export async function inClient(
  body: (process: NtProcess, booted: Booted) => Promise<void>,
  images: Record<string, Image> = {},
): Promise<void> {
  let failure: unknown;
  let ended = false;
  let system: Booted;
  const client = nativeImage(async (process) => {
    try {
      await body(process, system);
    } catch (error) {
      failure = error;
    }
    ended = true;
    return 0;
  });
  const all = { 'smss.exe': idle, 'client.exe': client, ...images };
  await bootExecutive({ images: all }, async (booted) => {
    system = booted;
    const { executive, inside, panics } = booted;
    await until('smss runs', () => executive.ps.processes()[0]?.state === 'running');
    const before = await holdingsAtRest(booted);
    await inside(async () => {
      const { process } = await executive.ps.createProcess({ image: 'client.exe' });
      if (process) executive.ob.dereference(process);
    });
    const deadline = performance.now() + 15_000;
    while (!ended && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 2));
    if (failure !== undefined) throw failure;
    assert.isTrue(ended, 'the client came to its end');
    await inside(() => {
      const [, ...others] = executive.ps.processes();
      for (const process of others) executive.ps.terminate(process, 1);
    });
    await untilSettled(booted, before);
    assert.deepEqual(panics, []);
  });
}
