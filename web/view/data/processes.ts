/**
 * Processes as a tree: who made whom, what they hold, what they are charged. What each thread waits
 * for is the kernel's word, and what it asked for the Executive's.
 */
import { CAP_REPLY, SLOT_SIZE } from '../../../kernel-as/layout.ts';
import type { ProcessInformation, ThreadInformation } from '../../../personality/rtl/snapshot.ts';
import { EXECUTIVE, type KernelNames, namesOf } from '../kernel/names.ts';
import type { KernelObjects, KernelThread } from '../kernel/objects.ts';
import type { Seen } from './types.ts';
import { type WaitedFor, waitsOf, wordsOfWaits } from './waits.ts';

export interface ThreadRow {
  readonly id: number;
  /** The kernel's: running, receive, send, reply, notification, inactive, restart. */
  readonly state: string;
  /** The same in words, with the name of what it waits for. */
  readonly words: string;
  /** Address of the endpoint, notification or (state reply) TCB that it waits for; 0: none. */
  readonly waitsFor: number;
  readonly priority: number;
  readonly processor: number;
  /** How often NtSuspendThread has stopped it. */
  readonly suspended: number;
  /** The objects that it has asked the Executive to wait for. */
  readonly objects: readonly WaitedFor[];
}

export interface ProcessRow {
  readonly id: number;
  readonly parent: number;
  /** In the tree: 0 for one that nobody made who is still there. */
  readonly depth: number;
  readonly image: string;
  readonly commandLine: string;
  readonly kind: string;
  readonly driver: string;
  readonly processor: number;
  readonly priority: number;
  readonly threads: readonly ThreadRow[];
  readonly handles: readonly { handle: number; access: number; type: string; name: string }[];
  readonly capabilities: ProcessInformation['capabilities'];
  readonly charged: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
}

/** Who holds the reply to a thread's call. */
function answererOf(kernel: KernelObjects, names: KernelNames, tcb: number): string {
  const reply = kernel.slots.find(
    ({ code, object, master }) => code === CAP_REPLY && object === tcb && !master,
  );
  const holder = reply ? names.holder(reply).replace(/ \(caller\)$/, '') : '';
  return holder.endsWith(EXECUTIVE) ? `the ${EXECUTIVE}` : holder;
}

function wordsOf(
  thread: KernelThread,
  { suspended }: ThreadInformation,
  kernel: KernelObjects,
  names: KernelNames,
): string {
  const what = names.object(thread.waitsFor) || 'something without a name';
  switch (thread.state) {
    case 'running':
      return 'can run';
    case 'restart':
      return 'can run, and makes its call again';
    case 'receive':
      return `waits for a message at ${what}`;
    case 'send':
      return thread.calling ? `calls ${what}, where nobody listens yet` : `sends to ${what}`;
    case 'notification':
      return `waits for ${what}`;
    case 'reply': {
      const who = answererOf(kernel, names, thread.at);
      return who === '' ? 'has called, and nobody can answer' : `waits for an answer of ${who}`;
    }
    default:
      return suspended > 0 ? 'is suspended' : 'has stopped: it faulted, or was not started';
  }
}

function threadRow(
  thread: ThreadInformation,
  { kernel, snapshot }: Seen,
  names: KernelNames | undefined,
): ThreadRow {
  const { id, suspended, tcb, calling, state } = thread;
  const objects = waitsOf(thread, snapshot);
  const asked = objects.length === 0 ? '' : ` (for ${wordsOfWaits(objects)})`;
  const slot = kernel?.bySlot.get(kernel.root + tcb * SLOT_SIZE);
  const known = kernel?.threads.find(({ at }) => at === slot?.object);
  if (!kernel || !names || !known) {
    const words = calling ? `calls the Executive${asked}` : state;
    return { id, state, words, waitsFor: 0, priority: 0, processor: -1, suspended, objects };
  }
  const { state: own, priority, processor, waitsFor } = known;
  const kept = suspended > 0 && own !== 'inactive' ? '; suspended: no answer comes' : '';
  const words = `${wordsOf(known, thread, kernel, names)}${asked}${kept}`;
  return { id, state: own, words, waitsFor, priority, processor, suspended, objects };
}

function rowOf(
  process: ProcessInformation,
  depth: number,
  seen: Seen,
  names: KernelNames | undefined,
): ProcessRow {
  const objects = new Map(seen.snapshot.objects.map((object) => [object.number, object]));
  const { id, parent, image, commandLine, kind, driver = '', processor, priority } = process;
  const { capabilities, charged, limits } = process;
  return {
    ...{ id, parent, depth, image, commandLine, kind, driver, processor, priority },
    ...{ capabilities, charged, limits },
    threads: process.threads.map((thread) => threadRow(thread, seen, names)),
    handles: process.handles.map(({ handle, object, access }) => {
      const { type = '', name = '' } = objects.get(object) ?? {};
      return { handle, access, type, name };
    }),
  };
}

/** Each behind its maker. */
export function processesOf(seen: Seen): ProcessRow[] {
  const { processes } = seen.snapshot;
  const names = seen.kernel && namesOf(seen.kernel, seen.snapshot);
  const there = new Set(processes.map(({ id }) => id));
  const rows: ProcessRow[] = [];
  const add = (parent: number, depth: number): void => {
    for (const process of processes) {
      const isOrphan = parent === 0 && !there.has(process.parent);
      if (process.parent !== parent && !isOrphan) continue;
      rows.push(rowOf(process, depth, seen, names));
      if (process.id !== 0) add(process.id, depth + 1);
    }
  };
  add(0, 0);
  return rows;
}
