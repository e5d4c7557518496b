/**
 * Records of the trace as Chrome's JSON trace events, which Perfetto, speedscope and the browser's
 * own performance panel open.
 *
 *   chromeOf(records, names)   the file's text
 *
 * A message is a short slice at its sender and one at its receiver, with a flow between them. A
 * service call, and an IRP, is an asynchronous event from its beginning to its end, by its number.
 * Who ran on a processor is a slice on that processor's row. All other marks are instants.
 *
 * Source: "Trace Event Format" (the Chromium project): phases M, X, s, f, b, n, e, i; times in
 * microseconds.
 */
import { majorNames } from '../../../personality/rtl/irp.ts';
import type { WatchName } from '../../../personality/rtl/watchanswer.ts';
import { WatchNames } from '../../../personality/rtl/watchnames.ts';
import type { WatchedRecord } from '../../host/agent-protocol.ts';
import { KERNEL, ownersOf, timesOf, wordsOf } from '../../../personality/rtl/watchtimeline.ts';

export interface TraceEvent {
  readonly name: string;
  readonly ph: 'M' | 'X' | 's' | 'f' | 'b' | 'n' | 'e' | 'i';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: string;
  /** Of an instant: its thread's; of a flow's end: at the slice around it. */
  readonly s?: 't';
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, number | string>>;
}

/** Numbers of processes here are the system's; these two are not processes of it. */
const KERNEL_PID = 1_000_000;
const PROCESSORS_PID = 1_000_001;
/** A message takes no time of its own that could be seen. */
const SLICE = 0.5;

class Writer {
  readonly events: TraceEvent[] = [];
  readonly #names = new WatchNames();
  readonly #owners: ReadonlyMap<number, number>;
  /** Who runs on each processor, and since when. */
  readonly #running = new Map<number, { thread: number; since: number }>();
  /** Calls and IRPs that have begun: where they are drawn, and how they are called. */
  readonly #open = new Map<string, Pick<TraceEvent, 'name' | 'pid' | 'tid'>>();
  /** The process of each thread, by its badge. */
  readonly #callers: ReadonlyMap<number, number>;

  constructor(
    owners: ReadonlyMap<number, number>,
    names: readonly WatchName[],
    executive: number | undefined,
  ) {
    this.#owners = owners;
    this.#names.add(names);
    const threads = names.filter(([kind]) => kind === 'thread');
    this.#callers = new Map(threads.map(([, badge, process]) => [badge, Number(process)]));
    this.#named('process_name', KERNEL_PID, 0, 'kernel');
    this.#named('process_name', PROCESSORS_PID, 0, 'processors');
    for (const [kind, number, words] of names)
      if (kind === 'process') this.#named('process_name', number, 0, words);
    for (const [thread] of owners) {
      const { pid, tid } = this.#place(thread);
      const words = thread === executive ? 'Executive' : `thread ${thread.toString(16)}`;
      this.#named('thread_name', pid, tid, words);
    }
  }

  take(record: WatchedRecord, ts: number): void {
    const { kind, mark } = record;
    if (kind === 'switch') return this.#switched(record, ts);
    if (kind === 'send' || kind === 'receive') return this.#message(record, ts);
    if (mark === 'service.in' || mark === 'irp.made') return this.#begin(record, ts);
    if (mark === 'service.out' || mark === 'irp.done') return this.#end(record, ts);
    const place = this.#place(record.thread);
    const open = this.#asyncOf(record);
    if (open) this.#push({ ...open, ph: 'n', ts, args: this.#args(record) });
    const name = mark ?? kind;
    this.#push({ name, cat: 'neptune', ph: 'i', s: 't', ...place, ts, args: this.#args(record) });
  }

