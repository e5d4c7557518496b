/**
 * READ and WRITE: an IRP's bytes, cylinder by cylinder, through ISA DMA.
 *
 *   transfer(drive, irp, override, toDevice)   `information`: bytes that surely went through
 *
 * One command covers at most a cylinder (both heads, in order). What it did is told twice, by the
 * DMA controller's count and by the sector that the chip stopped at; the lesser of both counts. A
 * failure is retried from that sector on (retry.ts). Before a write the head's place is proved by
 * an ID.
 *
 * The channel is waited for with the first piece, and the next piece is aimed at with the look at
 * the count of the one that the chip says is done: a request of n cylinders is n + 1 calls.
 * Source: 82077AA datasheet, "READ DATA", "Result Phase" (C H R N after termination).
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  FlushAdapterBuffers,
  FlushAndMapTransfer,
  FreeAdapterChannel,
  type Irp,
  MapTransfer,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { changedMeanwhile } from './change.ts';
import { changeLine, execute, setRate } from './command.ts';
import type { Drive } from './controller.ts';
import { readId, seekTo, waitTurning } from './drive.ts';
import type { Media } from './formats.ts';
import { CMD_READ, CMD_WRITE, OPT_MFM, OPT_MT, TIMEOUT_DATA } from './registers.ts';
import { Retries } from './retry.ts';
import { commandStatus } from './status.ts';

const GAP = 0x1b;
const NO_DTL = 0xff;

export interface Outcome {
  status: NTSTATUS;
  information: number;
}

interface Place {
  cylinder: number;
  /** From 0, within the cylinder. */
  index: number;
}

export async function transfer(
  drive: Drive,
  irp: Irp<'read'> | Irp<'write'>,
  override: boolean,
  toDevice: boolean,
): Promise<Outcome> {
  const { offset, length } = irp.parameters;
  const media = drive.media!;
  const aligned = offset % media.sectorSize === 0 && length % media.sectorSize === 0;
  if (!aligned || offset < 0 || offset + length > media.length)
    return { status: Status.STATUS_INVALID_PARAMETER, information: 0 };
  if (length === 0) return { status: Status.STATUS_SUCCESS, information: 0 };
  const moving = new Transfer(drive, irp as Irp, media, override, toDevice);
  const outcome = await moving.run();
  await moving.stop();
  return outcome;
}

class Transfer {
  readonly #drive: Drive;
  readonly #irp: Irp;
  readonly #media: Media;
  readonly #override: boolean;
  readonly #toDevice: boolean;
  readonly #start: number;
  readonly #length: number;
  #done = 0;
  /** Bytes that the channel is programmed for from `#done` on; 0: it is not. */
  #mapped = 0;
  readonly #retries = new Retries();

  constructor(drive: Drive, irp: Irp, media: Media, override: boolean, toDevice: boolean) {
    this.#drive = drive;
    this.#irp = irp;
    this.#media = media;
    this.#override = override;
    this.#toDevice = toDevice;
    const { offset, length } = irp.parameters as { offset: number; length: number };
    this.#start = offset;
    this.#length = length;
  }

