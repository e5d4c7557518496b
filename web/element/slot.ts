/**
 * One drive: the disk in it, as the page knows it and as the machine has it.
 *
 * While a system runs, the machine's medium is the disk; between two runs the image waits here.
 * Whatever changes the drive goes through `inOrder`, one after the other; only commits do not wait
 * there, since an eject waits for them.
 *
 *   inOrder(work)            work on the drive, alone
 *   put(disk, image)         into the empty drive
 *   take()                   flushes, unmounts, ejects; the caller closes the disk
 *   flush(), medium()        writes back what the system still holds; the disk as it is now
 *   drop()                   the drive is empty, whatever became of the machine
 *   attach, detach           a system begins, a system ends
 */
import type { Disk } from './disk.ts';
import type { Session } from './session.ts';
import type { DiskEvent, Drive, DriveView } from './types.ts';

export interface SlotOwner {
  changed(drive: Drive, change: DiskEvent): void;
  /** What people are told about the drives has changed. */
  updated(): void;
}

/** A machine that is to end anyway is not waited for long. */
const DETACH_LIMIT = 5_000;

export class Slot {
  readonly drive: Drive;
  readonly #index: number;
  readonly #owner: SlotOwner;
  #disk: Disk | undefined;
  /** The disk as it was last seen whole. */
  #image: Uint8Array | undefined;
  #session: Session | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #working = 0;

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
    return {
      drive: this.drive,
      state: disk?.state ?? 'empty',
      label: disk?.label ?? '',
      bytes: disk?.bytes ?? 0,
      words: disk?.words ?? 'empty',
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

  async put(disk: Disk, image: Uint8Array): Promise<void> {
    await this.#session?.insert(this.#index, image, disk.writeProtected);
    this.#disk = disk;
    this.#image = image;
    this.#owner.changed(this.drive, 'inserted');
  }

  /** Undefined where the drive is empty. After a rejection the disk is still in. */
  async take(): Promise<{ disk: Disk; image: Uint8Array } | undefined> {
    const disk = this.#disk;
    if (!disk) return undefined;
    const session = this.#session;
    if (session?.up) await session.ask({ op: 'dismount', drive: this.drive });
    const image = (await session?.eject(this.#index)) ?? this.#lastImage();
    this.drop();
    this.#owner.changed(this.drive, 'ejected');
    return { disk, image };
  }

  async flush(): Promise<void> {
    if (this.#disk && this.#session?.up)
      await this.#session.ask({ op: 'flush', drive: this.drive });
  }

  async medium(): Promise<Uint8Array | undefined> {
    if (!this.#disk) return undefined;
    return (await this.#session?.image(this.#index)) ?? this.#lastImage();
  }

  drop(): void {
    this.#disk = undefined;
    this.#image = undefined;
  }

  async attach(session: Session): Promise<void> {
    this.#session = session;
    const disk = this.#disk;
    if (disk) await session.insert(this.#index, this.#lastImage(), disk.writeProtected);
  }

  /** Takes the medium out of a machine that is about to end, written back or not. */
  async detach(): Promise<void> {
    const session = this.#session;
    if (this.#disk && session) {
      const medium = session.eject(this.#index, DETACH_LIMIT).catch(() => undefined);
      this.#image = (await medium) ?? (await this.#keptImage()) ?? this.#image;
    }
    this.#session = undefined;
  }

  /** A machine that does not answer may have had its disk kept. */
  async #keptImage(): Promise<Uint8Array | undefined> {
    return this.#disk?.hold?.read().catch(() => undefined);
  }

  #lastImage(): Uint8Array {
    if (!this.#image) throw new Error(`${this.drive} has no disk.`);
    return this.#image;
  }
}
