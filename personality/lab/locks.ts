/**
 * Two threads and two mutants. Each takes one, and when both have one each wants the other's:
 * neither goes on, for ever. Where both take them in one order, both come to their end.
 */
import { check } from '../ntdll/files.ts';
import {
  NtCreateMutant,
  NtQueryInformationProcess,
  NtReleaseMutant,
  NtResumeThread,
  NtSetEvent,
  NtWaitForSingleObject,
} from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/process.ts';
import { RtlCreateUserThread } from '../ntdll/userthread.ts';
import { MUTANT_ALL_ACCESS } from '../rtl/objects.ts';
import { CURRENT_PROCESS, TIMEOUT_INFINITE } from '../rtl/services.ts';
import { makeEvent } from './calls.ts';

async function makeMutant(process: NtProcess, side: string): Promise<number> {
  const { id } = check(await NtQueryInformationProcess(process, { handle: CURRENT_PROCESS }));
  // With the number, so that two of these programs have two each.
  const name = `\\BaseNamedObjects\\${side} ${id}`;
  const request = { name, access: MUTANT_ALL_ACCESS, attributes: 0, owned: false };
  return check(await NtCreateMutant(process, request)).handle;
}

async function waitFor(process: NtProcess, handle: number): Promise<void> {
  const wait = { handle, alertable: false, timeout: TIMEOUT_INFINITE };
  check(await NtWaitForSingleObject(process, wait));
}

/** So many times it is called before anybody returns from it. */
async function meeting(
  process: NtProcess,
  count: number,
): Promise<(own: NtProcess) => Promise<void>> {
  const event = await makeEvent(process);
  let there = 0;
  return async (own) => {
    if (++there === count) check(await NtSetEvent(own, { handle: event }));
    await waitFor(own, event);
  };
}

/** 0, if it ends. */
export async function deadlock(process: NtProcess, [how]: readonly string[]): Promise<number> {
  const left = await makeMutant(process, 'Left');
  const right = await makeMutant(process, 'Right');
  const bothHave = await meeting(process, 2);
  const inOrder = how === 'ordered';
  const work =
    (first: number, second: number) =>
    async (own: NtProcess): Promise<number> => {
      await waitFor(own, first);
      if (!inOrder) await bothHave(own);
      await waitFor(own, second);
      for (const handle of [second, first]) check(await NtReleaseMutant(own, { handle }));
      return 0;
    };
  const works = [work(left, right), inOrder ? work(left, right) : work(right, left)];
  const threads: number[] = [];
  for (const each of works)
    threads.push(check(await RtlCreateUserThread(process, each, { suspended: true })).handle);
  for (const handle of threads) check(await NtResumeThread(process, { handle }));
  for (const handle of threads) await waitFor(process, handle);
  return 0;
}
