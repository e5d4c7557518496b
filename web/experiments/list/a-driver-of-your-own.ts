/** A driver written at the bench: loaded, asked, killed, and loaded again. */
import type { MapData } from '../../view/data/map.ts';
import type { Bench, Ran } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const DRIVER = 'mine';
const FILE = 'A:\\MINE.TS';
const READ = 'devio read \\Device\\Mine 64';
const ASKED = /^devio read \\device\\mine \d+$/i;
/** What the source asks for. */
const RIGHT = 'ports 61-61';

interface Loaded {
  readonly process: number;
  /** What of the hardware its capabilities lead to. */
  readonly holds: readonly string[];
}

async function loaded(bench: Bench): Promise<Loaded | undefined> {
  const { places, lines } = await bench.view<MapData>('map');
  const place = places.find(({ kind, name }) => kind === 'driver' && name === DRIVER);
  if (!place) return undefined;
  const own = lines.filter(({ from, to }) => from === place.id && to.startsWith('hardware '));
  const holds = [...new Set(own.map(({ to }) => to.slice('hardware '.length)))];
  return { process: place.process, holds };
}

async function load(bench: Bench): Promise<void> {
  await bench.drivers.load();
  await bench.until('the driver is loaded', async () => (await loaded(bench)) !== undefined);
}

interface Asked {
  /** The first that was answered, the first after it that was not, and the first that was again. */
  readonly answered: Ran | undefined;
  readonly refused: Ran | undefined;
  readonly again: Ran | undefined;
  /** Other lines that ended well while it was gone. */
  readonly meanwhile: number;
}

function asked({ ran }: Bench): Asked {
  const next = (from: Ran | undefined, isGood: boolean): Ran | undefined =>
    ran
      .slice(from ? ran.indexOf(from) + 1 : 0)
      .find(({ line, status }) => ASKED.test(line) && (status === 0) === isGood);
  const answered = next(undefined, true);
  const refused = answered && next(answered, false);
  const again = refused && next(refused, true);
  const gone = refused ? ran.slice(ran.indexOf(refused), again && ran.indexOf(again)) : [];
  const others = gone.filter(({ line, status }) => !ASKED.test(line) && status === 0);
  return { answered, refused, again, meanwhile: others.length };
}

export const aDriverOfYourOwn: Experiment = {
  name: 'a-driver-of-your-own',
  title: 'A driver of your own',
  minutes: 6,
  topologies: BOTH,
  view: 'map',
  bench: true,
  shows:
    'A driver’s source is built in the page and loaded as a process, with the one right that it asks for. It answers a request, is killed, and nobody else notices.',
  words: ['Device object', 'IOPort', 'IRP', 'NTSTATUS'],
  about: `A driver is a [process](../drivers.md), and what it may do is what stands in its CSpace. The
[bench](../driver-bench.md) reads the source's \`rights\` without running it, and writes them into the driver's [service key](../registry.md#services); the loader makes capabilities of
that key and of nothing else. This source asks for the speaker's port, and when it runs for one of the floppy controller's, too: that is refused. What a source of a stranger can still do
is said [there](../driver-bench.md#what-a-hostile-source-can-do). A link with \`bench=\` shows a source and runs nothing: \`?a=disks/driver.img.gz#bench=A%3A%5CMINE.TS\` behind the
site's address shows this one in the site's own bench.`,
  steps: [
    {
      say: `Open \`#bench=${FILE}\`. The disk of this page has that file: the bench shows it, and nothing runs. What it asks for is said below it: port 61.`,
      button: 'Show it',
      async run(bench) {
        await bench.drivers.open(FILE);
      },
    },
    {
      say: 'Press *Build and load* in the bench. *Map* has a process more, `mine`, and one line leads from it to hardware.',
      button: 'Build and load',
      run: load,
    },
    {
      say: `Type \`${READ}\`: one request. The answer is the byte in port 61, and that port 3F4 was refused.`,
      async run(bench) {
        await bench.run(READ);
      },
    },
    {
      say: `Press *Kill* in the bench, and type \`${READ}\` again, then \`dir\`.`,
      button: 'Kill it, and ask',
      async run(bench) {
        const own = await loaded(bench);
        if (own) await bench.machine.control('terminate', own.process);
        await bench.until('the driver is gone', async () => (await loaded(bench)) === undefined);
        await bench.run(READ);
        await bench.run('dir');
      },
    },
    {
      say: `Build and load it once more, and type \`${READ}\`.`,
      button: 'Load it again',
      async run(bench) {
        await load(bench);
        await bench.run(READ);
      },
    },
  ],
  look: 'In the bench, *Now*: its process, that it holds port 61 and nothing else, and what was read there. After *Kill* its line is gone from the map, the device has no name any more, and `dir` is as before. The new process has another number.',
  async check(bench) {
    await bench.counters();
    const own = await loaded(bench);
    const { answered, refused, again, meanwhile } = asked(bench);
    const others = bench.faults.filter(({ process }) => process !== `${DRIVER}.sys`);
    const seen = [
      ['its process', own ? own.process : 'none'],
      ['what it holds of the hardware', own?.holds.join(', ') || 'nothing'],
      ['commands that ended well while it was gone', meanwhile],
      ['others that died', others.length],
    ] as const;
    if (others.length > 0) return notYet('others died, too.', seen);
    if (own && own.holds.join() !== RIGHT)
      return notYet('it holds something else than this source asks for.', seen);
    if (!answered)
      return notYet(own ? 'it is loaded. Ask it.' : `no driver ${DRIVER} is loaded.`, seen);
    if (!refused) return notYet('it has answered. Now kill it, and ask again.', seen);
    if (meanwhile === 0) return notYet('nothing else was done while it was gone.', seen);
    if (!again || !own) return notYet('it is gone, and the others live. Load it again.', seen);
    return happened('it came with one right, answered, went, and only who asked it noticed.', seen);
  },
};
