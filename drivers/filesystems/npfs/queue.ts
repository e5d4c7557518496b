/**
 * One direction of a pipe: what has been written and not read, and who waits.
 *
 * Entries are in the order of the writes. The first `#accepted` of them are within the quota, and
 * their writes have ended; the others' writes wait for room, though their data can be read. A
 * message is one entry; of a stream, entries have no meaning. A flush waits until all entries that
 * it found are gone.
 *
 *   take(read)      at once, if there is something; else false
 *   wait(read)      the same, or it waits: `end` is called when there is
 *   write(write)    goes to waiting reads, into the quota, or waits
 *   writeNow(data)  what goes without waiting; how many bytes
 *   flush(end)
 *   withdrawRead, withdrawWrite, withdrawFlush   whose requestor gives up
 *   endReads(status), clear(status)              the other end has gone; the pipe is cut
 *
 * Invariants: if a read waits there is no entry; a write waits only if those before it do or it
 * does not fit; every read, write and flush ends once.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';

export interface Read {
  readonly room: number;
  /** It ends with the message; what does not fit stays (STATUS_BUFFER_OVERFLOW). */
  readonly byMessage: boolean;
  end(status: number, data: Uint8Array): void;
}

export interface Write {
  readonly data: Uint8Array;
  /** In whose name; 0: nobody's. */
  readonly client?: number;
  end(status: number, count: number): void;
}

export type Flush = (status: number) => void;

interface Entry {
  data: Uint8Array;
  /** Bytes of it that have been read. */
  at: number;
  readonly number: number;
  readonly client: number;
  /** Undefined when it has ended. */
  write: Write | undefined;
}

/** Entries within the quota: whatever a message's length, the driver keeps something for it. */
const ENTRY_LIMIT = 1024;
const NOTHING = new Uint8Array();

export class DataQueue {
  readonly quota: number;
  /** In whose name what was read last was written. */
  client = 0;
  readonly #messages: boolean;
  readonly #entries: Entry[] = [];
  readonly #reads: Read[] = [];
  #flushes: { readonly end: Flush; readonly last: number }[] = [];
  #accepted = 0;
  /** Bytes of the accepted entries. */
  #used = 0;
  #available = 0;
  #number = 0;

  constructor(quota: number, messages: boolean) {
    this.quota = quota;
    this.#messages = messages;
  }

  /** Bytes that can be read. */
  get available(): number {
    return this.#available;
  }

  get messages(): number {
    return this.#messages ? this.#entries.length : 0;
  }

