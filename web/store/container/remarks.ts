/**
 * What a reader is to be told of a disk that is in its drive as it is: its files are not read, or
 * not all of them.
 *
 *   remark(image, layout)   goes on behind the disk's name; undefined: there is nothing to say.
 *                           `layout` is what readFatLayout has found, if it has
 *
 * Whether such a disk is mounted is the file system's to decide (drivers/filesystems/fatfs/
 * volume.ts); here are the words for it.
 */
import type { FatLayout } from '../../../personality/rtl/fat-layout.ts';
import { foreignName } from './foreign.ts';

const KEPT = 'It is kept as it is, and can be downloaded as a raw image.';

const inWords = (count: number): string => count.toLocaleString('en-US');

export function remark(image: Uint8Array, layout: FatLayout | undefined): string | undefined {
  if (!layout) {
    const foreign = foreignName(image);
    return foreign && `is a disk of the file system ${foreign}, which is not read here. ${KEPT}`;
  }
  if (layout.undescribed > 0 && !tablesAgree(image, layout)) return tooSmall(layout);
  return layout.tooLong ? tooLong(image, layout) : undefined;
}

/** How a table begins: the media byte, and ones. */
const TABLE_START = 3;

/** The second table is where the boot sector has it. */
function tablesAgree(image: Uint8Array, { fats, fatStart, fatSize }: FatLayout): boolean {
  const start = (at: number): string => image.subarray(at, at + TABLE_START).join();
  return fats === 1 || start(fatStart) === start(fatStart + fatSize);
}

function tooSmall({ clusters, undescribed }: FatLayout): string {
  const all = inWords(clusters + undescribed);
  return (
    `is damaged: by its boot sector a file table has room for ${inWords(clusters)} of ${all} ` +
    `clusters, and the next is not where it says. Its files are not read. ${KEPT}`
  );
}

/** The early formats, of which nothing is stated, are told by their tables. */
function tooLong(image: Uint8Array, { stated, sectorSize, totalBytes }: FatLayout): string {
  const view = new DataView(image.buffer, image.byteOffset, 64);
  const claimed = view.getUint16(19, true) || view.getUint32(32, true);
  const claims = stated ? `${inWords(claimed)} sectors` : 'more sectors than it has';
  return (
    `says that it has ${claims}, and it ends after ${inWords(totalBytes / sectorSize)}: ` +
    'what is behind that is left out, and files that go on there are cut short.'
  );
}
