/**
 * The hands of threads that share everything (crowd.test.ts): handles, buffers, events and threads
 * that all of them use at once, and calls with inputs at random.
 *
 *   new Calls(seed)
 *   open(own)               one handle more
 *   call(own, ...)          a service: counted by its status (`found`), and among `doing` until it
 *                           comes back
 *   handle, told, ...       inputs, made anew each time
 *   ask(name, input)        an act that is one call; its input is made when its turn comes
 */
import { callService } from '../../personality/ntdll/call.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import * as nt from '../../personality/rtl/nt.ts';
import type { ServiceInput, ServiceName, ServiceOutput } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';

export const BUFFER = 3 * PAGE_SIZE;
export const FILES = ['A:\\ONE.BIN', 'A:\\TWO.BIN', 'A:\\SUB\\X.BIN'];
export const DIRECTORIES = ['A:\\SUB', 'A:\\NEW'];
const VOLUME = 'A:';
const PIPE = 'PIPE\\crowd';
const NAMES = [...FILES, ...FILES, ...DIRECTORIES, VOLUME, PIPE, PIPE, PIPE];
const ACCESS = nt.GENERIC_READ | nt.GENERIC_WRITE | nt.SYNCHRONIZE;
const OPTIONS = [0, nt.FILE_SYNCHRONOUS_IO_NONALERT, nt.FILE_SYNCHRONOUS_IO_ALERT];

/** Numbers that the seed settles (a linear congruence). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  once(among: number): boolean {
    return this.below(among) === 0;
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}

export class Calls {
  readonly random: Random;
  readonly handles: number[] = [];
  readonly buffers: number[] = [];
  readonly events: number[] = [];
  readonly threads: number[] = [];
  readonly views: number[] = [];
  readonly found = new Set<string>();
  readonly doing = new Set<string>();
  over = false;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  async call<N extends ServiceName>(
    own: NtProcess,
    name: N,
    input: ServiceInput<N>,
  ): Promise<ServiceOutput<N>> {
    const text = `${name} ${JSON.stringify(input)}`;
    this.doing.add(text);
    const answer = await callService(own, name, input);
    this.doing.delete(text);
    this.found.add(`${name} ${statusName(answer.status)}`);
    return answer;
  }

  async open(own: NtProcess): Promise<void> {
    const { random } = this;
    const name = random.of(NAMES);
    const common = { name: `\\??\\${name}`, root: 0, options: random.of(OPTIONS) };
    const made =
      name === PIPE && random.once(2)
        ? await this.call(own, 'NtCreateNamedPipeFile', {
            ...common,
            ...{ access: ACCESS, share: 3, disposition: nt.FILE_OPEN_IF },
            ...{ type: random.below(2), readMode: 0, completionMode: 0, maximumInstances: 8 },
            ...{ inboundQuota: 4096, outboundQuota: 0, timeout: -500_000 },
          })
        : await this.call(own, 'NtCreateFile', { ...common, ...this.#how(name, common.options) });
    if (made.status === 0) this.handles.push(made.handle);
  }

  #how(name: string, options: number) {
    const { random } = this;
    const common = { share: nt.FILE_SHARE_ALL, attributes: 0, allocation: 0 };
    const deletes = random.once(2) ? nt.DELETE : 0;
    if (name === VOLUME) return { ...common, access: ACCESS, options, disposition: nt.FILE_OPEN };
    if (DIRECTORIES.includes(name))
      return {
        ...common,
        access: nt.GENERIC_READ | nt.SYNCHRONIZE | deletes,
        options: options | nt.FILE_DIRECTORY_FILE,
        disposition: random.of([nt.FILE_OPEN, nt.FILE_OPEN_IF]),
      };
    const past = random.once(4) ? nt.FILE_NO_INTERMEDIATE_BUFFERING : 0;
    const through = random.once(4) ? nt.FILE_WRITE_THROUGH : 0;
    const goes = deletes !== 0 && random.once(6) ? nt.FILE_DELETE_ON_CLOSE : 0;
    return {
      ...common,
      access: ACCESS | deletes,
      options: options | past | through | goes,
      disposition: random.of([nt.FILE_OPEN, 3, 3, 3, nt.FILE_OVERWRITE_IF]),
    };
  }

  /** 0, which is none, where there are none. */
  get handle(): number {
    return this.random.of(this.handles) ?? 0;
  }

  get thread(): number {
    return this.random.of(this.threads) ?? 0;
  }

  get told() {
    const { random } = this;
    return {
      event: random.once(2) ? random.of(this.events) : 0,
      apc: random.once(3) ? 1 : 0,
      context: random.below(3),
      iosb: random.once(2) ? random.of(this.buffers) + 8 * random.below(100) : 0,
    };
  }

  get transfer() {
    const { random } = this;
    return {
      handle: this.handle,
      address: random.of(this.buffers) + 16 * random.below(64),
      length: random.below(9000),
      offset: random.of([-1, 0, 512, random.below(60_000)]),
      ...this.told,
    };
  }

  get range() {
    const { handle, random } = this;
    return { handle, offset: random.below(50), length: random.below(50), key: random.below(2) };
  }
}

export type Act = (crowd: Calls, own: NtProcess) => Promise<unknown>;

export type WeightedAct = readonly [weight: number, act: Act];

/** A service whose input is made when its turn comes. */
export function ask<N extends ServiceName>(name: N, input: (crowd: Calls) => ServiceInput<N>): Act {
  return (crowd, own) => crowd.call(own, name, input(crowd));
}
