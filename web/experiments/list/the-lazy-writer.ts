/** What is written comes to the disk later, and nobody asks for it. */
import type { CacheData } from '../../view/data/cache.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const LINE = 'echo written once > A:\\LAZY.TXT';
const ECHO = /> *A:\\LAZY\.TXT$/i;
const FLUSHES = /^(sync|umount|shutdown)\b/i;

export const theLazyWriter: Experiment = {
  name: 'the-lazy-writer',
  title: 'The lazy writer',
  minutes: 4,
  topologies: BOTH,
  speed: 'real',
  view: 'cache',
  shows:
    'A file is written, and the prompt is back, before the disk has turned. The cache brings it to the disk a moment later, when the system is quiet.',
  words: ['Cache manager (Cc)', 'Dirty page', 'Lazy writer'],
  about: `A write changes pages of the cache and is done. Which of them go to the disk when is [a decision](../decisions/0024-lazy-writer.md) by age, by amount and
by quiet: a disk that can be pulled out is written as soon as nothing has happened for 50 ms, one that stays after three seconds. All that is
dirty is sorted by its place on the disk, so that twenty small files may be one transfer. The drive has a real one's times here, so that there is something to see.`,
  steps: [
    {
      say: `Type \`${LINE}\`, and look at the drive: the prompt is there first.`,
      async run(bench) {
        await bench.run(LINE);
      },
    },
    {
      say: 'Touch nothing until no page is dirty any more.',
      button: 'Wait',
      async run(bench) {
        await bench.until('nothing is dirty', async () => {
          const { dirty } = await bench.view<CacheData>('cache');
          return dirty === 0;
        });
      },
    },
  ],
  look: 'In *Cache*: dirty pages of LAZY.TXT, of the directory and of the tables of the disk; then the drive’s light, and they are clean.',
  async check(bench) {
    const since = await bench.since();
    if (!bench.last(ECHO)) return notYet('nothing has been written.');
    const flushed = bench.ran.some(({ line }) => FLUSHES.test(line));
    const { dirty } = await bench.view<CacheData>('cache');
    const writes = since['io.irp.floppy.write'] ?? 0;
    const seen = [
      ['pages that are dirty', dirty],
      ['writes of the disk', writes],
      ['commands that asked for them', flushed ? 'sync' : 0],
    ] as const;
    if (flushed) return notYet('somebody asked for it. Begin anew.', seen);
    if (dirty > 0 || writes === 0) return notYet('it is still in the cache alone.', seen);
    return happened('it was written, and nobody had asked.', seen);
  },
};
