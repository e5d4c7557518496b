/** Programs of the isolated tests: each runs on a processor of its own. */
import { callService } from '../../personality/ntdll/call.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import { quotaTable } from '../../personality/ntos/ps/quotatable.ts';
import { SystemProcessChargeInformation } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Image } from '../../personality/sel4/index.ts';
import type { ImageLoader } from '../../personality/sel4/types.ts';
import { askHostileDrivers, hostileImages } from './core-hostile-drivers.ts';
import { anEvent, untilEnded } from './core-inputs.ts';
import { portImages, usePorts } from './lpc-images.ts';
import { meet, meetingImages } from './meeting-images.ts';

/** Together they want more than all clients may have. */
export const HOGS = 3;

async function start(process: NtProcess, image: string): Promise<number> {
  const input = { image, commandLine: '' };
  const { status, handle } = await callService(process, 'NtCreateProcess', input);
  if (status !== Status.STATUS_SUCCESS) throw new Error(`${image}: ${status.toString(16)}`);
  return handle;
}

async function finish(process: NtProcess, handle: number): Promise<number> {
  const timeout = -50_000_000;
  await callService(process, 'NtWaitForSingleObject', { handle, alertable: false, timeout });
  const { exitStatus } = await callService(process, 'NtQueryInformationProcess', { handle });
  await callService(process, 'NtClose', { handle });
  return exitStatus;
}

/** What the first process finds out, told to the page by a service of the test's own io. */
async function findOut(process: NtProcess): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const image of ['exits.exe', 'faults.exe', 'returns.exe', 'threads.exe'])
    found[image] = await finish(process, await start(process, image));
  const hung = await start(process, 'hangs.exe');
  await callService(process, 'NtDelayExecution', { alertable: false, interval: -300_000 });
  await callService(process, 'NtTerminateProcess', { handle: hung, status: 0x55 });
  found['hangs.exe'] = await finish(process, hung);
  const waiting = await start(process, 'waits.exe');
  await callService(process, 'NtTerminateProcess', { handle: waiting, status: 0x66 });
  found['waits.exe'] = await finish(process, waiting);
  let right = 0;
  for (let turn = 0; turn < 12; turn++)
    if ((await finish(process, await start(process, 'exits.exe'))) === 0x77) right++;
  found['again'] = right;
  const lost = await start(process, 'lost.exe');
  found['lost.exe'] = await finish(process, lost);
  const before = process.thread.now();
  await callService(process, 'NtDelayExecution', { alertable: false, interval: -500_000 });
  found['delay'] = process.thread.now() - before;
  return { ...found, ...(await endureHogs(process)) };
}

interface Listed {
  readonly image: string;
  readonly handles: number;
  readonly charged: { readonly pagefile: number };
}

/** Waits until so many processes of that image are there that have done what they can. */
async function untilSated(process: NtProcess, name: string, count: number): Promise<Listed[]> {
  const input = { class: SystemProcessChargeInformation, offset: 0 };
  for (let sated: Listed[] = [], tries = 0; ; tries++) {
    const { data } = await callService(process, 'NtQuerySystemInformation', input);
    const all = JSON.parse(new TextDecoder().decode(data)) as Listed[];
    sated = all.filter(({ image, handles }) => image === name && handles > 0);
    if (sated.length >= count || tries === 400) return sated;
    await callService(process, 'NtDelayExecution', { alertable: false, interval: -500_000 });
  }
}

/** Families take all the memory they can; a driver and a program start all the same. */
async function endureHogs(process: NtProcess): Promise<Record<string, number>> {
  const handles: number[] = [];
  for (let hog = 0; hog < HOGS; hog++) handles.push(await start(process, 'hog.exe'));
  const hogs = await untilSated(process, 'hog.exe', HOGS);
  const driver = (await callService(process, 'NtLoadDriver', { name: 'null' })).status;
  const shell = await finish(process, await start(process, 'exits.exe'));
  await callService(process, 'NtUnloadDriver', { name: 'null' });
  let ended = 0;
  for (const handle of handles) {
    await callService(process, 'NtTerminateProcess', { handle, status: 7 });
    if ((await finish(process, handle)) === 7) ended++;
  }
  const taken = hogs.map(({ charged }) => charged.pagefile);
  const pages = taken.reduce((sum, each) => sum + each, 0);
  const most = Math.max(...taken);
  return { hogs: hogs.length, pages, most, 'driver beside': driver, 'shell beside': shell, ended };
}

async function forkRound(process: NtProcess): Promise<{ handle: number; forked: number }> {
  const handle = await start(process, 'fork.exe');
  const { length } = await untilSated(process, 'fork.exe', quotaTable.processes.family);
  // Any that are still to come would come now.
  await callService(process, 'NtDelayExecution', { alertable: false, interval: -3_000_000 });
  return { handle, forked: length };
}

async function endFamily(process: NtProcess, handle: number): Promise<number> {
  await callService(process, 'NtTerminateJobObject', { handle, status: 9 });
  await callService(process, 'NtClose', { handle });
  const input = { class: SystemProcessChargeInformation, offset: 0 };
  const { data } = await callService(process, 'NtQuerySystemInformation', input);
  return new TextDecoder().decode(data).split('fork.exe').length - 1;
}