  #push(event: TraceEvent): void {
    this.events.push(event);
  }

  #named(name: string, pid: number, tid: number, words: string): void {
    this.#push({ name, ph: 'M', pid, tid, args: { name: words } });
  }

  #place(thread: number): { pid: number; tid: number } {
    const owner = this.#owners.get(thread) ?? KERNEL;
    return { pid: owner === KERNEL ? KERNEL_PID : owner, tid: thread };
  }

  #args(record: WatchedRecord): Record<string, number | string> {
    const { words } = record;
    if (!words) return { ...wordsOf(record) };
    return Object.fromEntries(
      Object.entries(words).map(([word, value]) => [word, this.#names.of(word, value)]),
    );
  }

  #message(record: WatchedRecord, ts: number): void {
    const { kind, sequence, thread } = record;
    const place = this.#place(thread);
    const args = this.#args(record);
    this.#push({ name: kind, cat: 'message', ph: 'X', dur: SLICE, ...place, ts, args });
    // A message is received in the record behind the one that says that it was sent.
    const id = String(kind === 'send' ? sequence : (sequence - 1) >>> 0);
    const flow = { name: 'message', cat: 'message', id, ...place, ts };
    this.#push(kind === 'send' ? { ...flow, ph: 's' } : { ...flow, ph: 'f', bp: 'e' });
  }

  #switched({ processor, thread, detail }: WatchedRecord, ts: number): void {
    const before = this.#running.get(processor);
    if (before && before.thread === detail) {
      const { pid } = this.#place(before.thread);
      const whose = this.#names.of('process', pid);
      const name = `${pid === KERNEL_PID ? 'kernel' : whose}, thread ${before.thread.toString(16)}`;
      const dur = Math.max(0, ts - before.since);
      const place = { pid: PROCESSORS_PID, tid: processor };
      this.#push({ name, cat: 'processor', ph: 'X', dur, ...place, ts: before.since });
    }
    this.#running.set(processor, { thread, since: ts });
  }

  /** Of a mark that belongs to a call or an IRP that has begun here. */
  #asyncOf({ words = {} }: WatchedRecord): Omit<TraceEvent, 'ph'> | undefined {
    for (const cat of ['irp', 'request']) {
      const id = String(words[cat] ?? 0);
      const open = this.#open.get(`${cat} ${id}`);
      if (open) return { ...open, cat, id };
    }
    return undefined;
  }

  #begin(record: WatchedRecord, ts: number): void {
    const { mark, words = {}, thread } = record;
    const isCall = mark === 'service.in';
    const cat = isCall ? 'request' : 'irp';
    const name = isCall
      ? this.#names.of('service', words['service'] ?? 0)
      : `IRP ${majorNames[(words['major'] ?? 0) & 0xff] ?? words['major']}`;
    const id = String(words[cat] ?? 0);
    const caller = isCall ? this.#callers.get(words['thread'] ?? 0) : undefined;
    const place = caller === undefined ? this.#place(thread) : { pid: caller, tid: 0 };
    const open = { name, ...place };
    this.#open.set(`${cat} ${id}`, open);
    this.#push({ ...open, cat, ph: 'b', id, ts, args: this.#args(record) });
  }

  #end(record: WatchedRecord, ts: number): void {
    const { mark, words = {} } = record;
    const cat = mark === 'service.out' ? 'request' : 'irp';
    const id = String(words[cat] ?? 0);
    const open = this.#open.get(`${cat} ${id}`);
    // It began before the first record.
    if (!open) return;
    this.#open.delete(`${cat} ${id}`);
    this.#push({ ...open, cat, ph: 'e', id, ts, args: this.#args(record) });
  }
}

export function eventsIn(
  records: readonly WatchedRecord[],
  names: readonly WatchName[],
): readonly TraceEvent[] {
  const executive = records.find(({ mark }) => mark === 'service.in')?.thread;
  const writer = new Writer(ownersOf(records, names), names, executive);
  const times = timesOf(records);
  records.forEach((record, i) => writer.take(record, times[i]!));
  return writer.events;
}

export function chromeOf(records: readonly WatchedRecord[], names: readonly WatchName[]): string {
  return JSON.stringify({ traceEvents: eventsIn(records, names), displayTimeUnit: 'ms' });
}
