/**
 * A processor: one worker's part of the machine, put together.
 *
 *   runRoot(entry)   processor 0: boots the kernel and starts the root task
 *   serve()          any other: waits to be given an image, then runs its threads for good
 *   interrupt(line)  raises an interrupt line, and runs what it made ready
 *   kick()           looks for something to run, if nothing does
 *
 * Kernel memory, RAM and the kernel's exports stay in this call's closure; what goes out are Thread
 * objects, windows and the platform, none of which leads back to them.
 */
import { MAX_PROCESSORS, PLATFORM_IRQ, seL4_CapInitThreadVSpace } from '../../kernel-as/abi.ts';
import { COUNTER_ENTRY } from '../../kernel-as/layout.ts';
import { bootKernel, readBootInfo } from './boot.ts';
import { createDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcher.ts';
import { platformDoor } from './door.ts';
import type { Door } from './door.ts';
import { createViews } from './heap.ts';
import { createThreadFactory } from './host.ts';
import type { IdlePolicy } from './idle.ts';
import { freeze, load, report, store } from './intrinsics.ts';
import { readImage } from './image.ts';
import { createIncarnation } from './incarnation.ts';
import { instantiateKernel, type Kernel } from './kernel.ts';
import { BOOT_TIME } from './library.ts';
import { createMarks } from './marks.ts';
import { createMailbox, createMailboxes } from './mailbox.ts';
import type { Request } from './mailbox.ts';
import { createPlatform, kernelCounters } from './platform.ts';
import type { PlatformHooks } from './platform.ts';
import { textOf } from './text.ts';
import type { Entry, Hold, ImageLoader, PlatformEvent, PortBus, RootEntry } from './types.ts';

export interface ProcessorOptions extends PlatformHooks {
  readonly module: WebAssembly.Module;
  /** Kernel memory: shared by all processors. */
  readonly memory: WebAssembly.Memory;
  readonly ram: WebAssembly.Memory;
  readonly index: number;
  readonly bus: PortBus;
  /** How processor 0 idles; others follow their image. Default: local in single, else yield. */
  readonly policy?: IdlePolicy;
  readonly topology?: 'isolated' | 'single';
  readonly loader?: ImageLoader;
  /** Where time and turns of the event loop come from. Default: the platform. */
  readonly door?: Door;
  /** Who replays looks at each entry (probe.ts). */
  observe?(kernel: Kernel): Kernel;
  /** Told of exceptions that ended a thread. Default: the console. */
  onUncaught?(error: unknown, tcb: number): void;
}

export interface Processor {
  readonly index: number;
  /**
   * Boots the kernel and starts the root task; further entries are for its own other threads, from
   * number 1 on. Processor 0, once.
   */
  runRoot(entry: RootEntry, more?: readonly Entry[]): void;
  /** Joins the kernel's processors as a spare one. Once; any processor but 0. */
  serve(): void;
  /** Joins to raise interrupts only: a processor that no image is ever given to. Once. */
  attach(): void;
  interrupt(line: number): void;
  kick(): void;
  counters(): Record<string, number>;
  /** One of these: how often the kernel was entered. */
  entries(): number;
  /** From now on calls may be held (types.ts). Where the event loop has its turns: in *single*. */
  hold(hold: Hold | undefined): void;
  /** Whether the trace is on. */
  watching(): boolean;
  /** Whether accesses to ports of the diskette controller are to be in it. */
  watchingPorts(): boolean;
  /** A record in the trace of what lives on this processor beside threads: devices. */
  mark(kind: number, a?: number, b?: number, c?: number): void;
  /** The host reports a lost processor to the root task. Processor 0. */
  hostNotify(event: PlatformEvent): void;
}

export function createProcessor(options: ProcessorOptions): Processor {
  const { index, loader, topology = 'single', door = platformDoor } = options;
  if (!(index >= 0 && index < MAX_PROCESSORS)) throw new RangeError(`no processor ${index}`);
  const heap = createViews(options.memory);
  const ram = createViews(options.ram);
  const mailbox = createMailbox(heap, index);
  const bare = instantiateKernel(options.module, options.memory);
  const incarnation = index === 0 ? undefined : createIncarnation(bare, heap, mailbox);
  const marks = createMarks({
    index,
    kernel: incarnation?.kernel ?? bare,
    words: heap.words,
    door,
  });
  const kernel = options.observe?.(marks.kernel) ?? marks.kernel;
  let bootTime: number | undefined;
  let used = false;
  let runsThreads = true;

  const nowAbsolute = (): number => Math.floor(door.now());

  /**
   * The same moment counts as 0 on all processors; whole milliseconds. Asked for by threads only,
   * and there are none before it was written.
   */
  function now(): number {
    const word = BOOT_TIME >>> 2;
    bootTime ??=
      (load(heap.words, word) >>> 0) + (load(heap.words, word + 1) >>> 0) * 0x1_0000_0000;
    return Math.max(0, nowAbsolute() - bootTime) * 1000;
  }

  const dispatcher: Dispatcher = createDispatcher({
    index,
    kernel,
    heap,
    door,
    policy: options.policy ?? (topology === 'single' ? 'local' : 'yield'),
    threadFor: createThreadFactory(
      { index, kernel, heap, ram, bus: options.bus, now, marks },
      () => dispatcher,
    ),
    onUncaught(error, tcb) {
      if (options.onUncaught) options.onUncaught(error, tcb);
      else report(error);
    },
  });

  function interrupt(line: number): void {
    kernel.irq(index, line);
    if (runsThreads) dispatcher.kick();
  }

  const hosted = createPlatform({
    index,
    kernel,
    heap,
    images: dispatcher.images,
    receive: dispatcher.receive,
    mailboxes: createMailboxes(heap),
    topology,
    loader,
    door,
    hooks: options,
    interrupt,
  });

  function useOnce(): void {
    if (used) throw new Error(`processor ${index} is in use`);
    used = true;
  }

  function runRoot(entry: RootEntry, more: readonly Entry[] = []): void {
    if (index !== 0) throw new Error('the root task runs on processor 0');
    useOnce();
    const time = nowAbsolute();
    store(heap.words, BOOT_TIME >>> 2, time | 0);
    store(heap.words, (BOOT_TIME >>> 2) + 1, Math.floor(time / 0x1_0000_0000));
    const processors = topology === 'single' ? 1 : MAX_PROCESSORS;
    bootKernel(kernel, heap.buffer.byteLength, ram.buffer.byteLength, processors);
    const root: Entry = (thread) => entry(thread, readBootInfo(thread), hosted.platform);
    const directory = kernel.resolveVSpace(index, seL4_CapInitThreadVSpace);
    dispatcher.images.bind(directory, { entries: [root, ...more] });
    dispatcher.kick();
  }

  /** Joins as the processor's worker. Before the kernel is told: its guard must hold by then. */
  function join(): void {
    if (!incarnation) throw new Error('processor 0 runs the root task');
    useOnce();
    incarnation.join();
    kernel.processorOnline(index);
  }

  function serve(): void {
    join();
    mailbox.offer();
    lookForRequest();
  }

  function attach(): void {
    join();
    runsThreads = false;
  }

  function lookForRequest(): void {
    const request = mailbox.look(lookForRequest);
    if (request) void answer(request);
  }

  /** Loads what was asked for, says so, and becomes that process's processor. */
  async function answer(request: Request): Promise<void> {
    try {
      if (!loader) throw new Error('no loader on this processor');
      const image = readImage((await loader(request.name))());
      dispatcher.setPolicy(image.policy ?? 'block');
      dispatcher.images.bind(request.directory, image);
    } catch (error) {
      if (!mailbox.answer(false, textOf(error))) return;
      kernel.irq(index, PLATFORM_IRQ);
      lookForRequest();
      return;
    }
    if (mailbox.answer(true, '')) interrupt(PLATFORM_IRQ);
  }

  return freeze({
    index,
    runRoot,
    serve,
    attach,
    interrupt,
    kick: dispatcher.kick,
    counters: () => kernelCounters(kernel),
    entries: () => kernel.counter(COUNTER_ENTRY),
    hold(hold: Hold | undefined) {
      marks.tell(hold?.marked);
      dispatcher.hold(hold);
    },
    watching: marks.watching,
    watchingPorts: marks.watchingPorts,
    mark(kind: number, a = 0, b = 0, c = 0) {
      marks.mark(false, kind, a, b, c);
    },
    hostNotify: hosted.notify,
  });
}
