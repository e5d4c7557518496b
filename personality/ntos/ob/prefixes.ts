/**
 * Beginnings of names, and what they led to: nearly all names that a program opens begin with the
 * same drive.
 *
 *   of(name)              what the longest known beginning of a name leads to
 *   reached(name, end)    a walk has ended there
 *
 * Remembered are objects that stop a walk (devices, keys): they do so whatever follows, which is
 * theirs to open. Names and links mean the same until a name comes or goes anywhere; then all is
 * forgotten. Not for tokens that every directory has to be asked for.
 */
import { nameSpaceAge } from './directory.ts';
import type { ObObject } from './types.ts';

export interface Prefix {
  /** As it was spelled, with the backslash behind it. */
  readonly prefix: string;
  readonly object: ObObject;
  /** So much may follow before the name, with its links followed, is too long. */
  readonly room: number;
  /** So often may a name start again that has come here. */
  readonly turns: number;
}

/** Where a walk has ended; `left`, an end of the name as it was given, was not used. */
export interface End extends Omit<Prefix, 'prefix'> {
  readonly left: string;
}

const LIMIT = 4;

export class Prefixes {
  #age = -1;
  #known: Prefix[] = [];

  of(name: string): Prefix | undefined {
    if (this.#age !== nameSpaceAge()) return undefined;
    for (const known of this.#known) {
      const { length } = known.prefix;
      const fits = name.length > length && name.length - length <= known.room;
      if (fits && name.startsWith(known.prefix) && name[length] !== '\\') return known;
    }
    return undefined;
  }

  reached(name: string, { left, object, room, turns }: End): void {
    const prefix = name.slice(0, name.length - left.length);
    if (left === '' || !prefix.endsWith('\\')) return;
    const age = nameSpaceAge();
    if (this.#age !== age || this.#known.length === LIMIT) this.#known = [];
    this.#age = age;
    this.#known.push({ prefix, object, room, turns });
  }
}
