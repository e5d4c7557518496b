/** One read, from the shell to the controller. */
import type { FollowData, FollowedCall } from '../../view/data/follow.ts';
import type { Bench } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const LINE = 'type /n A:\\README.TXT';

const isCold = ({ service, hops, lanes, took }: FollowedCall): boolean =>
  service === 'NtReadFile' &&
  took !== undefined &&
  lanes.includes('fdc') &&
  hops.some(({ words }) => words.includes('README.TXT'));

async function coldRead(bench: Bench): Promise<FollowedCall | undefined> {
  const { calls } = await bench.view<FollowData>('follow');
  return calls.find(isCold);
}

/** The trace is on once a call was seen: the view asks for it when it is looked at. */
async function watched(bench: Bench): Promise<void> {
  bench.showWindow();
  const seen = async (): Promise<number> =>
    (await bench.view<FollowData>('follow')).calls.at(-1)?.request ?? 0;
  const before = await seen();
  await bench.until('the view sees what is done', async () => {
    await bench.run('ver');
    return (await seen()) > before;
  });
}

export const followARead: Experiment = {
  name: 'follow-a-read',
  title: 'Follow a read',
  minutes: 5,
  topologies: BOTH,
  view: 'follow',
  shows:
    'One call, `NtReadFile`, on its way from the shell through the Executive, the file system and the floppy driver to the controller, and back.',
  words: ['Cache manager (Cc)', 'DMA', 'Executive', 'fatfs, fdc', 'IRP', 'Service'],
  about: `The shell cannot touch a disk. All it can do is ask: it holds one capability, an endpoint on which it calls the Executive. The Executive looks
for the page in its [cache](../cache.md), does not find it, asks the process of the FAT driver *where* the bytes lie, and then the process of the floppy
driver to bring them. That one programs the controller by its ports, and waits for an interrupt. Each of these is a message of the kernel, and each is
allowed by a capability that somebody was given. [The way of a byte](../README.md#the-way-of-a-byte) is the same as a drawing.`,
  steps: [
    {
      say: 'Open *Follow* beside the machine. It turns on the trace of kernel, Executive, drivers and machine.',
      run: watched,
    },
    {
      say: `Type \`${LINE}\`. The file has not been read before.`,
      async run(bench) {
        await watched(bench);
        await bench.run(LINE);
        await bench.until('the read was seen', async () => (await coldRead(bench)) !== undefined);
      },
    },
    {
      say: 'Press *Check*: it says the number of the call. Choose it in the list, where the newest are at the top, and read its hops. (An `NtReadFile` that *waits* is the shell, waiting for a key.)',
    },
  ],
  look: 'Five lanes take part: the shell, the Executive, fatfs, fdc and the controller. fatfs is asked where the bytes lie and moves none; fdc starts the DMA; the controller says READ DATA and raises interrupt line 6.',
  async check(bench) {
    const call = await coldRead(bench);
    if (!call)
      return notYet('no read of README.TXT has gone to the controller while it was watched.');
    const lanes = call.lanes.length;
    return happened(`one read went through ${lanes} hands: ${call.lanes.join(', ')}.`, [
      ['number of the call', call.request],
      ['who takes part', lanes],
      ['hops', call.hops.length],
      ['requests made for it', call.hops.filter(({ mark }) => mark === 'irp.parent').length],
      ['answer', call.status],
    ]);
  },
};
