/** The driver's right to its ports is taken away while it runs. */
import { holders, theHolder } from '../holders.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const READ = 'type /n A:\\TRY\\FRUIT.TXT';

export const revokeACapability: Experiment = {
  name: 'revoke-a-capability',
  title: 'Revoke a capability',
  minutes: 6,
  topologies: BOTH,
  view: 'map',
  shows:
    'The floppy driver’s capability for its ports is revoked while it runs. Its next access is a fault; it dies alone, and a new one is given a new capability.',
  words: ['Derivation tree', 'fatfs, fdc', 'IOPort', 'NTSTATUS'],
  about: `Whoever gave a right can take it back. \`seL4_CNode_Revoke\` deletes every copy that was made from a capability, in whosever CSpace it is; the kernel finds them by its
[derivation tree](../kernel.md) (seL4's CDT). Nothing has to be agreed with the process, which is told by its next use of the slot. Here the Executive does it, for a caller that has
the privilege of a debugger ([to act](../watching.md#to-act)). What the driver had to do is answered with an error, its process is ended, and since its key says so it
[is started again](../drivers.md#drivers-that-die).`,
  steps: [
    { say: 'In *Map*, choose `fdc`, and in the list below its capability for *ports 3f0-3f5*.' },
    {
      say: 'Revoke it there: the line is gone with the next look. Nothing else has happened yet.',
      button: 'Revoke it',
      async run(bench) {
        const holder = await theHolder(bench);
        await bench.machine.control('revoke', holder.process, holder.slot);
      },
    },
    {
      say: `Type \`${READ}\`: the driver is needed, touches a port, and has no right to.`,
      async run(bench) {
        await bench.run(READ);
        await bench.until('the driver has died', () =>
          bench.faults.some(({ process }) => process === 'fdc.sys'),
        );
      },
    },
    {
      say: 'Type it once more.',
      button: 'Do it again',
      async run(bench) {
        await theHolder(bench);
        await bench.run(READ);
      },
    },
  ],
  look: 'The line disappears at once, the driver only when it uses what it has no more. (If the motor was still running, that is when it is switched off, before anybody reads.) Then there is another fdc with another number and another line, and the file is shown.',
  async check(bench) {
    await bench.counters();
    const found = await holders(bench);
    const died = bench.faults.filter(({ process }) => process === 'fdc.sys');
    const others = bench.faults.filter(({ process }) => process !== 'fdc.sys');
    const seen = [
      [
        'who holds the ports now',
        found.map(({ name, process }) => `${name}, process ${process}`).join('; ') || 'nobody',
      ],
      ['times that fdc died', died.length],
      ['others that died', others.length],
    ] as const;
    if (died.length === 0)
      return notYet(
        found.length === 0
          ? 'the capability is gone, and its owner has not noticed.'
          : 'the capability is where it was.',
        seen,
      );
    const read = bench.last(/^type \/n /i);
    if (found.length !== 1 || read?.status !== 0)
      return notYet('the driver has died of it. Is there a new one?', seen);
    if (others.length > 0) return notYet('others died, too.', seen);
    return happened('the driver died of it, alone, and a new one has a new capability.', seen);
  },
};
