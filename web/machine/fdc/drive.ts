/**
 * A floppy drive: a head on a stepper, a spindle motor, a door, and what the cable shows of them.
 *
 * The disk-change latch is set at power-on and when the door opens, and cleared only by a step
 * pulse with a disk in. The head's place is a physical fact: no reset moves it.
 *
 * Nobody changes a disk in the milliseconds between a look at the change line and the command that
 * follows, or while the command is executed; but whoever calls insert() can. So a seek that had
 * begun when the door opened does not clear the latch, and a write does not go to the disk that was
 * put in.
 *
 *   insert(medium), remove()      the door; both latch disk change
 *   step(by)                      one pulse, +1 inward, -1 outward
 *   setMotor(on)
 *   passed(way)                   a sector or an ID has been read, or a sector written
 *   untilTurning()                microseconds until index pulses come; Infinity if they never will
 *   look()                        all of it that can be seen
 *   track(head)                   what the head can make out, undefined if nothing
 *   formatTrack(head, layout)     records a track under the head
 *
 * A drive made without a type is a place where no drive is attached: it answers nothing.
 * Source: 3.5 inch drive interface (DISK CHANGE, TRACK 00, WRITE PROTECT).
 * Deviation: the form factor of an image is not checked; a 1.44M or 2.88M drive takes 5.25 inch
 * images as if they were recorded on its own media.
 */
import type { Clock } from '../clock.ts';
import type { DriveLook } from '../look.ts';
import type { DriveType } from '../types.ts';
import type { Medium, TrackLayout } from './medium.ts';
import type { Timing } from './timing.ts';
import type { Sector, Track } from './track.ts';

interface DriveTraits {
  rpm: number;
  lastCylinder: number;
  /** Rates of media (as recorded at 300 rpm) that its heads can follow. */
  rates: readonly number[];
}

const traits: Record<DriveType, DriveTraits> = {
  '360K': { rpm: 300, lastCylinder: 41, rates: [2] },
  '1.2M': { rpm: 360, lastCylinder: 83, rates: [0, 2] },
  '720K': { rpm: 300, lastCylinder: 83, rates: [2] },
  '1.44M': { rpm: 300, lastCylinder: 83, rates: [0, 2] },
  '2.88M': { rpm: 300, lastCylinder: 83, rates: [0, 2, 3] },
};

export class Drive {
  medium: Medium | undefined;
  diskChanged = true;
  /** How often the door has opened. */
  openings = 0;
  motor = false;
  /** Pulses, and what passed under its head; they only grow. */
  readonly counts = { steps: 0, reads: 0, writes: 0 };
  /** Told when something of it has changed that can be seen or heard. */
  onSign: (() => void) | undefined;
  /** Told of each pulse that its stepper gets. */
  onStep: ((from: number, to: number) => void) | undefined;
  /** Where READ ID goes on, so that in no time at all the IDs still come round. */
  idsSeen = 0;
  readonly type: DriveType | undefined;
  cylinder = 0;
  private turningAt = 0;
  private clock: Clock;
  private timing: Timing;

  constructor(type: DriveType | undefined, clock: Clock, timing: Timing) {
    this.type = type;
    this.clock = clock;
    this.timing = timing;
  }

  get rpm(): number {
    return this.type ? traits[this.type].rpm : 300;
  }

  get atTrackZero(): boolean {
    return this.type !== undefined && this.cylinder === 0;
  }

  get writeProtected(): boolean {
    return this.medium?.writeProtected ?? false;
  }

  insert(medium: Medium): void {
    this.remove();
    this.medium = medium;
    this.onSign?.();
  }

  remove(): Medium | undefined {
    const medium = this.medium;
    this.medium = undefined;
    this.diskChanged = true;
    this.openings++;
    this.onSign?.();
    return medium;
  }

  /** `clears`: nobody has opened the door since the head was told to move. */
  step(by: 1 | -1, clears = true): void {
    if (!this.type) return;
    const last = traits[this.type].lastCylinder;
    const from = this.cylinder;
    this.cylinder = Math.min(last, Math.max(0, from + by));
    this.onStep?.(from, this.cylinder);
    if (this.medium && clears) this.diskChanged = false;
    this.counts.steps++;
    this.onSign?.();
  }

  look(): DriveLook {
    const { type, cylinder, motor, turningAt, rpm, medium, diskChanged: changed } = this;
    return {
      ...{ type, cylinder, motor, turningAt, rpm, changed, ...this.counts },
      track: this.mediumCylinder(),
      turns: this.untilTurning() === 0,
      angle: this.timing.angle(this.clock.now, rpm),
      protected: this.writeProtected,
      medium: medium?.media.name,
    };
  }

  passed(way: 'reads' | 'writes'): void {
    this.counts[way]++;
    this.onSign?.();
  }

  setMotor(on: boolean): void {
    if (on && !this.motor) this.turningAt = this.clock.now + this.timing.spinUp();
    this.motor = on && this.type !== undefined;
    this.onSign?.();
  }

  untilTurning(): number {
    if (!this.motor || !this.medium) return Infinity;
    return Math.max(0, this.turningAt - this.clock.now);
  }

  track(head: number): Track | undefined {
    const at = this.mediumCylinder();
    const track = at === undefined ? undefined : this.medium?.track(at, head);
    return track && this.type && traits[this.type].rates.includes(track.rate) ? track : undefined;
  }

  /** The controller rate at which this drive reads what was recorded at `rate` at 300 rpm. */
  controllerRate(rate: number): number {
    return this.type === '1.2M' && rate === 2 ? 1 : rate;
  }

  formatTrack(head: number, layout: Omit<TrackLayout, 'rpm'>): readonly Sector[] {
    const at = this.mediumCylinder();
    // 300K at 360 turns a minute is what 250K is at 300.
    const slow = this.type === '1.2M' && layout.rate === 1;
    const as = slow ? { rate: 2, rpm: 300 } : { rpm: this.rpm };
    return at === undefined ? [] : (this.medium?.format(at, head, { ...layout, ...as }) ?? []);
  }

  /** A 1.2M drive steps half the distance of a 40-track disk's tracks: odd places read nothing. */
  mediumCylinder(): number | undefined {
    const doubled = this.type === '1.2M' && this.medium?.media.cylinders === 40;
    if (!doubled) return this.cylinder;
    return this.cylinder % 2 === 0 ? this.cylinder / 2 : undefined;
  }
}
