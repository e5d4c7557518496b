/** Two threads, each with what the other wants: seen in what they wait for. */
import type { ProcessRow, ThreadRow } from '../../view/data/processes.ts';
import type { Bench } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const LINE = 'start lab deadlock';
const ORDERED = 'start /wait lab deadlock ordered';
const FOUND = 'the two';

interface Found {
  readonly process: ProcessRow;
  readonly one: ThreadRow;
  readonly other: ThreadRow;
}

/** Each waits for something that the other one has. */
const waitsFor = ({ objects }: ThreadRow, { id }: ThreadRow): boolean =>
  objects.some(({ owner }) => owner === id);

async function circle(bench: Bench): Promise<Found | undefined> {
  for (const process of await bench.view<ProcessRow[]>('processes'))
    for (const one of process.threads)
      for (const other of process.threads)
        if (one.id < other.id && waitsFor(one, other) && waitsFor(other, one))
          return { process, one, other };
  return undefined;
}

export const aDeadlock: Experiment = {
  name: 'a-deadlock',
  title: 'A deadlock',
  minutes: 5,
  topologies: BOTH,
  view: 'processes',
  shows:
    'Two threads have a mutex each, and each waits for the other’s. Nothing is broken, nobody runs, and it can be read off from what they wait for.',
  words: ['Executive', 'Mutant', 'Object manager (Ob)', 'Reply capability'],
  about: `A *mutant* is NT's mutex: an object of the [Executive](../executive.md), not of the kernel. A thread that waits for one has called the Executive with \`seL4_Call\` and has not
been answered ([waiting](../waiting.md)): so the kernel's word is that both wait for a reply, and which object keeps the answer back is the Executive's. The window shows both.
Each thread first takes a mutant, and goes on only when the other has one, too: that makes it certain and no matter of luck. If both take them in the same order, the
second waits before it has anything, and the circle cannot close. When the process ends, its mutants are *abandoned*, and whoever waits for one is told so.`,
  steps: [
    {
      say: `Type \`${LINE}\`: two threads, two mutants, *Left* and *Right*.`,
      async run(bench) {
        await bench.run(LINE);
        await bench.until('both wait', async () => (await circle(bench)) !== undefined);
      },
    },
    {
      say: 'In *Processes*, choose lab.exe and read what its threads wait for. (*Look* notes it for the check, and so does *Check*.)',
      button: 'Look',
      async run(bench) {
        bench.hand.set(FOUND, await circle(bench));
      },
    },
    {
      say: 'Type `kill` and the number of lab.exe.',
      async run(bench) {
        const found = await circle(bench);
        await bench.run(`kill ${found?.process.id ?? 0}`);
        await bench.until('it is gone', async () => (await circle(bench)) === undefined);
      },
    },
    {
      say: `Type \`${ORDERED}\`: both take *Left* first. It ends.`,
      async run(bench) {
        await bench.run(ORDERED);
      },
    },
  ],
  look: 'In *Processes*: one thread waits for Left, which the other one has, and that one for Right, which the first has. All other processes go on. In *Objects*, below BaseNamedObjects: both mutants, until the process ends.',
  async check(bench) {
    await bench.counters();
    const now = await circle(bench);
    if (now) bench.hand.set(FOUND, now);
    const found = bench.hand.get(FOUND) as Found | undefined;
    if (!found) return notYet('no two threads wait for each other.');
    const { process, one, other } = found;
    const seen = [
      ['the process', `${process.image}, process ${process.id}`],
      [`thread ${one.id}`, one.words],
      [`thread ${other.id}`, other.words],
    ] as const;
    if (now) return notYet('the two are found, and wait still.', seen);
    const ordered = bench.last(/^start \/wait lab deadlock ordered$/i);
    if (ordered?.status !== 0) return notYet('they are gone. Now the same in one order.', seen);
    return happened('each waited for the other; in one order nobody does.', seen);
  },
};
