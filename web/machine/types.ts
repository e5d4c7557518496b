/**
 * The emulated PC as the outside holds on to it.
 *
 * A machine is a set of register models behind one port bus, with interrupt lines, ISA DMA and
 * physical memory. It is free of browser APIs and knows nothing of the operating system. Time is
 * virtual: nothing happens by itself, only inside a port access or `advance`.
 *
 *   createMachine(options?)   web/machine/index.ts makes one
 */

import type { MachineLook, MachineWatcher, SectorPlace } from './look.ts';

/** A floppy drive's type: which media it takes and how fast it turns. CMOS drive types 1-5. */
export type DriveType = '360K' | '1.2M' | '720K' | '1.44M' | '2.88M';

export interface MachineOptions {
  /**
   * Physical memory that DMA reaches; a fresh 32 MiB array if absent. May lie over shared memory.
   */
  ram?: Uint8Array;
  /**
   * Types of drives 0..3. Default: two 2.88M drives, which read every 3.5-inch medium, and take
   * 5.25-inch images too.
   */
  drives?: DriveType[];
  /**
   * `fast` keeps every ordering rule with no mechanical delay; `real` has a real drive's step,
   * settle, rotation and motor times; a number multiplies these (0.1: ten times as quick). The
   * serial line and the keyboard keep real times then.
   */
  timing?: 'fast' | 'real' | number;
  /** What the floppy controller's straps say its registers are. Default: `AT`. */
  registers?: RegisterSet;
  /** EISA's high page registers at 481-48B: DMA reaches above 16 MiB. Default: none. */
  highPages?: boolean;
}

/** SRA and SRB, and all but bit 7 of DIR, are driven in the last two alone. */
export type RegisterSet = 'AT' | 'PS/2' | 'Model 30';

/**
 * How keeping a medium went: it is safe; it is not; it is not, for lack of room; nobody has
 * answered yet.
 */
export type KeepResult = 'kept' | 'failed' | 'full' | 'silent';

/** What software asks of the battery-backed memory (nvram.ts). */
export type NvramRequest = 'bring' | 'keep';
/** As of a medium; or the contents are another machine's, and this one has a copy. */
export type NvramResult = KeepResult | 'foreign';

export interface NvramAnswer {
  result: NvramResult;
  /** To `bring`: what was kept; absent: nothing was, and the memory stays zeros. */
  contents?: Uint8Array | undefined;
}

export interface InsertOptions {
  writeProtected?: boolean;
  /**
   * Bytes of the image, in whole sectors, that are known to be damaged: reading them is a data CRC
   * error until they are written or formatted anew.
   */
  damaged?: readonly { offset: number; length: number }[];
  /** What the disk has beyond plain sectors, as `Machine.tracks` gave it; RangeError for others. */
  tracks?: Uint8Array | undefined;
}

/** Wrong with a sector: its data's CRC, its data's strength, its marks, its ID field. */
export type SectorFault =
  'crc' | 'weak' | 'noData' | 'deleted' | 'badId' | 'noId' | 'wrongCylinder';
/**
 * Wrong with a drive: a recalibration does not see track 0; a seek ends one cylinder further in
 * than it should; a command sees no index pulse, and waits for ever.
 */
export type DriveFault = 'trackZero' | 'misstep' | 'index';
/** Wrong with a burst: nobody grants it; it ends half way as if by TC; its TC does not arrive. */
export type DmaFault = 'starve' | 'earlyTc' | 'lateTc';
/** All that chance may bring. `door` and `hang` of a sector, `keep` of a request to the keeper. */
export type FaultKind = SectorFault | DriveFault | DmaFault | 'door' | 'hang' | 'loseIrq' | 'keep';

export interface ChancePlan {
  kinds: readonly FaultKind[];
  /** Each chance is taken once in so many, on the average. */
  every: number;
}

/** Faults are one-shot, N-shot or sticky (count Infinity), and deterministic. */
export interface FaultInjection {
  /** The sector answers with a data CRC error (ST1.DE, ST2.DD) for the next `count` reads. */
  badSector(drive: number, lba: number, count?: number): void;
  /** The same for all that may be wrong with one; of its ID, for the next `count` searches. */
  sector(drive: number, lba: number, what: SectorFault, count?: number): void;
  /** For the next `count` recalibrations, seeks or commands of the drive. */
  drive(drive: number, what: DriveFault, count?: number): void;
  /** The disk's write protection is slid. */
  protect(drive: number, on: boolean): void;
  /** For the next `count` bursts to or from the floppy controller. */
  dma(what: DmaFault, count?: number): void;
  /** The floppy controller never asks for a byte again, before so many resets. */
  stickRqm(resets?: number): void;
  /** The next `count` requests to the keeper end like that, and nobody is asked. */
  keep(result: KeepResult, count?: number): void;
  /** A short pulse on the line that no device gave. */
  spuriousIrq(line: number): void;
  /** Faults by chance; the same seed and the same calls bring the same ones. */
  chance(seed: number, plan: ChancePlan): void;
  /** How many faults chance has brought, by kind. */
  struck(): Partial<Record<FaultKind, number>>;
  /** The next `count` rising edges of the line are not seen by the interrupt controller. */
  loseIrq(line: number, count?: number): void;
  /** The line is held high until released. */
  stickIrq(line: number, stuck: boolean): void;
  /**
   * The door opens in the middle of the command that is executing `afterSectors` sectors from now.
   */
  pullDisk(drive: number, afterSectors: number): void;
  /**
   * In the middle of this sector, when it is written next, the door opens; or the controller hangs
   * until it is reset.
   */
  tearSector(drive: number, lba: number, by?: 'door' | 'hang'): void;
  /** The keyboard hears what it is told, and says nothing, no key either. */
  muteKeyboard(mute: boolean): void;
  clear(): void;
}

