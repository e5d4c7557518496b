/**
 * What the I/O manager may count on until it asks for something that takes a cluster or a slot: so
 * many bytes of files, and so many names of one slot each, can be made in a directory.
 *
 *   promiseIn(volume, directory)   [bytes, names, bytes of a cluster]
 *
 * Free clusters are promised as a whole, where they were counted: whoever else could take them asks
 * by the same way. Of a table that is too long for that so many as were seen to be free. Slots
 * are those that the directory has: it need not grow.
 */
import { indexOf } from './dirindex.ts';
import type { Volume } from './volume.ts';

export async function promiseIn(volume: Volume, directory: number): Promise<number[]> {
  const { free, used, room } = await indexOf(volume, directory);
  const { bytesPerCluster } = volume.geometry;
  return [
    (await volume.fat.sureCount()) * bytesPerCluster,
    room - used + free.count,
    bytesPerCluster,
  ];
}
