/**
 * The machine's battery-backed memory, kept in this browser: the registry lies in it.
 *
 * It is kept as a disk is, under a name that no list of disks shows, and has one owner too: in a
 * second tab the system works with a copy, and is told so when it asks to have it kept. Without a
 * prefix to keep under, it lasts as long as the page.
 *
 *   new KeptMemory(shelf, prefix)
 *   answer(request, changes)    for SystemOptions.nvram; never rejects
 *   close()                     gives it free
 */
import type { NvramAnswer, NvramRequest, NvramResult } from '../machine/types.ts';
import { describeFailure } from '../store/failures.ts';
import type { DiskChange, KeptDisk } from '../store/types.ts';
import { keepResult } from './disk.ts';
import type { Shelf } from './shelf.ts';

const NAME = 'nvram';
const BYTES = 0x4_0000;

/** No prefix of disks begins so. */
function prefixOf(prefix: string): string {
  return `\u0001memory:${prefix}`;
}

export class KeptMemory {
  readonly #shelf: Pick<Shelf, 'open' | 'close' | 'patience'>;
  readonly #prefix: () => string | undefined;
  #hold: KeptDisk | undefined;
  #contents: Uint8Array = new Uint8Array(BYTES);
  /** One after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(shelf: Pick<Shelf, 'open' | 'close' | 'patience'>, prefix: () => string | undefined) {
    this.#shelf = shelf;
    this.#prefix = prefix;
  }

  answer(request: NvramRequest, changes: readonly DiskChange[]): Promise<NvramAnswer> {
    const work = (): Promise<NvramAnswer> =>
      request === 'bring' ? this.#bring() : this.#keep(changes).then((result) => ({ result }));
    const answered = this.#last
      .then(work)
      .catch((error: unknown): NvramAnswer => ({ result: keepResult(error) }));
    this.#last = answered;
    return answered;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#leave();
  }

  async #leave(): Promise<void> {
    const hold = this.#hold;
    this.#hold = undefined;
    await this.#shelf.close(hold);
  }

  /** A hold of the system before this one is given up: the other tab may have gone meanwhile. */
  async #bring(): Promise<NvramAnswer> {
    await this.#leave();
    const prefix = this.#prefix();
    if (prefix !== undefined) {
      const hold = await this.#shelf.open(NAME, prefixOf(prefix));
      this.#hold = hold;
      const found = await this.#shelf.patience.within(() => hold.recover());
      this.#contents = new Uint8Array(BYTES);
      // Damaged sectors are in it: its reader has sums of its own.
      if (found) this.#contents.set(found.image.subarray(0, BYTES));
    }
    return { result: 'kept', contents: this.#contents.slice() };
  }

  async #keep(changes: readonly DiskChange[]): Promise<NvramResult> {
    for (const { offset, bytes } of changes)
      if (offset + bytes.length <= BYTES) this.#contents.set(bytes, offset);
    const hold = this.#hold;
    if (!hold) return this.#prefix() === undefined ? 'kept' : 'failed';
    if (hold.readOnly) return 'foreign';
    try {
      await this.#shelf.patience.within(() => this.#write(hold, changes));
      return 'kept';
    } catch (error) {
      // Somebody who could not have the lock has written: what is there is his.
      if (describeFailure(error).code === 'conflict') return 'foreign';
      throw error;
    }
  }

  async #write(hold: KeptDisk, changes: readonly DiskChange[]): Promise<void> {
    if (!hold.info) return void (await hold.replace(this.#contents, 'registry'));
    try {
      await hold.commit(changes);
    } catch (error) {
      // All of it is known here, so damage is mended.
      if (describeFailure(error).code !== 'corrupt') throw error;
      await hold.replace(this.#contents, 'registry');
    }
  }
}
