/**
 * The page of the soak of replays: records a session that chance makes, packs and reads it as a
 * file, and replays it.
 *
 *   soakOnce(seed)   resolves to what the replay found
 */
import { packRecording, unpackRecording } from '../../web/host/record/format.ts';
import { recordSession, replaySession } from '../support/recorded-session.ts';

export interface SoakOutcome {
  /** Of the kernel; of the log; of the file. */
  entries: number;
  log: number;
  file: number;
  /** How it differs; empty: not at all. */
  wrong: string;
  screen: string;
}

declare global {
  var soakOnce: (seed: number) => Promise<SoakOutcome>;
}

globalThis.soakOnce = async (seed) => {
  const { recording, screen } = await recordSession(seed, {}, 6 + (seed % 20));
  const file = await packRecording(recording);
  const { entries, differsAt, why } = await replaySession(await unpackRecording(file));
  const wrong = differsAt === undefined ? '' : `at entry ${differsAt}: ${why}`;
  return { entries, log: recording.log.length, file: file.size, wrong, screen };
};
