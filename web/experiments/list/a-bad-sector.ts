/** A sector that cannot be read: what the driver tries, what the reader is told, what is saved. */
import type { DiskData } from '../../view/data/disk.ts';
import { statusOf } from '../status.ts';
import type { Bench } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const FILE = 'A:\\HISTORY\\4-THE-FAT.TXT';
const COPY = 'B:\\4-THE-FAT.TXT';
const READ = `type /n ${FILE}`;
const SAVE = `recover ${FILE} /to:B:\\`;
/** Of the file, from 0. */
const BAD = 1;
const SECTOR = 512;
const CRC_ERROR = 0xc000_003f;
const PARTIAL_COPY = 0x8000_000d;
/** Not before it is wanted: whoever reads the words alone has no such address. */
const blank = (): URL => new URL('../../../build/disks/blank.img.gz', import.meta.url);

/** In A:, the bad ones; and whether the drive has met one since it is watched. */
async function bad(bench: Bench): Promise<{ count: number; met: boolean }> {
  const { drives } = await bench.view<DiskData>('disk');
  const { sectors = [], had = {} } = drives.find(({ drive }) => drive === 'A:') ?? {};
  const found = sectors.filter(({ state }) => state === 'bad');
  const met = found.some(({ cylinder, head, id }) => had[`${cylinder} ${head} ${id}`]?.failed);
  return { count: found.length, met };
}

/** Of the copy: how many bytes there are, and how many of them are not what the file has. */
async function saved({ machine }: Bench): Promise<{ size: number; lost: number } | undefined> {
  try {
    const [copy, { data, missing }] = await Promise.all([
      machine.readFile(COPY),
      machine.salvageFile(FILE),
    ]);
    const same = copy.length === data.length && copy.every((byte, at) => byte === data[at]);
    const lost = missing.reduce((sum, { length }) => sum + length, 0);
    return same ? { size: copy.length, lost } : undefined;
  } catch (error) {
    if (statusOf(error) === 0) throw error;
    return undefined;
  }
}

export const aBadSector: Experiment = {
  name: 'a-bad-sector',
  title: 'A bad sector',
  minutes: 6,
  topologies: BOTH,
  view: 'disk',
  shows:
    'One sector of a file cannot be read. The driver tries each request four times, the reader gets a status and no wrong byte, and all but that sector is saved.',
  words: ['Cache manager (Cc)', 'fatfs, fdc', 'NTSTATUS', 'Sector'],
  about: `Behind each sector on a disk stands a checksum, which the controller compares: where it is wrong, the command ends with the bit *DE* in its status register 1, and the
bytes are not to be believed. The driver tries once more, then sends the head to track 0 and back and tries twice again, since a head can stand
a little beside its track ([the floppy path](../floppy.md)). After that its answer is \`STATUS_CRC_ERROR\`, and everybody above hands it on: the Executive keeps no
such page in [the cache](../cache.md), and the program is told. \`recover\` asks for [sector after sector](../disk-tools.md#recover), so that what is whole is copied; what is not is zeros in the copy,
and is said. In the list of files a damaged file can be saved in the same way.`,
  steps: [
    {
      say: `Put a damaged disk in: it is the same as before, but the second sector of \`${FILE}\` has a wrong checksum.`,
      button: 'Put it in',
      async run(bench) {
        const { withBadSector } = await import('../damaged-disk.ts');
        const disk = await withBadSector(bench.machine, FILE, BAD);
        await bench.machine.insertDisk('A:', disk, { label: 'damaged.imd' });
        bench.showWindow();
        await bench.until('the disk’s map is there', async () => (await bad(bench)).count > 0);
      },
    },
    {
      say: `Type \`${READ}\`: an error, and not a byte of the file.`,
      async run(bench) {
        await bench.run(READ);
      },
    },
    {
      say: `Put an empty disk into B:, and type \`${SAVE}\`.`,
      button: 'Save what can be saved',
      async run(bench) {
        await bench.machine.insertDisk('B:', blank(), { label: 'blank.img' });
        await bench.run(SAVE);
      },
    },
  ],
  look: 'In *Disk*: the sector marked bad, in the middle of its file, and the head’s way to track 0 and back. On the screen: `STATUS_CRC_ERROR`, then how many bytes are missing, and where.',
  async check(bench) {
    await bench.counters();
    const { count, met } = await bad(bench);
    if (count === 0) return notYet('there is no bad sector on the disk in A:.');
    const tried = bench.ran.find(({ status }) => status >>> 0 === CRC_ERROR);
    const seen = [['bad sectors of the disk', count]] as const;
    if (!tried) return notYet('nobody has read over it.', seen);
    const more = [
      ...seen,
      ['read over it', tried.line],
      ['commands of the controller for that', tried.cost['machine.fdc.command'] ?? 0],
      ['seen to fail in the view', met ? 'yes' : 'it was not watched then'],
    ] as const;
    const recovered = bench.last(/^recover /i);
    if (!recovered) return notYet('it was told. Now save what can be saved.', more);
    const copy = await saved(bench);
    if (!copy || recovered.status >>> 0 !== PARTIAL_COPY)
      return notYet('the copy is not what can be read of the file.', more);
    const all = [...more, ['bytes of the copy', copy.size], ['lost of these', copy.lost]] as const;
    if (copy.lost !== count * SECTOR) return notYet('more is lost than the sector.', all);
    return happened('the reader was told, and all else is saved.', all);
  },
};
