/**
 * npm run replay: plays a recorded session, without a browser.
 *
 *   npm run replay -- build/recordings/NAME.neptune [--until ENTRY] [--screen]
 *
 * Says how long the session was, how long its replay took, how many entries the kernel counted, a
 * hash of the memory there; `--screen`: also what the terminal showed. Where the replay differs
 * from what was recorded it says at which entry and how, and its status is 1.
 *
 * A recording of the site's, or of a test: of the sources as they are now. Takes the kernel and the
 * images as built.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildId } from './code.mjs';
import { bundled } from './headless.mjs';

const USAGE = 'usage: npm run replay -- FILE [--until ENTRY] [--screen]';

function refuse(words) {
  console.error(words);
  process.exit(2);
}

function given() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { until: { type: 'string' }, screen: { type: 'boolean', default: false } },
    });
  } catch (error) {
    return refuse(`${error.message}\n${USAGE}`);
  }
}

const { values, positionals } = given();
const until = values.until === undefined ? undefined : Number(values.until);
if (positionals.length !== 1 || (until !== undefined && !(until >= 0))) refuse(USAGE);

const SOURCE = 'web/headless/replay.ts';
/** What a test has for a build (web/host/record/build.ts). */
const SOURCES = 'sources';

/** What plays it: a test ran the sources unbuilt, the site what it says. */
async function player(file) {
  const { buildOf, playFile } = await bundled(SOURCE, 'replay');
  if ((await buildOf(file)) === SOURCES) return playFile;
  const build = { NEPTUNE_BUILD: JSON.stringify(buildId()) };
  return (await bundled(SOURCE, 'replay-built', build)).playFile;
}

try {
  const file = new Uint8Array(readFileSync(positionals[0]));
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
