/**
 * Questions about the past of a session are answered as by who has written all of it down: who
 * changed this memory, wrote this sector, counted this; when a mark was made; where a step ends.
 */
import { assert } from 'chai';
import type { LocalSystem } from '../../web/host/local-system.ts';
import type { Past } from '../../web/host/record/replay.ts';
import { Finder } from '../../web/host/record/finder.ts';
import type { Finding, Found, Question, Recording } from '../../web/host/record/types.ts';
import {
  COUNTERS,
  type Change,
  type Linear,
  linearPast,
  PAGE,
  type Window,
} from '../support/linear-past.ts';
import { chooser } from '../support/recorded-acts.ts';
import { random, recordSession, replaySession, visitSession } from '../support/recorded-session.ts';

const SESSIONS = 6;
const WINDOWS = 12;
const BYTES = 24;
/** As many as an answer has. */
const LAST = 200;

/** What a finding and what was written down have in common. */
type Told = Pick<Finding, 'entry' | 'time' | 'thread'> & {
  by?: Finding['by'];
  words?: readonly number[];
};

/** Ports of the DMA controller: channel 2's address, low byte first; its page; masks. */
const [ADDRESS, PAGE_REGISTER, MASK] = [0x04, 0x81, 0x0a];

/** Pages of RAM that the floppy controller's channel was told of. */
function watchDma({ machine }: LocalSystem): Set<number> {
  const pages = new Set<number>();
  const { out8 } = machine;
  let address: number[] = [];
  let page = 0;
  machine.out8 = (port, value) => {
    if (port === ADDRESS) address = [...address.slice(-1), value];
    if (port === PAGE_REGISTER) page = value;
    const [low = 0, high = 0] = address;
    if (port === MASK) pages.add(((page << 16) | (high << 8) | low) & -PAGE);
    out8.call(machine, port, value);
  };
  return pages;
}

/** Some that something was ever written to, and some that a device writes to by itself. */
async function windowsOf(recording: Recording, below: (below: number) => number) {
  let past: Past | undefined;
  let dma = new Set<number>();
  const onSystem = (given: Past): void => {
    past = given;
    dma = watchDma(given.system);
  };
  await replaySession(recording, { onSystem });
  const { memory, ram } = past!.system.memories;
  const used: Window[] = [];
  for (const [of, { buffer }] of [
    ['kernel', memory],
    ['ram', ram],
  ] as const)
    for (let at = 0; at < buffer.byteLength; at += PAGE)
      if (new BigUint64Array(buffer, at, PAGE / 8).some((word) => word !== 0n))
        used.push({ of, at });
  const some = Array.from({ length: WINDOWS }, () => chooser(below)(used));
  const read = [...dma].slice(0, WINDOWS / 3).map((at) => ({ of: 'ram', at }) as const);
  const both = new Map([...read, ...some].map((each) => [`${each.of} ${each.at}`, each]));
  return [...both.values()];
}

/** One finding for each look at which the memory was otherwise. */
function changesOf({ changes }: Linear, asked: Extract<Question, { changed: unknown }>): Told[] {
  const { changed, address, length = 1 } = asked;
  const own = changes.filter(
    (one) => one.of === changed && one.address >= address && one.address < address + length,
  );
  const looks = new Map<number, Change[]>();
  for (const one of own) looks.set(one.look, [...(looks.get(one.look) ?? []), one]);
  return [...looks.values()].map(([first]) => ({ ...first! }));
}

function toldOf(linear: Linear, question: Question): Told[] {
  if ('changed' in question) return changesOf(linear, question);
  if ('written' in question) {
    const from = question.sector * 512;
    return linear.writes
      .filter((one) => one.drive === question.written)
      .filter(({ offset, length }) => offset < from + 512 && offset + length > from)
      .map(({ offset, length, ...when }) => ({ ...when, words: [offset, length] }));
  }
  if ('counter' in question)
    return linear.counted
      .filter(({ name }) => name === question.counter)
      .map(({ was, now, ...when }) => ({ ...when, words: [was, now] }));
  if ('kind' in question)
    return linear.marks
      .filter(({ kind, words }) => {
        const wanted = question.words ?? [];
        return kind === question.kind && words.every((word, i) => (wanted[i] ?? word) === word);
      })
      .map(({ words, ...when }) => ({ ...when, words: [...words] }));
  return linear.faults.map((when) => ({ ...when }));
}

