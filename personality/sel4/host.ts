/**
 * What stands behind a Thread on its processor: where its registers and buffer are, its invocations
 * and its port accesses.
 *
 * A port access is decoded and checked by the kernel, which leaves it in the node's record; it is
 * made here, after the kernel's lock has been let go, since a device may take its time or raise an
 * interrupt in the middle of it.
 */
import {
  NODES,
  NODE_PORT,
  NODE_PORT_VALUE,
  NODE_PORT_WIDTH,
  NODE_PORT_WRITE,
  NODE_SIZE,
  TCB_BADGE,
  TCB_INFO,
  TCB_MR,
} from '../../kernel-as/layout.ts';
import { bufferOf, directoryOf } from './context.ts';
import type { Context } from './context.ts';
import type { Dispatcher } from './dispatcher.ts';
import { RuleError } from './errors.ts';
import type { Views } from './heap.ts';
import type { Kernel } from './kernel.ts';
import type { Marks } from './marks.ts';
import { room } from './room.ts';
import { createThread } from './thread.ts';
import type { MessageInfo, PortBus, Thread } from './types.ts';

export interface HostOptions {
  readonly index: number;
  readonly kernel: Kernel;
  readonly heap: Views;
  readonly ram: Views;
  readonly bus: PortBus;
  readonly now: () => number;
  readonly marks: Marks;
}

/** What a device's model may need, functions compiled anew among it: room() for so many more. */
const DEVICE_ROOM = 5;

const PORT_ACCESS = 1;
const NOT_AN_OBJECT = -1;

export function createThreadFactory(
  options: HostOptions,
  dispatcher: () => Dispatcher,
): (context: Context) => Thread {
  const { index, kernel, heap, ram, bus, now, marks } = options;
  const words = heap.words;
  const node = NODES + index * NODE_SIZE;

  function nodeWord(field: number): number {
    return (words[(node + field) >>> 2] ?? 0) >>> 0;
  }

  /**
   * Makes the access that the kernel decoded; what was read. In *single* the device's model runs on
   * the caller's stack.
   */
  function accessPort(): number {
    room(DEVICE_ROOM);
    const port = nodeWord(NODE_PORT);
    const width = nodeWord(NODE_PORT_WIDTH) as 1 | 2 | 4;
    if (nodeWord(NODE_PORT_WRITE) === 0) return bus.read(port, width);
    bus.write(port, width, nodeWord(NODE_PORT_VALUE));
    return 0;
  }

  return (context: Context): Thread => {
    const { tcb } = context;
    const { check, enter } = dispatcher();

    function invoke(cptr: number, info: MessageInfo): MessageInfo {
      check(context);
      room(0);
      const disposition = kernel.invoke(index, cptr, info);
      if (disposition === NOT_AN_OBJECT) {
        throw new RuleError(`invoke: capability ${cptr} names no kernel object`);
      }
      if (disposition === PORT_ACCESS) {
        const value = accessPort();
        check(context);
        words[(tcb + TCB_MR) >>> 2] = value;
      }
      return (words[(tcb + TCB_INFO) >>> 2] ?? 0) >>> 0;
    }

    return createThread({
      context,
      enter,
      registers() {
        check(context);
        return (tcb + TCB_MR) >>> 2;
      },
      buffer(write) {
        check(context);
        return bufferOf(words, tcb, write) >>> 2;
      },
      badge() {
        check(context);
        return (words[(tcb + TCB_BADGE) >>> 2] ?? 0) >>> 0;
      },
      invoke,
      now,
      watching: marks.watching,
      mark(kind, a, b, c) {
        check(context);
        marks.mark(true, kind, a, b, c);
      },
      space: {
        heap,
        ram,
        directory() {
          check(context);
          return directoryOf(words, tcb);
        },
      },
    });
  };
}
