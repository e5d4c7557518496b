/** A slid tab: the hardware says no, and everybody above passes it on. */
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const LINE = 'echo no > A:\\NO.TXT';
const MEDIA_WRITE_PROTECTED = 0xc000_00a2;

export const aWriteProtectedDisk: Experiment = {
  name: 'a-write-protected-disk',
  title: 'A write-protected disk',
  minutes: 3,
  topologies: BOTH,
  view: 'devices',
  shows:
    'The tab of the disk is slid. A line of the drive says so to the controller, and the command gets a status before anything is in the cache.',
  words: ['fatfs, fdc', 'IRP', 'NTSTATUS'],
  about: `Write protection is a switch in the drive: the controller sees a line, and its status register 3 has it ([the floppy path](../floppy.md)). The driver answers
\`IOCTL_DISK_IS_WRITABLE\`, and the Executive opens no file for writing on a disk that is not. So no data is taken that could not be kept.`,
  steps: [
    {
      say: 'Slide the tab: take the disk out, and put it in write-protected. (The drive bar’s tab does it, too.)',
      button: 'Slide the tab',
      async run({ machine }) {
        const disk = await machine.ejectDisk('A:');
        await machine.insertDisk('A:', disk, { label: 'tour.img', writeProtected: true });
      },
    },
    {
      say: `Type \`${LINE}\`.`,
      async run(bench) {
        await bench.run(LINE);
      },
    },
    {
      say: 'Type `dir A:`: what is on it can be read.',
      async run(bench) {
        await bench.run('dir A:');
      },
    },
  ],
  look: '`STATUS_MEDIA_WRITE_PROTECTED`, no write of the disk, no dirty page; reading is as before.',
  async check(bench) {
    const since = await bench.since();
    const tried = bench.ran.find(({ status }) => status >>> 0 === MEDIA_WRITE_PROTECTED);
    const writes = since['io.irp.floppy.write'] ?? 0;
    if (!tried) return notYet('nothing has been refused for write protection.');
    const read = bench.ran.slice(bench.ran.indexOf(tried) + 1).some(({ status }) => status === 0);
    const seen = [
      ['refused', tried.line],
      ['writes of the disk', writes],
      ['requests of the drive since', since['io.irp.floppy.read'] ?? 0],
    ] as const;
    if (!read) return notYet('it was refused. Can the disk still be read?', seen);
    if (writes > 0) return notYet('something was written. Begin anew.', seen);
    return happened('it was refused before anything was taken.', seen);
  },
};
