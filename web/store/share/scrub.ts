/**
 * What is shared is what the disk shows.
 *
 *   scrubImage(image)   a copy in which what deleted files left behind is zero
 *
 * Zero become: clusters that are free in every copy of the table and belong to no file; what lies
 * behind the last cluster, where a disk that was formatted anew, and smaller, has its old files;
 * what lies behind the end of a file in its clusters; what lies behind the end of a directory, and
 * of the root in its last sector; and the name and facts in a deleted file's directory entry, whose
 * mark stays. Parts of a long name that have lost their file become such entries. All else stays as
 * it is: boot sector, tables, lost and bad clusters, damage. A disk without such remains comes back
 * byte for byte; so does one that is not FAT, or is too damaged to be walked (`scrubbed` is then
 * false).
 *
 * Where two files claim one cluster, what either shows is kept: sharing must not make damage worse.
 */

import { clusterOffset, fatEntry, parseFatGeometry, type FatGeometry } from './fat-geometry.ts';
import { walkFat, type FatView } from './fat-walk.ts';

const DELETED = 0xe5;

export interface ScrubbedImage {
  image: Uint8Array;
  scrubbed: boolean;
}

export function scrubImage(source: Uint8Array): ScrubbedImage {
  const image = new Uint8Array(source);
  const fat = parseFatGeometry(image);
  const view = fat && walkFat(image, fat);
  if (!fat || !view) return { image, scrubbed: false };
  scrubClusters(image, fat, view);
  image.fill(0, clusterOffset(fat, fat.lastCluster + 1));
  image.fill(0, fat.rootStart + view.rootShown, fat.dataStart);
  scrubDeletedEntries(image, view);
  return { image, scrubbed: true };
}

function isFree(image: Uint8Array, fat: FatGeometry, cluster: number): boolean {
  if (fat.onlyCopy !== undefined) return fatEntry(image, fat, fat.onlyCopy, cluster) === 0;
  for (let copy = 0; copy < fat.fatCopies; copy++) {
    if (fatEntry(image, fat, copy, cluster) !== 0) return false;
  }
  return true;
}

function scrubClusters(image: Uint8Array, fat: FatGeometry, view: FatView): void {
  for (let cluster = 2; cluster <= fat.lastCluster; cluster++) {
    const owned = view.owners[cluster]! > 0;
    if (!owned && !isFree(image, fat, cluster)) continue;
    const start = clusterOffset(fat, cluster);
    image.fill(0, start + view.shown[cluster]!, start + fat.clusterBytes);
  }
}

/**
 * Not where a file claims the same cluster: what looks like an entry may be that file's content.
 */
function scrubDeletedEntries(image: Uint8Array, view: FatView): void {
  for (const { offset, cluster } of view.deleted) {
    if (cluster !== 0 && view.owners[cluster] !== 1) continue;
    image[offset] = DELETED;
    image.fill(0, offset + 1, offset + 32);
  }
}
