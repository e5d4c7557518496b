/**
 * A session that was recorded and is replayed is the same session, entry for entry; one to which
 * something is done that was not recorded differs, at the entry where it is done.
 */
import { assert } from 'chai';
import type { LocalSystem } from '../../web/host/local-system.ts';
import { Entries } from '../../web/host/record/entries.ts';
import { packRecording, unpackRecording } from '../../web/host/record/format.ts';
import type { Recording } from '../../web/host/record/types.ts';
import { keepNow } from '../support/kept.ts';
import { inTask } from '../support/in-task.ts';
import {
  bootRecorded,
  recordSession,
  replaySession,
  type Session,
  tourDisk,
} from '../support/recorded-session.ts';

const SESSIONS = 30;

/** The kernel's entries before the event at which `plant` is called, too. */
function planted(event: number, plant: (system: LocalSystem) => void) {
  const at = { entries: -1 };
  const onEvent = (system: LocalSystem, now: number): void => {
    if (now !== event) return;
    at.entries = system.witness.entries();
    plant(system);
  };
  return { at, onEvent };
}

/** The kernel's entries before each event. */
async function countsOf(recording: Recording): Promise<number[]> {
  const counts: number[] = [];
  await replaySession(recording, {
    onEvent: ({ witness }) => void counts.push(witness.entries()),
  });
  return counts;
}

const KERNEL_BYTES = 16 << 20;
const PART_BYTES = 1 << 16;
const PARTS = (KERNEL_BYTES + (32 << 20)) / PART_BYTES;

/** The kernel's entries at each look at that part of the memories; all are looked at at the end. */
function looksAt(recording: Recording, part: number): number[] {
  const log = new Entries(recording);
  const found: number[] = [];
  for (let [entries, looked] = [0, false]; ;) {
    if (log.look() !== undefined || log.date() !== undefined) continue;
    const event = log.event();
    if (!event) return found;
    if (event.kind === 'hash') {
      looked = event.part % PARTS === part;
      continue;
    }
    // It is looked at between the event before and this one.
    entries += event.entries;
    if (looked || event.kind === 'end') found.push(entries);
    if (event.kind === 'end') return found;
    looked = false;
  }
}

const FILE = 'A:\\README.TXT';

/** A session that reads the FAT, the root and a file of the tour's disk. */
async function readAll() {
  const live = await bootRecorded();
  const image = await tourDisk();
  await inTask(() => live.start());
  await inTask(() => live.control.insert(0, image.slice(), false));
  await live.prompt();
  for (const line of ['chkdsk A:', 'dir A:', `type ${FILE}`])
    await inTask(() => live.ask({ op: 'exec', line }));
  const read = await inTask(() => live.ask({ op: 'readFile', path: FILE }));
  const recording = await inTask(() => live.recording());
  live.system.stop();
  assert.property(read, 'result');
  const { result: text } = read as { result: Uint8Array };
  return { recording, image, text };
}

/** Where a FAT12 floppy has its root directory. */
function rootOf(image: Uint8Array): number {
  const view = new DataView(image.buffer, image.byteOffset);
  return 512 * (view.getUint16(14, true) + image[16]! * view.getUint16(22, true));
}

/** Where these bytes begin; of a file, where it lies. */
function placeOf(image: Uint8Array, text: Uint8Array): number {
  for (let at = 0; at < image.length; at += 512)
    if (text.subarray(0, 64).every((byte, i) => image[at + i] === byte)) return at;
  throw new Error('it is not there');
}

/** More entries than an interrupt takes until somebody looks at the clock. */
const OF_THE_KEY = 8;

