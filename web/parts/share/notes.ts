/**
 * What is said of a link to who made it: whoever gets it has the disks.
 *
 *   notesOf(disks, fetches)   a paragraph each
 */
import type { SharedDisk } from './types.ts';

export function notesOf(disks: readonly SharedDisk[], fetches: boolean): string[] {
  if (disks.length === 0) return [];
  const hosts = disks.flatMap(({ address }) => (address ? [new URL(address).host] : []));
  const where = fetches
    ? `It is fetched from ${together(hosts)}, as long as it stays there as it is; what is changed ` +
      'lies in the link.'
    : 'The disk itself is in the link: nothing is uploaded.';
  const notes = [
    'Anyone with the link has the whole disk, as it is now, without what was deleted from it. ' +
      where,
  ];
  const foreign = disks.filter(({ scrubbed }) => !scrubbed);
  if (foreign.length > 0)
    notes.push(`The file system of ${names(foreign)} is not read here: deleted files go along.`);
  const beyond = disks.filter((disk) => disk.beyond);
  if (beyond.length > 0) notes.push(`The link has no ${beyond[0]!.beyond} of ${names(beyond)}`);
  return notes;
}

const together = (words: readonly string[]): string => [...new Set(words)].join(' and ');

const names = (disks: readonly SharedDisk[]): string =>
  together(disks.map(({ drive }) => `${drive.toUpperCase()}:`));
