/**
 * What the system tells of the disks in the drives, on its way to them.
 *
 *   commit(index, changes, asked), written(index)   from the machine
 *   systemSays(index, news)                         from the Executive, of its cache
 *   hurry()                                         the page may go any moment
 */
import type { DirtyNews } from '../host/protocol.ts';
import type { KeepResult } from '../machine/types.ts';
import type { DiskChange } from '../store/types.ts';
import { keepResult } from './disk.ts';
import type { Slot } from './slot.ts';
import type { Watch, WatchOwner } from './watch.ts';

export class DiskNews {
  readonly #slots: readonly Slot[];
  readonly #watch: Watch;
  readonly #owner: WatchOwner;

  constructor(slots: readonly Slot[], watch: Watch, owner: WatchOwner) {
    this.#slots = slots;
    this.#watch = watch;
    this.#owner = owner;
  }

  async commit(
    index: number,
    changes: DiskChange[],
    asked = false,
    tracks?: Uint8Array,
  ): Promise<KeepResult> {
    const slot = this.#slots[index];
    const disk = slot?.disk;
    if (!slot || !disk) return 'kept';
    disk.take(changes, tracks);
    disk.coming.handedOver();
    try {
      await disk.save(asked);
      return 'kept';
    } catch (error) {
      this.#watch.troubled(slot, disk, error);
      return keepResult(error);
    }
  }

  written(index: number): void {
    const slot = this.#slots[index];
    slot?.disk?.coming.written();
    if (slot) this.#owner.changed(slot.drive, 'written');
  }

  systemSays(index: number, news: DirtyNews): void {
    const slot = this.#slots[index];
    slot?.heard(news);
    if (slot && news === 'lost')
      this.#owner.say(`Some of what was written to ${slot.drive} could not be saved and is lost.`);
  }

  /** What is not safe is written back and brought to the store, and nobody waits for it. */
  hurry(): void {
    for (const slot of this.#slots) {
      const { disk } = slot;
      if (!disk?.unsaved) continue;
      const flushed = slot.flush().then(() => disk.save());
      flushed.catch(() => undefined); // its disk says so
    }
  }
}