  async run(): Promise<Outcome> {
    for (;;) {
      if (changeLine(this.#drive)) return this.#changed();
      if (this.#done === this.#length) return this.#end(Status.STATUS_SUCCESS);
      const { status, bytes } = await this.#piece();
      this.#done += bytes;
      if (bytes > 0) this.#retries.progress();
      if (status !== Status.STATUS_SUCCESS && this.#givesUp(status)) {
        if (changeLine(this.#drive)) return this.#changed();
        return this.#end(status);
      }
    }
  }

  /** Lets the channel go, whatever it was aimed at last. */
  async stop(): Promise<void> {
    if (this.#mapped > 0) await this.#flush(this.#mapped);
    FreeAdapterChannel(this.#drive.controller.adapter);
  }

  #end(status: NTSTATUS): Outcome {
    return { status, information: this.#done };
  }

  /** What was transferred may belong to either disk. */
  async #changed(): Promise<Outcome> {
    return { status: await changedMeanwhile(this.#drive, this.#override), information: 0 };
  }

  #givesUp(status: NTSTATUS): boolean {
    if (this.#drive.controller.interrupt?.masked) return true;
    const advice = this.#retries.after(status);
    if (advice === 'recalibrate') this.#drive.cylinder = undefined;
    return advice === 'give up';
  }

  /** Gets the head there and moves what is left of the cylinder. */
  async #piece(): Promise<{ status: NTSTATUS; bytes: number }> {
    const place = this.#place();
    const status = await this.#position(place);
    if (status !== Status.STATUS_SUCCESS) return { status, bytes: 0 };
    if (this.#mapped === 0) {
      const refused = await this.#map(this.#wanted(this.#done));
      if (refused !== Status.STATUS_SUCCESS) return { status: refused, bytes: 0 };
    }
    return this.#command(place, this.#mapped);
  }

  /** What is left from there to the end of the cylinder, or of the request. */
  #wanted(done: number): number {
    const { sectorSize } = this.#media;
    const rest = (this.#perCylinder() - this.#place(done).index) * sectorSize;
    return Math.min(this.#length - done, rest);
  }

  #perCylinder(): number {
    return this.#media.heads * this.#media.sectors;
  }

  #place(done = this.#done): Place {
    const perCylinder = this.#perCylinder();
    const sector = (this.#start + done) / this.#media.sectorSize;
    return { cylinder: Math.floor(sector / perCylinder), index: sector % perCylinder };
  }

  async #position(place: Place): Promise<NTSTATUS> {
    const drive = this.#drive;
    let status = await setRate(drive, this.#media.rate);
    if (status === Status.STATUS_SUCCESS) status = await waitTurning(drive);
    if (status !== Status.STATUS_SUCCESS) return status;
    const sought = await seekTo(drive, place.cylinder * this.#media.stepping);
    if (sought.status !== Status.STATUS_SUCCESS || !this.#toDevice || !sought.moved)
      return sought.status;
    const { status: read, id } = await readId(drive, Math.floor(place.index / this.#media.sectors));
    if (!id || id.cylinder === place.cylinder) return read;
    return Status.STATUS_FLOPPY_WRONG_CYLINDER;
  }

  /**
   * A transfer must end with a sector: one that the map registers cut elsewhere is made shorter.
   */
  async #map(wanted: number): Promise<NTSTATUS> {
    const { sectorSize } = this.#media;
    let { status, length } = await MapTransfer(...this.#part(this.#done, wanted));
    if (status !== Status.STATUS_SUCCESS) return status;
    const whole = length - (length % sectorSize);
    if (whole !== length) {
      await this.#flush(length);
      if (whole === 0) return Status.STATUS_INSUFFICIENT_RESOURCES;
      ({ status, length } = await MapTransfer(...this.#part(this.#done, whole)));
      if (status !== Status.STATUS_SUCCESS) return status;
    }
    this.#mapped = length;
    return status;
  }

  async #command(place: Place, length: number): Promise<{ status: NTSTATUS; bytes: number }> {
    const { unit } = this.#drive;
    const { heads, sectors, sizeCode, sectorSize } = this.#media;
    const head = Math.floor(place.index / sectors);
    const opcode = (this.#toDevice ? CMD_WRITE : CMD_READ) | OPT_MFM | (heads > 1 ? OPT_MT : 0);
    const first = (place.index % sectors) + 1;
    const bytes = [opcode, (head << 2) | unit, place.cylinder, head, first, sizeCode, sectors];
    bytes.push(GAP, NO_DTL);
    const { status, result } = await execute(this.#drive, bytes, TIMEOUT_DATA);
    const outcome = status === Status.STATUS_SUCCESS ? commandStatus(result) : status;
    const reached = status === Status.STATUS_SUCCESS ? this.#reached(place, result) : 0;
    const stopped = Math.max(0, Math.min(reached * sectorSize, length));
    const all = outcome === Status.STATUS_SUCCESS && stopped === length;
    const flushed = await (all ? this.#goOn(length) : this.#flush(length));
    if (status !== Status.STATUS_SUCCESS) return { status, bytes: 0 };
    if (flushed.status !== Status.STATUS_SUCCESS) return { status: flushed.status, bytes: 0 };
    const moved = Math.min(stopped, flushed.transferred);
    const sure = moved - (moved % sectorSize);
    if (outcome === Status.STATUS_SUCCESS && sure < length)
      return { status: Status.STATUS_DATA_OVERRUN, bytes: sure };
    return { status: outcome, bytes: sure };
  }

  #part(offset: number, length: number) {
    return [this.#drive.controller.adapter, this.#irp, offset, length, this.#toDevice] as const;
  }

  /** The channel is stopped: what it has moved, by its count. */
  #flush(length: number): Promise<{ status: NTSTATUS; transferred: number }> {
    this.#mapped = 0;
    return FlushAdapterBuffers(...this.#part(this.#done, length));
  }

  /**
   * The chip says that all of it is done. The channel is aimed at what comes next with the look at
   * its count, and at nothing where that says something else.
   */
  async #goOn(length: number): Promise<{ status: NTSTATUS; transferred: number }> {
    const next = this.#done + length;
    if (next === this.#length) return this.#flush(length);
    const part = this.#part(next, this.#wanted(next));
    const { status, transferred, length: mapped } = await FlushAndMapTransfer(...part);
    this.#mapped = status === Status.STATUS_SUCCESS ? mapped : 0;
    const usable = transferred === length && mapped % this.#media.sectorSize === 0;
    if (this.#mapped > 0 && !usable) {
      await FlushAdapterBuffers(...this.#part(next, mapped));
      this.#mapped = 0;
    }
    // Why there is no next one is told when it is asked for again.
    return { status: Status.STATUS_SUCCESS, transferred };
  }

  /**
   * Sectors from the place to where the chip stopped: C H R name the next sector, or the bad one.
   */
  #reached(place: Place, result: readonly number[]): number {
    const [, , , cylinder, head, sector] = result as number[];
    const { heads, sectors } = this.#media;
    if (cylinder === place.cylinder + 1) return heads * sectors - place.index;
    if (cylinder !== place.cylinder) return 0;
    return head! * sectors + (sector! - 1) - place.index;
  }
}
