/**
 * SystemSnapshotInformation (rtl/snapshot.ts): processes with what they hold, the name space, and
 * what io tells of devices, requests and the cache. All of it is read without waiting, so that it
 * belongs to one moment.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import type {
  FrameUse,
  ObjectInformation,
  ProcessInformation,
  SystemSnapshot,
  ThreadInformation,
} from '../../rtl/snapshot.ts';
import { Directory } from '../ob/directory.ts';
import { SymbolicLink } from '../ob/symlink.ts';
import type { ObObject } from '../ob/types.ts';
import type { NtThread, Process } from '../ps/types.ts';
import { MutantObject } from './mutants.ts';
import type { ExNeeds } from './needs.ts';
import type { Numbers } from './numbers.ts';

type ObjectNumbers = Numbers<ObObject>;
/** Of what can be waited for. */
type WaitNumbers = ReadonlyMap<object, number>;

function threadOf(thread: NtThread, waits: WaitNumbers): ThreadInformation {
  const { id, state, calling, slot, tcb, suspendCount, wait } = thread;
  const known = wait?.objects.flatMap((object) => waits.get(object) ?? []);
  return {
    ...{ id, state, calling, slot, tcb, suspended: suspendCount },
    ...(known && known.length > 0 && { waits: known }),
  };
}

function processOf(
  process: Process,
  objects: ObjectNumbers,
  waits: WaitNumbers,
): ProcessInformation {
  const { id, parent, image, commandLine, kind, processor, priority, created, quota } = process;
  return {
    id,
    parent,
    image,
    commandLine,
    kind,
    processor,
    priority,
    created,
    ...(process.driver && { driver: process.driver.name }),
    cnode: process.cnode,
    vspace: process.space.vspace,
    threads: process.threads.map((thread) => threadOf(thread, waits)),
    handles: [...process.handles.entries()].map(([handle, { object, access }]) => {
      return { handle, object: objects.of(object), access };
    }),
    capabilities: process.capabilities,
    charged: { ...quota.usage },
    limits: { ...quota.limits },
  };
}

/** Those that have a name, and those that only handles lead to. */
function reachable(root: ObObject, processes: readonly Process[]): Set<ObObject> {
  const found = new Set<ObObject>([root]);
  for (const object of found)
    if (object instanceof Directory) for (const member of object.members()) found.add(member);
  for (const { handles } of processes)
    for (const [, { object }] of handles.entries()) found.add(object);
  return found;
}

function objectOf(object: ObObject, objects: ObjectNumbers): ObjectInformation {
  const { type, name, directory, pointers, handles, permanent } = object.header;
  return {
    number: objects.of(object),
    type: type.name,
    name: type.queryName && name === '' ? type.queryName(object) : name,
    parent: directory ? objects.of(directory) : 0,
    pointers,
    handles,
    permanent,
    ...(object instanceof SymbolicLink && { target: object.target }),
    ...(object instanceof MutantObject && ownerOf(object)),
  };
}

/** Who waits for a mutant as a thread is one. */
function ownerOf({ mutant }: MutantObject): { owner?: number } {
  const owner = mutant.owner as NtThread | undefined;
  return owner ? { owner: owner.id } : {};
}

function waitNumbers(found: ReadonlySet<ObObject>, objects: ObjectNumbers): WaitNumbers {
  const numbers = new Map<object, number>();
  for (const object of found) {
    const dispatcher = object.header.type.dispatcher?.(object);
    if (dispatcher) numbers.set(dispatcher, objects.of(object));
  }
  return numbers;
}

/** Page by page, for who is told of the kernel's objects. */
function usesOf({ mm, ps }: ExNeeds): FrameUse[] {
  const payers = new Map(ps.processes().map(({ quota, id }) => [quota, id]));
  return mm.uses().map(({ first, count, locks = -1, quota }) => {
    return [first, count, locks, (quota && payers.get(quota)) ?? 0];
  });
}

export function snapshotOf(
  executive: ExNeeds,
  objects: ObjectNumbers,
  frames = false,
): SystemSnapshot {
  const { io, ke, mm, ob, platform, ps } = executive;
  const processes = ps.processes();
  const found = reachable(ob.root, processes);
  const waits = waitNumbers(found, objects);
  return {
    entry: platform.counters()['kernel.entry'] ?? 0,
    time: ke.now(),
    processes: processes.map((process) => processOf(process, objects, waits)),
    objects: [...found].map((object) => objectOf(object, objects)),
    ...io.snapshot(),
    memory: {
      pages: mm.ramBytes / PAGE_SIZE,
      free: mm.freePageCount,
      ...(frames && { uses: usesOf(executive) }),
    },
  };
}
