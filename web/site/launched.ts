/**
 * Disks by which the installed app was started: files opened with it, and files that were shared
 * with it.
 *
 *   takeLaunched(machine)
 *
 * Who opens a file with the app wants it there, as if it were dropped here: it is kept. What is
 * shared came by a form that any page can post (worker/share.ts): it goes in like a link's disk,
 * which is kept when the reader says so.
 *
 * Source: Web App Launch Handler API, File Handling (WICG); Web Share Target (W3C).
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { DRIVES } from '../element/types.ts';
import { leaveAddress } from './address.ts';

interface LaunchParams {
  readonly files: readonly { getFile(): Promise<File> }[];
  readonly targetURL?: string;
}

declare global {
  interface Window {
    /** Chromium's, in an installed app. */
    readonly launchQueue?: { setConsumer(consumer: (params: LaunchParams) => void): void };
  }
}

export function takeLaunched(machine: NeptuneOs): void {
  window.launchQueue?.setConsumer((params) => void takeOpened(machine, params));
  const shared = new URLSearchParams(location.search).get('shared');
  if (shared !== null) void takeShared(machine, shared);
}

async function takeOpened(machine: NeptuneOs, { files, targetURL }: LaunchParams): Promise<void> {
  if (files.length > 0)
    await machine.takeFiles(await Promise.all(files.map((file) => file.getFile())));
  // A shortcut, or a link to here, that the browser gave to this window instead of a new one.
  else if (targetURL && new URL(targetURL).search && targetURL !== location.href)
    location.assign(targetURL);
}

async function takeShared(machine: NeptuneOs, state: string): Promise<void> {
  leaveAddress('shared');
  if (state !== 'all')
    machine.say('What was shared is too much, or could not be kept for a moment.');
  const files = await sharedFiles().catch(() => []);
  for (const [i, file] of files.entries()) {
    const drive = DRIVES[i];
    if (drive === undefined) {
      machine.say(`${file.name} was shared too, and there is no drive left for it.`);
      continue;
    }
    await machine
      .insertDisk(drive, file, { label: file.name, persist: false })
      .catch((error: Error) => machine.say(error.message, error, drive));
  }
}

/** Each is handed out once. */
async function sharedFiles(): Promise<File[]> {
  const scope = new URL('./', document.baseURI).href;
  const name = `neptune|${scope}|shared`;
  if (!(await caches.has(name))) return [];
  const cache = await caches.open(name);
  const responses = await Promise.all((await cache.keys()).map((key) => cache.match(key)));
  await caches.delete(name);
  const found = responses.filter((response) => response !== undefined);
  return Promise.all(
    found.map(async (response) => {
      const file = decodeURIComponent(response.headers.get('X-Name') ?? 'disk');
      return new File([await response.blob()], file);
    }),
  );
}
