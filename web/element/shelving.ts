/**
 * A disk that goes into no drive: onto the shelf, or where nothing is kept, into this page alone.
 *
 *   shelve(given, pick, prefix, make, loose)
 *       `pick`: which image of an archive. Resolves to a sentence that says where it is; what is no
 *       image rejects
 */
import type { DiskMaker } from './disk-maker.ts';
import type { Loose } from './loose.ts';
import { readSource, sourceOf } from './source.ts';
import type { ImageSource } from './types.ts';

export async function shelve(
  given: ImageSource,
  pick: string | undefined,
  prefix: string | undefined,
  make: DiskMaker,
  loose: Loose,
): Promise<string> {
  const found = await readSource(sourceOf(given), { pick });
  const { label } = found;
  const disk = make.fresh(found, false);
  if (prefix === undefined) loose.add(disk);
  else {
    disk.keepAt(make.home(prefix, label));
    await loose.release(disk);
  }
  return `${label || 'The disk'} is in no drive: press Insert at a drive to put it in.`;
}
