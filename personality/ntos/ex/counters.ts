/**
 * Counters: monotonic numbers by name, `component.event` (design: the interface's "Counters").
 *
 * Hot code asks once for the Counter object and adds to its `value`. What others count (the kernel,
 * the machine) is fetched when a
 * snapshot is made.
 */
import type { Counter, Counters } from './types.ts';

export function createCounters(): Counters {
  const counters = new Map<string, Counter>();
  const sources: (() => Record<string, number>)[] = [];

  function counter(name: string): Counter {
    let known = counters.get(name);
    if (!known) counters.set(name, (known = { value: 0 }));
    return known;
  }

  return {
    counter,
    add(name, amount = 1) {
      counter(name).value += amount;
    },
    source: (read) => void sources.push(read),
    snapshot() {
      const all: Record<string, number> = {};
      for (const read of sources) Object.assign(all, read());
      for (const [name, { value }] of counters) all[name] = value;
      return all;
    },
  };
}
