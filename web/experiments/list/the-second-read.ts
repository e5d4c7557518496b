/** The same file twice: a disk once. */
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const LINE = 'type /n A:\\TOUR\\4-KEEPING.TXT';
const READ = /^type \/n A:\\TOUR\\4-KEEPING\.TXT$/i;
const OF_DISK = 'io.irp.floppy.read';
const OF_FATFS = 'io.irp.fatfs.read';

export const theSecondRead: Experiment = {
  name: 'the-second-read',
  title: 'The second read',
  minutes: 3,
  topologies: BOTH,
  view: 'cache',
  shows:
    'The same command twice. The first one needs the file system and the disk; the second neither of them, since the Executive has the pages.',
  words: ['Cache manager (Cc)', 'Executive', 'fatfs, fdc'],
  about: `A microkernel pays for every message, so what matters is how many there are. The [cache manager](../cache.md) keeps pages of files, and knows
where each page's bytes lie on the disk. A read that finds its page is one call and its answer: no driver is asked, no disk moves. This is
[the claim](../the-claim.md) that the whole system is built to show.`,
  steps: [
    {
      say: `Type \`${LINE}\`.`,
      async run(bench) {
        await bench.run(LINE);
      },
    },
    {
      say: 'Type it again: the arrow up brings it back.',
      button: 'Do it again',
      async run(bench) {
        await bench.run(LINE);
      },
    },
  ],
  look: 'After the first: a row for 4-KEEPING.TXT in *Cache*, and reads of the disk. After the second: one more hit, no read of the disk, and the drive stays dark.',
  async check(bench) {
    await bench.counters();
    const reads = bench.ran.filter(({ line, status }) => READ.test(line) && status === 0);
    const [first, second] = reads;
    if (!first) return notYet('the file has not been typed.');
    const disk = first.cost[OF_DISK] ?? 0;
    if (disk === 0) return notYet('the first read did not go to the disk. Begin anew.');
    if (!second) return notYet('it has been typed once. Once more.', [['reads of the disk', disk]]);
    const seen = [
      ['reads of the disk, the first time', disk],
      ['questions to fatfs where bytes lie, the first time', first.cost[OF_FATFS] ?? 0],
      ['reads of the disk, the second time', second.cost[OF_DISK] ?? 0],
      ['questions to fatfs, the second time', second.cost[OF_FATFS] ?? 0],
      ['pages found in the cache, the second time', second.cost['cc.hit'] ?? 0],
    ] as const;
    if ((second.cost[OF_DISK] ?? 0) > 0 || (second.cost[OF_FATFS] ?? 0) > 0)
      return notYet('the second read went to the disk, too: the page was gone. Once more.', seen);
    return happened('the second read asked nobody but the Executive.', seen);
  },
};
