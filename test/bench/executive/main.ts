/**
 * The page of the Executive's benchmarks: one processor, a client that calls services. What a call
 * costs here is the kernel's call and reply (benchmarks-kernel.md), marshalling on both sides, and
 * the service.
 */
import { check } from '../../../personality/ntdll/files.ts';
import * as nt from '../../../personality/ntdll/native.ts';
import { nativeImage } from '../../../personality/ntdll/process.ts';
import type { NtProcess } from '../../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../../personality/ntdll/userthread.ts';
import { SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import { EVENT_ALL_ACCESS, WaitAll, WaitAny } from '../../../personality/rtl/objects.ts';
import { TIMEOUT_INFINITE } from '../../../personality/rtl/services.ts';
import { bootExecutive, until } from '../../ntos/core-fixture.ts';
import { bench, Recorder } from '../kernel/measure.ts';
import { throughPort } from '../port.ts';
import type { Bench, MeasureOptions, Samples } from '../kernel/measure.ts';

const EIGHT = 8;
const patient = { alertable: false, timeout: TIMEOUT_INFINITE };

const newEvent = async (process: NtProcess) =>
  (
    await nt.NtCreateEvent(process, {
      name: '',
      access: EVENT_ALL_ACCESS,
      attributes: 0,
      type: SynchronizationEvent,
      initial: false,
    })
  ).handle;

/** Two threads that wake each other. */
async function toAndFro(process: NtProcess, count: number): Promise<void> {
  const [here, there] = [await newEvent(process), await newEvent(process)];
  const swap = (own: NtProcess, signal: number, handle: number) =>
    nt.NtSignalAndWaitForSingleObject(own, { signal, handle, ...patient });
  const made = await RtlCreateUserThread(process, async (own) => {
    await nt.NtWaitForSingleObject(own, { handle: there, ...patient });
    for (let turn = 1; turn < count; turn++) await swap(own, here, there);
    await nt.NtSetEvent(own, { handle: here });
    return 0;
  });
  const { handle: other } = check(made);
  for (let turn = 0; turn < count; turn++) await swap(process, there, here);
  await nt.NtWaitForSingleObject(process, { handle: other, ...patient });
  for (const handle of [here, there, other]) await nt.NtClose(process, { handle });
}

async function makeBenches(process: NtProcess): Promise<Bench[]> {
  const handles: number[] = [];
  for (let index = 0; index < EIGHT; index++) handles.push(await newEvent(process));
  const [handle = 0] = handles;
  const last = handles[EIGHT - 1] ?? 0;
  const poll = { handle, alertable: false, timeout: 0 };
  const any = { handles, type: WaitAny, ...patient };
  const all = { handles, type: WaitAll, alertable: false, timeout: 0 };
  return [
    bench('NtQuerySystemTime', async (count) => {
      for (let i = 0; i < count; i++) await nt.NtQuerySystemTime(process, {});
    }),
    bench('NtSetEvent', async (count) => {
      for (let i = 0; i < count; i++) await nt.NtSetEvent(process, { handle });
    }),
    bench('NtWaitForSingleObject, not signalled, polled', async (count) => {
      await nt.NtResetEvent(process, { handle });
      for (let i = 0; i < count; i++) await nt.NtWaitForSingleObject(process, poll);
    }),
    bench('NtSetEvent and NtWaitForSingleObject', async (count) => {
      for (let i = 0; i < count; i++) {
        await nt.NtSetEvent(process, { handle });
        await nt.NtWaitForSingleObject(process, { handle, ...patient });
      }
    }),
    bench('NtSetEvent and a wait for one of eight events', async (count) => {
      for (let i = 0; i < count; i++) {
        await nt.NtSetEvent(process, { handle: last });
        await nt.NtWaitForMultipleObjects(process, any);
      }
    }),
    bench('a wait for all of eight events, polled', async (count) => {
      for (let i = 0; i < count; i++) await nt.NtWaitForMultipleObjects(process, all);
    }),
    {
      ...bench('two threads wake each other, there and back', (count) => toAndFro(process, count)),
      // Enough for the thread's making not to be seen.
      exactly: 1000,
    },
    {
      ...bench('a request and its reply through an LPC port', (count) =>
        throughPort(process, count),
      ),
      exactly: 1000,
    },
  ];
}

async function runBenches(options: MeasureOptions): Promise<Samples> {
  const module = await WebAssembly.compileStreaming(fetch('/kernel.wasm'));
  const recorder = new Recorder(options);
  let finish!: (error: unknown) => void;
  const finished = new Promise<unknown>((resolve) => (finish = resolve));
  const client = nativeImage(async (process) => {
    try {
      await recorder.add(await makeBenches(process));
      finish(undefined);
    } catch (error) {
      finish(error);
    }
    return 0;
  });
  // The first process is the system's own, and may have one thread.
  const first = nativeImage(async (process) => {
    await nt.NtDelayExecution(process, { alertable: false, interval: TIMEOUT_INFINITE });
    return 0;
  });
  const images = { 'smss.exe': first, 'client.exe': client };
  await bootExecutive({ images, module }, async ({ executive, inside }) => {
    await until('it runs', () => executive.ps.processes()[0]?.state === 'running');
    await inside(() => executive.ps.createProcess({ image: 'client.exe' }));
    const error = await finished;
    if (error instanceof Error) throw error;
  });
  return recorder.samples;
}

Object.assign(globalThis, { runBenches });
