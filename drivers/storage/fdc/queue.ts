/**
 * Whose turn it is: one request at a time has the controller and all its drives.
 *
 *   const turns = new Turns(driver)
 *   await turns.enter(request)   until it is this request's turn
 *   turns.leave()                the next one's
 *
 * Requests that wait together are served in a sweep: from where the head is inward, then back. What
 * comes meanwhile waits for the next sweep, so that nobody is passed over for ever. No request
 * passes one without a place (a control request), or one that moves some of the same bytes, unless
 * both only read.
 */
import { SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import {
  type DriverObject,
  KeInitializeEvent,
  KeSetEvent,
  type KEvent,
  KeWaitForSingleObject,
} from '../../../personality/wdm/index.ts';

export interface Queued {
  readonly unit: number;
  /** Bytes of the medium; undefined: of no place. */
  readonly place?: { readonly start: number; readonly end: number; readonly writes: boolean };
}

/** The request that was served last, and where it ended. */
export interface Head {
  readonly unit: number;
  readonly at: number;
}

function conflicts(one: Queued, other: Queued): boolean {
  if (!one.place || !other.place) return true;
  if (one.unit !== other.unit || !(one.place.writes || other.place.writes)) return false;
  return one.place.start < other.place.end && other.place.start < one.place.end;
}

/** Takes the requests of the next sweep out of those that wait, in the order to serve them in. */
export function nextSweep<T extends Queued>(waiting: T[], head: Head): T[] {
  let count = 1;
  while (count < waiting.length) {
    const next = waiting[count]!;
    if (waiting.slice(0, count).some((earlier) => conflicts(earlier, next))) break;
    count++;
  }
  const sweep = waiting.splice(0, count);
  return sweep.sort((one, other) => compare(rank(one, head), rank(other, head)));
}

/** The drive that turns already first; inward from the head, then what lies behind it, outward. */
function rank({ unit, place }: Queued, head: Head): readonly [number, number, number] {
  const start = place?.start ?? 0;
  const behind = unit === head.unit && start < head.at;
  return [unit === head.unit ? -1 : unit, behind ? 1 : 0, behind ? -start : start];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}

interface Waiter extends Queued {
  readonly event: KEvent;
}

export class Turns {
  readonly #driver: DriverObject;
  readonly #waiting: Waiter[] = [];
  #sweep: Waiter[] = [];
  #busy = false;
  #head: Head = { unit: 0, at: 0 };

  constructor(driver: DriverObject) {
    this.#driver = driver;
  }

  async enter(request: Queued): Promise<void> {
    if (this.#busy) {
      const event = KeInitializeEvent(this.#driver, SynchronizationEvent, false);
      this.#waiting.push({ ...request, event });
      await KeWaitForSingleObject(event);
    }
    this.#busy = true;
    const { unit, place } = request;
    this.#head = { unit, at: place?.end ?? this.#head.at };
  }

  /** The next one has its turn from here on, though it runs later: nobody comes in between. */
  leave(): void {
    if (this.#sweep.length === 0 && this.#waiting.length > 0)
      this.#sweep = nextSweep(this.#waiting, this.#head);
    const next = this.#sweep.shift();
    this.#busy = next !== undefined;
    if (next) KeSetEvent(next.event);
  }
}
