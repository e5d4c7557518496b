/**
 * Names of another system's files as a FAT disk can hold them.
 *
 *   diskName(name)             with what FAT has not replaced; most names stay as they are
 *   anotherName(name, taken)   `NAME (2).TXT`, or the first number that is free
 *   Taken                      the names of a folder, compared as the system compares them
 */
import { dosDeviceOf, isValidName, RtlUpcase } from '../../personality/rtl/names.ts';

const LONGEST = 255;
/** Of the ends after a dot that are kept when a name is cut. */
const LONGEST_END = 20;

export function diskName(name: string): string {
  const plain = name.replace(/[\u0000-\u001f"*/:<>?\\|]/g, '_').replace(/^ +|[. ]+$/g, '');
  const cut = shorten(plain || '_', LONGEST);
  const whole = dosDeviceOf(cut) === undefined ? cut : `_${cut}`;
  return isValidName(whole) ? whole : '_';
}

/** The end after the last dot stays. */
function shorten(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const [stem, end] = split(name);
  return stem.slice(0, longest - end.length).replace(/[. ]+$/, '') + end;
}

function split(name: string): [string, string] {
  const dot = name.lastIndexOf('.');
  const hasEnd = dot > 0 && name.length - dot <= LONGEST_END;
  return hasEnd ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

export function anotherName(name: string, taken: Taken): string {
  const [stem, end] = split(name);
  for (let number = 2; ; number++) {
    const mark = ` (${number})`;
    const found = shorten(stem, LONGEST - mark.length - end.length) + mark + end;
    if (!taken.has(found)) return found;
  }
}

/** Names compare without their case, and a short name is a name too. */
export class Taken<T = unknown> {
  readonly #names = new Map<string, T>();

  add(name: string, what: T): void {
    this.#names.set(RtlUpcase(name), what);
  }

  get(name: string): T | undefined {
    return this.#names.get(RtlUpcase(name));
  }

  has(name: string): boolean {
    return this.#names.has(RtlUpcase(name));
  }
}
