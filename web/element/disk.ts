/**
 * A disk as the page holds it, in a drive or out of it, and how far it is kept.
 *
 * `image` is the disk as it was last handed over by the machine: whatever becomes of the machine or
 * of the store, that much is here. What the store has not acknowledged is marked in it, belongs to
 * the disk, and is tried again: with every commit, and by itself, longer pauses each time.
 *
 * A disk without a home lasts as long as the page. One with a home is kept there at every commit.
 * Of one whose hold has nothing yet, nothing is kept before the first change, so that a disk nobody
 * changes can still be renewed where it came from.
 *
 * What lies in the store and is not what this disk wrote there (deleted, damaged, set back) is
 * written anew as a whole; what another has put there is left alone, and this disk gets a name of
 * its own.
 *
 *   coming             what the system and the machine have still to hand over (coming.ts)
 *   take(changes)      what the machine wrote; they are safe in the page at once
 *   seen(image)        the medium as it came out of a machine
 *   save(asked)        brings to the store what is not safe; rejects with a StoreError in words.
 *                      `asked`: also looks whether all that was kept before is still there
 *   keepAt(home)       from now on it is kept, under a fresh name
 *   close()            nothing is tried any more, the hold is free, and the image is gone
 */
import type { KeepResult } from '../machine/types.ts';
import type { StoreError, StoreErrorCode } from '../store/errors.ts';
import { describeFailure, reasonOf } from '../store/failures.ts';
import { letGo } from '../store/let-go.ts';
import { Patience } from '../store/patience.ts';
import { SectorSet, type ByteRange } from '../store/sector-set.ts';
import { TIMES } from '../store/times.ts';
import type { DiskChange, DiskDamage, DiskFacts, DiskOrigin } from '../store/types.ts';
import type { DiskStanding, KeptDisk } from '../store/types.ts';
import { Coming } from './coming.ts';
import type { DiskState } from './types.ts';

/** Where a disk is kept, or is to be. */
export interface DiskHome {
  readonly prefix: string;
  /** A hold under a fresh name. */
  open(): Promise<KeptDisk>;
}

export interface DiskParts {
  label: string;
  /** Becomes the disk's own. */
  image: Uint8Array;
  /** The write protection that its owner asked for. */
  writeProtected?: boolean;
  home?: DiskHome | undefined;
  hold?: KeptDisk | undefined;
  /** What of the image cannot be read. */
  damage?: DiskDamage | undefined;
  /** What it has beyond plain sectors: the machine's, and as it is to the page. */
  tracks?: Uint8Array | undefined;
  /** The file that it came in. */
  origin?: DiskOrigin | undefined;
  /** Where an image of it lies. */
  address?: string | undefined;
  /** Why there is no hold though there is a home. */
  trouble?: StoreError | undefined;
  patience?: Patience;
  /** The page has no storage at all, which is said elsewhere, once (panel.ts). */
  denied?: () => boolean;
  /** Milliseconds before the first attempt that nobody asked for. */
  retry?: number;
  /** Told when what is said of the disk may have changed. */
  onState?: (() => void) | undefined;
}

/** What happened to what is kept; `other`: it has a name of its own now. */
export type Mended = Exclude<DiskStanding, 'same'>;

/** Then what lies in the store is not what this disk wrote there. */
const LOST: ReadonlySet<StoreErrorCode> = new Set(['conflict', 'corrupt', 'missing', 'read-only']);

