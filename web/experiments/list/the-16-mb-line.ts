/** The ISA bus has 24 address lines: what lies higher goes by map registers. */
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const FILE = 'A:\\HISTORY\\4-THE-FAT.TXT';
const NEAR = `type /n ${FILE}`;
const FAR = `start /wait lab far ${FILE}`;

export const the16MbLine: Experiment = {
  name: 'the-16-mb-line',
  title: 'The 16 MB line, and map registers',
  minutes: 6,
  topologies: BOTH,
  view: 'counters',
  shows:
    'The DMA controller reaches 16 MiB of RAM. A read into memory above goes through pages below, and is copied; one through the cache does not.',
  words: ['Cache manager (Cc)', 'DMA', 'lab', 'Map register'],
  about: `The ISA bus has 24 address lines, and the 8237 with its page registers counts no further ([the machine](../machine.md)). This system has 32 MiB. Programs are given memory
above the line as long as there is some, so that what lies below stays for who needs it: the pages of [the cache](../cache.md). When a driver asks for
a transfer into memory that the controller cannot reach, or across 64 KiB, the Executive has a block of *map registers*, as NT calls them: it aims the
controller there, and copies ([drivers](../drivers.md#hardware)). The driver does not see the difference.`,
  steps: [
    {
      say: `Type \`${NEAR}\`. The disk's bytes go to pages of the cache.`,
      async run(bench) {
        await bench.run(NEAR);
      },
    },
    {
      say: `Type \`${FAR}\`. This program reads the same file past the cache, into its own memory.`,
      async run(bench) {
        await bench.run(FAR);
      },
    },
  ],
  look: 'In *Counters*: `machine.dma.transfer` grows with both, `dma.bounce` with the second alone.',
  async check(bench) {
    await bench.counters();
    const near = bench.ran.find(
      ({ line, cost }) => /^type /i.test(line) && bounced(cost).moved > 0,
    );
    const far = bench.last(/^start \/wait lab far /i);
    if (!near) return notYet('nothing has been read from the disk through the cache.');
    if (!far || far.status !== 0) return notYet('nothing has been read past the cache.');
    const [one, two] = [bounced(near.cost), bounced(far.cost)];
    const seen = [
      ['transfers, through the cache', one.moved],
      ['of these copied through map registers', one.copied],
      ['transfers, past the cache', two.moved],
      ['of these copied', two.copied],
    ] as const;
    if (two.copied === 0) return notYet('nothing went through map registers.', seen);
    if (one.copied > 0) return notYet('the cache had to lie high, too. Begin anew.', seen);
    return happened('above the line a transfer is a copy more.', seen);
  },
};

const bounced = (cost: Readonly<Record<string, number>>): { moved: number; copied: number } => ({
  moved: cost['machine.dma.transfer'] ?? 0,
  copied: cost['dma.bounce'] ?? 0,
});
