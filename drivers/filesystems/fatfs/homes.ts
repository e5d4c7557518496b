/**
 * The one name that leads to a directory.
 *
 *   isHome(volume, cluster, parent, slot)   whether that entry is the name of the directory that
 *                                           begins at `cluster`
 *   forgetHome(volume, cluster)             the directory is gone
 *
 * On a sound disk each directory but the root has one entry, and the root has none. On a damaged
 * one several may name the same: in circles, or two in each directory of a long way down, so that
 * a disk of a few clusters has more paths than anybody can walk. Here the first entry that is met
 * is the name, as long as it is there; the others lead to nothing. So every directory is on one
 * path, and who goes through a whole tree comes to its end.
 *
 * `volume.homes` leads from a directory's first cluster to its entry's number (fcb.ts). What is
 * remembered costs no read; only where two entries differ is the remembered one looked at.
 */
import { FILE_ATTRIBUTE_DIRECTORY } from '../../../personality/rtl/nt.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { decodeDirent } from './dirent.ts';
import { indexOf } from './dirindex.ts';
import { fileId, placeOf } from './fcb.ts';
import { readSlot } from './slots.ts';
import { ROOT, type Volume } from './volume.ts';

export async function isHome(
  volume: Volume,
  cluster: number,
  parent: number,
  slot: number,
): Promise<boolean> {
  if (cluster === ROOT || cluster === volume.geometry.rootCluster) return false;
  const here = fileId(parent, slot);
  const home = volume.homes.get(cluster);
  if (home === here) return true;
  if (home !== undefined && (await leadsTo(volume, home, cluster))) return false;
  volume.homes.set(cluster, here);
  return true;
}

/** Its entry may have moved, or become another one's: a rename is not told here. */
async function leadsTo(volume: Volume, home: number, cluster: number): Promise<boolean> {
  const { parent, slot } = placeOf(home);
  try {
    const { entries, pieces } = await indexOf(volume, parent);
    if (!entries.has(slot)) return false;
    const raw = await readSlot(volume, pieces, slot);
    const { attributes, firstCluster } = decodeDirent(raw, volume.wide);
    return (attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0 && firstCluster === cluster;
  } catch (error) {
    // What cannot be read any more leads nowhere.
    if (error instanceof NtException) return false;
    throw error;
  }
}

export function forgetHome(volume: Volume, cluster: number): void {
  volume.homes.delete(cluster);
}
