/**
 * Ping-pong in two shared words, without any kernel: the asker counts the first up, the answerer
 * follows with the second. -1 ends the answerer.
 *
 *   ask(words, from, count, spinning)   so many round trips; the number of the last
 *   answer(words, spinning)             answers until it is over
 *   over(words)
 *
 * Spinning looks at the word without end; else each side sleeps in Atomics.wait until notified.
 */
const ASKED = 0;
/** On a cache line of its own, as a kernel's words are. */
const ANSWERED = 32;
export const WORDS = 64;
const TIMEOUT_MS = 10_000;

function until(words: Int32Array, index: number, old: number, spinning: boolean): void {
  if (spinning) {
    while (Atomics.load(words, index) === old);
  } else if (Atomics.wait(words, index, old, TIMEOUT_MS) === 'timed-out') {
    throw new Error('the other worker does not answer');
  }
}

export function ask(words: Int32Array, from: number, count: number, spinning: boolean): number {
  for (let i = from; i < from + count; i++) {
    Atomics.store(words, ASKED, i + 1);
    if (!spinning) Atomics.notify(words, ASKED);
    until(words, ANSWERED, i, spinning);
  }
  return from + count;
}

export function answer(words: Int32Array, spinning: boolean): void {
  for (let i = 0; ; i++) {
    until(words, ASKED, i, spinning);
    if (Atomics.load(words, ASKED) === -1) return;
    Atomics.store(words, ANSWERED, i + 1);
    if (!spinning) Atomics.notify(words, ANSWERED);
  }
}

export function over(words: Int32Array): void {
  Atomics.store(words, ASKED, -1);
  Atomics.notify(words, ASKED);
}

const alone = new Int32Array(new SharedArrayBuffer(4));

/** Lets go of the processor, without the event loop. */
export function pause(milliseconds: number): void {
  Atomics.wait(alone, 0, 0, milliseconds);
}
