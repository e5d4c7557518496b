/**
 * One drive: the disk in it, as the page knows it and as the machine has it.
 *
 * While a system runs, the machine's medium is the disk; between two runs the disk's image is all
 * there is. Whatever changes the drive goes through `inOrder`, one after the other; only commits do
 * not wait there, since an eject waits for them.
 *
 * A disk that is written and only not kept (rtl/status.ts, isNotKept) is taken out and read out all
 * the same; a disk that could not be written stays in, with the system that has the rest of it.
 *
 *   inOrder(work)            work on the drive, alone
 *   filling(work)            work that brings a disk: until it is in, the drive is loading
 *   put(disk)                into the empty drive; after a rejection it is empty
 *   take()                   flushes, unmounts, ejects; the caller closes the disk. `pulled`: out
 *                            as it is, whatever the system has still to write
 *   takeOut()                the same, if the page lets it go: else it rejects
 *   again(disk, change)      out, changed, in again: a drive looks at a tab when a disk comes in
 *   flush()                  writes back what the system still holds
 *   medium(asIs)             the disk as it is now. `asIs`: as the page has it, where the machine
 *                            does not answer
 *   handedOver()             the same, and what it has beyond its bytes
 *   heard(news)              the system has something to write to the disk, or nothing any more
 *   leave()                  out as well as it can be: with the page, or as it is, or dropped
 *   drop()                   the drive is empty, whatever became of the machine
 *   attach, detach           a system begins, a system ends
 */
import { isNotKept } from '../../personality/rtl/status.ts';
import type { DirtyNews } from '../host/protocol.ts';
import { letGo } from '../store/let-go.ts';
import type { Disk } from './disk.ts';
import type { Session } from './session.ts';
import type { DiskEvent, Drive, DriveView } from './types.ts';

export interface SlotOwner {
  changed(drive: Drive, change: DiskEvent): void;
  /** Throws in words where the page does not let the disk out. */
  mayLeave(drive: Drive): void;
  /** What people are told about the drives has changed. */
  updated(): void;
}

/** A machine that is to end anyway is not waited for long. */
const DETACH_LIMIT = 5_000;

const EMPTY = { state: 'empty', label: '', bytes: 0, words: 'empty' } as const;
const LOADING = { ...EMPTY, state: 'loading', words: 'loading' } as const;

export class Slot {
  readonly drive: Drive;
  readonly #index: number;
  readonly #owner: SlotOwner;
  #disk: Disk | undefined;
  #session: Session | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #working = 0;
  #filling = 0;

  constructor(drive: Drive, index: number, owner: SlotOwner) {
    this.drive = drive;
    this.#index = index;
    this.#owner = owner;
  }

  get disk(): Disk | undefined {
    return this.#disk;
  }

  get view(): DriveView {
    const disk = this.#disk;
    const { state, label, bytes, words } = disk ?? (this.#filling > 0 ? LOADING : EMPTY);
    return {
      drive: this.drive,
      state,
      label,
      bytes,
      words,
      unsaved: disk?.unsaved ?? false,
      keeps: disk?.keeps ?? false,
      homeless: disk !== undefined && disk.home === undefined,
      unkept: disk?.unkept ?? false,
      damage: disk?.damage ?? '',
      tab: disk?.tab ?? false,
      busy: this.#working > 0,
    };
  }

  inOrder<T>(work: () => Promise<T>): Promise<T> {
    this.#working++;
    this.#owner.updated();
    const run = this.#queue.then(work).finally(() => {
      this.#working--;
      this.#owner.updated();
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  async filling<T>(work: () => Promise<T>): Promise<T> {
    this.#filling++;
    this.#owner.updated();
    try {
      return await work();
    } finally {
      this.#filling--;
      this.#owner.updated();
    }
  }

  /** It is there before the machine has it: what is written into it at once finds it. */
  async put(disk: Disk): Promise<void> {
    this.#disk = disk;
    try {
      await this.#insert(disk);
    } catch (error) {
      this.drop();
      throw error;
    }
    this.#owner.changed(this.drive, 'inserted');
  }

  /** Undefined where the drive is empty. After a rejection the disk is still in. */
  async take(pulled = false): Promise<Disk | undefined> {
    const disk = this.#disk;
    if (!disk) return undefined;
    await this.#takeFromMachine(disk, pulled);
    this.drop();
    this.#owner.changed(this.drive, 'ejected');
    return disk;
  }

  async #takeFromMachine(disk: Disk, pulled = false): Promise<void> {
    if (!pulled) await this.#tell('dismount');
    const image = await this.#session?.eject(this.#index);
    if (image) disk.seen(image);
    letGo(image);
    disk.coming.clear();
  }

  /** To the page it stays in. After a rejection it is out, if the machine has let it go. */
  async again(disk: Disk, change: () => void): Promise<void> {
    await this.#takeFromMachine(disk);
    change();
    try {
      await this.#insert(disk);
    } catch (error) {
      this.drop();
      this.#owner.changed(this.drive, 'ejected');
      throw error;
    }
    // Whatever was open on it is not any more.
    this.#owner.changed(this.drive, 'inserted');
  }

  async takeOut(pulled = false): Promise<Disk | undefined> {
    if (this.#disk) this.#owner.mayLeave(this.drive);
    return this.take(pulled);
  }

  async leave(): Promise<void> {
    try {
      await this.take().catch(() => this.take(true));
    } catch {
      this.drop();
    }
  }

  heard(news: DirtyNews): void {
    const session = this.#session;
    const keep = async (): Promise<void> => session?.keep(this.#index);
    void this.#disk?.coming.heard(news, keep);
  }

  async flush(): Promise<void> {
    if (this.#disk) await this.#tell('flush');
  }

  /** What it rejects with, the disk's system could not write; what is not kept, its disk says. */
  async #tell(op: 'flush' | 'dismount'): Promise<void> {
    if (!this.#session?.up) return;
    try {
      await this.#session.ask({ op, drive: this.drive });
    } catch (error) {
      if (!saysNotKept(error)) throw error;
    }
  }

  /** The disk, with all that the machine has of it; what cannot be written back is not in it. */
  async handedOver(): Promise<Disk | undefined> {
    await this.flush().catch(() => undefined);
    if (this.#disk) await this.#session?.keep(this.#index);
    return this.#disk;
  }

  async medium(asIs = false): Promise<Uint8Array | undefined> {
    if (!this.#disk) return undefined;
    const image = this.#session?.image(this.#index);
    return (await (asIs ? image?.catch(() => undefined) : image)) ?? this.#disk.image.slice();
  }

  drop(): void {
    this.#disk = undefined;
  }

  async attach(session: Session): Promise<void> {
    this.#session = session;
    if (this.#disk) await this.#insert(this.#disk);
  }

  async #insert(disk: Disk): Promise<void> {
    const { image, writeProtected, damaged, tracks } = disk;
    await this.#session?.insert(this.#index, image, writeProtected, damaged, tracks);
  }

  /**
   * Takes the medium out of a machine that is about to end, written back or not. One that does not
   * answer has handed over most of it.
   */
  async detach(): Promise<void> {
    const session = this.#session;
    if (this.#disk && session) {
      const medium = session.eject(this.#index, DETACH_LIMIT).catch(() => undefined);
      const image = await medium;
      if (image) this.#disk?.seen(image);
      letGo(image);
      this.#disk?.coming.clear();
    }
    this.#session = undefined;
  }
}

/** An answer of the agent: all is on the medium, and the medium is not kept. */
export function saysNotKept(error: unknown): boolean {
  return isNotKept((error as { status?: number } | undefined)?.status ?? 0);
}
