/** Programs of the isolated test: each runs on a processor of its own. */
import { callService } from '../../personality/ntdll/call.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import { Status } from '../../personality/rtl/status.ts';
import type { Image } from '../../personality/sel4/index.ts';

async function start(process: NtProcess, image: string): Promise<number> {
  const input = { image, commandLine: '' };
  const { status, handle } = await callService(process, 'NtCreateProcess', input);
  if (status !== Status.STATUS_SUCCESS) throw new Error(`${image}: ${status.toString(16)}`);
  return handle;
}

async function finish(process: NtProcess, handle: number): Promise<number> {
  const timeout = -50_000_000;
  await callService(process, 'NtWaitForSingleObject', { handle, timeout });
  const { exitStatus } = await callService(process, 'NtQueryInformationProcess', { handle });
  await callService(process, 'NtClose', { handle });
  return exitStatus;
}

/** What the first process finds out, told to the page by a service of the test's own io. */
async function findOut(process: NtProcess): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const image of ['exits.exe', 'faults.exe', 'returns.exe'])
    found[image] = await finish(process, await start(process, image));
  const hung = await start(process, 'hangs.exe');
  await callService(process, 'NtDelayExecution', { interval: -300_000 });
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
  await callService(process, 'NtDelayExecution', { interval: -500_000 });
  found['delay'] = process.thread.now() - before;
  return found;
}

const images: Record<string, Image> = {
  'smss.exe': nativeImage(async (process) => {
    let name: string;
    try {
      name = JSON.stringify(await findOut(process));
    } catch (error) {
      name = JSON.stringify({ error: String(error) });
    }
    await callService(process, 'NtDeleteFile', { name, root: 0 });
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
    await callService(process, 'NtDelayExecution', { interval: TIMEOUT_INFINITE });
    return 0;
  }),
};

export async function loadImage(name: string): Promise<Image> {
  const image = images[name];
  if (!image) throw new Error(`no image ${name}`);
  return image;
}
