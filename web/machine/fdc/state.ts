/**
 * What the commands of the 82077AA share: its programmable state and its ways out.
 *
 * The chip (`chip.ts`) owns one of these and hands it to the command functions; what belongs to
 * the port handshake alone stays in the chip.
 *
 *   createState(parts)       as after a pin reset
 *   softwareReset(state)     as after DOR.2 or DSR.7
 *
 * Source: 82077AA datasheet, "Reset", "CONFIGURE", "LOCK", "PERPENDICULAR MODE", "SPECIFY".
 */
import type { Clock, ClockEvent } from '../clock.ts';
import type { FloppyFaults } from '../faults.ts';
import type { MachineWatcher } from '../look.ts';
import type { Drive } from './drive.ts';
import type { HostPort } from './host.ts';
import type { Timing } from './timing.ts';
import type { Chrn, Sector } from './track.ts';

export const driveCount = 4;

export interface FdcParts {
  clock: Clock;
  timing: Timing;
  faults: FloppyFaults;
  /** Four places; those without a drive answer nothing. */
  drives: readonly Drive[];
  /** A sector of a medium was written; `odd`: what the image alone does not say changed, too. */
  wrote(drive: number, sector: Sector, odd: boolean): void;
  watcher: () => MachineWatcher | undefined;
  /** A seek ended: SENSE INTERRUPT STATUS has something to tell. */
  seekEnded(): void;
}

export interface FdcState extends FdcParts {
  /** Data rate code of DSR and CCR. */
  rate: number;
  /** Present cylinder number of each drive, as the chip counts. */
  pcn: number[];
  specify: { srt: number; hut: number; hlt: number; nonDma: boolean };
  config: { byte: number; pretrack: number };
  perpendicular: { drives: number; gap: boolean; wgate: boolean };
  lock: boolean;
  /** SC of the last FORMAT or EOT of the last data command, which DUMPREG shows. */
  lastSectorCount: number;
  /** The drive whose head is loaded, and until when it stays so. */
  head: { drive: number; until: number };
  /** What SENSE INTERRUPT STATUS has to tell of each drive. */
  pending: (number | undefined)[];
  /** The polling interrupt after a reset is up: until the first of its four tellings. */
  resetInterrupt: boolean;
  /** Which drives the MSR shows as seeking: from the command until SENSE INTERRUPT STATUS. */
  seeking: number;
  /** How often each drive's door had opened when the command began. */
  openings: number[];
  /** The same, and when, of the last look at a change line that told of no change. */
  look: { readonly drive: number; readonly openings: number; readonly at: number } | undefined;
  /** The next step pulse of each drive that seeks. */
  pulses: (ClockEvent | undefined)[];
  host: HostPort;
  signals: Signals;
}

/** What passes on the cable to the drives, for those who watch it (SRA and SRB). */
export interface Signals {
  steps: number;
  /** The last step went inward. */
  inward: boolean;
  /** Sectors or IDs that came in, sectors that went out. */
  reads: number;
  writes: number;
  /** The write gate is open. */
  writing: boolean;
  /** The head that the last command selected. */
  head: number;
}

export const Config = {
  impliedSeek: 0x40,
  fifoOff: 0x20,
  pollingOff: 0x10,
  thresholdMask: 0x0f,
} as const;

export function createState(parts: FdcParts, host: HostPort): FdcState {
  return {
    ...parts,
    rate: 2,
    pcn: new Array<number>(driveCount).fill(0),
    specify: { srt: 0, hut: 0, hlt: 0, nonDma: false },
    config: { byte: Config.fifoOff, pretrack: 0 },
    perpendicular: { drives: 0, gap: false, wgate: false },
    lock: false,
    lastSectorCount: 0,
    head: { drive: -1, until: 0 },
    pending: new Array<number | undefined>(driveCount).fill(undefined),
    resetInterrupt: false,
    seeking: 0,
    openings: new Array<number>(driveCount).fill(0),
    look: undefined,
    pulses: new Array<ClockEvent | undefined>(driveCount).fill(undefined),
    host,
    signals: { steps: 0, inward: false, reads: 0, writes: 0, writing: false, head: 0 },
  };
}

/** Microseconds; quicker than that nobody changes a disk. */
const HANDS = 100_000;

/**
 * A command's first byte. It is meant for the disk that was there when the host looked just now.
 */
export function commandBegins(state: FdcState): void {
  const { look, clock } = state;
  state.openings = state.drives.map(({ openings }) => openings);
  if (look && clock.now - look.at < HANDS) state.openings[look.drive] = look.openings;
  state.look = undefined;
}

/** How a command had a sector; tells who watches. */
export const Way = { read: 0, write: 1, verify: 2, format: 3, id: 4 } as const;

/** Tells who watches of a sector under that drive's head. */
export function hadSector(
  { watcher, drives }: FdcState,
  drive: number,
  head: number,
  { r, n }: Readonly<Chrn>,
  way: number,
  result: number,
): void {
  const watching = watcher();
  if (!watching) return;
  const at = drives[drive]!.mediumCylinder() ?? drives[drive]!.cylinder;
  watching.sector(drive | (at << 8) | (head << 16) | (r << 24), n | (way << 8), result);
}

/** Whether the drive's door has opened since the command began. */
export function wasOpened(state: FdcState, drive: number, since = state.openings[drive]): boolean {
  return state.drives[drive]!.openings !== since;
}

/** LOCK keeps the FIFO's settings and PRETRK; D0-3 of PERPENDICULAR and SPECIFY stay anyway. */
export function softwareReset(state: FdcState): void {
  const fifo = state.config.byte & (Config.fifoOff | Config.thresholdMask);
  state.config = state.lock
    ? { byte: fifo, pretrack: state.config.pretrack }
    : { byte: Config.fifoOff, pretrack: 0 };
  state.perpendicular = { drives: state.perpendicular.drives, gap: false, wgate: false };
  state.pcn.fill(0);
  state.pending.fill(undefined);
  state.resetInterrupt = false;
  state.seeking = 0;
  for (const pulse of state.pulses) state.clock.cancel(pulse);
  state.head = { drive: -1, until: 0 };
}

/** Bytes of a FIFO request: 16 - T with T = FIFOTHR + 1; a switched-off FIFO asks for each byte. */
export function fifoRequestSize(state: FdcState): number {
  if (state.config.byte & Config.fifoOff) return 1;
  return Math.max(1, 16 - ((state.config.byte & Config.thresholdMask) + 1));
}
