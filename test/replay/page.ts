/**
 * The page of the soak of replays: records a session that chance makes, packs and reads it as a
 * file, and replays it.
 *
 *   soakOnce(seed)   resolves to what the replay found
 */
import { packRecording, unpackRecording } from '../../web/host/record/format.ts';
import type { Recording } from '../../web/host/record/types.ts';
import type { Past } from '../../web/host/record/replay.ts';
import { random, recordSession, replaySession } from '../support/recorded-session.ts';

/** Places of each session that are gone back to. */
const BACKS = 3;

export interface SoakOutcome {
  /** Of the kernel; of the log; of the file. */
  entries: number;
  log: number;
  file: number;
  /** How it differs; empty: not at all. */
  wrong: string;
  screen: string;
  /** How often it was gone back, and what a replay of all of it took: milliseconds. */
  backs: number;
  took: number;
}

declare global {
  var soakOnce: (seed: number) => Promise<SoakOutcome>;
}

/** Going back to a place is the state that was there when the replay came by. */
async function goBack(recording: Recording, entries: number, seed: number): Promise<string> {
  const below = random(seed ^ 0xbac);
  const wanted = Array.from({ length: BACKS }, () => below(entries)).sort((a, b) => a - b);
  const passed: { entries: number; hash: number }[] = [];
  let past: Past | undefined;
  await replaySession(recording, {
    onSystem: (given) => void (past = given),
    onPlace(entry) {
      while (wanted.length > 0 && entry >= wanted[0]!) {
        wanted.shift();
        passed.push({ entries: entry, hash: past!.system.witness.hash() });
      }
    },
  });
  for (const place of passed.reverse()) {
    const there = await replaySession(recording, { until: place.entries });
    if (there.entries !== place.entries || there.hash !== place.hash)
      return `back at entry ${place.entries}: entry ${there.entries}, another state`;
  }
  return '';
}

globalThis.soakOnce = async (seed) => {
  const { recording, screen } = await recordSession(seed, {}, 6 + (seed % 20));
  const file = await packRecording(recording);
  const unpacked = await unpackRecording(file);
  const start = performance.now();
  const { entries, differsAt, why } = await replaySession(unpacked);
  const took = performance.now() - start;
  const differs = differsAt === undefined ? '' : `at entry ${differsAt}: ${why}`;
  const wrong = differs || (await goBack(unpacked, entries, seed));
  const sizes = { entries, log: recording.log.length, file: file.size };
  return { ...sizes, wrong, screen, backs: BACKS, took };
};
