/**
 * The port mailbox: how a processor reaches the machine's ports on another one.
 *
 * One shared buffer, rings for each client (a client is a processor, by its number). A client puts
 * accesses into its ring and sets its bit in PENDING; the server, on the machine's worker, takes
 * the bits and makes the accesses in the ring's order. Writes are posted: the client goes on at
 * once. A read waits for its answer and so for all earlier writes of that client.
 *
 * Invariants: `posted` is written by the client alone, `served` by the server alone, both count
 * entries modulo 2^32, and posted - served is at most RING. An answer carries its entry's number,
 * so that one that comes too late is never taken for another's. PENDING is 0 only where all that
 * was posted by then has been taken. A worker that takes over a client's number takes the other of
 * its two rings: its predecessor may live on for a while, in the middle of an access.
 *
 * Nothing hangs: a client waits at most TIMEOUT_MS for an answer or for room. Then a read gives all
 * ones, as a bus where nothing answers does, a write is dropped, `bus.timeout` counts, and until
 * the server moves again further accesses wait SUSPECT_MS only.
 *
 *   createBusBuffer()            the shared buffer, for the host to hand out
 *   createBusClient(buf, n)      a PortBus for processor n
 *   createBusServer(buf, bus)    the other end; serveOnce() makes what has been asked for
 *   busTimeouts(buf)             accesses that timed out, of all clients
 *
 * Guide: docs/protocols.md. Every order of its steps is tried by test/protocols.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import {
  I32,
  add,
  exchange,
  forget,
  freeze,
  later,
  load,
  notify,
  nowMs,
  or,
  store,
  wait,
  waitAsync,
} from './intrinsics.ts';
import type { PortBus } from './types.ts';

const RING = 256;
const TIMEOUT_MS = 2000;
const SUSPECT_MS = 1;
const SPIN_US = 50;

/** Looks at a word before the clock is looked at again. */
const TURNS = 200;

// Words of the header.
/** A bit for each client that has posted something. The server sleeps on it. */
const PENDING = 0;
const SLEEPING = 1;
const TIMEOUTS = 2;
const HEADER = 16;

// Words of a ring: the client's and the server's sides on different cache lines.
const POSTED = 0;
const WAITING = 1;
const SERVED = 16;
const ANSWERED = 17;
const ANSWER = 18;
const ENTRIES = 32;
const RING_WORDS = ENTRIES + RING * 2;

// Words of a client: how many workers it has been, then two rings, taken in turn.
const LIVES = 0;
const RINGS = 16;
const CLIENT = RINGS + 2 * RING_WORDS;

const clientAt = (client: number): number => HEADER + client * CLIENT;
const ringOf = (client: number, life: number): number =>
  clientAt(client) + RINGS + (life & 1) * RING_WORDS;

// An entry: port, width, READ in its first word; the value to write in its second.
const WIDTH_SHIFT = 16;
const READ = 1 << 20;

export interface BusClient extends PortBus {
  /** Accesses of this client that timed out. */
  readonly timeouts: number;
}

export interface BusServer {
  /** Makes the accesses that wait now; how many there were. */
  serveOnce(): number;
  /** Waits, blocking this worker, until a client asks for something or the time is over. */
  wait(milliseconds: number): void;
  /** The same without blocking: false where the browser cannot (then poll). */
  waitAsync(milliseconds: number): Promise<boolean>;
  /** Ends a wait that has begun with waitAsync. */
  rouse(): void;
}

export function createBusBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(clientAt(MAX_PROCESSORS) * 4);
}

export function busTimeouts(shared: SharedArrayBuffer): number {
  return load(new I32(shared), TIMEOUTS) >>> 0;
}

function allOnes(width: 1 | 2 | 4): number {
  return width === 4 ? 0xffffffff : width === 2 ? 0xffff : 0xff;
}

