/** A race: lost additions, as many as chance has it; and the same ones in the replay. */
import type { ReplayResult } from '../../host/record/types.ts';
import type { Bench } from '../bench.ts';
import { type Experiment, happened, notYet } from '../types.ts';

const TIMES = 50;
const LINE = `start /wait lab race ${TIMES}`;
const RACE = /^start \/wait lab race \d+$/i;
const REPLAYED = 'the replay';

interface Replayed extends ReplayResult {
  /** What the end of the screen showed before, and shows at the end. */
  readonly first: string;
  readonly again: string;
}

/** Both numbers stand in so many lines; the screen may have fewer rows at the end. */
const LAST_LINES = 6;

function shown({ machine }: Bench): string {
  const lines = machine.screenText().split('\n');
  const told = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  return told.slice(-LAST_LINES).join('\n');
}

export const aRaceReplayed: Experiment = {
  name: 'a-race-made-to-happen-and-replayed',
  title: 'A race, made to happen and replayed',
  minutes: 8,
  topologies: ['single'],
  view: 'processes',
  shows:
    'Two threads add to one sum without a lock, and additions are lost: another number each time. Replayed from its recording, the session loses the same ones, entry for entry.',
  words: ['lab', 'Thread', 'Topology'],
  about: `One thread reads the sum, waits a millisecond, and writes back what it read, plus one; fifty times. The other one adds as fast as it can, and whatever it has added
meanwhile is overwritten: at least one addition each time, since the first does not go on before the other had a turn. How many are lost depends on how fast your processor is just then, which nobody can say. A fault like that is hard to find because it does
not come twice. Here it does: in the topology *single* all that is not determined [comes through one door](../determinism.md) and is written down, above all what the clock
said and when a timer was due. A replay answers from the log, so the millisecond is as long as it was, in additions.`,
  steps: [
    {
      say: `Type \`${LINE}\`, and \`echo %errorlevel%\`: so many additions are missing.`,
      async run(bench) {
        await bench.run(LINE);
        await bench.run('echo %errorlevel%');
      },
    },
    {
      say: 'Type both again: it is another number.',
      button: 'Do it again',
      async run(bench) {
        await bench.run(LINE);
        await bench.run('echo %errorlevel%');
      },
    },
    {
      say: 'Record the session, and replay it: the machine is shut down, and played again from its log.',
      button: 'Replay',
      async run(bench) {
        const { machine } = bench;
        const first = shown(bench);
        const recording = await machine.recording();
        // A view that looks would have the system booted again.
        bench.hideWindow();
        const result = await machine.replay(recording);
        await bench.settled(() => shown(bench) === first);
        bench.hand.set(REPLAYED, { ...result, first, again: shown(bench) } satisfies Replayed);
      },
    },
  ],
  look: 'The same screen, to the last number, in a second or less. What stands there now is the replay; *Begin anew* boots again.',
  async check(bench) {
    const races = bench.ran.filter(({ line }) => RACE.test(line));
    const lost = races.map(({ status }) => status);
    if (!lost.some((each) => each > 0)) return notYet('nobody has raced, so no addition is lost.');
    const replayed = bench.hand.get(REPLAYED) as Replayed | undefined;
    const seen = [['additions that were lost', lost.join(', ')]] as const;
    if (!replayed) return notYet('the race has happened. Now replay it.', seen);
    const { entries, hash, differsAt, why, first, again } = replayed;
    const more = [
      ...seen,
      ['entries into the kernel', entries],
      ['hash of all memory at the end', String(hash)],
      ['the screen', first === again ? 'the same' : 'another'],
    ] as const;
    if (differsAt !== undefined)
      return notYet(`the replay differs at entry ${differsAt}: ${why ?? ''}`, more);
    if (first !== again) return notYet('the replay shows something else.', more);
    return happened('the same additions were lost, by chance only the first time.', more);
  },
};
