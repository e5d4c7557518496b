/**
 * Records a session while it runs: the platform's door, and a log of all that it lets in.
 *
 *   door            for the system (personality/sel4/door.ts)
 *   attach(witness) the system is made; before its first event
 *   input(...)      the page does something: to be called in a task of its own, before it is done
 *   take(settings)  what was recorded so far
 *   gate            once somebody holds its time: what comes goes through there (gate.ts)
 *
 * Each event is a task of its own, so that it begins when every microtask of the last one is done:
 * then the order of the log is the whole of the order. Turns and timers are such tasks; an arrival,
 * which may be any microtask, is given one. A log that is full ends there, and the session goes on.
 *
 * Guide: docs/determinism.md.
 */
import { type Door, platformDoor } from '../../../personality/sel4/door.ts';
import { textOf } from '../../../personality/sel4/text.ts';
import * as Code from './codes.ts';
import type { Gate } from './gate.ts';
import { copied } from './inputs.ts';
import { Log } from './log.ts';
import type { Recording, Witness } from './types.ts';

export interface Limits {
  /** Bytes of the log, and of data that its values hold. */
  readonly log: number;
  readonly contents: number;
}

const LIMITS: Limits = { log: Code.MOST_LOG, contents: Code.MOST_CONTENTS };

/** Of what a page gives, nothing is deeper: a request's data is the deepest. */
function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + bytesIn(each), 0);
}

export class Recorder {
  readonly door: Door;
  gate: Gate | undefined;
  readonly #limits: Limits;
  readonly #log = new Log();
  readonly #values: unknown[] = [];
  #bytes = 0;
  #witness: Witness = { entries: () => 0, hash: () => 0 };
  #entries = 0;
  #events = 0;
  #timers = 0;
  #arrivals = 0;

  constructor(limits: Partial<Limits> = {}, platform: Door = platformDoor) {
    this.#limits = { ...LIMITS, ...limits };
    const log = this.#log;
    this.door = {
      now: () => log.look(Math.round((this.gate ?? platform).now() * 1000)) / 1000,
      date: () => {
        const date = platform.date();
        log.settle();
        log.byte(Code.DATE);
        log.double(date);
        return date;
      },
      turn: (task) =>
        this.#turn(platform, () => {
          this.#event(Code.TURN);
          task();
        }),
      later: (task, ms) => {
        const number = ++this.#timers;
        let over = false;
        const come = (): void => {
          if (over) return;
          this.#event(Code.TIMER);
          log.number(this.#timers - number);
          task();
        };
        const forget = (this.gate ?? platform).later(() => this.#come(come), ms);
        return () => {
          over = true;
          forget();
        };
      },
      arrival: (promise) => this.#arrival(promise, platform),
    };
  }

  attach(witness: Witness): void {
    this.#witness = witness;
  }

  input(...what: readonly unknown[]): void {
    this.#event(Code.INPUT);
    this.#keep(what.map(copied));
  }

  take(settings: Pick<Recording, 'build' | 'ramBytes' | 'speed'>): Recording {
    const log = this.#log;
    const full = log.closed;
    log.settle();
    const end = new Log();
    if (!full) this.#end(end);
    const all = log.copy(end.bytes);
    all.set(end.copy(), log.bytes);
    return { ...settings, full, log: all, values: this.#values };
  }

  #come(task: () => void): void {
    if (this.gate) this.gate.come(task);
    else task();
  }

  #turn(platform: Door, task: () => void): void {
    platform.turn(() => this.#come(task));
  }

  #keep(value: unknown): void {
    if (this.#log.closed) return;
    this.#values.push(value);
    this.#bytes += bytesIn(value);
  }

  #end(log: Log): void {
    log.byte(Code.END);
    log.number(this.#witness.entries() - this.#entries);
    log.word(this.#witness.hash());
  }

  #event(code: number): void {
    const log = this.#log;
    if (log.closed) return;
    log.settle();
    const { log: most, contents } = this.#limits;
    if (log.bytes >= most || this.#bytes >= contents) {
      this.#end(log);
      return log.close();
    }
    const entries = this.#witness.entries();
    if (++this.#events % Code.HASH_EVERY === 0) {
      const part = this.#events / Code.HASH_EVERY;
      log.byte(Code.HASH);
      log.number(part);
      log.word(this.#witness.hash(part));
    }
    log.byte(code);
    log.number(entries - this.#entries);
    this.#entries = entries;
  }

  #arrival<T>(promise: Promise<T>, platform: Door): Promise<T> {
    const number = ++this.#arrivals;
    const log = this.#log;
    const event = (end: number, value?: unknown): void => {
      this.#event(Code.ARRIVAL);
      log.number(this.#arrivals - number);
      log.byte(end);
      if (end !== Code.ENDED_HERE) this.#keep(value);
    };
    return new Promise((resolve, reject) => {
      const came = (value: T): void =>
        this.#turn(platform, () => {
          if (typeof value === 'function') event(Code.ENDED_HERE);
          else event(Code.ENDED_WITH, value);
          resolve(value);
        });
      const failed = (error: unknown): void =>
        this.#turn(platform, () => {
          const reason = textOf(error);
          event(Code.ENDED_BADLY, reason);
          reject(new Error(reason));
        });
      promise.then(came, failed);
    });
  }
}