const told = ({ entry, time, thread }: Told): unknown => ({ entry, time, thread });

function questionsOf(linear: Linear, below: (below: number) => number): Question[] {
  const one = chooser(below);
  const bytes = Array.from({ length: linear.changes.length > 0 ? BYTES : 0 }, () => {
    const { of, address } = one(linear.changes);
    return { changed: of, address, length: one([1, 1, 2, 4]) };
  });
  const sectors = linear.writes
    .slice(0, 4)
    .map(({ drive, offset }) => ({ written: drive, sector: Math.floor(offset / 512) }));
  const marks = linear.marks.length > 0 ? [one(linear.marks), one(linear.marks)] : [];
  return [
    ...bytes.filter(({ address, length }) => (address % PAGE) + length <= PAGE),
    ...sectors,
    ...COUNTERS.map((counter) => ({ counter })),
    ...marks.flatMap(({ kind, words }) => [
      { kind },
      { kind, words: [words[0]] },
      { kind, words: [undefined, words[1]] },
    ]),
    { fault: true },
  ];
}

suite('system/past', function () {
  this.timeout(300_000);

  for (let seed = 1; seed <= SESSIONS; seed++)
    test(`all answers about session ${seed} are those of who wrote everything down`, async () => {
      const below = random(seed ^ 0x9a57);
      const { recording } = await recordSession(seed, {}, 8, false);
      const linear = await linearPast(recording, await windowsOf(recording, below));
      const questions = questionsOf(linear, below);
      const { found, differsAt, why } = await visitSession(recording, { questions });
      assert.isUndefined(differsAt, why);
      questions.forEach((question, i) => {
        const wanted = toldOf(linear, question);
        const { last, count } = found[i]!;
        const words = JSON.stringify(question);
        assert.equal(count, wanted.length, words);
        assert.deepEqual(last.map(told), wanted.slice(-LAST).map(told), words);
        wanted.slice(-LAST).forEach((each, at) => {
          if (each.by) assert.equal(last[at]!.by, each.by, words);
          if (each.words) assert.deepEqual(last[at]!.words, each.words, words);
        });
      });
    });

  test("what a device does while a thread runs is the device's", async () => {
    const { recording } = await recordSession(3, {}, 4, false);
    const address = (17 << 20) + 5;
    const finder = new Finder([{ changed: 'ram', address }]);
    let reads = 0;
    await replaySession(
      recording,
      {
        onSystem(past) {
          const { machine, memories } = past.system;
          const { advance, in8 } = machine;
          const ram = new Uint8Array(memories.ram.buffer);
          let writes = false;
          machine.advance = (microseconds) => {
            advance.call(machine, microseconds);
            if (writes) ram[address]!++;
          };
          // A port is read by a thread that runs; time is let pass for it.
          machine.in8 = (port) => {
            writes = reads++ < 3;
            machine.advance(0);
            writes = false;
            return in8.call(machine, port);
          };
          finder.begin(past);
        },
        onBegin: () => finder.event(),
      },
      undefined,
      { observe: finder.observe, onLoaded: finder.onLoaded },
    );
    // The kernel clears that memory once, when it is handed out.
    const [{ last }] = finder.found as [Found];
    const own = last.filter(({ by }) => by === 'device');
    assert.lengthOf(own, 3, JSON.stringify(last));
    for (const { thread, process } of own) {
      assert.notEqual(thread, 0);
      assert.match(process, /\.sys$/);
    }
  });

  test('a step ends at the place nearest to where it is asked from', async () => {
    const below = random(0x57e9);
    const { recording } = await recordSession(77, {}, 6, false);
    const { places } = await linearPast(recording, []);
    // Places where one could stop, and at which it has been counted since the one before.
    const counted = places.filter(
      ({ counters }, i) => counters[0] !== places[Math.max(0, i - 1)]!.counters[0],
    );
    for (let i = 0; i < 4; i++) {
      const { entry } = chooser(below)(places);
      const [back, on] = [
        await visitSession(recording, { step: { by: 'message', before: entry } }),
        await visitSession(recording, { step: { by: 'message', after: entry } }),
      ];
      assert.equal(back.place, counted.filter((place) => place.entry < entry).at(-1)?.entry);
      assert.equal(on.place, counted.find((place) => place.entry > entry)?.entry);
    }
  });
});