export class Disk {
  label: string;
  readonly image: Uint8Array;
  readonly coming = new Coming(() => this.#onState?.());
  readonly #onState: (() => void) | undefined;
  /** Its tab is open: its owner wants it write-protected. */
  tab: boolean;
  readonly #protected: boolean;
  readonly #patience: Patience;
  readonly #denied: () => boolean;
  readonly #unsafe = new SectorSet();
  readonly #damaged = new SectorSet();
  readonly #damageWords: string;
  #tracks: Uint8Array | undefined;
  #tracksUnsafe = false;
  readonly origin: DiskOrigin | undefined;
  readonly address: string | undefined;
  #home: DiskHome | undefined;
  #hold: KeptDisk | undefined;
  /** The whole image has to be written: with the first change, or as soon as it can be. */
  #whole: 'no' | 'at change' | 'now';
  #changed = false;
  /** Some of what was marked is on its way to the store. */
  #writing = false;
  #trouble: StoreError | undefined;
  #attempts: Promise<unknown> = Promise.resolve();
  #pause: number;
  readonly #firstPause: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** Told when something has become safe. */
  onSaved: (() => void) | undefined;
  /** Told when the disk has a name to be found under. */
  onKept: ((hold: KeptDisk) => void) | undefined;
  onMended: ((what: Mended) => void) | undefined;

  constructor(parts: DiskParts) {
    const { label, image, hold, home, damage } = parts;
    this.label = label;
    this.image = image;
    this.#onState = parts.onState;
    this.tab = parts.writeProtected ?? false;
    this.#protected = hold?.readOnly ?? false;
    this.#hold = hold;
    this.#home = home;
    this.#trouble = parts.trouble;
    this.#patience = parts.patience ?? new Patience();
    this.#denied = parts.denied ?? (() => false);
    this.#pause = this.#firstPause = parts.retry ?? TIMES.retry;
    this.#whole = hold?.info ? 'no' : 'at change';
    this.#damaged.addAll(damage?.ranges ?? []);
    this.#damageWords = damage?.words ?? '';
    this.#tracks = parts.tracks;
    this.origin = parts.origin;
    this.address = parts.address;
  }

  get bytes(): number {
    return this.image.length;
  }

  get hold(): KeptDisk | undefined {
    return this.#hold;
  }

  get home(): DiskHome | undefined {
    return this.#home;
  }

  get writeProtected(): boolean {
    return this.tab || this.#protected;
  }

  /** What is written to it is to be kept. */
  get keeps(): boolean {
    return this.#home !== undefined && !this.writeProtected;
  }

  /** It is to be kept, and something of it is not, or is still to come. */
  get unsaved(): boolean {
    if (!this.#home || this.#protected) return false;
    if (this.coming.any) return true;
    return this.#writing || this.#whole === 'now' || this.#anyUnsafe;
  }

  get #anyUnsafe(): boolean {
    return !this.#unsafe.empty || this.#tracksUnsafe;
  }

  /** Nobody is to keep it, and something was written to it since it was last taken home. */
  get unkept(): boolean {
    return !this.#home && (this.#changed || this.coming.any);
  }

  /** What was written to it until now is on the person's own computer. */
  takenHome(): void {
    this.#changed = false;
    this.#onState?.();
  }

  /** Why it is not kept though it is to be. */
  get trouble(): StoreError | undefined {
    return this.#trouble;
  }

  get damaged(): ByteRange[] {
    return this.#damaged.ranges();
  }

  /** What it has beyond plain sectors; undefined: nothing. */
  get tracks(): Uint8Array | undefined {
    return this.#tracks;
  }

  get facts(): DiskFacts {
    const { damaged, origin, tab } = this;
    return { damaged, tracks: this.#tracks, origin, writeProtected: tab };
  }

  /** What no image of it has, in words; empty: nothing. */
  get beyond(): string {
    return this.#tracks ? 'deleted, bad and oddly numbered sectors' : '';
  }

  /** What of it cannot be read, in words; empty: nothing. */
  get damage(): string {
    return this.#damaged.empty ? '' : this.#damageWords;
  }

  get state(): DiskState {
    if (this.writeProtected) return 'protected';
    return this.#home && !this.#trouble && this.#whole !== 'now' ? 'kept' : 'unkept';
  }

  get words(): string {
    const damage = this.#damaged.empty ? '' : ', damaged';
    return `${this.#standing}${damage}`;
  }

  /** Of a disk that somebody else writes. */
  get user(): string {
    return this.#hold?.usedHere ? 'another machine on this page' : 'another tab';
  }

  get #standing(): string {
    if (this.#protected) return `write-protected: ${this.user} is using it`;
    if (this.tab) return 'write-protected';
    if (!this.#home) return this.unkept ? 'changed, not kept' : 'not kept';
    if (this.#trouble && this.#denied()) return this.#changed ? 'changed, not kept' : 'not kept';
    if (this.#trouble) return `not kept: ${reasonOf(this.#trouble)}`;
    if (this.coming.stuck) return 'not kept: the system cannot write it';
    if (this.unsaved) return 'saving';
    return this.#whole === 'no' ? 'kept' : 'kept when changed';
  }

  take(changes: readonly DiskChange[], tracks?: Uint8Array): void {
    if (changes.length > 0 || tracks) this.#changed = true;
    if (tracks) {
      this.#tracks = tracks.length > 0 ? tracks : undefined;
      this.#tracksUnsafe = true;
    }
    for (const { offset, bytes } of changes) {
      this.image.set(bytes, offset);
      this.#unsafe.add(offset, bytes.length);
      this.#damaged.removeWhole(offset, bytes.length);
    }
    this.#onState?.();
  }

  /** What differs was written and never handed over. */
  seen(image: Uint8Array): void {
    if (image.length !== this.image.length) return;
    const sector = 512;
    for (let at = 0; at < image.length; at += sector) {
      const now = image.subarray(at, at + sector);
      const known = this.image.subarray(at, at + sector);
      if (now.some((byte, i) => byte !== known[i])) this.take([{ offset: at, bytes: now }]);
    }
  }

  /** The disk is to be kept; nothing happens yet. */
  keepAt(home: DiskHome): void {
    this.#home = home;
    this.#whole = 'now';
    this.#onState?.();
  }

  /** Resolves to whether anything was written. */
  async save(asked = false): Promise<boolean> {
    if (!this.#home || this.#protected || this.#closed) return false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      return await this.#patience.within(() => this.#next(asked));
    } catch (error) {
      this.#troubled(error);
      throw error;
    }
  }

  /** One attempt after the other; how each ends is noted even if nobody waits for it any more. */
  #next(asked: boolean): Promise<boolean> {
    const attempt = this.#attempts.then(() => this.#attempt(asked));
    this.#attempts = attempt.then(
      (wrote) => this.#succeeded(wrote),
      (error: unknown) => this.#troubled(error),
    );
    return attempt;
  }

  #succeeded(wrote: boolean): void {
    if (!this.unsaved) {
      this.#trouble = undefined;
      this.#pause = this.#firstPause;
    }
    if (wrote) this.onSaved?.();
    this.#onState?.();
  }

  #troubled(error: unknown): void {
    this.#trouble = describeFailure(error);
    this.#onState?.();
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#pause = Math.min(this.#pause * 2, TIMES.longest);
      this.save().catch(() => undefined);
    }, this.#pause);
  }

