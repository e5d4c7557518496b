/**
 * Records of the trace as a file in the Fuchsia trace format, which Perfetto opens: of the page's
 * views, and of the shell's `trace save`.
 *
 *   fxtOf(records, names)   bytes: threads, switches, marks, messages as flows
 *
 * Each thread of the kernel is a thread of the process that it belongs to, as far as its messages
 * to the Executive have told which (a message's badge is the thread's id there); else of the
 * kernel.
 * A message is a short slice at its sender and one at its receiver, with a flow between them; a
 * mark is an instant with its words as arguments.
 *
 * Source: fuchsia.dev, "Fuchsia trace format": records are 64-bit words, little endian; type in
 * bits 0 to 3, words in bits 4 to 15.
 */
import type { MarkedRecord, WatchName } from './watchanswer.ts';
import { type Arguments, KERNEL, ownersOf, timesOf, wordsOf } from './watchtimeline.ts';

const MAGIC = 0x0016_5478_4604_0010n;
const INITIALIZATION = 1n;
const STRING = 2n;
const EVENT = 4n;
const KERNEL_OBJECT = 7n;
const CONTEXT_SWITCH = 8n;

const INSTANT = 0n;
const COMPLETE = 4n;
const FLOW_BEGIN = 8n;
const FLOW_END = 10n;

const ARGUMENT_U32 = 2n;
const ARGUMENT_KOID = 8n;
/** ZX_OBJ_TYPE_PROCESS, ZX_OBJ_TYPE_THREAD. */
const PROCESS = 1n;
const THREAD = 2n;
/** What the outgoing thread is from then on: blocked. */
const BLOCKED = 3n;

const TICKS_PER_SECOND = 1_000_000_000n;
const NANOSECONDS = 1000;
/** A message takes no time of its own that could be seen: half a microsecond, so as to be seen. */
const SLICE = 500;

/** Koids: processes and threads must not have the same. */
const THREAD_KOID = 0x1_0000_0000;

class Writer {
  readonly #words: bigint[] = [MAGIC];
  readonly #strings = new Map<string, bigint>();

  constructor() {
    this.#record(INITIALIZATION, 0n, [TICKS_PER_SECOND]);
  }

  bytes(): Uint8Array {
    return new Uint8Array(BigUint64Array.from(this.#words).buffer);
  }

  object(type: bigint, koid: number, name: string, process?: number): void {
    const about =
      process === undefined ? [] : [...this.#argument(ARGUMENT_KOID, 'process', process)];
    const count = process === undefined ? 0n : 1n;
    const head = type | (this.#string(name) << 8n) | (count << 24n);
    this.#record(KERNEL_OBJECT, head, [BigInt(koid), ...about]);
  }

  /** `rest`: what its kind has behind the arguments. */
  event(
    kind: bigint,
    { time, process, thread }: Place,
    [category, name]: readonly [string, string],
    about: Arguments = {},
    rest: readonly number[] = [],
  ): void {
    const pairs = Object.entries(about);
    const strings = (this.#string(category) << 16n) | (this.#string(name) << 32n);
    const head = kind | (BigInt(pairs.length) << 4n) | strings;
    const words = pairs.flatMap(([word, value]) => this.#argument(ARGUMENT_U32, word, value));
    this.#record(EVENT, head, [
      ...[time, process, thread].map(BigInt),
      ...words,
      ...rest.map(BigInt),
    ]);
  }

  switched(cpu: number, time: number, from: Place, to: Place): void {
    const ids = [time, from.process, from.thread, to.process, to.thread];
    this.#record(CONTEXT_SWITCH, BigInt(cpu & 0xff) | (BLOCKED << 8n), ids.map(BigInt));
  }

  #record(type: bigint, head: bigint, words: readonly bigint[]): void {
    this.#words.push(type | (BigInt(words.length + 1) << 4n) | (head << 16n), ...words);
  }

  #argument(type: bigint, name: string, value: number): bigint[] {
    const inline = type === ARGUMENT_U32;
    const head = type | ((inline ? 1n : 2n) << 4n) | (this.#string(name) << 16n);
    return inline ? [head | (BigInt(value) << 32n)] : [head, BigInt(value)];
  }

  /** Its number in the table. */
  #string(text: string): bigint {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const index = BigInt(this.#strings.size + 1);
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array((bytes.length + 7) & ~7);
    padded.set(bytes);
    const words = [...new BigUint64Array(padded.buffer)];
    this.#record(STRING, index | (BigInt(bytes.length) << 16n), words);
    this.#strings.set(text, index);
    return index;
  }
}

interface Place {
  readonly time: number;
  readonly process: number;
  readonly thread: number;
}

export function fxtOf(records: readonly MarkedRecord[], names: readonly WatchName[]): Uint8Array {
  const writer = new Writer();
  const processes = ownersOf(records, names);
  writer.object(PROCESS, KERNEL, 'kernel');
  for (const [kind, number, words] of names)
    if (kind === 'process') writer.object(PROCESS, number, words);
  for (const [thread, process] of processes)
    writer.object(THREAD, THREAD_KOID + thread, `thread ${thread.toString(16)}`, process);
  const times = timesOf(records).map((time) => time * NANOSECONDS);
  const place = (thread: number, time: number): Place => ({
    time,
    process: processes.get(thread) ?? KERNEL,
    thread: THREAD_KOID + thread,
  });
  records.forEach((record, i) => {
    const time = times[i]!;
    const { kind, thread, processor, detail, sequence } = record;
    const at = place(thread, time);
    if (kind === 'switch') return writer.switched(processor, time, place(detail, time), at);
    const what = ['neptune', record.mark ?? kind] as const;
    if (kind !== 'send' && kind !== 'receive')
      return writer.event(INSTANT, at, what, record.words ?? wordsOf(record));
    writer.event(COMPLETE, at, what, wordsOf(record), [time + SLICE]);
    // A message is received in the record behind the one that says that it was sent.
    const [flow, id] = kind === 'send' ? [FLOW_BEGIN, sequence] : [FLOW_END, sequence - 1];
    writer.event(flow, at, ['neptune', 'message'], {}, [id >>> 0]);
  });
  return writer.bytes();
}
