/** A driver that waits for ever: its process is ended, and its caller told. */
import type { DevicesData } from '../../view/data/devices.ts';
import type { Bench } from '../bench.ts';
import { BOTH, type Experiment, happened, notYet } from '../types.ts';

const KEY = 'HKLM\\System\\CurrentControlSet\\Services\\hang';
const MAKE_KEY = `reg add ${KEY} /v ImagePath /t REG_EXPAND_SZ /d \\??\\BootModules\\hang.sys`;
const READ = 'start lab read \\Device\\Hang';

const hung = ({ faults }: Bench): Bench['faults'] =>
  faults.filter(({ process }) => process === 'hang.sys');

/** How many requests it has. */
async function waiting(bench: Bench): Promise<number> {
  const { requests } = await bench.view<DevicesData>('devices');
  return requests.filter(({ driver }) => driver === 'hang').length;
}

export const aDriverThatHangs: Experiment = {
  name: 'a-driver-that-hangs',
  title: 'A driver that hangs',
  minutes: 6,
  topologies: BOTH,
  view: 'devices',
  shows:
    'A driver takes a request and never answers. The shell goes on meanwhile; after 20 seconds the driver’s process is ended, and whoever waited gets a status.',
  words: ['Device object', 'IRP', 'NTSTATUS', 'Registry', 'Watchdog'],
  about: `\`drivers/base/hang\` waits for an event that nobody sets, without a time-out. In a kernel with drivers inside, that would be a hung system, or a thread that can
never be ended. Here the driver is a process. The Executive has a [watchdog](../drivers.md#drivers-that-die): a driver that has not completed anything for 20 seconds while a
request waits is ended, and all its requests are answered with \`STATUS_DRIVER_PROCESS_TERMINATED\`. A driver is [a key in the registry](../registry.md#services): the
first step makes one.`,
  steps: [
    {
      say: `Type \`${MAKE_KEY}\`, then \`loaddrv hang\`.`,
      async run(bench) {
        await bench.run(MAKE_KEY);
        await bench.run('loaddrv hang');
      },
    },
    {
      say: `Type \`${READ}\`: a program of its own reads from the driver.`,
      async run(bench) {
        await bench.run(READ);
      },
    },
    {
      say: 'Type `dir`, and whatever you like: nobody else waits.',
      async run(bench) {
        await bench.run('dir');
        await bench.view<DevicesData>('devices');
      },
    },
    {
      say: 'Wait until the driver is ended. That takes 20 seconds.',
      button: 'Wait',
      async run(bench) {
        await bench.until('the driver was ended', () => hung(bench).length > 0);
        await bench.until('its requests were answered', async () => (await waiting(bench)) === 0);
      },
    },
  ],
  look: 'In *Devices*: the request that hang has, and how it grows older, while `dir` comes and goes. Then the driver is gone, the program has ended, and no other process has.',
  async check(bench) {
    await bench.counters();
    const read = bench.last(/^start lab read \\device\\hang$/i);
    if (!read) return notYet('nothing has been asked of the driver.');
    const meanwhile = bench.ran.slice(bench.ran.indexOf(read) + 1);
    const left = await waiting(bench);
    const died = hung(bench);
    const others = bench.faults.filter(({ process }) => process !== 'hang.sys');
    const seen = [
      ['requests that it has', left],
      ['commands that ended meanwhile', meanwhile.length],
      ['its status', died[0] ? (died[0].status >>> 0).toString(16) : 'it lives'],
      ['others that died', others.length],
    ] as const;
    if (!died[0]) return notYet('the driver has a request, and its time is not over.', seen);
    if (!meanwhile.some(({ status }) => status === 0))
      return notYet('nothing else was done while it hung. Begin anew.', seen);
    if (left + others.length > 0) return notYet('something is left of it.', seen);
    return happened('the driver was ended, and only who had asked it noticed.', seen);
  },
};
