/**
 * Follow: service calls one by one, and the way of each through the system.
 *
 * What belongs to a call is told by its number, and by those of the IRPs that were made for it
 * (rtl/watch.ts). The controller knows neither: what it did while an IRP of the call was under way
 * stands there, too, and may have been another's.
 */
import { majorNames } from '../../../personality/rtl/irp.ts';
import { WAYS } from '../../../personality/rtl/watch.ts';
import type { WatchNames } from '../../../personality/rtl/watchnames.ts';
import type { WatchedRecord } from '../../host/agent-protocol.ts';
import { commandName } from './fdc-commands.ts';
import type { Seen } from './types.ts';

export interface Hop {
  readonly sequence: number;
  /** Microseconds since the call. */
  readonly at: number;
  /** Who does it: an index of `lanes`. */
  readonly lane: number;
  readonly mark: string;
  readonly words: string;
  /** 0: none. */
  readonly irp: number;
}

export interface FollowedCall {
  readonly request: number;
  readonly service: string;
  readonly process: string;
  /** The kernel's entries at the call. */
  readonly entry: number;
  /** Microseconds; undefined: it has not been answered. */
  readonly took: number | undefined;
  readonly status: string;
  /** Who takes part, in the order in which they came. */
  readonly lanes: readonly string[];
  readonly hops: readonly Hop[];
}

export interface FollowData {
  /** Oldest first; those of the agent, who watches, are not among them. */
  readonly calls: readonly FollowedCall[];
  readonly lost: number;
}

const AGENT = 'agent.exe';
const EXECUTIVE = 'Executive';
const CONTROLLER = 'controller';

type Words = Readonly<Record<string, number>>;

/** A call while it is put together. */
class Call {
  readonly names: WatchNames;
  readonly first: WatchedRecord;
  readonly process: string;
  readonly hops: Hop[] = [];
  readonly lanes: string[];
  readonly irps = new Map<number, Irp>();
  took: number | undefined;
  status = '';

  constructor(names: WatchNames, first: WatchedRecord, process: string) {
    this.names = names;
    this.first = first;
    this.process = process;
    this.lanes = [process, EXECUTIVE];
  }

  get isOpen(): boolean {
    return this.took === undefined;
  }

  add(record: WatchedRecord, lane: string, words: string, irp = 0): void {
    const known = this.lanes.indexOf(lane);
    const index = known >= 0 ? known : this.lanes.push(lane) - 1;
    const { sequence, mark = '' } = record;
    this.hops.push({ sequence, at: this.since(record), lane: index, mark, words, irp });
  }

  since({ time }: WatchedRecord): number {
    return Math.max(0, (time - this.first.time) | 0);
  }
}

interface Irp {
  major: string;
  driver: string;
  isDone: boolean;
}

const range = ({ sector = 0, length = 0 }: Words): string =>
  `bytes ${sector * 512} to ${sector * 512 + length - 1}`;

/** Of a mark with the call's own number. */
function addOwn(call: Call, record: WatchedRecord): void {
  const { names } = call;
  const { mark, words = {} } = record;
  const of = (word: string): string => names.of(word, words[word] ?? 0);
  const page = `page ${words['page'] ?? 0} of ${of('cached') || 'the disk'}`;
  switch (mark) {
    case 'service.in':
      return call.add(record, call.process, `calls ${of('service')}`);
    case 'service.out':
      call.took = call.since(record);
      call.status = of('status');
      return call.add(record, EXECUTIVE, `answers ${call.status}`);
    case 'cc.hit':
      return call.add(record, EXECUTIVE, `finds ${page} in the cache`);
    case 'cc.miss':
      return call.add(record, EXECUTIVE, `does not find ${page} in the cache`);
    case 'cc.ahead':
      return call.add(record, EXECUTIVE, `reads ${words['pages'] ?? 0} pages of it ahead`);
    default:
      return call.add(record, EXECUTIVE, mark ?? '');
  }
}

/** Of a mark with the number of one of its IRPs. */
function addIrp(call: Call, irp: Irp, record: WatchedRecord): void {
  const { names } = call;
  const { mark, words = {} } = record;
  const number = words['irp'] ?? 0;
  const of = (word: string): string => names.of(word, words[word] ?? 0);
  const add = (lane: string, text: string): void => call.add(record, lane, text, number);
  switch (mark) {
    case 'irp.range':
      return add(EXECUTIVE, `for ${range(words)}`);
    case 'irp.passed':
      irp.driver = of('driver');
      return add(EXECUTIVE, `passes it to ${irp.driver} (${of('device')})`);
    case 'irp.taken':
      return add(of('driver'), 'takes it');
    case 'irp.back':
      return add(of('driver'), `has it back: ${of('status')}`);
    case 'irp.done':
      irp.isDone = true;
      return add(EXECUTIVE, `it is done: ${of('status')}`);
    case 'driver.dispatch':
      return add(irp.driver, `runs its dispatch routine for ${irp.major}`);
    case 'driver.dma':
      return add(irp.driver, `starts DMA of ${words['length'] ?? 0} bytes`);
    default:
      return add(EXECUTIVE, mark ?? '');
  }
}

