/** Two threads that yield: in turns, or one after the other. */
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const TIMES = 1000;
const EQUAL = `start /wait lab turns ${TIMES}`;
const RAISED = `${EQUAL} raise`;

export const priorityAndWhoRuns: Experiment = {
  name: 'priority-and-who-runs',
  title: 'Priority, and who runs',
  minutes: 4,
  topologies: BOTH,
  view: 'counters',
  shows:
    'Two threads offer the processor to each other a thousand times. Of equal priority they take turns; with one above the other, it runs to its end first.',
  words: ['Executive', 'lab', 'TCB', 'Thread'],
  about: `The [kernel](../kernel.md) has seL4's classic scheduler (not MCS): 256 priorities, and it takes the first thread of the highest one that is not empty. \`seL4_Yield\` puts the caller behind all others *of its
priority*: whoever is alone there goes on at once. NT's \`NtSetInformationThread\` with \`ThreadBasePriority\` comes down to \`seL4_TCB_SetPriority\` on the thread's TCB, which the Executive
alone has. A program's thread cannot come before a driver's however high it asks.`,
  steps: [
    {
      say: `Type \`${EQUAL}\`, then \`echo %errorlevel%\`: how many turns had the second thread when the first one ended?`,
      async run(bench) {
        await bench.run(EQUAL);
        await bench.run('echo %errorlevel%');
      },
    },
    {
      say: `Type \`${RAISED}\`: the first thread is one above. And \`echo %errorlevel%\`.`,
      async run(bench) {
        await bench.run(RAISED);
        await bench.run('echo %errorlevel%');
      },
    },
  ],
  look: 'About a thousand the first time, 0 the second time. In *Counters*, `kernel.switch` grows by some two thousand more the first time.',
  async check(bench) {
    await bench.counters();
    const equal = bench.last(/^start \/wait lab turns 1000$/i);
    const raised = bench.last(/^start \/wait lab turns 1000 raise$/i);
    if (!equal || !raised) return notYet('both are to be run.');
    const switches = [equal, raised].map(({ cost }) => cost['kernel.switch'] ?? 0);
    const seen = [
      ['turns of the second, of equal priority', equal.status],
      ['switches between threads', switches[0]!],
      ['turns of the second, of lower priority', raised.status],
      ['switches between threads', switches[1]!],
    ] as const;
    const inTurns = equal.status > TIMES / 2 && equal.status <= TIMES;
    if (!inTurns) return notYet('they did not take turns. Once more.', seen);
    if (raised.status !== 0) return notYet('the lower one ran before its time. Once more.', seen);
    if (switches[0]! - switches[1]! < TIMES)
      return notYet('the kernel did not switch as often as that. Once more.', seen);
    return happened('equals take turns, and the higher one goes first.', seen);
  },
};