  /** Of the first message, what is left. */
  get first(): number {
    return this.#messages && this.#entries[0] ? left(this.#entries[0]) : 0;
  }

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  /** Bytes that a write need not wait for. */
  get room(): number {
    const full = this.#accepted >= ENTRY_LIMIT || this.#accepted < this.#entries.length;
    return full ? 0 : Math.max(0, this.quota - this.#used);
  }

  /** Nobody waits. */
  get quiet(): boolean {
    return (
      this.#reads.length + this.#flushes.length === 0 && this.#accepted === this.#entries.length
    );
  }

  take(read: Read): boolean {
    if (this.#reads.length > 0 || !this.#serve(read)) return false;
    this.#settle();
    return true;
  }

  wait(read: Read): void {
    if (!this.take(read)) this.#reads.push(read);
  }

  write(write: Write): void {
    if (!this.#messages && write.data.length === 0) return write.end(Status.STATUS_SUCCESS, 0);
    this.#add(write.data, write, write.client);
    this.#settle();
  }

  writeNow(data: Uint8Array, client = 0): number {
    if (!this.#messages && data.length === 0) return 0;
    const entry = this.#add(data, undefined, client);
    this.#offer();
    if (!this.#entries.includes(entry)) return data.length;
    const waiting = left(entry);
    const room = this.#accepted < ENTRY_LIMIT ? Math.max(0, this.quota - this.#used) : 0;
    // A message goes whole or not at all; one whose begin has been read stays whole.
    const whole = waiting <= room || (this.#messages && entry.at > 0);
    const keep = whole ? waiting : this.#messages ? 0 : room;
    this.#available -= waiting - keep;
    entry.data = data.subarray(0, entry.at + keep);
    if (whole || keep > 0) this.#accept(entry);
    else this.#entries.pop();
    return entry.data.length;
  }

  flush(end: Flush): void {
    if (this.empty) end(Status.STATUS_SUCCESS);
    else this.#flushes.push({ end, last: this.#number });
  }

  /** A copy of the first bytes; of the first message, if there are messages. */
  peek(length: number): Uint8Array {
    const entries = this.#messages ? this.#entries.slice(0, 1) : this.#entries;
    const out = new Uint8Array(Math.min(length, this.#messages ? this.first : this.#available));
    let filled = 0;
    for (const entry of entries) {
      if (filled === out.length) break;
      const part = entry.data.subarray(entry.at, entry.at + out.length - filled);
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  withdrawRead(read: Read): void {
    const at = this.#reads.indexOf(read);
    if (at < 0) return;
    this.#reads.splice(at, 1);
    read.end(Status.STATUS_CANCELLED, NOTHING);
  }

  /** Of a stream's write, what has been read counts as written. */
  withdrawWrite(write: Write): void {
    const at = this.#entries.findIndex((entry) => entry.write === write);
    const entry = this.#entries[at];
    if (!entry) return;
    this.#entries.splice(at, 1);
    this.#available -= left(entry);
    if (entry.at > 0) write.end(Status.STATUS_SUCCESS, entry.at);
    else write.end(Status.STATUS_CANCELLED, 0);
    this.#settle();
  }

  withdrawFlush(end: Flush): void {
    const at = this.#flushes.findIndex((flush) => flush.end === end);
    if (at < 0) return;
    this.#flushes.splice(at, 1);
    end(Status.STATUS_CANCELLED);
  }

  endReads(status: number): void {
    for (const read of this.#reads.splice(0)) read.end(status, NOTHING);
  }

  /** Nobody will read what is there. */
  clear(status: number): void {
    const writes = this.#entries.splice(0).map(({ write }) => write);
    const flushes = this.#flushes;
    this.#flushes = [];
    this.#accepted = this.#used = this.#available = this.client = 0;
    for (const write of writes) write?.end(status, 0);
    for (const { end } of flushes) end(status);
  }

  #add(data: Uint8Array, write: Write | undefined, client = 0): Entry {
    const entry = { data, at: 0, number: ++this.#number, client, write };
    this.#entries.push(entry);
    this.#available += data.length;
    return entry;
  }

  /** Reads that wait get what is there. */
  #offer(): void {
    for (let read = this.#reads[0]; read; read = this.#reads[0])
      if (this.#serve(read)) this.#reads.shift();
      else return;
  }

  #settle(): void {
    this.#offer();
    while (this.#accepted < this.#entries.length) {
      const entry = this.#entries[this.#accepted]!;
      if (!this.#fits(entry)) break;
      this.#accept(entry);
      const { write } = entry;
      entry.write = undefined;
      write?.end(Status.STATUS_SUCCESS, entry.data.length);
    }
    const first = this.#entries[0]?.number ?? Infinity;
    const done = this.#flushes.filter(({ last }) => last < first);
    this.#flushes = this.#flushes.filter(({ last }) => last >= first);
    for (const { end } of done) end(Status.STATUS_SUCCESS);
  }

  #fits(entry: Entry): boolean {
    return this.#accepted < ENTRY_LIMIT && this.#used + left(entry) <= this.quota;
  }

  #accept(entry: Entry): void {
    this.#accepted++;
    this.#used += left(entry);
  }

  /** Ends the read if there is something for it. */
  #serve(read: Read): boolean {
    // A message without bytes is nothing in a stream.
    if (!read.byMessage) while (this.#entries[0] && left(this.#entries[0]) === 0) this.#shift();
    if (this.#entries.length === 0) return false;
    if (read.byMessage) this.#serveMessage(read);
    else read.end(Status.STATUS_SUCCESS, this.#consume(read.room, Infinity));
    return true;
  }

  #serveMessage(read: Read): void {
    const entry = this.#entries[0]!;
    const data = this.#consume(read.room, 1);
    const whole = this.#entries[0] !== entry;
    read.end(whole ? Status.STATUS_SUCCESS : Status.STATUS_BUFFER_OVERFLOW, data);
  }

  /** Up to `room` bytes of at most so many entries; those that are used up go. */
  #consume(room: number, entries: number): Uint8Array {
    const out = new Uint8Array(Math.min(room, this.#available));
    let filled = 0;
    for (let count = 0; count < entries && this.#entries[0]; count++) {
      const entry = this.#entries[0];
      const length = Math.min(out.length - filled, left(entry));
      if (length > 0 || left(entry) === 0) this.client = entry.client;
      out.set(entry.data.subarray(entry.at, entry.at + length), filled);
      filled += length;
      entry.at += length;
      this.#available -= length;
      if (this.#accepted > 0) this.#used -= length;
      if (left(entry) > 0) break;
      this.#shift();
    }
    return out.subarray(0, filled);
  }

  /** The first entry has been read. */
  #shift(): void {
    const { write, data } = this.#entries.shift()!;
    if (this.#accepted > 0) this.#accepted--;
    write?.end(Status.STATUS_SUCCESS, data.length);
  }
}

function left({ data, at }: Entry): number {
  return data.length - at;
}
