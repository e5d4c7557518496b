/**
 * The page of the soak of replays: records a session that chance makes, packs and reads it as a
 * file, and replays it.
 *
 *   soakOnce(seed)   resolves to what the replay found
 */
import { factsOf } from '../../web/host/record/facts.ts';
import { packRecording, unpackRecording } from '../../web/host/record/format.ts';
import type { Recording, ReplayResult } from '../../web/host/record/types.ts';
import type { Past } from '../../web/host/record/replay.ts';
import {
  random,
  recordSession,
  type Replayed,
  replaySession,
} from '../support/recorded-session.ts';

/** Places of each session that are gone back to. */
const BACKS = 1;

export interface SoakOutcome {
  /** Of the kernel; of the log; of the file. */
  entries: number;
  log: number;
  file: number;
  /** How it differs; empty: not at all. */
  wrong: string;
  /** The recording of one that does: base64. */
  kept: string;
  screen: string;
  /** How often it was gone back, and what a replay of all of it took: milliseconds. */
  backs: number;
  took: number;
  /** How long the session was. */
  seconds: number;
}

declare global {
  var soakOnce: (seed: number) => Promise<SoakOutcome>;
}

interface Way extends Replayed {
  /** States of places that it came by. */
  readonly passed: readonly Place[];
}

type Place = Pick<ReplayResult, 'entries' | 'hash'>;

/** All of it, and what was so at the places `wanted`, which are none of a replay without them. */
async function wholeWay(
  recording: Recording,
  breaks: number | undefined,
  wanted: number[],
): Promise<Way> {
  const passed: Place[] = [];
  let past: Past | undefined;
  const onPlace = (entry: number): void => {
    while (wanted.length > 0 && entry >= wanted[0]!) {
      wanted.shift();
      passed.push({ entries: entry, hash: past!.system.witness.hash() });
    }
  };
  const options = {
    onSystem: (given: Past) => void (past = given),
    ...(wanted.length > 0 && { onPlace }),
  };
  return { ...(await replaySession(recording, options, breaks)), passed };
}

/** Going back to a place is the state that was there when the replay came by, or before. */
async function goBack(
  recording: Recording,
  breaks: number | undefined,
  places: readonly (Place | number)[],
): Promise<string> {
  for (const place of places) {
    const until = typeof place === 'number' ? place : place.entries;
    const there = await replaySession(recording, { until }, breaks);
    const then =
      typeof place === 'number' ? await replaySession(recording, { until }, breaks) : place;
    if (there.entries !== then.entries || there.hash !== then.hash)
      return `back at entry ${then.entries}: entry ${there.entries}, another state`;
  }
  return '';
}

async function base64Of(file: Blob): Promise<string> {
  const reader = new FileReader();
  const read = new Promise((done) => (reader.onload = done));
  reader.readAsDataURL(file);
  await read;
  return (reader.result as string).replace(/^.*,/, '');
}

/** Every other session is held on its way, at each place where it could stop. */
globalThis.soakOnce = async (seed) => {
  const { recording, breaks, screen } = await recordSession(seed, {}, 6 + (seed % 12));
  const file = await packRecording(recording);
  const unpacked = await unpackRecording(file);
  const below = random(seed ^ 0xbac);
  const { entries: last, seconds } = factsOf(recording);
  const wanted = Array.from({ length: BACKS }, () => below(last)).sort((a, b) => a - b);
  const isHeld = seed % 2 === 0;
  const start = performance.now();
  const way = await wholeWay(unpacked, breaks, isHeld ? [...wanted] : []);
  const took = performance.now() - start;
  const { entries, differsAt, why, passed } = way;
  const differs = differsAt === undefined ? '' : `at entry ${differsAt}: ${why}`;
  const wrong = differs || (await goBack(unpacked, breaks, isHeld ? passed : wanted));
  const sizes = { entries, log: recording.log.length, file: file.size };
  const kept = wrong ? await base64Of(file) : '';
  return { ...sizes, wrong, kept, screen, backs: BACKS, took, seconds };
};
