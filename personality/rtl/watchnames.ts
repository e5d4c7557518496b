/**
 * Words for the numbers in marks: services and statuses by the system's own tables, all else as the
 * Executive has said (`names` of SystemTraceInformation's answer).
 *
 *   add(names)        takes what is new
 *   of(word, value)   the words for a value of that word of a mark; the number where there are none
 *   processOf(thread) of a thread's badge; undefined: nobody has said
 */
import { services } from './services.ts';
import { statusName } from './statustext.ts';
import type { WatchName } from './watchanswer.ts';

const KIND_OF_WORD: Readonly<Record<string, string | undefined>> = {
  thread: 'thread',
  process: 'process',
  driver: 'process',
  device: 'device',
  cached: 'cache',
  object: 'object',
};

const serviceNames = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(services).map(([name, { number }]) => [number, name] as const),
);

export class WatchNames {
  readonly #words = new Map<string, string>();

  add(names: readonly WatchName[]): void {
    for (const [kind, number, words] of names) this.#words.set(`${kind} ${number}`, words);
  }

  of(word: string, value: number): string {
    if (word === 'service') return serviceNames.get(value) ?? String(value);
    if (word === 'status') return statusName(value | 0);
    if (word === 'thread') return `${value} of ${this.processOf(value) ?? '?'}`;
    const kind = KIND_OF_WORD[word];
    return (kind && this.#words.get(`${kind} ${value}`)) ?? String(value);
  }

  processOf(thread: number): string | undefined {
    const process = this.#words.get(`thread ${thread}`);
    return process === undefined ? undefined : this.of('process', Number(process));
  }
}
