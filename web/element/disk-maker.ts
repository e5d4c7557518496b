/**
 * Disks on their way into a drive: from an image, from the shelf, from an address.
 *
 *   fresh(label, image, protected)    not kept
 *   kept(drive, name, prefix)         a kept disk, also a damaged one; undefined: it was said why
 *   keptOf(drive, url, prefix)        what is kept of an address; undefined: nothing
 *   ofAddress(drive, url, prefix, image)
 *                                     a disk of what came from there, kept when changed
 *   again(drive, disk)                the same kept disk, read anew
 *   home(prefix, label)               where a disk can be kept under a fresh name
 *
 * Of a damaged disk it is said what cannot be read, and which files are hit.
 */
import { describeFailure } from '../store/failures.ts';
import { remarkOn } from '../store/images.ts';
import { freshName } from '../store/names.ts';
import type { KeptDisk, RecoveredDisk } from '../store/types.ts';
import { Disk, type DiskHome, type DiskParts } from './disk.ts';
import { sharing } from './sharing.ts';
import { type Shelf, textOf } from './shelf.ts';
import { fileName, type NamedImage, unpackedAddress } from './source.ts';
import type { Drive } from './types.ts';

const MOST_NAMES = 5;

export interface DiskMakerOwner {
  say(message: string, error?: unknown): void;
  updated(): void;
}

export class DiskMaker {
  readonly #shelf: Shelf;
  readonly #owner: DiskMakerOwner;

  constructor(shelf: Shelf, owner: DiskMakerOwner) {
    this.#shelf = shelf;
    this.#owner = owner;
  }

  home(prefix: string, label: string): DiskHome {
    return { prefix, open: () => this.#shelf.open(freshName(label), prefix) };
  }

  /** What was not whole is said, before it goes anywhere. */
  fresh(found: NamedImage, writeProtected: boolean): Disk {
    return this.#disk({ ...this.#parts(found), writeProtected });
  }

  #parts(found: NamedImage): DiskParts {
    const { label, image, damaged = [], tracks, origin, address } = found;
    this.#sayFound(found);
    const damage = damaged.length > 0 ? { ranges: damaged, words: lacking(found) } : undefined;
    if (damage) void this.#sayDamage('', label, image, damage);
    return { label, image, tracks, origin, address, damage };
  }

  #sayFound({ label, filled = 0, damaged = [], remark }: NamedImage): void {
    const name = label || 'The image';
    if (filled > 0 && damaged.length === 0) {
      const added = filled.toLocaleString('en-US');
      this.#owner.say(
        `${name} is shorter than its disk: ${added} zero bytes were added at its end.`,
      );
    }
    this.#sayRemark(name, remark);
  }

  #sayRemark(name: string, remark: string | undefined): void {
    if (remark) this.#owner.say(`${name} ${remark}`);
  }

  async kept(drive: Drive, name: string, prefix: string): Promise<Disk | undefined> {
    let hold: KeptDisk | undefined;
    try {
      hold = await this.#shelf.open(name, prefix);
      const found = await this.#recover(hold);
      if (found) return this.#held(drive, hold, found, hold.info?.label ?? '');
    } catch (error) {
      this.#owner.say(`The disk kept for ${drive} cannot be read. ${textOf(error)}`, error);
    }
    await this.#shelf.close(hold);
    return undefined;
  }

  async keptOf(drive: Drive, url: URL, prefix: string): Promise<Disk | undefined> {
    const { hold, found } = await this.#openAddress(url, prefix);
    if (hold && found) return this.#held(drive, hold, found, fileName(url), url.href);
    await this.#shelf.close(hold);
    return undefined;
  }

  /** What was kept of it meanwhile comes before what was fetched. */
  async ofAddress(
    drive: Drive,
    url: URL,
    prefix: string | undefined,
    image: NamedImage,
  ): Promise<Disk> {
    const label = fileName(url);
    if (prefix === undefined) return this.#disk(this.#parts({ ...image, label }));
    const { hold, found, trouble } = await this.#openAddress(url, prefix);
    if (trouble) {
      const words = `Changes to ${label || drive} are not kept. ${trouble.message}`;
      this.#owner.say(words, trouble);
    }
    if (hold && found) return this.#held(drive, hold, found, label, url.href);
    const parts = this.#parts({ ...image, label });
    return this.#disk({ ...parts, hold, home: this.home(prefix, label), trouble });
  }

  async #openAddress(
    url: URL,
    prefix: string,
  ): Promise<{ hold?: KeptDisk; found?: RecoveredDisk; trouble?: DiskParts['trouble'] }> {
    let hold: KeptDisk | undefined;
    try {
      hold = await this.#shelf.open(`address ${unpackedAddress(url).href}`, prefix);
      return { hold, found: await this.#recover(hold) };
    } catch (error) {
      await this.#shelf.close(hold);
      return { trouble: describeFailure(error) };
    }
  }

  async again(drive: Drive, disk: Disk): Promise<Disk> {
    const { hold, label, home, image, tracks, origin, address } = disk;
    const found = hold && (await this.#recover(hold));
    if (hold && found) return this.#held(drive, hold, found, label, address);
    return this.#disk({ label, image, tracks, origin, address, hold, home });
  }

  #recover(hold: KeptDisk): Promise<RecoveredDisk | undefined> {
    return this.#shelf.patience.within(() => hold.recover());
  }

  #held(drive: Drive, hold: KeptDisk, found: RecoveredDisk, label: string, address?: string): Disk {
    const { image, damage, tracks, origin } = found;
    if (damage) void this.#sayDamage(drive, label, image, damage);
    const say = (remark?: string): void => this.#sayRemark(label || drive, remark);
    remarkOn(image, true).then(say, () => undefined);
    const home = this.home(hold.prefix, label);
    const writeProtected = hold.info?.writeProtected ?? false;
    return this.#disk({
      label,
      image,
      hold,
      home,
      damage,
      tracks,
      origin,
      address,
      writeProtected,
    });
  }

  /** What is hit is found by code that few need: without it the rest is said. */
  async #sayDamage(
    drive: Drive | '',
    label: string,
    image: Uint8Array,
    damage: NonNullable<RecoveredDisk['damage']>,
  ): Promise<void> {
    const files = await sharing().then(
      ({ damagedFiles }) => damagedFiles(image, damage.ranges),
      () => [],
    );
    const more = files.length > MOST_NAMES ? ` and ${files.length - MOST_NAMES} more` : '';
    const names = files.slice(0, MOST_NAMES).join(', ') + more;
    const hit = files.length > 0 ? ` Hit: ${names}.` : '';
    const rest = `The rest can be used; "Save what is left" downloads all of it.`;
    const what = [drive, label || 'The disk'].filter(Boolean).join(' ');
    this.#owner.say(`${what} is damaged: ${damage.words}.${hit} ${rest}`);
  }

  #disk(parts: DiskParts): Disk {
    const { patience } = this.#shelf;
    const denied = (): boolean => this.#shelf.denied;
    return new Disk({ ...parts, patience, denied, onState: () => this.#owner.updated() });
  }
}

function lacking({ filled = 0, damaged = [] }: NamedImage): string {
  const bytes = damaged.reduce((sum, { length }) => sum + length, 0).toLocaleString('en-US');
  if (filled > 0) return `it was cut short, and ${bytes} bytes that its files have are missing`;
  return `${bytes} bytes could not be read when its image was made`;
}
