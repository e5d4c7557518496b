/**
 * Hardware for drivers: WdmGetResources, WdmEnablePorts, WdmConnectInterrupt.
 *
 * A driver gets what the configuration assigns to it and nothing else: each grant is a capability
 * copied into its CSpace, from
 * SLOT_GRANTS on, and goes with its CSpace when it dies. A port grant is a whole assigned range:
 * the kernel's port capabilities
 * cannot be narrowed.
 *
 *   registerGrants(executive)   the services
 *   releaseLines(executive, process)   the lines of a process that ended have no handler any more:
 *   they stay masked
 */
import { CSPACE_BITS, SLOT_GRANTS } from '../../rtl/layout.ts';
import { Status } from '../../rtl/status.ts';
import {
  seL4_AllRights,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_IRQHandler_Ack,
  seL4_IRQHandler_Clear,
  seL4_IRQHandler_SetNotification,
  seL4_NoError,
  seL4_NotificationObject,
} from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { HalNeeds } from './needs.ts';
import type { NtThread, Process } from '../ps/types.ts';
import type { ProcessBody } from '../ps/process.ts';
import { PRIORITY_ISR } from '../ps/thread.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const NO_RESOURCES = { status: Status.STATUS_INSUFFICIENT_RESOURCES };

/** Copies a capability into the process's CSpace; its slot there, 0 where there is no room. */
function grant(executive: HalNeeds, process: ProcessBody, cap: CPtr, rights: number): number {
  const slot = SLOT_GRANTS + process.nextGrant;
  if (slot >= 1 << CSPACE_BITS) return 0;
  if (executive.mm.slots.copyTo(cap, process.cnode, slot, rights) !== seL4_NoError) return 0;
  process.nextGrant++;
  return slot;
}

export interface GrantTables {
  /** Lines in use, and by whom. */
  readonly lines: Map<number, Process>;
  /** Slots of port ranges that a process has already been given. */
  readonly ports: WeakMap<Process, Map<string, number>>;
}

function enablePorts(
  executive: HalNeeds,
  tables: GrantTables,
  caller: NtThread,
  first: number,
  count: number,
) {
  const process = caller.process as ProcessBody;
  const range = process.driver?.configuration.ports.find(
    ([start, size]) => count > 0 && first >= start && first + count <= start + size,
  );
  if (!range) return { status: Status.STATUS_ACCESS_DENIED };
  const granted = tables.ports.get(process) ?? new Map<string, number>();
  tables.ports.set(process, granted);
  const key = range.join('+');
  const known = granted.get(key);
  if (known !== undefined) return { status: SUCCESS, slot: known };
  const cap = executive.hal.lines.ports(range[0], range[1]);
  const slot = cap && grant(executive, process, cap, seL4_AllRights);
  if (slot === 0) return NO_RESOURCES;
  granted.set(key, slot);
  return { status: SUCCESS, slot };
}

function connectInterrupt(
  executive: HalNeeds,
  tables: GrantTables,
  caller: NtThread,
  input: { line: number; entry: number; context: number },
) {
  const { line, entry, context } = input;
  const process = caller.process as ProcessBody;
  const assigned = process.driver?.configuration.interrupts.includes(line) ?? false;
  if (!assigned || tables.lines.has(line)) return { status: Status.STATUS_ACCESS_DENIED };
  if (entry === 0) return { status: Status.STATUS_INVALID_PARAMETER };
  const handlerSlot = SLOT_GRANTS + process.nextGrant;
  if (handlerSlot + 2 > 1 << CSPACE_BITS) return NO_RESOURCES;
  const source = makeSource(executive, process, line);
  if (!source) return NO_RESOURCES;
  const args = (slot: number) => [handlerSlot, handlerSlot + 1, slot, context];
  const made = executive.ps.createThread(process, entry, args, PRIORITY_ISR);
  if (!made.resume) {
    executive.mm.slots.clear(source.signal);
    process.store.discard(source.notification);
    return { status: made.status };
  }
  // From here on nothing is lacking: the slots are free, and the capabilities are there.
  process.slots.push(source.signal);
  grant(executive, process, source.handler, seL4_AllRights);
  grant(executive, process, source.notification, seL4_CanRead);
  tables.lines.set(line, process);
  made.resume();
  seL4_IRQHandler_Ack(executive.thread, source.handler);
  return { status: SUCCESS, handlerSlot, notificationSlot: handlerSlot + 1 };
}

interface Source {
  readonly handler: CPtr;
  readonly notification: CPtr;
  /** What the handler signals through. */
  readonly signal: CPtr;
}

/** The line's handler and a notification that it signals; undefined, and nothing is left of it. */
function makeSource(executive: HalNeeds, process: ProcessBody, line: number): Source | undefined {
  const { hal, mm, thread } = executive;
  const handler = hal.lines.handler(line);
  const notification = process.store.create(seL4_NotificationObject);
  const signal = notification && mm.slots.allocateFor(process.quota);
  // The handler signals under a badge of its own: a badge of 0 would wake nobody who polls.
  const ok =
    handler !== 0 &&
    signal !== 0 &&
    mm.slots.mint(notification, signal, seL4_CanWrite, 1) === seL4_NoError &&
    seL4_IRQHandler_SetNotification(thread, handler, signal) === seL4_NoError;
  if (ok) return { handler, notification, signal };
  if (signal !== 0) mm.slots.clear(signal);
  process.store.discard(notification);
  return undefined;
}

export function registerGrants(executive: HalNeeds, tables: GrantTables): void {
  const { ke } = executive;
  ke.register('WdmGetResources', (caller) => {
    const { ports, interrupts, dma } = caller.process.driver!.configuration;
    return { status: SUCCESS, resources: JSON.stringify({ ports, interrupts, dma }) };
  });
  ke.register('WdmEnablePorts', (caller, { first, count }) =>
    enablePorts(executive, tables, caller, first, count),
  );
  ke.register('WdmConnectInterrupt', (caller, input) =>
    connectInterrupt(executive, tables, caller, input),
  );
}

export function releaseLines(executive: HalNeeds, tables: GrantTables, process: Process): void {
  for (const [line, owner] of [...tables.lines]) {
    if (owner !== process) continue;
    tables.lines.delete(line);
    seL4_IRQHandler_Clear(executive.thread, executive.hal.lines.handler(line));
  }
}
