/**
 * The root task's side and processors, as platform.ts and processor.ts put them together.
 *
 * The kernel is a stand-in: an interrupt counts a word up and notifies it. The page is what it does
 * about a released processor: it starts another worker with the same number.
 */
import type { Door } from '../../../personality/sel4/door.ts';
import { createViews } from '../../../personality/sel4/heap.ts';
import type { Views } from '../../../personality/sel4/heap.ts';
import { add, load, notify, store, wait } from '../../../personality/sel4/intrinsics.ts';
import type { Kernel } from '../../../personality/sel4/kernel.ts';
import { createMailboxes } from '../../../personality/sel4/mailbox.ts';
import { createPlatform } from '../../../personality/sel4/platform.ts';
import type { HostedPlatform } from '../../../personality/sel4/platform.ts';
import { createProcessor } from '../../../personality/sel4/processor.ts';
import type { Platform, PlatformEvent, PortBus } from '../../../personality/sel4/types.ts';
import { checkpoint, observe } from '../checker/steps.ts';

/** Words that the kernel and the page would have. */
const IRQS = 8;
const STARTED = 16;
const SPARES = 24;
const LONG_MS = 1000;

const bus: PortBus = { read: () => 0, write: () => undefined };

export function setup(): Views {
  return createViews(new SharedArrayBuffer(0x100_0000));
}

function fakeKernel({ words }: Views): Kernel {
  return {
    irq() {
      add(words, IRQS, 1);
      notify(words, IRQS);
    },
    resolveVSpace: (_cpu: number, vspace: number) => vspace * 4096,
    processorOnline: () => undefined,
    processorOffline: () => undefined,
    schedule: () => 0,
  } as unknown as Kernel;
}

function root(heap: Views): HostedPlatform {
  const kernel = fakeKernel(heap);
  return createPlatform({
    index: 0,
    kernel,
    heap,
    images: { bind: () => undefined, forget: () => undefined, entry: () => undefined },
    mailboxes: createMailboxes(heap),
    topology: 'isolated',
    loader: undefined,
    receive: () => 0,
    door: {} as Door,
    hooks: {
      onRelease() {
        store(heap.words, STARTED, 1);
        notify(heap.words, STARTED);
      },
    },
    interrupt: (line) => kernel.irq(0, line),
  });
}

/**
 * Hands an image to a spare processor, -1 where there is none in time. The Executive tries again
 * now and then; here it is told.
 */
function ask(heap: Views, platform: Platform, name: string, token: number): number {
  for (;;) {
    checkpoint('asks', token);
    const seen = load(heap.words, SPARES);
    const processor = platform.loadImage(name, token, token);
    if (processor >= 0) return processor;
    if (wait(heap.words, SPARES, seen, LONG_MS) === 'timed-out') return -1;
  }
}

/** The next events; undefined where none came in time. */
function hear(heap: Views, platform: Platform, token: number): PlatformEvent | undefined {
  for (;;) {
    checkpoint('hears', token);
    const seen = load(heap.words, IRQS);
    const events = platform.events();
    if (events.length > 1) throw new Error('two events for one request');
    if (events[0]) return events[0];
    if (wait(heap.words, IRQS, seen, LONG_MS) === 'timed-out') return undefined;
  }
}

function tell(event: PlatformEvent | undefined): void {
  if (event) observe(event.kind, event.processor, event.token, event.reason ?? '');
  else observe('nothing');
}

/** Images by name, one after the other. */
export function loadEach(heap: Views, names: string): void {
  const { platform } = root(heap);
  for (let i = 0; i < names.length; i++) {
    ask(heap, platform, names.charAt(i), i + 1);
    tell(hear(heap, platform, i + 1));
  }
  tell(platform.events()[0]);
}

/** Gives up only where nothing is heard. */
export function insist(heap: Views): void {
  const { platform } = root(heap);
  const processor = ask(heap, platform, 'a', 1);
  if (processor < 0) return observe('none');
  const event = hear(heap, platform, 1);
  tell(event);
  if (event) return;
  platform.release(processor, 1);
  if (ask(heap, platform, 'b', 2) < 0) throw new Error('no successor');
  tell(hear(heap, platform, 2));
}

/** A worker that is a processor. An image of a capital name cannot be made. */
export function serve(heap: Views, index: number): void {
  const processor = createProcessor({
    module: fakeKernel(heap) as unknown as WebAssembly.Module,
    memory: heap.buffer as unknown as WebAssembly.Memory,
    ram: heap.buffer as unknown as WebAssembly.Memory,
    index,
    bus,
    topology: 'isolated',
    async loader(name) {
      observe('loads', name);
      if (name < 'a') throw new Error(name + name);
      // Idling is another model's: here the processor takes no step of its own.
      return () => ({ entries: [], policy: 'local' as 'yield' });
    },
  });
  processor.serve();
  add(heap.words, SPARES, 1);
  notify(heap.words, SPARES);
}

/** The worker that the page starts once the number is free. */
export function succeed(heap: Views, index: number): void {
  wait(heap.words, STARTED, 0);
  serve(heap, index);
}
