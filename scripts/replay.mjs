/**
 * npm run replay: plays a recorded session, without a browser.
 *
 *   npm run replay -- build/recordings/NAME.neptune [--until ENTRY] [--screen]
 *
 * Says how long the session was, how long its replay took, how many entries the kernel counted, a
 * hash of the memory there; `--screen`: also what the terminal showed. Where the replay differs
 * from what was recorded it says at which entry and how, and its status is 1.
 *
 * A recording of the site's, or of a test. One of other sources than those that are here now is
 * refused, with status 2. Takes the kernel and the images as built.
 */
import { readFileSync } from 'node:fs';
import { oneArgument, refuse } from './arguments.mjs';
import { buildId, SOURCES, sourcesId } from './code.mjs';
import { bundled } from './headless.mjs';

const USAGE = 'usage: npm run replay -- FILE [--until ENTRY] [--screen]';
const SOURCE = 'web/headless/replay.ts';

const { given, values } = oneArgument(USAGE, {
  until: { type: 'string' },
  screen: { type: 'boolean', default: false },
});
const until = values.until === undefined ? undefined : Number(values.until);
if (until !== undefined && !(until >= 0)) refuse(USAGE);

const builtAs = (build, name) => bundled(SOURCE, name, { NEPTUNE_BUILD: JSON.stringify(build) });

/** What plays it: a test ran the sources unbuilt, the site what it says. */
async function player(file) {
  const ofSources = await builtAs(sourcesId(), 'replay');
  if ((await ofSources.buildOf(file)).startsWith(SOURCES)) return ofSources.playFile;
  return (await builtAs(buildId(), 'replay-built')).playFile;
}

try {
  const file = new Uint8Array(readFileSync(given));
  const play = await player(file);
  const played = await play(file, { until });
  const { entries, hash, differsAt, why, facts, screen, milliseconds } = played;
  if (values.screen) console.log(screen);
  console.log(
    `a session of ${facts.seconds.toFixed(1)} s, replayed in ${(milliseconds / 1000).toFixed(2)} s: ` +
      `${entries} entries of the kernel, hash ${hash.toString(16).padStart(8, '0')}`,
  );
  if (differsAt !== undefined) console.log(`differs at entry ${differsAt}: ${why}`);
  process.exit(differsAt === undefined ? 0 : 1);
} catch (error) {
  refuse(error.message);
}
