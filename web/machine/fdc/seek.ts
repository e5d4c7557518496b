/**
 * Moving the heads: SEEK, RELATIVE SEEK, RECALIBRATE.
 *
 * These have no execution phase that blocks the chip: the command returns at once, the drive's bit
 * in the MSR is set until SENSE INTERRUPT STATUS, and step pulses come one by one on the virtual
 * clock. Up to four drives may seek at once. A seek to where the chip believes the head to be gives
 * no pulse, but ends like any other.
 *
 *   seek(fdc, bytes), relativeSeek(fdc, bytes), recalibrate(fdc, bytes)
 *
 * Source: 82077AA datasheet, "SEEK", "RELATIVE SEEK", "RECALIBRATE", "SENSE INTERRUPT STATUS".
 */
import { St0 } from './registers.ts';
import { type FdcState, wasOpened } from './state.ts';

const recalibratePulses = 79;

interface Travel {
  drive: number;
  by: 1 | -1;
  left: number;
  /** What the chip takes the head's place for afterwards. */
  arrives: number;
  /** Track 0: where to stop (`home`), a failure (`edge`), or of no interest. */
  trackZero: 'home' | 'edge' | 'ignore';
  /** The sensor of track 0 says nothing. */
  blind?: boolean;
  /** The drive's count when it began. */
  openings?: number;
}

export function seek(fdc: FdcState, bytes: readonly number[]): void {
  const [, hd = 0, target = 0] = bytes;
  const drive = hd & 3;
  const distance = target - fdc.pcn[drive]!;
  const by = distance < 0 ? -1 : 1;
  const left = Math.abs(distance);
  start(fdc, { drive, by, left, arrives: target, trackZero: 'ignore' });
}

export function relativeSeek(fdc: FdcState, bytes: readonly number[]): void {
  const [opcode = 0, hd = 0, left = 0] = bytes;
  const drive = hd & 3;
  const by = opcode & 0x40 ? 1 : -1;
  const arrives = (fdc.pcn[drive]! + by * left) & 0xff;
  start(fdc, { drive, by, left, arrives, trackZero: by < 0 ? 'edge' : 'ignore' });
}

export function recalibrate(fdc: FdcState, bytes: readonly number[]): void {
  const drive = (bytes[1] ?? 0) & 3;
  const left = recalibratePulses;
  const blind = fdc.faults.trackZeroDead(drive);
  start(fdc, { drive, by: -1, left, arrives: 0, trackZero: 'home', blind });
}

/** One pulse to the drive. `openings`: its door's, when the command began. */
export function stepOnce(fdc: FdcState, drive: number, by: 1 | -1, openings?: number): void {
  fdc.signals.steps++;
  fdc.signals.inward = by > 0;
  fdc.drives[drive]!.step(by, !wasOpened(fdc, drive, openings));
}

/** The stepper slips, and the chip does not know. */
export function misstep(fdc: FdcState, drive: number): void {
  const by = fdc.faults.misstep(drive);
  if (by) fdc.drives[drive]!.step(by, false);
}

function start(fdc: FdcState, travel: Travel): void {
  fdc.seeking |= 1 << travel.drive;
  fdc.pending[travel.drive] = undefined;
  fdc.clock.cancel(fdc.pulses[travel.drive]);
  travel.openings = fdc.openings[travel.drive];
  schedulePulse(fdc, travel, 0);
}

function schedulePulse(fdc: FdcState, travel: Travel, delay: number): void {
  fdc.pulses[travel.drive] = fdc.clock.schedule(delay, () => pulse(fdc, travel));
}

function pulse(fdc: FdcState, travel: Travel): void {
  const drive = fdc.drives[travel.drive]!;
  const home = drive.atTrackZero && !travel.blind;
  if (travel.trackZero === 'home' && home) return end(fdc, travel, true);
  if (travel.left === 0) return end(fdc, travel, travel.trackZero !== 'home');
  if (travel.trackZero === 'edge' && drive.atTrackZero) {
    travel.arrives = 0;
    return end(fdc, travel, false);
  }
  stepOnce(fdc, travel.drive, travel.by, travel.openings);
  travel.left--;
  schedulePulse(fdc, travel, fdc.timing.stepping(1, fdc.specify.srt, fdc.rate));
}

function end(fdc: FdcState, travel: Travel, well: boolean): void {
  if (travel.trackZero !== 'home') misstep(fdc, travel.drive);
  const failed = St0.abnormal | St0.equipmentCheck;
  fdc.pcn[travel.drive] = travel.arrives;
  fdc.pending[travel.drive] = St0.seekEnd | (well ? 0 : failed) | travel.drive;
  fdc.seekEnded();
}
