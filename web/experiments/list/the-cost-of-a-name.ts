/** A name is looked up once. */
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const NAME = 'A:\\HISTORY\\3-FLOPPY-DISKS.TXT';
const LINE = `if exist ${NAME} echo It is there.`;
const LOOK = /^if exist A:\\HISTORY\\/i;

export const theCostOfAName: Experiment = {
  name: 'the-cost-of-a-name',
  title: 'The cost of a name',
  minutes: 3,
  topologies: BOTH,
  view: 'counters',
  shows:
    'Asking whether a file is there needs the file system the first time. The second time the Executive knows the answer, also where it is no.',
  words: ['Executive', 'fatfs, fdc', 'IRP'],
  about: `A name leads from directory to directory, and each is a file of the disk that only the FAT driver can read. What it has answered the Executive
[keeps](../cache.md): attributes by name, and that a name is not there. A file system tells it when one of them changes, so the answer is never an old one.`,
  steps: [
    {
      say: `Type \`${LINE}\``,
      async run(bench) {
        await bench.run(LINE);
      },
    },
    {
      say: 'Type it again.',
      button: 'Do it again',
      async run(bench) {
        await bench.run(LINE);
      },
    },
  ],
  look: 'In *Counters*, the requests of fatfs (`io.irp.fatfs`) grow with the first and not with the second; `cc.attr.hit` does.',
  async check(bench) {
    await bench.counters();
    const [first, second] = bench.ran.filter(({ line }) => LOOK.test(line));
    if (!first) return notYet('nobody has asked for the name.');
    const asked = (cost: Readonly<Record<string, number>>): number =>
      Object.entries(cost)
        .filter(([name]) => name.startsWith('io.irp.fatfs.'))
        .reduce((sum, [, count]) => sum + count, 0);
    if (!second)
      return notYet('it has been asked for once.', [['requests of fatfs', asked(first.cost)]]);
    const seen = [
      ['requests of fatfs, the first time', asked(first.cost)],
      ['requests of fatfs, the second time', asked(second.cost)],
      ['answers from memory, the second time', second.cost['cc.attr.hit'] ?? 0],
    ] as const;
    if (asked(first.cost) === 0) return notYet('the first answer was known already.', seen);
    if (asked(second.cost) > 0) return notYet('fatfs was asked again.', seen);
    return happened('the second answer came from memory.', seen);
  },
};
