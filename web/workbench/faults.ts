/**
 * What a driver meets sooner or later, each to be tried by a press. Each is done by the system or
 * by the machine, and says what came of it; what must hold after all of them is that everybody else
 * lives.
 *
 *   FAULTS    `{ name, title, try(trial) }`; `try` resolves to a sentence
 *   Trial     the rig, the driver's name, its device, the interrupts that it asked for
 *
 * What breaks is mended when the fault has been tried: a program that waits is ended, a driver that
 * holds what it should not is unloaded, the machine is whole again.
 */
import type { FaultCall } from '../host/machine-fault.ts';
import type { Rig } from './rig.ts';

export interface Trial {
  readonly rig: Rig;
  readonly driver: string;
  readonly device: string;
  /** Lines that it asked for. */
  readonly interrupts: readonly number[];
}

export interface Fault {
  readonly name: string;
  readonly title: string;
  try(trial: Trial): Promise<string>;
}

const FLOPPY_LINE = 6;
const BYTES = 'read $ 16';
/** Of chance: the same faults each time. */
const SEED = 1;
const EVERY = 4;

const asked =
  (words: string): Fault['try'] =>
  async ({ rig, device }) =>
    (await rig.devio(words.replace('$', device))).output.trim();

/** The first line of what a read of it answers, while something is so. */
const readOf = async ({ rig, device }: Trial): Promise<string> =>
  (await rig.devio(BYTES.replace('$', device))).output.trim().split('\n')[0]!;

/** What somebody else gets who reads a file of A: past the cache. */
async function floppyOf({ rig }: Trial): Promise<string> {
  const file = await rig.fileOfFloppy();
  if (file === undefined) return 'there is no disk with a file in A:';
  return `${file} is read with ${await rig.lab(`far ${file}`)}`;
}

/** A reader that waits, where the driver lets one wait; and how many requests it has then. */
async function waiting({ rig, driver, device }: Trial): Promise<[reader?: number, count?: number]> {
  const reader = await rig.reader(device);
  const looked = await rig.look(driver);
  return [reader, looked?.requests.length];
}

const held = (count: number | undefined): string =>
  count ? `while it had ${count} request${count > 1 ? 's' : ''}` : 'and had no request then';

async function whileBroken<T>({ rig }: Trial, calls: FaultCall[], body: () => Promise<T>) {
  try {
    for (const call of calls) await rig.fault(call);
    return await body();
  } finally {
    await rig.fault(['clear']);
  }
}

/** The driver's own lines, or else the diskette controller's, whose driver meets it then. */
const broken =
  (what: (line: number) => FaultCall): Fault['try'] =>
  (trial) => {
    const own = trial.interrupts.length > 0;
    const lines = own ? trial.interrupts : [FLOPPY_LINE];
    const words = `${own ? 'Its' : 'It has no interrupt; the floppy’s'} line ${lines.join(', ')}`;
    return whileBroken(
      trial,
      lines.map(what),
      async () => `${words}: ${own ? await readOf(trial) : await floppyOf(trial)}.`,
    );
  };

const onFloppy =
  (...calls: FaultCall[]): Fault['try'] =>
  (trial) =>
    whileBroken(trial, calls, async () => {
      const floppy = await floppyOf(trial);
      return `Meanwhile ${floppy}; the driver answers ${await readOf(trial)}.`;
    });

export const FAULTS: readonly Fault[] = [
  { name: 'nothing', title: 'A read of no bytes', try: asked('read $ 0') },
  { name: 'large', title: 'A read of 256 KiB', try: asked('read $ 262144') },
  { name: 'control', title: 'A control that nobody knows', try: asked('ioctl $ 8000ffff') },
  { name: 'buffer', title: 'A buffer that is no memory', try: asked('bad $') },
  {
    name: 'cancelled',
    title: 'The request is cancelled',
    async try({ rig, device }) {
      const status = await rig.lab(`cancel ${device}`);
      return status === 'STATUS_CANCELLED'
        ? 'It waited, and was given up: STATUS_CANCELLED.'
        : `It was answered before it could be given up: ${status}.`;
    },
  },
  {
    name: 'ended',
    title: 'The program that asked is ended',
    async try(trial) {
      const { rig, driver } = trial;
      const [reader, count] = await waiting(trial);
      if (reader === undefined || !(await rig.endProgram(reader)))
        return 'The reader had its answer before it could be ended.';
      const left = (await rig.look(driver))?.requests.length ?? 0;
      return `The reader was ended; the driver had ${count ?? 0} requests, and has ${left}.`;
    },
  },
  {
    name: 'suspended',
    title: 'The driver is stopped for a while',
    async try({ rig, driver, device }) {
      await rig.suspend(driver, true);
      let reader: number | undefined;
      try {
        reader = await rig.reader(device);
        const count = (await rig.look(driver))?.requests.length;
        return `Stopped, it had ${count ?? 0} requests waiting; then it was resumed.`;
      } finally {
        await rig.suspend(driver, false);
        if (reader !== undefined) await rig.endProgram(reader);
      }
    },
  },
  {
    name: 'memory',
    title: 'Programs take all memory that there is for them',
    async try(trial) {
      const { rig } = trial;
      const hoards = await rig.hoard();
      try {
        const free = await rig.freePages();
        const answer = await readOf(trial);
        return `Two programs have all that programs may; ${free * 4} KiB are left for the rest. The driver answers ${answer}.`;
      } finally {
        for (const process of hoards) await rig.endProgram(process);
      }
    },
  },
  {
    name: 'dma',
    title: 'No map registers are left for DMA',
    async try(trial) {
      const { rig } = trial;
      await rig.loadHelper('hog');
      try {
        const floppy = await floppyOf(trial);
        return `Another driver has all 16. Then ${floppy}; the driver answers ${await readOf(trial)}.`;
      } finally {
        await rig.end('hog');
      }
    },
  },
  {
    name: 'once',
    title: 'An interrupt is lost',
    try: broken((line) => ['loseIrq', line, 1]),
  },
  {
    name: 'never',
    title: 'The device never interrupts',
    try: broken((line) => ['loseIrq', line, Infinity]),
  },
  {
    name: 'spurious',
    title: 'An interrupt that no device gave',
    try: broken((line) => ['spuriousIrq', line]),
  },
  {
    name: 'sector',
    title: 'The floppy’s sectors cannot be read now and then',
    try: onFloppy(['chance', SEED, { kinds: ['crc', 'noData', 'weak'], every: EVERY }]),
  },
  {
    name: 'controller',
    title: 'The floppy’s controller fails by chance',
    try: onFloppy([
      'chance',
      SEED,
      { kinds: ['misstep', 'starve', 'earlyTc', 'lateTc', 'loseIrq'], every: EVERY },
    ]),
  },
  {
    name: 'killed',
    title: 'The driver is killed',
    async try(trial) {
      const [, count] = await waiting(trial);
      await trial.rig.kill(trial.driver);
      return `It was killed ${held(count)}. Load it again.`;
    },
  },
];
