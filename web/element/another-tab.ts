/**
 * A disk that another tab has: write-protected here until that one lets go, then read again.
 *
 *   whenFree(slot, disk, again, owner)   `again` reads the disk anew, and begins to watch it
 */
import type { Disk } from './disk.ts';
import { textOf } from './shelf.ts';
import type { Slot } from './slot.ts';
import type { Drive } from './types.ts';

export interface AnotherTabOwner {
  say(message: string, error: unknown, about: Drive): void;
}

export async function whenFree(
  slot: Slot,
  disk: Disk,
  again: () => Promise<Disk>,
  owner: AnotherTabOwner,
): Promise<void> {
  const { drive } = slot;
  const { label } = disk;
  owner.say(
    `${drive} ${label} is write-protected here: ${disk.user} is using it.`,
    undefined,
    drive,
  );
  try {
    await disk.hold?.whenFree();
    await slot.inOrder(async () => {
      if (slot.disk !== disk) return;
      const now = await again();
      await slot.take();
      await slot.put(now);
      owner.say(`${drive} ${label} is free again, and can be written here now.`, undefined, drive);
    });
  } catch (error) {
    if (slot.disk !== disk) return;
    owner.say(`${drive} stays write-protected. ${textOf(error)}`, error, drive);
  }
}
