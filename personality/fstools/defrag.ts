/**
 * defrag drive: [/a] [/x]: moves clusters together; the terminal shows a map of the disk meanwhile.
 *
 * The volume is locked, moved about, and let go. Each step is flushed before the next
 * (defrag/move.ts), so that whatever ends in the middle leaves lost clusters at the worst. A volume
 * that is not sound is refused: what cannot be trusted is not moved.
 */
import * as Status from '../rtl/ntstatus.ts';
import { checkVolume } from './check/check.ts';
import { analyse, type Analysis, defragment, readMap } from './defrag/defrag.ts';
import type { VolumeMap } from './defrag/map.ts';
import { picture } from './defrag/picture.ts';
import { type Disk, withDisk } from './device.ts';
import type { FatVolume } from './fat/volume.ts';
import { type Call, refuse, volumeOn, withLocked } from './program.ts';

export function defrag(call: Call): Promise<number> {
  const { process, words } = call;
  const [drive = ''] = words.names;
  if (words.switches.has('a')) return withDisk(process, drive, false, (disk) => look(call, disk));
  return withLocked(call, (disk) => work(call, disk));
}

async function look(call: Call, disk: Disk): Promise<number> {
  const volume = await volumeOn(disk);
  const map = await readMap(volume);
  await tell(call, volume, analyse(volume, map));
  for (const row of draw(volume, map, call.console.columns)) await call.console.say(row);
  return Status.STATUS_SUCCESS;
}

async function work(call: Call, disk: Disk): Promise<number> {
  const { console, words } = call;
  const [drive = ''] = words.names;
  const volume = await volumeOn(disk);
  const { table } = volume;
  const { problems } = await checkVolume(volume, { say: () => undefined, now: 0 });
  if (problems > 0) {
    const text = `${drive} has ${problems} problems: chkdsk /f puts them right`;
    return refuse(call, text, Status.STATUS_DISK_CORRUPT_ERROR);
  }
  const map = await readMap(volume);
  await tell(call, volume, analyse(volume, map));
  let told = 0;
  const done = await defragment(volume, map, {
    flush: () => disk.flush(),
    step: async (at) => {
      await console.draw(draw(volume, map, console.columns));
      const tenth = Math.floor((10 * at) / table.clusters);
      if (console.seen || tenth <= told) return;
      told = tenth;
      await console.say(`${Math.min(tenth * 10, 100)} percent done`);
    },
  });
  if (!done)
    return refuse(call, `${drive} has no free cluster to work with`, Status.STATUS_DISK_FULL);
  await disk.dismount();
  await tell(call, volume, analyse(volume, map));
  return Status.STATUS_SUCCESS;
}

async function tell(
  { console }: Call,
  { geometry }: FatVolume,
  { items, fragmented, gaps, free }: Analysis,
): Promise<void> {
  const kilobytes = Math.floor((free * geometry.clusterSize) / 1024);
  await console.say(`${items} files and directories, ${fragmented} of them in pieces.`);
  await console.say(`${kilobytes} KB free, in ${gaps} ${gaps === 1 ? 'piece' : 'pieces'}.`);
}

const ROWS = 12;
const WIDTH = 64;

function draw(volume: FatVolume, map: VolumeMap, columns: number): string[] {
  const width = columns > 0 ? Math.min(WIDTH, columns - 1) : WIDTH;
  return picture(volume, map, width, ROWS);
}
