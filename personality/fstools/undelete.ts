/**
 * undelete path [/list | /to:directory]: what was deleted on a disk, and back with it, to another.
 *
 * The disk that the files were on is only ever read: each byte that is written to it may be one of
 * theirs. `path` is a drive, a directory, or a name with wildcards.
 */
import { attributesOf, writeAll } from '../ntdll/files.ts';
import { dosExpression, FsRtlIsNameInExpression, RtlUpcase } from '../rtl/names.ts';
import { isUnreadable } from '../rtl/media.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { withDisk } from './device.ts';
import type { FatVolume } from './fat/volume.ts';
import { freeName } from './freename.ts';
import { type Call, refuse, volumeOn } from './program.ts';
import { type Deleted, findDeleted, readDeleted } from './undelete/undelete.ts';

export async function undelete(call: Call): Promise<number> {
  const { process, console, words } = call;
  const [path = ''] = words.names;
  const drive = path.slice(0, 2);
  const target = words.switches.get('to');
  if (target?.startsWith(drive))
    return refuse(call, `${target} is on the same disk`, Status.STATUS_INVALID_PARAMETER);
  if (target !== undefined) await attributesOf(process, `\\??\\${target}`);
  return withDisk(process, drive, false, async (disk) => {
    const volume = await volumeOn(disk);
    const found = (await findDeleted(volume)).filter((file) => isMeant(file, path.slice(2)));
    if (found.length === 0) {
      await console.say('No deleted files were found.');
      return Status.STATUS_SUCCESS;
    }
    let lost = 0;
    for (const file of found) {
      const line = describe(file);
      if (target === undefined) {
        await console.say(line);
        continue;
      }
      if (file.chance === 'none') {
        lost++;
        await console.say(`${line}  not brought back`);
        continue;
      }
      const bytes = await contentsOf(volume, file);
      if (!bytes) {
        lost++;
        await console.say(`${line}  cannot be read`);
        continue;
      }
      const name = await freeName(call, target, file.name);
      await writeAll(process, `\\??\\${name}`, bytes);
      await console.say(`${line}  as ${name}`);
    }
    await console.say(summary(found, lost, target));
    return Status.STATUS_SUCCESS;
  });
}

/** Undefined where a sector of it cannot be read: the others are brought back all the same. */
async function contentsOf(volume: FatVolume, file: Deleted): Promise<Uint8Array | undefined> {
  try {
    return await readDeleted(volume, file);
  } catch (error) {
    if (error instanceof NtException && isUnreadable(error.status)) return undefined;
    throw error;
  }
}

function isMeant({ directory, name }: Deleted, wanted: string): boolean {
  const full = RtlUpcase(`${directory}${name}`);
  const within = RtlUpcase(wanted.endsWith('\\') ? wanted : `${wanted}\\`);
  if (full.startsWith(within)) return true;
  const at = wanted.lastIndexOf('\\') + 1;
  if (RtlUpcase(directory) !== RtlUpcase(wanted.slice(0, at))) return false;
  return FsRtlIsNameInExpression(dosExpression(wanted.slice(at)), name);
}

function describe({ directory, name, size, chance, written }: Deleted): string {
  const [date, time] = [Math.floor(written / 0x1_0000), written & 0xffff];
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  const clock = `${two(time >> 11)}:${two((time >> 5) & 63)}`;
  return `${chance.padEnd(4)} ${String(size).padStart(10)} ${day} ${clock} ${directory}${name}`;
}

function summary(found: readonly Deleted[], lost: number, target: string | undefined): string {
  const many = found.length === 1 ? '1 deleted file' : `${found.length} deleted files`;
  if (target === undefined) return `${many}. /to:directory brings them to another disk.`;
  return lost === 0 ? `${many} brought back.` : `${many}, ${lost} of them gone.`;
}
