/**
 * All of a kept disk, in the hands of whoever copies it somewhere.
 *
 *   readContents(hold)              what is kept, damage included; throws `missing`
 *   keepContents(hold, contents)    puts it into a hold
 */
import { StoreError } from '../errors.ts';
import type { DiskFacts, KeptDisk } from '../types.ts';

export interface DiskContents extends DiskFacts {
  label: string;
  image: Uint8Array;
  modified: number;
}

export async function readContents(hold: KeptDisk): Promise<DiskContents> {
  const found = await hold.recover();
  if (!found || !hold.info)
    throw new StoreError('missing', `No disk named "${hold.name}" is kept here.`);
  const { image, damage, tracks, origin } = found;
  const { label, modified, writeProtected } = hold.info;
  return { label, image, modified, damaged: damage?.ranges, tracks, origin, writeProtected };
}

export async function keepContents(hold: KeptDisk, contents: DiskContents): Promise<void> {
  const { image, label, ...facts } = contents;
  await hold.replace(image, label, facts);
}
