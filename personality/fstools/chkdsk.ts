/**
 * chkdsk drive: [/f] [/v] [/x] [/y]: is the volume sound; with /f it is made so; /y: even if
 * something speaks against the boot sector's numbers.
 *
 * Without /f nothing is written and nothing is locked: what is in use may look damaged. With /f the
 * volume is this program's alone while it is looked at and written, and is let go at the end, so
 * that nobody goes on with what he had read before. The errorlevel: 0 sound, or made so, 3 damaged.
 */
import { FileFsVolumeInformation } from '../rtl/nt.ts';
import { decodeFsVolume } from '../rtl/information.ts';
import { checkVolume, repairVolume } from './check/check.ts';
import type { Check } from './check/state.ts';
import type { ShellConsole } from './console.ts';
import { type Disk, withDisk } from './device.ts';
import { dosTime } from './make/format.ts';
import { type Call, figure, now, serialText, volumeOn, withLocked } from './program.ts';

const DAMAGED = 3;

export function chkdsk(call: Call): Promise<number> {
  const { process, words } = call;
  const [drive = ''] = words.names;
  if (words.switches.has('f') || words.switches.has('x'))
    return withLocked(call, (disk) => examine(call, disk, true));
  return withDisk(process, drive, false, async (disk) => {
    await disk.flush().catch(() => undefined);
    return examine(call, disk, false);
  });
}

async function examine(call: Call, disk: Disk, repairs: boolean): Promise<number> {
  const { console, process } = call;
  const volume = await volumeOn(disk);
  await console.say(`The type of the file system is FAT${volume.geometry.type}.`);
  await introduce(console, disk);
  const lines: string[] = [];
  const check = await checkVolume(volume, {
    say: (line) => lines.push(line),
    now: dosTime(await now(process)),
    trusts: call.words.switches.has('y'),
  });
  for (const line of lines) await console.say(line);
  const { problems, unrepairable } = check;
  if (problems > 0 && repairs && unrepairable === 0) await repairVolume(check, () => disk.flush());
  if (repairs) await disk.dismount();
  await conclude(console, check, repairs);
  await report(call, check);
  return problems > 0 && (!repairs || unrepairable > 0) ? DAMAGED : 0;
}

/** Label and serial number, where there is a mounted volume to ask. */
async function introduce(console: ShellConsole, disk: Disk): Promise<void> {
  const data = await disk.query(FileFsVolumeInformation, 512).catch(() => undefined);
  if (!data) return;
  const { label, serial } = decodeFsVolume(data);
  const name = label === '' ? 'The volume has no label.' : `The volume is ${label}.`;
  await console.say(`${name} Its serial number is ${serialText(serial)}.`);
}

async function conclude(console: ShellConsole, check: Check, repairs: boolean): Promise<void> {
  const { problems, unrepairable } = check;
  const many = problems === 1 ? '1 problem' : `${problems} problems`;
  if (problems === 0) await console.say('No problems were found.');
  else if (unrepairable > 0)
    await console.say(`${many}. ${unrepairable} of them cannot be put right; nothing was changed.`);
  else if (!repairs) await console.say(`${many}. Nothing was changed: /f puts them right.`);
  else await console.say(`${many} put right.`);
}

async function report({ console, words }: Call, check: Check): Promise<void> {
  const { totals, volume } = check;
  const { clusterSize, clusters } = volume.geometry;
  const bytes = (count: number) => figure(count * clusterSize);
  await console.say('');
  await console.say(`${bytes(clusters)} bytes total disk space.`);
  if (totals.inHidden > 0)
    await console.say(`${bytes(totals.inHidden)} bytes in ${totals.hidden} hidden files.`);
  if (totals.inDirectories > 0)
    await console.say(`${bytes(totals.inDirectories)} bytes in ${totals.directories} directories.`);
  await console.say(`${bytes(totals.inFiles)} bytes in ${totals.files} files.`);
  if (totals.recovered > 0)
    await console.say(`${bytes(totals.recovered)} bytes in chains that were lost.`);
  if (totals.bad > 0) await console.say(`${bytes(totals.bad)} bytes in bad clusters.`);
  await console.say(`${bytes(totals.free)} bytes available on disk.`);
  await console.say('');
  await console.say(`${figure(clusterSize)} bytes in each cluster.`);
  await console.say(`${figure(clusters)} clusters on disk.`);
  await console.say(`${figure(totals.free)} clusters available.`);
  if (!words.switches.has('v')) return;
  await console.say('');
  for (const path of check.seen) await console.say(path);
}
