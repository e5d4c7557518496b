/**
 * What a recording is, for people who are asked whether to play it. It has been looked at already
 * (format.ts), and nothing of it is run.
 */
import { Entries } from './entries.ts';
import type { Recording } from './types.ts';

export interface RecordingFacts {
  readonly seconds: number;
  /** Of the kernel. */
  readonly entries: number;
  /** As its system had it; undefined: nobody looked. */
  readonly date: Date | undefined;
  /** In the order in which they came. */
  readonly disks: readonly { readonly drive: string; readonly bytes: number }[];
  /** Code that it brings, drivers of the bench, in the order in which they came. */
  readonly images: readonly string[];
  /** What the page and the keyboard did. */
  readonly inputs: number;
}

/** Milliseconds from 1601 to 1970; and units of 100 ns in one. */
const EPOCH_DIFFERENCE = 11_644_473_600_000;
const UNITS = 10_000;

const dateOf = (system: number): Date | undefined => {
  const date = new Date(system / UNITS - EPOCH_DIFFERENCE);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

export function factsOf(recording: Recording): RecordingFacts {
  const log = new Entries(recording);
  const facts = { entries: 0, inputs: 0, date: undefined as Date | undefined };
  const images: string[] = [];
  const disks: { drive: string; bytes: number }[] = [];
  let [first, last]: [number | undefined, number] = [undefined, 0];
  for (;;) {
    const look = log.look();
    if (look !== undefined) {
      log.skipSame();
      first ??= look;
      last = look;
      continue;
    }
    const date = log.date();
    if (date !== undefined) {
      facts.date ??= dateOf(date);
      continue;
    }
    const event = log.event();
    if (!event) break;
    if (event.kind !== 'hash') facts.entries += event.entries;
    if (event.kind === 'end') break;
    if (event.kind !== 'input') continue;
    facts.inputs++;
    const [name, drive, image] = event.input;
    if (name === 'image') images.push(String(drive));
    if (name === 'insert' && image instanceof Uint8Array)
      disks.push({ drive: drive === 0 ? 'A:' : 'B:', bytes: image.length });
  }
  return { ...facts, disks, images, seconds: (last - (first ?? last)) / 1e6 };
}
