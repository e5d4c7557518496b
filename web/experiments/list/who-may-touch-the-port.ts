/** One process holds the controller's ports; another one knocks. */
import { holders, theHolder } from '../holders.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

/** The main status register of the floppy controller. */
const PORT = '3f4';
const LET_THROUGH = 0;
const KNOCK = /^start \/wait lab port 3f4 (\d+)$/i;

export const whoMayTouchThePort: Experiment = {
  name: 'who-may-touch-the-port',
  title: 'Who may touch the port',
  minutes: 5,
  topologies: BOTH,
  view: 'map',
  shows:
    'The floppy controller’s registers are ports 3F0 to 3F7. One process has a capability for them; all others are refused by the kernel, whatever number they try.',
  words: ['fatfs, fdc', 'IOPort', 'lab', 'Slot'],
  about: `A driver here is a [process](../drivers.md) like any other. What makes it the driver of the controller is a capability of the kernel's type
*IOPort* (\`seL4_X86_IOPort\`) in its CSpace: a port access is an invocation of that capability, and [the kernel](../kernel.md) checks the range in it. A number of a slot means nothing by
itself: every process has its own table, and the same number leads to nothing in another one's. There is no privileged mode in which a
program could do without.`,
  steps: [
    {
      say: 'In *Map*, find the line from `fdc` to its ports; below the map is the slot in which fdc has it.',
    },
    {
      say: 'Type `ps` for the number of fdc.sys, and `caps` with that number: the same list, from the shell.',
      async run(bench) {
        const { process } = await theHolder(bench);
        await bench.run('ps');
        await bench.run(`caps ${process}`);
      },
    },
    {
      say: `Let another program read port ${PORT.toUpperCase()} as if it had a capability in that slot: \`start /wait lab port ${PORT} SLOT\`.`,
      button: 'Knock',
      async run(bench) {
        const { slot } = await theHolder(bench);
        await bench.run(`start /wait lab port ${PORT} ${slot}`);
      },
    },
    {
      say: 'Type `echo %errorlevel%`: the number of the kernel’s error.',
      async run(bench) {
        await bench.run('echo %errorlevel%');
      },
    },
  ],
  look: 'One line leads to the ports, and it is fdc’s. The knock ends with a kernel error, 2 (`seL4_InvalidCapability`) or 6 (`seL4_FailedLookup`), and not with a byte of the controller. fdc still works: `dir`.',
  async check(bench) {
    await bench.counters();
    const found = await holders(bench);
    const knock = bench.last(KNOCK);
    const seen = [
      ['processes that hold the ports', found.map(({ name }) => name).join(', ')],
      ['its slot', found[0]?.slot ?? 'none'],
    ] as const;
    if (!knock) return notYet('nobody has knocked.', seen);
    const more = [...seen, ['the kernel’s error', knock.status]] as const;
    if (knock.status === LET_THROUGH || knock.status > 0xff)
      return notYet('the program was not refused by the kernel. Was the line as above?', more);
    if (found.length !== 1) return notYet('not one process alone holds the ports.', more);
    return happened(`${found[0]!.name} may, and another program was refused.`, more);
  },
};
