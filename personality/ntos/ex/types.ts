/** What ex gives to the other components: counters. */
/** A counter that hot code holds on to: `counter.value++`. */
export interface Counter {
  value: number;
}

export interface Counters {
  /** The counter of that name, made on first use. */
  counter(name: string): Counter;
  add(name: string, amount?: number): void;
  /** Counters kept elsewhere, asked for at each `snapshot`. */
  source(read: () => Record<string, number>): void;
  /** All of them, by name; the kernel's too. */
  snapshot(): Record<string, number>;
}
