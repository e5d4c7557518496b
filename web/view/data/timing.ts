/**
 * A timing diagram of the controller's lines while it was last at work: what rose and fell when.
 *
 * IRQ 6 is from marks of the line; a burst of DMA is over within one moment, so that DRQ and TC are
 * pulses; a command and a step are pulses, too. The index hole is not recorded, it is reckoned: a
 * disk that turns evenly has passed it every turn since it was up to speed.
 */
import type { WatchedRecord } from '../../host/agent-protocol.ts';
import type { MachineSnapshot } from '../../host/protocol.ts';
import { commandName } from './fdc-commands.ts';

export interface TimingLane {
  readonly name: string;
  /** A level with its changes, or single pulses. */
  readonly kind: 'level' | 'pulses';
  /** Microseconds since the beginning of the diagram; level after it; words. */
  readonly edges: readonly {
    readonly at: number;
    readonly high: boolean;
    readonly words: string;
  }[];
  /** Before the first edge. */
  readonly first: boolean;
}

export interface Timing {
  /** Microseconds. */
  readonly length: number;
  readonly lanes: readonly TimingLane[];
}

const SHOWN = 200;
/** Microseconds: longer than a drive takes to come up to speed. */
const PAUSE = 1_000_000;
const IRQ = 6;
const MARKS = ['machine.line', 'machine.burst', 'machine.command', 'machine.step'];
const FLOPPY_DMA = 2;

const isOurs = ({ mark = '', words = {} }: WatchedRecord): boolean =>
  MARKS.includes(mark) && (mark !== 'machine.line' || words['line'] === IRQ);

/** Back to the last pause: with what was before it, what it was about would be a single stroke. */
function lastWork(records: readonly WatchedRecord[]): readonly WatchedRecord[] {
  const newest = records.slice(-SHOWN);
  const pause = newest.findLastIndex(
    ({ time }, i) => i > 0 && ((time - newest[i - 1]!.time) | 0) > PAUSE,
  );
  return newest.slice(Math.max(0, pause));
}

export function timingOf(
  { time, drives, fdc, now }: MachineSnapshot,
  records: readonly WatchedRecord[],
): Timing {
  const ours = lastWork(records.filter(isOurs));
  const start = ours[0]?.time ?? time;
  const at = (record: WatchedRecord): number => Math.max(0, (record.time - start) | 0);
  const length = ours.length > 0 ? Math.max(1, at(ours.at(-1)!)) : 0;
  const of = (mark: string) => ours.filter((record) => record.mark === mark);
  const pulses = (
    name: string,
    found: readonly WatchedRecord[],
    words: (of: Readonly<Record<string, number>>) => string,
  ): TimingLane => {
    const edges = found.map((one) => ({ at: at(one), high: true, words: words(one.words ?? {}) }));
    return { name, kind: 'pulses', first: false, edges };
  };
  const levels = of('machine.line').map((record) => {
    const high = record.words?.['level'] === 1;
    return { at: at(record), high, words: high ? 'rises' : 'falls' };
  });
  const bursts = of('machine.burst').filter(({ words }) => words?.['channel'] === FLOPPY_DMA);
  const counted = bursts.filter(({ words }) => words?.['tc'] === 1);
  const selected = drives[fdc.dor & 3];
  const index: TimingLane['edges'][number][] = [];
  if (selected?.turns && length > 0) {
    // In records' time: the machine's look says both at one moment.
    const turn = 60_000_000 / selected.rpm;
    const last = time - selected.angle * turn;
    const up = time - (now - selected.turningAt);
    for (let then = last; then >= up && ((then - start) | 0) >= 0; then -= turn) {
      const place = (then - start) | 0;
      if (place <= length) index.unshift({ at: place, high: true, words: 'index hole' });
    }
  }
  return {
    length,
    lanes: [
      pulses('Command', of('machine.command'), (words) => commandName(words['command'] ?? 0)),
      pulses('Step', of('machine.step'), ({ from, to }) => `from cylinder ${from} to ${to}`),
      { name: 'Index', kind: 'pulses', first: false, edges: index },
      pulses('DRQ', bursts, ({ moved }) => `${moved} bytes by DMA`),
      pulses('TC', counted, () => 'terminal count'),
      { name: 'IRQ 6', kind: 'level', first: levels[0]?.high === false, edges: levels },
    ],
  };
}
