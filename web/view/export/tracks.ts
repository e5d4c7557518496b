/**
 * Tracks in the browser's own performance panel, beside what the page does: a bar for each service
 * call, on the track of its process, and for each IRP, on that of its driver.
 *
 *   new Tracks(names)   tell(records)   of those that are new since it was last told
 *
 * `console.timeStamp` takes times of the page's clock. A record has the system's; the newest of a
 * look is taken to be of that look's moment, so that bars lie a few milliseconds late at most.
 *
 * Source: Chrome DevTools, "Customize your performance data with extensibility API"; a browser that
 * takes a label alone draws nothing of it.
 */
import { majorNames } from '../../../personality/rtl/irp.ts';
import type { WatchNames } from '../../../personality/rtl/watchnames.ts';
import type { WatchedRecord } from '../../host/agent-protocol.ts';

const GROUP = 'Neptune Web';

type Stamp = (
  label: string,
  start: number,
  end: number,
  track: string,
  group: string,
  color: 'primary' | 'secondary',
) => void;

interface Open {
  readonly label: string;
  track: string;
  /** Microseconds of the records. */
  readonly time: number;
}

export class Tracks {
  readonly #names: WatchNames;
  readonly #stamp: Stamp;
  readonly #open = new Map<string, Open>();
  #last: WatchedRecord | undefined;

  constructor(names: WatchNames, stamp: Stamp = (...bar) => (console.timeStamp as Stamp)(...bar)) {
    this.#names = names;
    this.#stamp = stamp;
  }

  tell(records: readonly WatchedRecord[], now: number): void {
    const newest = records.at(-1);
    if (!newest) return;
    const at = (time: number): number => now - Math.max(0, (newest.time - time) | 0) / 1000;
    const known = this.#last ? records.lastIndexOf(this.#last) : -1;
    for (const record of records.slice(known + 1)) this.#take(record, at);
    this.#last = newest;
  }

  #take({ mark, words = {}, time }: WatchedRecord, at: (time: number) => number): void {
    const { request = 0, irp = 0, thread = 0 } = words;
    const of = (word: string): string => this.#names.of(word, words[word] ?? 0);
    switch (mark) {
      case 'service.in': {
        const track = this.#names.processOf(thread) ?? 'a process';
        this.#open.set(`call ${request}`, { label: of('service'), track, time });
        return;
      }
      case 'service.out':
        return this.#end(`call ${request}`, at, time, 'primary');
      case 'irp.made': {
        const major = (words['major'] ?? 0) & 0xff;
        const label = `IRP ${majorNames[major] ?? major}`;
        this.#open.set(`irp ${irp}`, { label, track: 'Executive', time });
        return;
      }
      case 'irp.passed': {
        const open = this.#open.get(`irp ${irp}`);
        if (open) open.track = of('driver');
        return;
      }
      case 'irp.done':
        return this.#end(`irp ${irp}`, at, time, 'secondary');
    }
  }

  #end(key: string, at: (time: number) => number, time: number, color: 'primary' | 'secondary') {
    const open = this.#open.get(key);
    if (!open) return;
    this.#open.delete(key);
    this.#stamp(open.label, at(open.time), at(time), open.track, GROUP, color);
  }
}
