/**
 * The bench's hands on a system of the test's own (rig.ts): what a driver of the bench does there
 * is what it does in a page, without one.
 *
 *   const bench = await bootBench({ disks: [image] })
 *   await bench.load('mine', source)        built as the bench builds it, and loaded
 *   bench.rig, bench.hands                  the system, and the bench's Rig
 *   touching61(source)                      the speaker's driver, which reads and writes its port
 *                                           with each tone; else the HAL does that for it
 */
import type { Image } from '../../personality/sel4/types.ts';
import type { SystemSnapshot } from '../../personality/rtl/snapshot.ts';
import { buildDriver } from '../../web/workbench/build.ts';
import { library } from '../../web/workbench/library.ts';
import { type BenchMachine, Rig as Hands } from '../../web/workbench/rig.ts';
import { bootRig, type Rig, type RigOptions } from './rig.ts';

export interface Bench {
  readonly rig: Rig;
  readonly hands: Hands;
  readonly machine: BenchMachine;
  load(name: string, source: string): Promise<void>;
  starter(name: string): Promise<string>;
}

/** As the loader of a worker imports it: each process has an instance of its own. */
async function imageOf(text: string): Promise<Image> {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const { image } = (await import(/* @vite-ignore */ address)) as { image: Image };
  URL.revokeObjectURL(address);
  return image;
}

function machineOf(rig: Rig, images: Record<string, Image>): BenchMachine {
  return {
    exec: (line) => rig.exec(line),
    async addImage(name, text) {
      images[name] = await imageOf(text);
    },
    async control(action, process, which = 0) {
      await rig.ask({ op: 'control', action, process, which });
    },
    list: (path) => rig.ask({ op: 'list', path }),
    async injectFault(name, ...args) {
      (rig.machine.fault[name] as (...args: readonly unknown[]) => void)(...args);
    },
    snapshot: async () => (await rig.ask({ op: 'snapshot', kernel: false })) as SystemSnapshot,
  };
}

export async function bootBench(options: RigOptions = {}): Promise<Bench> {
  const images: Record<string, Image> = { ...options.images };
  const rig = await bootRig({ ...options, images });
  await rig.prompt();
  const machine = machineOf(rig, images);
  const hands = new Hands(machine);
  const given = await library();
  return {
    rig,
    hands,
    machine,
    load: (name, source) => hands.load(name, buildDriver(source, given)),
    starter: (name) => Promise.resolve(given.starters[name]!),
  };
}

export const touching61 = (beep: string): string =>
  beep
    .replace(/\bHalMakeBeep,/, 'HalMakeBeep, HalMapIoPorts, READ_PORT_UCHAR, WRITE_PORT_UCHAR,')
    .replace(
      'await HalMakeBeep(driver, frequency);',
      `const port = await HalMapIoPorts(driver, 0x61, 1);
  WRITE_PORT_UCHAR(port, 0, READ_PORT_UCHAR(port, 0));
  await HalMakeBeep(driver, frequency);`,
    );
