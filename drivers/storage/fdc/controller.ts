/**
 * What the driver knows of one controller and of each drive at it. Data only: the files around it
 * act on it, always in their turn, except the service routine (interrupt.ts).
 *
 * `ready` is false when the chip's state is not known (at the start, after a time-out): the next
 * command is preceded by a reset, which in turn makes all drives uncalibrated.
 */
import type {
  AdapterObject,
  DriverObject,
  KDpc,
  KEvent,
  KInterrupt,
  KTimer,
  PortRange,
} from '../../../personality/wdm/index.ts';
import type { Media } from './formats.ts';
import type { Keeper } from './keeper.ts';
import type { Turns } from './queue.ts';

/** Answer to SENSE INTERRUPT STATUS. */
export interface Sense {
  readonly st0: number;
  /** The cylinder that the chip counts the drive to be on. */
  readonly pcn: number;
}

export interface Controller {
  readonly driver: DriverObject;
  /** 3F0-3F5. */
  readonly ports: PortRange;
  /** 3F7. */
  readonly changePort: PortRange;
  readonly adapter: AdapterObject;
  /** One request at a time. */
  readonly turns: Turns;
  /** Set when an interrupt has brought something: synchronization event. */
  readonly done: KEvent;
  readonly dpc: KDpc;
  interrupt: KInterrupt | undefined;
  keeper: Keeper | undefined;
  readonly drives: Drive[];
  ready: boolean;
  /** What DOR holds. */
  dor: number;
  /** Data rate and unit that the chip is set up for; -1: none. */
  rate: number;
  rateUnit: number;
  /** The last command ends with SENSE INTERRUPT, not with a result phase. */
  awaitsSense: boolean;
  /** What the last interrupt brought. */
  arrived: boolean;
  result: number[];
  senses: Sense[];
  /** Interrupts that never came though the chip was done. */
  lostInterrupts: number;
}

export interface Drive {
  readonly controller: Controller;
  readonly unit: number;
  readonly motorTimer: KTimer;
  readonly motorDpc: KDpc;
  /** The disk is known to turn at its speed: an ID was read since the motor started. */
  turning: boolean;
  /** The head's physical cylinder; undefined: a recalibrate must come first. */
  cylinder: number | undefined;
  /** Undefined until recognised, and after each change. */
  media: Media | undefined;
  /** There was no disk when it was last looked for. */
  empty: boolean;
  changeCount: number;
  /** A medium was recognised before: somebody may have mounted it. */
  used: boolean;
  /** The medium changed, and nobody has said with CHECK_VERIFY that he knows. */
  verifyRequired: boolean;
}
