/**
 * From slots to names: what stands in a directory, when its slots go by in order.
 *
 *   new Scanner()
 *   next(slot, raw)   the name that this slot completes; labels, deleted and stray ones are none
 */
import { isValidName } from '../../../personality/rtl/names.ts';
import { DELETED, isLongNamePiece, isVolumeLabel, LongNameReader, shortNameOf } from './dirent.ts';

export interface FoundName {
  /** Of the short entry. */
  slot: number;
  /** Of the first piece of the long name, or of the short entry. */
  firstSlot: number;
  name: string;
  shortName: string;
  /** The short entry, to be decoded where it is wanted. */
  raw: Uint8Array;
}

/**
 * A long name that could not be opened, and an entry without any name, are damage: the first gives
 * way to its short name, the second is passed over.
 */
export class Scanner {
  readonly #reader = new LongNameReader();

  next(slot: number, raw: Uint8Array): FoundName | undefined {
    if (raw[0] === DELETED || isVolumeLabel(raw)) this.#reader.drop();
    else if (isLongNamePiece(raw)) this.#reader.piece(raw);
    else {
      const long = this.#reader.take(raw);
      const shortName = shortNameOf(raw);
      const name = long && isValidName(long.name) ? long.name : shortName;
      if (name !== '') return { slot, firstSlot: slot - (long?.pieces ?? 0), name, shortName, raw };
    }
    return undefined;
  }
}
