/** Handles that nobody closes: found by looking, and all of them gone with their owner. */
import type { ProcessRow } from '../../view/data/processes.ts';
import type { Bench } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const COUNT = 200;
const LINE = `start lab leak ${COUNT}`;
const MANY = 100;
const FOUND = 'the owner';

async function owner(bench: Bench): Promise<ProcessRow | undefined> {
  const rows = await bench.view<ProcessRow[]>('processes');
  return rows.find(({ handles }) => handles.length > MANY);
}

export const aLeakAndItsOwner: Experiment = {
  name: 'a-leak-and-its-owner',
  title: 'A leak and its owner',
  minutes: 6,
  topologies: BOTH,
  view: 'processes',
  shows:
    'A program makes objects and closes none of their handles. Whose they are is written down, so the leak has an owner; and when that one goes, all of it comes back.',
  words: ['Handle', 'Object manager (Ob)', 'Quota block'],
  about: `The Executive charges every object, handle and page to the process that it made it for ([quotas](../decisions/0007-quotas.md)). So a leak is not a system that
slowly gets worse, but a process whose numbers grow, and at its limit it is refused and nobody else. When it ends, its handle table is closed, handle by
handle, and the charges go back. (The shell knows \`handles\`, which lists the same.)`,
  steps: [
    {
      say: `Type \`${LINE}\`. It says the number of the process, and stays.`,
      async run(bench) {
        await bench.run(LINE);
        await bench.until('it has leaked', async () => {
          const { handles = [] } = (await owner(bench)) ?? {};
          return handles.length >= COUNT;
        });
      },
    },
    {
      say: 'In *Processes*, find who has two hundred handles. (*Look* notes it for the check, and so does *Check*.)',
      button: 'Look',
      async run(bench) {
        bench.hand.set(FOUND, await owner(bench));
      },
    },
    {
      say: 'Type `kill` and its number.',
      async run(bench) {
        const found = await owner(bench);
        await bench.run(`kill ${found?.id ?? 0}`);
        await bench.until('it is gone', async () => (await owner(bench)) === undefined);
      },
    },
  ],
  look: 'In *Processes*: the handles of lab.exe, and what it is charged. In *Objects*: two hundred events without a name, all open by one. After the kill: none.',
  async check(bench) {
    const now = await owner(bench);
    if (now) bench.hand.set(FOUND, now);
    const found = bench.hand.get(FOUND) as ProcessRow | undefined;
    if (!found) return notYet(`nobody has more than ${MANY} handles.`);
    const seen = [
      ['the owner', `${found.image}, process ${found.id}`],
      ['its handles', found.handles.length],
    ] as const;
    if (now) return notYet('the leak is found, and its owner lives.', seen);
    const rows = await bench.view<ProcessRow[]>('processes');
    const most = Math.max(...rows.map(({ handles }) => handles.length));
    return happened('the owner is gone, and the handles with it.', [
      ...seen,
      ['most handles of a process now', most],
    ]);
  },
};
