/**
 * Two processors of one kernel: round trips from the root task's to a spare one's, back to back and
 * after a pause.
 */
import {
  PLATFORM_IRQ,
  createMemories,
  createProcessor,
  seL4_CapIRQControl,
  seL4_IRQControl_Get,
  seL4_IRQHandler_SetNotification,
  seL4_Wait,
} from '../../../personality/sel4/index.ts';
import type { IdlePolicy, Platform } from '../../../personality/sel4/index.ts';
import { DEPTH, ROOT, VSPACE, createKit, ok } from '../../sel4/fixtures/kit.ts';
import type { Kit } from '../../sel4/fixtures/kit.ts';
import { PAUSED_TRIPS, afterPauses } from './bare.ts';
import { callAndReply, doorbells } from './local.ts';
import { bench } from './measure.ts';
import type { Bench } from './measure.ts';
import type { ProcessorStart } from './processor.worker.ts';

const MIB = 1 << 20;
const OTHER = 1;
/** Its number in the other side's image (processor.worker.ts). */
const RINGER = 1;
const bus = { read: () => 0xff, write() {} };

/** Has the image loaded on the other processor, and waits until it is. */
async function loadImage(kit: Kit, platform: Platform, name: string): Promise<void> {
  const { thread } = kit;
  const ntfn = kit.notification();
  const handler = kit.slot();
  ok(seL4_IRQControl_Get(thread, seL4_CapIRQControl, PLATFORM_IRQ, ROOT, handler, DEPTH), 'irq');
  ok(seL4_IRQHandler_SetNotification(thread, handler, kit.mint(ntfn, 1)), 'set notification');
  if (platform.loadImage(name, VSPACE, 1) !== OTHER) throw new Error('no spare processor');
  await seL4_Wait(thread, ntfn);
  const [event] = platform.events();
  if (event?.kind !== 'loaded') throw new Error(event?.reason ?? 'no event');
}

/** Benches of one pair of policies; the name of the image is the other side's. */
async function benches(
  kit: Kit,
  platform: Platform,
  name: string,
  image: IdlePolicy,
): Promise<Bench[]> {
  await loadImage(kit, platform, image);
  const endpoint = kit.endpoint();
  kit.spawn({ ip: 0, args: [endpoint], processor: OTHER });
  const call = (count: number) => callAndReply(kit.thread, endpoint, 0, count);
  return [
    bench(`two processors, ${name}`, call),
    doorbells(kit, `two processors, ${name}, by doorbells`, RINGER, OTHER),
    {
      name: `two processors, ${name}, after a pause`,
      exactly: PAUSED_TRIPS,
      run: () => afterPauses(() => call(1)),
    },
  ];
}

function startOther(start: ProcessorStart): Promise<Worker> {
  const worker = new Worker(new URL('./processor.worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = () => resolve(worker);
    worker.postMessage(start);
  });
}

export async function measureRemote(
  module: WebAssembly.Module,
  root: IdlePolicy,
  image: 'block' | 'yield',
  record: (benches: Bench[]) => Promise<void>,
): Promise<void> {
  const memories = createMemories(16 * MIB, 4 * MIB);
  const other = await startOther({ module, ...memories, index: OTHER });
  try {
    await new Promise<void>((resolve, reject) => {
      const processor = createProcessor({
        ...{ module, ...memories, index: 0, bus, policy: root, topology: 'isolated' },
      });
      processor.runRoot(async (thread, bootInfo, platform) => {
        try {
          const kit = createKit(thread, bootInfo);
          await record(await benches(kit, platform, `${root} to ${image}`, image));
          resolve();
        } catch (error) {
          reject(error);
        }
        // A processor without threads would sleep, and this worker with it.
        await new Promise(() => undefined);
      });
    });
  } finally {
    other.terminate();
  }
}
