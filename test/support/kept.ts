/**
 * Recordings of sessions, kept when the test fails that had them: the file is
 * build/recordings/NAME.neptune, the failure's words say so, and `npm run replay` plays it.
 *
 *   keepIfFailed(session)      from now on; `ended` says that it is over
 *   keepNow(recording, name)   resolves to the file's name
 *   keptOf(name), testEnded()  for keep-failed.ts: of all that there are, when a test has failed
 *
 * A session that is over is looked at once more, after the test that ended it; one that goes on is
 * held weakly, since it has memories of many MiB and tests forget it without ending it. What a test
 * does to a machine past its inputs (faults, images of its own) is in no recording: there its
 * replay differs, and says at which entry.
 */
import { packRecording } from '../../web/host/record/format.ts';
import type { Recording } from '../../web/host/record/types.ts';

export interface Kept {
  recording(): Recording;
}

const going = new Set<WeakRef<Kept>>();
let over: Kept[] = [];

export function keepIfFailed(session: Kept): { ended(): void } {
  const reference = new WeakRef(session);
  going.add(reference);
  return {
    ended() {
      if (going.delete(reference)) over.push(session);
    },
  };
}

export async function keepNow(recording: Recording, name: string): Promise<string> {
  const query = new URLSearchParams({ name });
  const body = await packRecording(recording);
  const answer = await fetch(`/neptune-recordings?${query}`, { method: 'POST', body });
  return answer.text();
}

function sessions(): Kept[] {
  const found = [...going].map((reference) => reference.deref());
  return [...over, ...found.filter((session) => session !== undefined)];
}

/** Never rejects: what failed is the test. */
export async function keptOf(name: string): Promise<string[]> {
  try {
    const files: string[] = [];
    for (const session of sessions()) files.push(await keepNow(session.recording(), name));
    return files;
  } catch (error) {
    console.warn('There is no recording of this session:', error);
    return [];
  }
}

export function testEnded(): void {
  over = [];
  for (const reference of going) if (!reference.deref()) going.delete(reference);
}
