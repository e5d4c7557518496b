/**
 * The platform: processors to be had, for the root task alone.
 *
 * In topology *isolated* an image goes to a spare processor, asked through its mailbox; in *single*
 * it is loaded here. Either way loadImage answers at once, and what came of it is an event: taken
 * by events(), announced by PLATFORM_IRQ. Nothing here blocks.
 *
 * The host is told what it must do (onWanted: bring up a spare; onRelease: terminate a worker) and
 * tells what it sees (hostNotify). Hooks that throw are the host's own trouble.
 */
import { MAX_PROCESSORS, PLATFORM_IRQ, seL4_PageBits } from '../../kernel-as/abi.ts';
import {
  COUNTER_ENTRY,
  COUNTER_FASTPATH,
  COUNTER_FAULT,
  COUNTER_IPC,
  COUNTER_IRQ,
  COUNTER_PREEMPT,
  COUNTER_SWITCH,
  COUNTER_WAKE,
} from '../../kernel-as/layout.ts';
import type { Images } from './context.ts';
import type { Door } from './door.ts';
import { readImage } from './image.ts';
import { emptyTable, freeze, report } from './intrinsics.ts';
import type { Views } from './heap.ts';
import { retire } from './incarnation.ts';
import type { Kernel } from './kernel.ts';
import type { Mailboxes } from './mailbox.ts';
import { objectsIn } from './objects.ts';
import { createTrace } from './trace.ts';
import { textOf } from './text.ts';
import type { ImageLoader, Platform, PlatformEvent } from './types.ts';

export interface PlatformHooks {
  /** No spare processor was there for an image; it will be asked for again. */
  onWanted?(): void;
  /** An image goes to this processor: it is no spare any more. */
  onTaken?(processor: number, image: string): void;
  /** An image was loaded for the process with this page directory: in *single*. */
  onLoaded?(directory: number, image: string): void;
  /** This processor is out of the kernel's hands: terminate its worker, and do not wait for it. */
  onRelease?(processor: number): void;
}

export interface PlatformOptions {
  readonly index: number;
  readonly kernel: Kernel;
  readonly heap: Views;
  readonly images: Images;
  readonly mailboxes: Mailboxes;
  readonly topology: 'isolated' | 'single';
  readonly loader: ImageLoader | undefined;
  readonly door: Door;
  readonly hooks: PlatformHooks;
  readonly receive: Platform['receive'];
  /** Raises an interrupt line on this processor. */
  interrupt(line: number): void;
}

export interface HostedPlatform {
  readonly platform: Platform;
  /** The host reports something, such as a worker that has died. */
  notify(event: PlatformEvent): void;
}

export function kernelCounters(kernel: Kernel): Record<string, number> {
  return {
    'kernel.ipc': kernel.counter(COUNTER_IPC),
    'kernel.switch': kernel.counter(COUNTER_SWITCH),
    'kernel.irq': kernel.counter(COUNTER_IRQ),
    'kernel.entry': kernel.counter(COUNTER_ENTRY),
    'kernel.fault': kernel.counter(COUNTER_FAULT),
    'kernel.wake': kernel.counter(COUNTER_WAKE),
    'kernel.fastpath': kernel.counter(COUNTER_FASTPATH),
    'kernel.preempt': kernel.counter(COUNTER_PREEMPT),
  };
}

export function createPlatform(options: PlatformOptions): HostedPlatform {
  const { index, kernel, images, mailboxes, topology, loader, door, hooks } = options;
  let events: PlatformEvent[] = [];
  /**
   * The page directory that each processor works for. A lost processor's number may be another
   * process's by the time that its old one is released.
   */
  const owners = emptyTable<number>(MAX_PROCESSORS);
  /** The load that each page directory waits for, by its page: single only. */
  const pages = topology === 'single' ? (options.heap.words.length * 4) >>> seL4_PageBits : 0;
  const loads = emptyTable<object>(pages);

  function notify(event: PlatformEvent): void {
    // What the dead worker held of the kernel must be free before anybody else asks for it.
    if (event.kind === 'lost' && isOther(event.processor)) takeOut(event.processor);
    events.push(event);
    options.interrupt(PLATFORM_IRQ);
  }

  function isOther(processor: number): boolean {
    return processor >>> 0 === processor && processor < MAX_PROCESSORS && processor !== index;
  }

  function takeOut(processor: number): void {
    owners[processor] = undefined;
    retire(options.heap, mailboxes, processor);
    kernel.processorOffline(index, processor);
  }

  function hook(call: (() => void) | undefined): void {
    try {
      call?.();
    } catch (error) {
      report(error);
    }
  }

  /**
   * A module says itself when its loading ends: perhaps long after it was given up, when its page
   * directory's memory is another process's. Only the load that is wanted there still is bound.
   */
  async function loadHere(name: string, directory: number, token: number): Promise<void> {
    const load = {};
    const page = directory >>> seL4_PageBits;
    loads[page] = load;
    try {
      if (!loader) throw new Error('no loader on this processor');
      const image = readImage((await door.arrival(loader(name)))());
      if (loads[page] !== load) return;
      images.bind(directory, image);
      hook(() => hooks.onLoaded?.(directory, name));
      notify({ kind: 'loaded', processor: index, token });
    } catch (error) {
      if (loads[page] !== load) return;
      notify({ kind: 'failed', processor: index, token, reason: textOf(error) });
    }
  }

  async function bring(begin: () => Promise<() => unknown>, token: number): Promise<void> {
    try {
      (await door.arrival(begin()))();
      notify({ kind: 'loaded', processor: index, token });
    } catch (error) {
      notify({ kind: 'failed', processor: index, token, reason: textOf(error) });
    }
  }

  /** What the other processors have to tell. */
  function collect(): void {
    for (let processor = 0; processor < MAX_PROCESSORS; processor++) {
      const answer = mailboxes.takeAnswer(processor);
      if (!answer) continue;
      const { token, reason } = answer;
      if (answer.loaded) events.push({ kind: 'loaded', processor, token });
      else {
        owners[processor] = undefined;
        events.push({ kind: 'failed', processor, token, reason });
      }
    }
  }

  const platform: Platform = {
    topology,
    receive: options.receive,
    loadImage(name, vspace, token) {
      const directory = kernel.resolveVSpace(index, vspace);
      if (directory === 0) return -1;
      if (topology === 'single') {
        void loadHere(name, directory, token);
        return index;
      }
      const processor = mailboxes.request(name, directory, token);
      if (processor < 0) {
        hook(() => hooks.onWanted?.());
        return -1;
      }
      owners[processor] = directory;
      hook(() => hooks.onTaken?.(processor, name));
      return processor;
    },
    release(processor, vspace) {
      const directory = kernel.resolveVSpace(index, vspace);
      if (directory === 0) return;
      if (topology === 'single') {
        loads[directory >>> seL4_PageBits] = undefined;
        images.forget(directory);
        return;
      }
      if (!isOther(processor) || owners[processor] !== directory) return;
      takeOut(processor);
      hook(() => hooks.onRelease?.(processor));
    },
    bring: (begin, token) => void bring(begin, token),
    events() {
      collect();
      const taken = events;
      events = [];
      return taken;
    },
    counters: () => kernelCounters(kernel),
    objects() {
      // The root task's processor is never offline.
      kernel.hold(index);
      try {
        return objectsIn(options.heap.words);
      } finally {
        kernel.letGo(index);
      }
    },
    date: () => door.date(),
    trace: createTrace(options.heap),
  };
  return { platform: freeze(platform), notify };
}