/** What software has made of the keyboard. */
export interface KeyboardState {
  /** Keys reach software: they need not be given to the machine else. */
  readonly listening: boolean;
  /** Bit 0 Scroll Lock, 1 Num Lock, 2 Caps Lock. */
  readonly leds: number;
}

/** What the text adapter shows. */
export interface ScreenText {
  readonly columns: number;
  readonly rows: number;
  /** Two bytes a cell, row by row: a character of code page 437, and its colours. */
  readonly cells: Uint8Array;
  /** The cell that it stands in; it may be outside. */
  readonly cursor: number;
}

/** What can be seen and heard of a drive. The counts only grow. */
export interface DriveSigns {
  /** Its motor is on, and the controller's select lines are on it: the drive's light. */
  readonly selected: boolean;
  /** A disk is in, and the motor turns it. */
  readonly turns: boolean;
  /** Pulses of its stepper. */
  readonly steps: number;
  /** Sectors and IDs read, sectors written. */
  readonly reads: number;
  readonly writes: number;
}

export interface Machine {
  in8(port: number): number;
  in16(port: number): number;
  in32(port: number): number;
  out8(port: number, value: number): void;
  out16(port: number, value: number): void;
  out32(port: number, value: number): void;
  /** The line's level now, 0..15. */
  irq(line: number): boolean;
  readonly ram: Uint8Array;
  /**
   * Moves virtual time on; everything due by then happens in order. `advance(0)` runs what is due
   * now.
   */
  advance(microseconds: number): void;
  /**
   * Microseconds from now to the next thing that will happen, 0 if something is due, undefined if
   * nothing is pending.
   */
  nextEvent(): number | undefined;
  insert(drive: number, image: Uint8Array, options?: InsertOptions): void;
  /**
   * Opens the door; the image inserted, as it is now (the array given to insert), or undefined if
   * the drive was empty.
   */
  eject(drive: number): Uint8Array | undefined;
  /** The medium in the drive, live: what the controller writes appears here at once. */
  medium(drive: number): Uint8Array | undefined;
  /**
   * What a disk has beyond plain sectors: odd, deleted, bad, missing ones. To be kept beside the
   * image, and given to `insert` with it. Undefined where the image says it all. `of`: a drive, or
   * an image that was in one.
   */
  tracks(of: number | Uint8Array): Uint8Array | undefined;
  readonly fault: FaultInjection;
  /** Monotonic counts since creation: `machine.fdc.command`, `machine.dma.transfer`, ... */
  counters(): Record<string, number>;

  /**
   * A byte arrives on the serial line of the 16550 (COM1). Bytes that do not fit into the FIFO wait
   * in the line.
   */
  serialInput(bytes: Uint8Array): void;
  /** Called for every byte that the 16550 transmits. */
  onSerialOutput?: (byte: number) => void;
  /** Called when a line's level may have changed. */
  onIrq?: (line: number, level: boolean) => void;
  /** Told what the devices do. */
  watcher?: MachineWatcher;
  /** The machine as it is; of that sector the bytes, too. Changes nothing. */
  look(sector?: SectorPlace): MachineLook;
  /** Called after a sector of a medium has been written. */
  onMediumWrite?: (drive: number, offset: number, length: number) => void;
  /** Called after what `tracks` tells of the medium has changed. */
  onTracks?: (drive: number) => void;
  /**
   * Called when software asks the keeper (port 3E0) for a medium to be made safe where images are
   * stored; `keepDone` must follow. Absent: what is written is safe at once.
   */
  onKeep?: (drive: number) => void;
  keepDone(drive: number, result: KeepResult): void;
  /**
   * A key is pressed or released; it is called by its place, as `KeyboardEvent.code` has it. A key
   * that is held repeats by itself. False where a PC's keyboard has no such key.
   */
  key(code: string, down: boolean): boolean;
  /** Called when the state of the keyboard has changed. */
  onKeyboard?: (state: KeyboardState) => void;
  /**
   * Called when the speaker begins to sound, changes its tone, or falls silent (0 hertz); `at`: the
   * virtual time in microseconds.
   */
  onSpeaker?: (hertz: number, at: number) => void;
  /** Called whenever something of the drives' signs has changed. */
  onDrives?: () => void;
  signs(drive: number): DriveSigns;
  /**
   * Called when software asks for the contents of the battery-backed memory, or to have them made
   * safe; `nvramDone` must follow. Absent: it is empty, and what is written is safe at once.
   */
  onNvram?: (request: NvramRequest) => void;
  nvramDone(request: NvramRequest, answer: NvramAnswer): void;
  /** Called after a byte of it was written. */
  onNvramWrite?: (offset: number) => void;
  /** Live. */
  readonly nvram: Uint8Array;
  /** What is on the text screen now; undefined where software has set up none. */
  screen(): ScreenText | undefined;
}