export function createBusClient(shared: SharedArrayBuffer, client: number): BusClient {
  if (!(client >= 0 && client < MAX_PROCESSORS)) throw new RangeError(`no bus client ${client}`);
  const words = new I32(shared);
  const base = ringOf(client, add(words, clientAt(client) + LIVES, 1) + 1);
  const bit = 1 << client;
  let posted = load(words, base + POSTED);
  let timeouts = 0;
  // What the server had done when it last failed to answer; undefined while it is trusted.
  let stuckAt: number | undefined;

  /** Waits until the word is no longer `old`; false on time-out. */
  function waitChange(index: number, old: number): boolean {
    const budget = stuckAt === undefined ? TIMEOUT_MS : SUSPECT_MS;
    const start = nowMs();
    const spinEnd = start + SPIN_US / 1000;
    do {
      for (let i = 0; i < TURNS; i++) if (load(words, index) !== old) return true;
    } while (nowMs() < spinEnd);
    store(words, base + WAITING, 1);
    try {
      for (;;) {
        if (load(words, index) !== old) return true;
        const left = start + budget - nowMs();
        if (left <= 0) return false;
        wait(words, index, old, left);
      }
    } finally {
      store(words, base + WAITING, 0);
    }
  }

  function timedOut(): void {
    stuckAt = load(words, base + SERVED);
    timeouts++;
    add(words, TIMEOUTS, 1);
  }

  /** Puts an entry into the ring: its number, or undefined where there was no room in time. */
  function post(head: number, value: number): number | undefined {
    if (stuckAt !== undefined && load(words, base + SERVED) !== stuckAt) stuckAt = undefined;
    for (;;) {
      const served = load(words, base + SERVED);
      if (((posted - served) | 0) < RING) break;
      if (!waitChange(base + SERVED, served)) {
        timedOut();
        return undefined;
      }
    }
    const entry = base + ENTRIES + (posted & (RING - 1)) * 2;
    store(words, entry, head);
    store(words, entry + 1, value);
    posted = (posted + 1) | 0;
    store(words, base + POSTED, posted);
    or(words, PENDING, bit);
    if (load(words, SLEEPING) !== 0) notify(words, PENDING);
    return posted;
  }

  return freeze({
    read(port: number, width: 1 | 2 | 4): number {
      const number = post((port & 0xffff) | (width << WIDTH_SHIFT) | READ, 0);
      if (number === undefined) return allOnes(width);
      for (;;) {
        const answered = load(words, base + ANSWERED);
        if (answered === number) return load(words, base + ANSWER) >>> 0;
        if (!waitChange(base + ANSWERED, answered)) {
          timedOut();
          return allOnes(width);
        }
      }
    },
    write(port: number, width: 1 | 2 | 4, value: number): void {
      post((port & 0xffff) | (width << WIDTH_SHIFT), value | 0);
    },
    get timeouts() {
      return timeouts;
    },
  });
}

export function createBusServer(shared: SharedArrayBuffer, bus: PortBus): BusServer {
  const words = new I32(shared);
  /**
   * The platform ends a wait when its time is over. WebKit's does not (2.50, in workers): until it
   * was seen to, a timer stands by, a little later.
   */
  let timesOut = false;

  function access(head: number, value: number): number {
    const width = ((head >>> WIDTH_SHIFT) & 7) as 1 | 2 | 4;
    try {
      if (width !== 1 && width !== 2 && width !== 4) return 0xffffffff;
      if ((head & READ) !== 0) return bus.read(head & 0xffff, width);
      bus.write(head & 0xffff, width, value >>> 0);
      return 0;
    } catch {
      // A device model that fails is a device that does not answer.
      return allOnes(width);
    }
  }

  /** At most one ring's worth, so that one client cannot keep the others waiting. */
  function serveRing(base: number): number {
    let served = load(words, base + SERVED);
    const count = Math.min((load(words, base + POSTED) - served) >>> 0, RING);
    for (let i = 0; i < count; i++) {
      const entry = base + ENTRIES + (served & (RING - 1)) * 2;
      const head = load(words, entry);
      const value = access(head, load(words, entry + 1));
      served = (served + 1) | 0;
      if ((head & READ) !== 0) {
        store(words, base + ANSWER, value);
        store(words, base + ANSWERED, served);
        if (load(words, base + WAITING) !== 0) notify(words, base + ANSWERED);
      }
      store(words, base + SERVED, served);
      if (load(words, base + WAITING) !== 0) notify(words, base + SERVED);
    }
    return count;
  }

  return freeze({
    serveOnce(): number {
      if (load(words, PENDING) === 0) return 0;
      let count = 0;
      for (let bits = exchange(words, PENDING, 0); bits !== 0; bits &= bits - 1) {
        const client = 31 - Math.clz32(bits & -bits);
        const life = load(words, clientAt(client) + LIVES);
        // What the worker before has left comes first.
        count += serveRing(ringOf(client, life + 1));
        count += serveRing(ringOf(client, life));
      }
      return count;
    },
    wait(milliseconds: number): void {
      store(words, SLEEPING, 1);
      wait(words, PENDING, 0, milliseconds);
      store(words, SLEEPING, 0);
    },
    async waitAsync(milliseconds: number): Promise<boolean> {
      if (!waitAsync) return false;
      const alarm = timesOut ? undefined : later(() => notify(words, PENDING), milliseconds + 1);
      store(words, SLEEPING, 1);
      const end = await waitAsync(words, PENDING, 0, milliseconds).value;
      if (alarm !== undefined) forget(alarm);
      timesOut ||= end === 'timed-out';
      store(words, SLEEPING, 0);
      return true;
    },
    rouse(): void {
      notify(words, PENDING);
    },
  });
}
