/**
 * Who owns a disk: exclusive locks, across the tabs of one browser or within one page.
 *
 * A lock is held until it is released, or its page or worker is gone. Another page may steal it;
 * its owner is then told and must not write any more. Where the browser has no Web Locks (an
 * insecure address) everybody gets the lock, and the guard on the generation in each commit is
 * what is left: the second writer's commit fails instead of mixing two disks.
 *
 *   webLocks()          over navigator.locks, across tabs
 *   createLocalLocks()  within one page, for the memory backend
 *
 * Source: Web Locks API (W3C) §2.4, §4.
 */

import { withTimeout } from './failures.ts';

export interface DiskLock {
  /** Resolves when the lock is free for the next. Safe to call twice. */
  release(): Promise<void>;
}

export interface LockRequest {
  name: string;
  /** Called at most once, if the lock is taken away before `release`. */
  lost: () => void;
}

export interface DiskLocks {
  /** The lock, or undefined where it is not free now. Answers within a bounded time. */
  tryTake(request: LockRequest): Promise<DiskLock | undefined>;
  /** Waits until it is free. Rejects with the signal's reason. */
  take(request: LockRequest, signal: AbortSignal): Promise<DiskLock>;
  /** Whether it is this very page that has it. */
  isHere(name: string): boolean;
  /** Names of all locks that somebody has. */
  held(): Promise<readonly string[]>;
}

/** Names of the Web Locks that this page holds. */
const here = new Set<string>();

const ANSWER_TIMEOUT = 5_000;

/** Turns the callback form of a Web Lock into a lock that is held until released. */
function requestLock(request: LockRequest, options: LockOptions): Promise<DiskLock | undefined> {
  return new Promise((resolve, reject) => {
    let state: 'waiting' | 'held' | 'released' = 'waiting';
    let letGo: () => void = () => undefined;
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) return void resolve(undefined);
      state = 'held';
      here.add(request.name);
      resolve({ release });
      return new Promise((free) => (letGo = free));
    };
    const ended = navigator.locks.request(request.name, options, hold).catch((error: unknown) => {
      if (state !== 'held') return reject(error);
      here.delete(request.name);
      request.lost();
    });
    async function release(): Promise<void> {
      if (state === 'held') here.delete(request.name);
      state = 'released';
      letGo();
      await ended;
    }
  });
}

/** A silent lock manager counts as "not free"; should the lock come later, it is passed on. */
async function tryWebLock(request: LockRequest): Promise<DiskLock | undefined> {
  const asked = requestLock(request, { mode: 'exclusive', ifAvailable: true });
  try {
    return await withTimeout(asked, ANSWER_TIMEOUT);
  } catch {
    void asked.then(
      (lock) => lock?.release(),
      () => undefined,
    );
    return undefined;
  }
}

async function takeWebLock(request: LockRequest, signal: AbortSignal): Promise<DiskLock> {
  const lock = await requestLock(request, { mode: 'exclusive', signal });
  if (!lock) throw new DOMException('The lock was not granted', 'InvalidStateError');
  return lock;
}

const EVERYBODY: DiskLocks = {
  tryTake: async () => ({ release: async () => undefined }),
  take: async () => ({ release: async () => undefined }),
  isHere: () => false,
  held: async () => [],
};

async function heldWebLocks(): Promise<string[]> {
  const { held = [] } = await withTimeout(navigator.locks.query(), ANSWER_TIMEOUT);
  return held.map(({ name = '' }) => name);
}

export function webLocks(): DiskLocks {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return EVERYBODY;
  const isHere = (name: string): boolean => here.has(name);
  return { tryTake: tryWebLock, take: takeWebLock, isHere, held: heldWebLocks };
}

export function createLocalLocks(): DiskLocks {
  const held = new Set<string>();
  const waiting: { name: string; grant: (lock: DiskLock) => void }[] = [];

  function grab(name: string): DiskLock {
    held.add(name);
    let mine = true;
    const release = async (): Promise<void> => {
      if (!mine) return;
      mine = false;
      held.delete(name);
      const next = waiting.findIndex((other) => other.name === name);
      if (next >= 0) waiting.splice(next, 1)[0]?.grant(grab(name));
    };
    return { release };
  }

  function wait(name: string, signal: AbortSignal): Promise<DiskLock> {
    return new Promise((resolve, reject) => {
      const entry = { name, grant: resolve };
      waiting.push(entry);
      signal.addEventListener('abort', () => {
        const at = waiting.indexOf(entry);
        if (at < 0) return;
        waiting.splice(at, 1);
        reject(signal.reason);
      });
    });
  }

  return {
    tryTake: async ({ name }) => (held.has(name) ? undefined : grab(name)),
    take: async ({ name }, signal) => {
      signal.throwIfAborted();
      return held.has(name) ? wait(name, signal) : grab(name);
    },
    isHere: (name) => held.has(name),
    held: async () => [...held],
  };
}
