/**
 * One run of the system, from the workers' start to their end.
 *
 * Every call that crosses to a worker ends: with its answer, when its time is over, or when the run
 * ends, for a terminated worker never answers. While the system is held, nobody's time passes.
 *
 *   new Session(system)
 *   ask, insert, eject, image, keep, type, key, counters, look, recording
 *                                                as System's, within a time
 *   time(request)                                the system's time is held, or let go
 *   end(reason)                                    terminates; what is waited for rejects with it
 */
import type { AgentRequest, AgentResults } from '../host/agent-protocol.ts';
import type { MachineSnapshot } from '../host/protocol.ts';
import type { Recording, TimeRequest, TimeState } from '../host/record/types.ts';
import type { System } from '../host/system.ts';
import type { FaultCall } from '../host/machine-fault.ts';
import type { SectorPlace } from '../machine/look.ts';
import type { ByteRange } from '../store/types.ts';

/** What the element needs of a System; tests have one that is scripted. */
export type SystemLike = Pick<
  System,
  | 'topology'
  | 'insert'
  | 'eject'
  | 'image'
  | 'keep'
  | 'type'
  | 'key'
  | 'ask'
  | 'counters'
  | 'look'
  | 'recording'
  | 'time'
  | 'addImage'
  | 'fault'
  | 'terminate'
>;

const SECOND = 1000;
/** A whole 2.88M disk at the speed of a real drive takes about two minutes. */
const DRIVE_LIMIT = 180 * SECOND;
const COMMAND_LIMIT = 600 * SECOND;
const ANSWER_LIMIT = 30 * SECOND;

export class Session {
  /** The first prompt was there: the agent works. */
  up = false;
  /** The kernel's entries where the system is held. */
  heldAt: number | undefined;
  readonly #system: SystemLike;
  readonly #ended: Promise<never>;
  #end!: (reason: Error) => void;
  #held = false;

  constructor(system: SystemLike) {
    this.#system = system;
    this.#ended = new Promise((_, reject) => (this.#end = reject));
    this.#ended.catch(() => undefined);
  }

  get topology(): 'isolated' | 'single' {
    return this.#system.topology;
  }

  ask<R extends AgentRequest>(
    request: R,
    limit = request.op === 'exec' ? COMMAND_LIMIT : DRIVE_LIMIT,
  ): Promise<AgentResults[R['op']]> {
    return this.#within(this.#system.ask(request), limit, `"${request.op}"`);
  }

  insert(
    drive: number,
    image: Uint8Array,
    writeProtected: boolean,
    damaged: readonly ByteRange[] = [],
    tracks?: Uint8Array,
  ): Promise<void> {
    const done = this.#system.insert(drive, image, writeProtected, damaged, tracks);
    return this.#within(done, ANSWER_LIMIT, 'inserting a disk');
  }

  eject(drive: number, limit = ANSWER_LIMIT): Promise<Uint8Array | undefined> {
    return this.#within(this.#system.eject(drive), limit, 'ejecting a disk');
  }

  keep(drive: number): Promise<void> {
    return this.#within(this.#system.keep(drive), ANSWER_LIMIT, 'handing a disk over');
  }

  image(drive: number, limit = ANSWER_LIMIT): Promise<Uint8Array | undefined> {
    return this.#within(this.#system.image(drive), limit, 'reading a disk out');
  }

  type(text: string): Promise<void> {
    return this.#within(this.#system.type(text), ANSWER_LIMIT, 'typing');
  }

  key(code: string, down: boolean): Promise<void> {
    return this.#within(this.#system.key(code, down), ANSWER_LIMIT, 'a key');
  }

  counters(): Promise<Record<string, number>> {
    return this.#within(this.#system.counters(), ANSWER_LIMIT, 'counting');
  }

  look(sector?: SectorPlace): Promise<MachineSnapshot> {
    return this.#within(this.#system.look(sector), ANSWER_LIMIT, 'looking');
  }

  addImage(name: string, text: string): Promise<void> {
    return this.#within(this.#system.addImage(name, text), ANSWER_LIMIT, 'an image');
  }

  fault(call: FaultCall): Promise<void> {
    return this.#within(this.#system.fault(call), ANSWER_LIMIT, 'a fault');
  }

  recording(): Promise<Recording> {
    return this.#within(this.#system.recording(), ANSWER_LIMIT, 'a recording');
  }

  async time(request: TimeRequest): Promise<TimeState> {
    if (request.do) this.#held = true;
    const state = await Promise.race([this.#system.time(request), this.#ended]);
    this.#held = state.paused || state.slow > 1;
    this.heldAt = state.paused ? state.entry : undefined;
    return state;
  }

  /** What is asked from here on is not to wait. */
  go(): void {
    if (this.#held) void this.time({ do: 'resume' }).catch(() => undefined);
  }

  end(reason: string): void {
    this.#end(new Error(reason));
    this.#system.terminate();
  }

  #within<T>(answer: Promise<T>, limit: number, what: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<never>((_, reject) => {
      const words = `The system did not answer ${what} within ${limit / SECOND} seconds.`;
      const over = (): void => {
        if (this.#held) wait();
        else reject(new Error(words));
      };
      const wait = (): void => void (timer = setTimeout(over, limit));
      wait();
    });
    return Promise.race([answer, late, this.#ended]).finally(() => clearTimeout(timer));
  }
}
