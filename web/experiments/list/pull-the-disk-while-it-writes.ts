/** The disk leaves in the middle; what is due waits for it, and for no other. */
import type { CacheData } from '../../view/data/cache.ts';
import { statusOf } from '../status.ts';
import type { Bench } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const LENGTH = 200_000;
const LINE = `start /wait lab write A:\\PULLED.DAT ${LENGTH}`;
/** Not before it is wanted: whoever reads the words alone has no such address. */
const blank = (): URL => new URL('../../../build/disks/blank.img.gz', import.meta.url);
const DISK = 'the disk';
const PAGE = 4096;

const dirtyPages = async (bench: Bench): Promise<number> =>
  (await bench.view<CacheData>('cache')).dirty;

/** The drive has been given something to write, and not yet all of it. */
const writing = async (bench: Bench): Promise<boolean> =>
  (await dirtyPages(bench)) > 0 && ((await bench.since())['io.irp.floppy.write'] ?? 0) > 0;

/** Once: whether something was still to be written. A drive may be faster than this page. */
async function pulled(bench: Bench): Promise<boolean> {
  const { machine } = bench;
  await bench.until('the drive writes', async () => {
    if ((await dirtyPages(bench)) === 0) await bench.run(LINE);
    return writing(bench);
  });
  const disk = await machine.pullDisk('A:');
  bench.hand.set(DISK, disk);
  if ((await dirtyPages(bench)) > 0) return true;
  await machine.insertDisk('A:', disk, { label: 'tour.img' });
  return false;
}

/** How many bytes of the file are as they were written. */
async function whole(bench: Bench): Promise<number> {
  try {
    const bytes = await bench.machine.readFile('A:\\PULLED.DAT');
    return bytes.filter((byte, index) => byte === (Math.floor(index / PAGE) & 0xff)).length;
  } catch (error) {
    if (statusOf(error) === 0) throw error;
    return 0;
  }
}

export const pullTheDisk: Experiment = {
  name: 'pull-the-disk-while-it-writes',
  title: 'Pull the disk while it writes',
  minutes: 6,
  topologies: BOTH,
  speed: 'real',
  view: 'cache',
  shows:
    'A floppy disk is pulled out in the middle of being written. What was still to be written waits in memory until the same disk is back.',
  words: ['Dirty page', 'Lazy writer', 'Medium', 'NTSTATUS'],
  about: `A drive has a button, and nobody asks the system before pressing it. The floppy driver sees the change line, and answers everything with
\`STATUS_VERIFY_REQUIRED\` from then on ([changed disks](../drivers.md#changed-disks)). The Executive sets the volume [aside](../io.md): its dirty pages wait, and another disk in
the drive is another volume. When a disk comes whose serial number and label are the right ones, the volume is mounted as it was, and what waits is written.`,
  steps: [
    {
      say: `Type \`${LINE}\`: 200,000 bytes are in the cache at once, and the drive begins to write.`,
      async run(bench) {
        await bench.run(LINE);
      },
    },
    {
      say: 'Pull the disk out while it is being written. (The drive’s *Eject* would wait for the system: this is the hand that does not.)',
      button: 'Pull it out',
      async run(bench) {
        await bench.until('the disk is out, and not all is written', () => pulled(bench));
      },
    },
    {
      say: 'Put another disk in, an empty one. Type `sync`, which cannot be done, and `dir A:`.',
      button: 'Put another in',
      async run(bench) {
        await bench.machine.insertDisk('A:', blank(), { label: 'blank.img' });
        await bench.run('sync');
        await bench.until('what is due waits', async () => {
          const since = await bench.since();
          return (since['cc.waiting'] ?? 0) > 0;
        });
        await bench.run('dir A:');
      },
    },
    {
      say: 'Type `mount`: it says which disk is to be put back, and how much of it is not written.',
      async run(bench) {
        await bench.run('mount');
      },
    },
    {
      say: 'Take it out, put the first one back, and type `dir A:`.',
      button: 'Put it back',
      async run(bench) {
        const disk = bench.hand.get(DISK) as Blob | undefined;
        if (!disk) throw new Error('There is no disk in your hand: pull it out first.');
        await bench.machine.insertDisk('A:', disk, { label: 'tour.img' });
        await bench.run('dir A:');
        await bench.until('all of it is written', async () => (await dirtyPages(bench)) === 0);
      },
    },
  ],
  look: 'In *Cache*: dirty pages that stay while their disk is out, and go when it is back; the other disk gets nothing of it. The file is there with all its bytes.',
  async check(bench) {
    const since = await bench.since();
    const waited = since['cc.waiting'] ?? 0;
    const lost = since['cc.lost'] ?? 0;
    if (waited === 0) return notYet('no page has had to wait for its disk.');
    const dirty = await dirtyPages(bench);
    const good = await whole(bench);
    const seen = [
      ['pages that waited', waited],
      ['pages that were lost', lost],
      ['pages that are dirty', dirty],
      ['bytes of the file that are right', good],
    ] as const;
    if (dirty > 0 || good === 0) return notYet('the disk is to be put back.', seen);
    if (lost > 0 || good !== LENGTH) return notYet('the file is not whole.', seen);
    return happened('what waited was written, and the file is whole.', seen);
  },
};
