/**
 * What the damaged sectors of a FAT disk belong to.
 *
 *   damagedFiles(image, ranges)   paths, `DIR\NAME.EXT`, and places of the file system by their
 *                                 names; empty where nothing is hit, or the disk is not understood
 */

import type { ByteRange } from './sector-set.ts';
import { clusterOffset, parseFatGeometry } from './share/fat-geometry.ts';
import { walkFat } from './share/fat-walk.ts';

export function damagedFiles(image: Uint8Array, ranges: readonly ByteRange[]): string[] {
  const fat = parseFatGeometry(image);
  if (!fat) return [];
  const hit = (start: number, length: number): boolean =>
    ranges.some((range) => range.offset < start + length && start < range.offset + range.length);
  const places: [string, number, number][] = [
    ['the boot sector', 0, fat.fatStart],
    ['the file table', fat.fatStart, fat.fatBytes],
    ['the root directory', fat.rootStart, fat.rootBytes],
  ];
  for (let copy = 1; copy < fat.fatCopies; copy++) {
    places.push(['a copy of the file table', fat.fatStart + copy * fat.fatBytes, fat.fatBytes]);
  }
  const found = new Set(places.flatMap(([name, at, length]) => (hit(at, length) ? [name] : [])));
  walkFat(image, fat, (path, cluster) => {
    if (hit(clusterOffset(fat, cluster), fat.clusterBytes)) found.add(path || 'the root directory');
  });
  return [...found];
}
