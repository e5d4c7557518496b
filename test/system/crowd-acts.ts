/**
 * What threads do that share everything (crowd.test.ts): random calls on handles, buffers, events
 * and threads that all of them use at once, and close, free and end at any moment.
 *
 *   new Crowd(seed)
 *   crowd.act(own)          one call, at random, by the thread `own`
 *   crowd.open(own)         one handle more
 *   crowd.call(own, ...)    a service: counted by its status (`found`), and among `doing` until it
 *                           comes back
 */
import { callService } from '../../personality/ntdll/call.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { encodeLarge } from '../../personality/rtl/information.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import * as memory from '../../personality/rtl/memory.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import {
  CURRENT_PROCESS,
  type ServiceInput,
  type ServiceName,
  type ServiceOutput,
} from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';

export const BUFFER = 3 * PAGE_SIZE;
const FILES = ['A:\\ONE.BIN', 'A:\\TWO.BIN', 'A:\\SUB\\X.BIN'];
const DIRECTORY = 'A:\\SUB';
const PIPE = 'PIPE\\crowd';
const NAMES = [...FILES, ...FILES, DIRECTORY, PIPE, PIPE, PIPE];
const ACCESS = nt.GENERIC_READ | nt.GENERIC_WRITE | nt.SYNCHRONIZE;
const OPTIONS = [0, nt.FILE_SYNCHRONOUS_IO_NONALERT, nt.FILE_SYNCHRONOUS_IO_ALERT];
const CLASSES = [
  nt.FileEndOfFileInformation,
  nt.FileDispositionInformation,
  nt.FilePositionInformation,
];
const CONTROLS = [
  pipes.FSCTL_PIPE_LISTEN,
  pipes.FSCTL_PIPE_DISCONNECT,
  pipes.FSCTL_PIPE_PEEK,
  pipes.FSCTL_PIPE_TRANSCEIVE,
];

/** Numbers that the seed settles (a linear congruence). */
class Random {
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

export class Crowd {
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

  act(own: NtProcess): Promise<unknown> {
    return this.random.of(LOTS)(this, own);
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
    const directory = name === DIRECTORY;
    const past = random.once(4) ? nt.FILE_NO_INTERMEDIATE_BUFFERING : 0;
    return {
      access: directory ? nt.GENERIC_READ | nt.SYNCHRONIZE : ACCESS + random.of([0, nt.DELETE]),
      share: nt.FILE_SHARE_ALL,
      options: options | (directory ? nt.FILE_DIRECTORY_FILE : past),
      attributes: 0,
      disposition: random.of([nt.FILE_OPEN, 3, 3, 3, nt.FILE_OVERWRITE_IF]),
      allocation: 0,
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

type Act = (crowd: Crowd, own: NtProcess) => Promise<unknown>;

/** A service whose input is made when its turn comes. */
function ask<N extends ServiceName>(name: N, input: (crowd: Crowd) => ServiceInput<N>): Act {
  return (crowd, own) => crowd.call(own, name, input(crowd));
}

const close: Act = (crowd, own) => {
  const [handle = 0] = crowd.handles.splice(crowd.random.below(crowd.handles.length), 1);
  return crowd.call(own, 'NtClose', { handle });
};

const renewBuffer: Act = async (crowd, own) => {
  const at = crowd.random.below(crowd.buffers.length);
  await crowd.call(own, 'NtFreeVirtualMemory', { address: crowd.buffers[at]! });
  const { address } = await crowd.call(own, 'NtAllocateVirtualMemory', { length: BUFFER });
  crowd.buffers[at] = address;
};

const map: Act = async (crowd, own) => {
  const { status, handle: section } = await crowd.call(own, 'NtCreateSection', {
    ...{ name: '', access: memory.SECTION_ALL_ACCESS, attributes: 0, size: 0 },
    ...{ protect: memory.PAGE_READWRITE, allocation: memory.SEC_COMMIT, file: crowd.handle },
  });
  if (status !== 0) return;
  const view = await crowd.call(own, 'NtMapViewOfSection', {
    ...{ section, process: CURRENT_PROCESS, address: 0, zeroBits: 0, offset: 0, length: 0 },
    ...{ inherit: memory.ViewUnmap, type: 0, protect: memory.PAGE_READWRITE },
  });
  await crowd.call(own, 'NtClose', { handle: section });
  if (view.status === 0) crowd.views.push(view.address);
};

const ACTS: readonly (readonly [weight: number, act: Act])[] = [
  [6, (crowd, own) => crowd.open(own)],
  [5, close],
  [14, ask('NtReadFile', ({ transfer }) => transfer)],
  [14, ask('NtWriteFile', ({ transfer }) => transfer)],
  [
    5,
    ask('NtLockFile', ({ range, told, random }) => ({
      ...{ ...range, ...told, failImmediately: random.once(3), exclusive: random.once(2) },
    })),
  ],
  [4, ask('NtUnlockFile', ({ range }) => range)],
  [5, ask('NtCancelIoFile', ({ handle }) => ({ handle }))],
  [4, ask('NtCancelIoFileEx', ({ handle }) => ({ handle, iosb: 0 }))],
  [5, ask('NtCancelSynchronousIoFile', ({ thread }) => ({ thread }))],
  [
    3,
    ask('NtNotifyChangeDirectoryFile', ({ handle, told, random, buffers }) => ({
      ...{ handle, ...told, address: random.of(buffers), length: 512, filter: 0xff, tree: true },
    })),
  ],
  [
    3,
    ask('NtQueryDirectoryFile', ({ handle, told, random, buffers }) => ({
      ...{ handle, ...told, address: random.of(buffers), length: 1024, pattern: '*' },
      ...{ class: nt.FileBothDirectoryInformation, restart: true, single: false },
    })),
  ],
  [
    4,
    ask('NtFsControlFile', ({ handle, told, random, buffers }) => ({
      ...{ handle, ...told, address: random.of(buffers), code: random.of(CONTROLS) },
      ...{ input: new Uint8Array(4), outputLength: 256 },
    })),
  ],
  [
    4,
    ask('NtSetInformationFile', ({ handle, random }) => ({
      ...{ handle, class: random.of(CLASSES), data: encodeLarge(random.below(2) * 5000) },
    })),
  ],
  [1, ask('NtFlushBuffersFile', ({ handle }) => ({ handle }))],
  [3, renewBuffer],
  [2, map],
  [
    2,
    ask('NtUnmapViewOfSection', ({ views }) => ({
      ...{ process: CURRENT_PROCESS, address: views.pop() ?? 0 },
    })),
  ],
  [
    3,
    ask('NtQueueApcThread', ({ thread }) => ({
      ...{ handle: thread, routine: 1, context: 0, argument1: 0, argument2: 0 },
    })),
  ],
  [2, ask('NtAlertThread', ({ thread }) => ({ handle: thread }))],
  [3, ask('NtDelayExecution', () => ({ alertable: true, interval: -10_000 }))],
  [
    3,
    ask('NtWaitForSingleObject', ({ handles, events, threads, random }) => ({
      handle: random.of([...handles, ...events, ...threads]),
      alertable: random.once(2),
      timeout: -20_000,
    })),
  ],
  [1, ask('NtTerminateThread', ({ thread }) => ({ handle: thread, status: 9 }))],
];

/** Each act as often as its weight says. */
const LOTS = ACTS.flatMap(([weight, act]) => new Array<Act>(weight).fill(act));