const FIRST_PORT = 0x3f0;
const LAST_PORT = 0x3f7;

const hex = (value = 0): string => value.toString(16);

function sectorWords({ cylinder, head, id, way = 0, st1 = 0, st2 = 0 }: Words): string {
  const bad = st1 | st2 ? `: ST1 ${hex(st1)}, ST2 ${hex(st2)}` : '';
  return `sector ${id} of cylinder ${cylinder}, side ${head}: ${WAYS[way] ?? 'had'}${bad}`;
}

function machineWords({ mark, words = {} }: WatchedRecord): string {
  switch (mark) {
    case 'machine.command':
      return commandName(words['command'] ?? 0);
    case 'machine.step':
      return `moves the head of drive ${words['drive']} from cylinder ${words['from']} to ${words['to']}`;
    case 'machine.sector':
      return sectorWords(words);
    case 'machine.burst':
      return `moves ${words['moved']} bytes by DMA${words['tc'] ? ': terminal count' : ''}`;
    case 'machine.in':
      return `is read at port ${hex(words['port'])}: ${hex(words['value'])}`;
    case 'machine.out':
      return `is written at port ${hex(words['port'])}: ${hex(words['value'])}`;
    default:
      return `interrupt line ${words['line']} ${words['level'] ? 'rises' : 'falls'}`;
  }
}

class Follower {
  readonly calls = new Map<number, Call>();
  readonly #made = new Map<number, string>();
  readonly #callOf = new Map<number, Call>();
  readonly #names: WatchNames;

  constructor(names: WatchNames) {
    this.#names = names;
  }

  take(record: WatchedRecord): void {
    const { mark, words } = record;
    if (mark === undefined || !words) return;
    if (mark === 'service.in') this.#begin(record, words);
    if (mark === 'irp.made') this.#made.set(words['irp'] ?? 0, majorOf(words['major'] ?? 0));
    if (mark === 'irp.parent') return this.#adopt(record, words);
    if (mark.startsWith('machine.')) return this.#machine(record);
    const call = this.calls.get(words['request'] ?? 0);
    if (call) return addOwn(call, record);
    const number = words['irp'] ?? 0;
    const owner = this.#callOf.get(number);
    if (owner) addIrp(owner, owner.irps.get(number)!, record);
  }

  #begin(record: WatchedRecord, { thread = 0, request = 0 }: Words): void {
    const process = this.#names.processOf(thread) ?? 'a process';
    if (process !== AGENT && process !== 'agent')
      this.calls.set(request, new Call(this.#names, record, process));
  }

  #adopt(record: WatchedRecord, { request = 0, irp = 0 }: Words): void {
    const call = this.calls.get(request);
    if (!call) return;
    const major = this.#made.get(irp) ?? '';
    call.irps.set(irp, { major, driver: '', isDone: false });
    this.#callOf.set(irp, call);
    call.add(record, EXECUTIVE, `makes a request: ${major}`, irp);
  }

  #machine(record: WatchedRecord): void {
    if (isOther(record)) return;
    for (const call of this.calls.values())
      if (call.isOpen && [...call.irps.values()].some(({ isDone }) => !isDone))
        call.add(record, CONTROLLER, machineWords(record));
  }
}

/** Registers of the diskette controller; those of other devices are accesses of others. */
const isOther = ({ words: { port = FIRST_PORT } = {} }: WatchedRecord): boolean =>
  port < FIRST_PORT || port > LAST_PORT;

const majorOf = (code: number): string => majorNames[code & 0xff] ?? String(code & 0xff);

function finished(request: number, call: Call): FollowedCall {
  const { first, process, took, status, lanes, hops, names } = call;
  const service = names.of('service', first.words?.['service'] ?? 0);
  return { request, service, process, entry: first.entry, took, status, lanes, hops };
}

type Records = Pick<Seen, 'records' | 'names' | 'lost'>;

export function followOf({ records, names, lost }: Records): FollowData {
  const follower = new Follower(names);
  for (const record of records) follower.take(record);
  return { calls: [...follower.calls].map(([request, call]) => finished(request, call)), lost };
}
