/**
 * What kinds of sectors a map tells apart, in the order of its legend.
 *
 *   kindOf(sector)   how it is comes before whose it is: a bad sector of a file is bad
 *   tintOf(file)     files that lie side by side look different: one of TINTS
 *   KINDS            their words
 */
import type { SectorInfo } from '../../element/types.ts';

export type Kind =
  | 'bad'
  | 'missing'
  | 'deleted'
  | 'file'
  | 'directory'
  | 'system'
  | 'free'
  | 'lost'
  | 'unusable'
  | 'unused'
  | 'plain';

export const KINDS: Readonly<Record<Kind, string>> = {
  bad: 'Bad: cannot be read',
  missing: 'Missing: not found',
  deleted: 'Deleted mark',
  file: 'Files',
  directory: 'Directories',
  system: 'System area',
  free: 'Free',
  lost: 'In use, no name',
  unusable: 'Marked unusable',
  unused: 'Behind the volume',
  plain: 'Not of the file system',
};

export function kindOf({ state, area }: SectorInfo): Kind {
  if (state !== 'good') return state;
  return area ?? 'plain';
}

export const isTrouble = ({ state }: SectorInfo): boolean => state !== 'good';

export const TINTS = 4;

/** The order in which files first lie on the disk. */
export function tintsOf(sectors: readonly SectorInfo[]): ReadonlyMap<string, number> {
  const tints = new Map<string, number>();
  for (const { area, file } of sectors)
    if (area === 'file' && file !== undefined && !tints.has(file))
      tints.set(file, tints.size % TINTS);
  return tints;
}
