/**
 * Images of the page's own (NeptuneOs.addImage) in a recording: a driver of the bench is no part of
 * the build, so its code came in like a disk.
 *
 *   ownImagesIn(recording)            the code of each, in the order in which they came
 *   new OwnImages(addresses, later)   while it is replayed: where these are
 *   add(name)                         the next one has come, under that name
 *   find(name)                        the address; what is the system's own is never another's
 */
import { Entries } from './entries.ts';
import type { Recording } from './types.ts';

type Later = (name: string) => Promise<string>;

export function ownImagesIn(recording: Recording): Uint8Array[] {
  const found: Uint8Array[] = [];
  const log = new Entries(recording);
  for (;;) {
    if (log.look() !== undefined) log.skipSame();
    else if (log.date() === undefined) {
      const event = log.event();
      if (!event || event.kind === 'end') return found;
      if (event.kind !== 'input') continue;
      const [name, , code] = event.input;
      if (name === 'image' && code instanceof Uint8Array) found.push(code);
    }
  }
}

const nowhere: Later = (name) => Promise.reject(new Error(`there is no image ${name}`));

export class OwnImages {
  readonly #waiting: string[];
  readonly #later: Later;
  readonly #addresses = new Map<string, string>();

  constructor(addresses: readonly string[], later: Later = nowhere) {
    this.#waiting = [...addresses];
    this.#later = later;
  }

  add(name: string): void {
    const address = this.#waiting.shift();
    if (address !== undefined) this.#addresses.set(name, address);
  }

  find(name: string): Promise<string> {
    const own = this.#addresses.get(name);
    return own === undefined ? this.#later(name) : this.#later(name).catch(() => own);
  }
}
