/** Processes as a tree: who made whom, what they hold, what they are charged. */
import type { ProcessInformation, SystemSnapshot } from '../../../personality/rtl/snapshot.ts';

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
  readonly threads: readonly { id: number; state: string }[];
  readonly handles: readonly { handle: number; access: number; type: string; name: string }[];
  readonly capabilities: ProcessInformation['capabilities'];
  readonly charged: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
}

const stateOf = ({ state, calling }: ProcessInformation['threads'][number]): string =>
  calling ? 'calls the Executive' : state;

function rowOf(process: ProcessInformation, depth: number, snapshot: SystemSnapshot): ProcessRow {
  const objects = new Map(snapshot.objects.map((object) => [object.number, object]));
  const { driver = '', threads, handles, ...rest } = process;
  return {
    ...rest,
    depth,
    driver,
    threads: threads.map((thread) => ({ id: thread.id, state: stateOf(thread) })),
    handles: handles.map(({ handle, object, access }) => {
      const { type = '', name = '' } = objects.get(object) ?? {};
      return { handle, access, type, name };
    }),
  };
}

/** Each behind its maker. */
export function processesOf(snapshot: SystemSnapshot): ProcessRow[] {
  const { processes } = snapshot;
  const there = new Set(processes.map(({ id }) => id));
  const rows: ProcessRow[] = [];
  const add = (parent: number, depth: number): void => {
    for (const process of processes) {
      const isOrphan = parent === 0 && !there.has(process.parent);
      if (process.parent !== parent && !isOrphan) continue;
      rows.push(rowOf(process, depth, snapshot));
      if (process.id !== 0) add(process.id, depth + 1);
    }
  };
  add(0, 0);
  return rows;
}
