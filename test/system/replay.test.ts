/**
 * A session that was recorded and is replayed is the same session, entry for entry; one to which
 * something is done that was not recorded differs, at the entry where it is done.
 */
import { assert } from 'chai';
import type { LocalSystem } from '../../web/host/local-system.ts';
import { packRecording, unpackRecording } from '../../web/host/record/format.ts';
import type { Recording } from '../../web/host/record/types.ts';
import { recordSession, replaySession, type Session } from '../support/recorded-session.ts';

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
      const { recording, screen } = await recordSession(seed);
      const result = await replaySession(await unpackRecording(await packRecording(recording)));
      assert.isUndefined(result.differsAt, `seed ${seed}: ${result.why}`);
      assert.isAbove(result.entries, 10_000);
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
    for (const part of [0.5, 0.7, 0.9]) {
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

  test('a byte of a disk that was another one is found, too', async () => {
    const { at, onEvent } = planted(0, () => undefined);
    const plain = await replaySession(session.recording, { onEvent });
    assert.isUndefined(plain.differsAt);
    const insert = session.recording.values.findIndex(
      (value) => Array.isArray(value) && value[0] === 'insert' && value[1] === 0,
    );
    const values = structuredClone(session.recording.values) as [string, number, Uint8Array][];
    // The boot sector's, which is read when the disk is mounted.
    values[insert]![2][39]! ^= 0xff;
    const { differsAt } = await replaySession({ ...session.recording, values });
    assert.isAbove(differsAt!, at.entries);
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
    assert.isBelow(recording.log.length, 1100);
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