suite('system/replay', function () {
  this.timeout(300_000);

  let session: Session;
  suiteSetup(async () => {
    session = await recordSession(4);
  });

  test(`${SESSIONS} sessions of all kinds: the same entries, the same memory`, async () => {
    for (let seed = 1; seed <= SESSIONS; seed++) {
      const { recording, breaks, screen } = await recordSession(seed);
      const file = await packRecording(recording);
      const result = await replaySession(await unpackRecording(file), {}, breaks);
      if (result.differsAt !== undefined)
        assert.fail(`seed ${seed}: ${result.why}; ${await keepNow(recording, `seed-${seed}`)}`);
      assert.isAbove(result.entries, 1000);
      // What is on its way to the screen is not there yet.
      assert.isTrue(screen.startsWith(result.screen), `seed ${seed}`);
    }
  });

  test('twice replayed is twice the same', async () => {
    const [first, second] = [
      await replaySession(session.recording),
      await replaySession(session.recording),
    ];
    assert.deepEqual(first, second);
  });

  test('a key that was not pressed is found at its entry', async () => {
    const counts = await countsOf(session.recording);
    for (const part of [0.4, 0.55, 0.7]) {
      const event = Math.floor(counts.length * part);
      const { at, onEvent } = planted(event, ({ host }) => host.control.type(Uint8Array.of(65)));
      const { differsAt, why } = await replaySession(session.recording, { onEvent });
      assert.isAtLeast(differsAt!, at.entries, why);
      // Where the processor's turn comes later, so does its interrupt: with what runs next; and
      // the first look at the clock comes some entries after that, which are the key's own.
      const next = [...new Set(counts.filter((count) => count > at.entries))];
      assert.isAtMost(differsAt!, next[1]! + OF_THE_KEY, why);
    }
  });

  test('a look at the clock that nobody took is found before the next event is over', async () => {
    const counts = await countsOf(session.recording);
    for (const part of [0.4, 0.55, 0.7]) {
      const event = Math.floor(counts.length * part);
      const { at, onEvent } = planted(event, ({ host }) => void host.tick());
      const { differsAt, why } = await replaySession(session.recording, { onEvent });
      assert.isAtLeast(differsAt!, at.entries, why);
      const next = [...new Set(counts.filter((count) => count > at.entries))];
      assert.isAtMost(differsAt!, next[1]!, why);
    }
  });

  test('a byte of RAM, or of the kernel, is found by when its part is looked at', async () => {
    const counts = await countsOf(session.recording);
    const kernelParts = KERNEL_BYTES / PART_BYTES;
    for (const [of, address] of [
      ['ram', 17 * PART_BYTES + 4],
      ['ram', 480 * PART_BYTES + 4],
      ['memory', 200 * PART_BYTES + 4],
    ] as const) {
      const event = Math.floor(counts.length * 0.5);
      const { at, onEvent } = planted(event, ({ memories }) => {
        new Uint8Array(memories[of].buffer)[address]! ^= 1;
      });
      const part = Math.floor(address / PART_BYTES) + (of === 'ram' ? kernelParts : 0);
      const looked = looksAt(session.recording, part).find((entries) => entries >= at.entries);
      const { differsAt, why } = await replaySession(session.recording, { onEvent });
      assert.isAtLeast(differsAt!, at.entries, why);
      assert.isAtMost(differsAt!, looked!, why);
      assert.equal(why, 'memory holds something else than it held', String(address));
    }
  });

  test("a byte of a disk's sector is found once that was read, and never before", async () => {
    const { recording, image, text } = await readAll();
    const insert = recording.values.findIndex(
      (value) => Array.isArray(value) && value[0] === 'insert',
    );
    // The serial number in the boot sector; the FAT; a name in the root; the text of a file.
    for (const place of [39, 512 + 40, rootOf(image) + 5, placeOf(image, text)]) {
      const values = structuredClone(recording.values) as [string, number, Uint8Array][];
      values[insert]![2][place]! ^= 1;
      // Before this event no sector had been read.
      let first = 0;
      const onEvent = ({ machine, witness }: LocalSystem): void => {
        if (machine.counters()['machine.dma.transfer'] === 0) first = witness.entries();
      };
      const { differsAt, why } = await replaySession({ ...recording, values }, { onEvent });
      assert.isAbove(first, 0);
      assert.isAtLeast(differsAt ?? -1, first, `byte ${place}: ${why}`);
    }
  });

  test('it stops where it is told to, and goes there again', async () => {
    const whole = await replaySession(session.recording);
    for (const part of [0.4, 0.8]) {
      const until = Math.floor(whole.entries * part);
      const [one, other] = [
        await replaySession(session.recording, { until }),
        await replaySession(session.recording, { until }),
      ];
      assert.isAtLeast(one.entries, until);
      assert.isBelow(one.entries, whole.entries);
      assert.deepEqual(one, other);
    }
  });

  test('a log that is full ends there, and what it has is replayed', async () => {
    const { recording } = await recordSession(9, { log: 1000 });
    assert.isTrue(recording.full);
    // An event that has begun is written to its end.
    assert.isBelow(recording.log.length, 2000);
    const result = await replaySession(recording);
    assert.isUndefined(result.differsAt, result.why);
    assert.isAbove(result.entries, 1000);
  });

  test('a recording of another build is refused in words', async () => {
    const other = { ...session.recording, build: '0123456789abcdef' };
    let words = '';
    await replaySession(other).catch((error: Error) => (words = error.message));
    assert.match(words, /^The recording is of another build \(0123456789abcdef; this one is/);
  });
});