  async #attempt(asked: boolean): Promise<boolean> {
    const hold = await this.#opened();
    if (this.#whole !== 'no') {
      const due = this.#whole === 'now' || this.#anyUnsafe;
      return due ? this.#writeWhole(hold) : false;
    }
    const wrote = this.#anyUnsafe;
    try {
      if (wrote) await this.#writeChanges(hold);
    } catch (error) {
      if (!LOST.has(describeFailure(error).code)) throw error;
      return this.#mend(hold, hold.readOnly ? 'other' : await hold.check());
    }
    const standing = asked ? await hold.check() : 'same';
    return standing === 'same' ? wrote : this.#mend(hold, standing);
  }

  /** Under a fresh name: what may be kept under the old one is not to be written over. */
  async #opened(): Promise<KeptDisk> {
    if (this.#hold) return this.#hold;
    const hold = await this.#home!.open();
    this.#hold = hold;
    if (this.#whole === 'no') this.#whole = 'now';
    return hold;
  }

  async #writeChanges(hold: KeptDisk): Promise<void> {
    const ranges = this.#unsafe.ranges();
    const changes = ranges.map(({ offset, length }) => ({
      offset,
      bytes: this.image.subarray(offset, offset + length),
    }));
    const odd = this.#tracksUnsafe;
    this.#unsafe.clear();
    this.#tracksUnsafe = false;
    this.#writing = true;
    try {
      await hold.commit(changes, odd ? (this.#tracks ?? new Uint8Array()) : undefined);
    } catch (error) {
      this.#unsafe.addAll(ranges);
      this.#tracksUnsafe ||= odd;
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  async #writeWhole(hold: KeptDisk): Promise<boolean> {
    const ranges = this.#unsafe.ranges();
    const odd = this.#tracksUnsafe;
    this.#unsafe.clear();
    this.#tracksUnsafe = false;
    this.#whole = 'now';
    try {
      await hold.replace(this.image, this.label, this.facts);
    } catch (error) {
      this.#unsafe.addAll(ranges);
      this.#tracksUnsafe ||= odd;
      if (!LOST.has(describeFailure(error).code)) throw error;
      // Somebody was there first: what is theirs stays, the next attempt has a name of its own.
      await this.#leave(hold);
      throw error;
    }
    this.#whole = 'no';
    this.onKept?.(hold);
    return true;
  }

  async #mend(hold: KeptDisk, standing: DiskStanding): Promise<boolean> {
    this.#whole = 'now';
    if (standing === 'other') await this.#leave(hold);
    const wrote = await this.#writeWhole(await this.#opened());
    if (standing !== 'same') this.onMended?.(standing);
    return wrote;
  }

  async #leave(hold: KeptDisk): Promise<void> {
    this.#hold = undefined;
    await hold.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#attempts;
    await this.#hold?.close();
    letGo(this.image);
  }
}

/** What the machine's keeper is told of an error of the store. */
export function keepResult(error: unknown): KeepResult {
  const { code } = describeFailure(error);
  if (code === 'quota') return 'full';
  return code === 'timeout' ? 'silent' : 'failed';
}