/** A family forks as much as it can; a driver and a program of the system start all the same. */
async function endureForks(process: NtProcess): Promise<Record<string, number>> {
  const { handle, forked } = await forkRound(process);
  const { length: refused } = await untilSated(process, 'fork.exe', forked);
  const driver = (await callService(process, 'NtLoadDriver', { name: 'null' })).status;
  const shell = await finish(process, await start(process, 'exits.exe'));
  const left = await endFamily(process, handle);
  const second = await forkRound(process);
  return { forked, refused, driver, shell, left, again: second.forked };
}

/** Takes pages until not one is left for it; that is seen by its one handle more. */
const hog: Image = nativeImage(async (process) => {
  for (const pages of [64, 1])
    for (let status = 0; status === 0;) {
      const length = pages * PAGE_SIZE;
      ({ status } = await callService(process, 'NtAllocateVirtualMemory', { length }));
    }
  await callService(process, 'NtCreateEvent', anEvent);
  await callService(process, 'NtDelayExecution', { alertable: false, interval: TIMEOUT_INFINITE });
  return 0;
});

/** Forks until it is refused; that it has been is seen by its one handle more. */
const fork: Image = nativeImage(async (process) => {
  const input = { image: 'fork.exe', commandLine: '' };
  for (let status = 0; status === 0;) {
    const made = await callService(process, 'NtCreateProcess', input);
    status = made.status;
    if (status === 0) await callService(process, 'NtClose', made);
  }
  await callService(process, 'NtCreateEvent', anEvent);
  await callService(process, 'NtDelayExecution', { alertable: false, interval: TIMEOUT_INFINITE });
  return 0;
});

/** A first process that tells the page what it found out. */
function telling(body: (process: NtProcess) => Promise<Record<string, unknown>>): Image {
  return nativeImage(async (process) => {
    let name: string;
    try {
      name = JSON.stringify(await body(process));
    } catch (error) {
      name = JSON.stringify({ error: String(error) });
    }
    await callService(process, 'NtDeleteFile', { name, root: 0 });
    return 0;
  });
}

const firstImages = {
  ends: telling(findOut),
  forks: telling(endureForks),
  ports: telling(usePorts),
  drivers: telling((process) => askHostileDrivers(process)),
  meeting: telling(meet),
};
export type Scenario = keyof typeof firstImages;

/** Threads that wait for one another, and one that is ended while it waits; the turns they took. */
const threads: Image = nativeImage(async (process) => {
  const { handle: event } = await callService(process, 'NtCreateEvent', anEvent);
  let turns = 0;
  for (let round = 0; round < 20; round++) {
    const waiting: number[] = [];
    for (let count = 0; count < 4; count++) {
      const { handle } = await RtlCreateUserThread(process, async (own) => {
        if (count === 3) await sleepForEver(own);
        await untilEnded(own, event);
        turns++;
        return 0;
      });
      waiting.push(handle);
    }
    await callService(process, 'NtSetEvent', { handle: event });
    await callService(process, 'NtTerminateThread', { handle: waiting[3]!, status: 1 });
    for (const handle of waiting) {
      await untilEnded(process, handle);
      await callService(process, 'NtClose', { handle });
    }
    await callService(process, 'NtResetEvent', { handle: event });
  }
  return turns;
});

async function sleepForEver(process: NtProcess): Promise<number> {
  const input = { alertable: false, interval: TIMEOUT_INFINITE };
  await callService(process, 'NtDelayExecution', input);
  return 0;
}

const images: Record<string, Image> = {
  ...portImages,
  'threads.exe': threads,
  'fork.exe': fork,
  'hog.exe': hog,
  'null.sys': nativeImage(async (process) => {
    await callService(process, 'NtDelayExecution', {
      alertable: false,
      interval: TIMEOUT_INFINITE,
    });
    return 0;
  }),
  'exits.exe': nativeImage(async () => 0x77),
  'faults.exe': nativeImage(async ({ thread }) => thread.window(0x10, 4, false).getUint32(0)),
  'returns.exe': () => ({ entries: [async () => {}] }),
  'hangs.exe': nativeImage(async () => {
    for (;;);
  }),
  // The page ends its worker when it hears this: as a browser does that runs out of memory.
  'lost.exe': nativeImage(async (process) => {
    await callService(process, 'NtDeleteFile', { name: 'lose me', root: 0 });
    for (;;);
  }),
  'waits.exe': nativeImage(async (process) => {
    await callService(process, 'NtDelayExecution', {
      alertable: false,
      interval: TIMEOUT_INFINITE,
    });
    return 0;
  }),
};

export function imageLoader(scenario: Scenario): ImageLoader {
  return async (name) => {
    const own = scenario === 'meeting' ? await meetingImages[name]?.() : undefined;
    const image =
      name === 'smss.exe' ? firstImages[scenario] : (own ?? images[name] ?? hostileImages[name]);
    if (!image) throw new Error(`no image ${name}`);
    return image;
  };
}
