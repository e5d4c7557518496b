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
 *   revoke(executive, tables, process, hardware)   what a device of the driver was given: the
 *   capabilities are taken out of its CSpace
 *   releaseLines(executive, process)   the lines of a process that ended have no handler any more:
 *   they stay masked
 */
import { type Hardware, NO_HARDWARE } from '../../rtl/resources.ts';
import { CSPACE_BITS, SLOT_GRANTS } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
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
import type { CapabilityInformation } from '../ps/cspace.ts';
import type { ProcessBody } from '../ps/process.ts';
import { PRIORITY_ISR } from '../ps/priorities.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const NO_RESOURCES = { status: Status.STATUS_INSUFFICIENT_RESOURCES };

/** Copies a capability into the process's CSpace; its slot there, 0 where there is no room. */
function grant(
  tables: GrantTables,
  process: ProcessBody,
  cap: CPtr,
  rights: number,
  what: CapabilityInformation,
): number {
  const used = tables.free.get(process)?.pop();
  const slot = used ?? SLOT_GRANTS + process.nextGrant;
  if (slot >= 1 << CSPACE_BITS) return 0;
  if (!process.cspace.copy(cap, slot, rights, what)) return 0;
  if (used === undefined) process.nextGrant++;
  return slot;
}

/** The capability is the process's no more. */
function ungrant(tables: GrantTables, process: ProcessBody, slot: number) {
  process.cspace.clear(slot);
  const free = tables.free.get(process) ?? [];
  free.push(slot);
  tables.free.set(process, free);
}

export interface GrantTables {
  /** Lines in use, and by whom. */
  readonly lines: Map<number, Process>;
  /** Slots of port ranges that a process has already been given. */
  readonly ports: WeakMap<Process, Map<string, number>>;
  /** The parts of a connected line. */
  readonly sources: Map<number, Connected>;
  /** Slots that can be used again. */
  readonly free: WeakMap<Process, number[]>;
}

/** All that a driver is given: by its configuration, and with its devices. */
export function assignedTo({ driver }: Process): Required<Hardware> {
  if (!driver) return { ...NO_HARDWARE, memory: [] };
  const { configuration, assigned } = driver;
  const all = [configuration, ...assigned];
  return {
    ports: all.flatMap(({ ports }) => ports),
    interrupts: all.flatMap(({ interrupts }) => interrupts),
    dma: all.flatMap(({ dma }) => dma),
    memory: all.flatMap(({ memory = [] }) => memory),
  };
}

function enablePorts(
  executive: HalNeeds,
  tables: GrantTables,
  caller: NtThread,
  first: number,
  count: number,
) {
  const process = caller.process as ProcessBody;
  const range = assignedTo(process).ports.find(
    ([start, size]) => count > 0 && first >= start && first + count <= start + size,
  );
  if (!range) return { status: Status.STATUS_ACCESS_DENIED };
  const granted = tables.ports.get(process) ?? new Map<string, number>();
  tables.ports.set(process, granted);
  const key = range.join('+');
  const known = granted.get(key);
  if (known !== undefined) return { status: SUCCESS, slot: known };
  const cap = executive.hal.lines.ports(range[0], range[1]);
  const last = range[0] + range[1] - 1;
  const about = `ports ${range[0].toString(16)}-${last.toString(16)}`;
  const slot = cap && grant(tables, process, cap, seL4_AllRights, { type: 'IOPort', about });
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
  const assigned = assignedTo(process).interrupts.includes(line);
  if (!assigned || tables.lines.has(line)) return { status: Status.STATUS_ACCESS_DENIED };
  if (entry === 0) return { status: Status.STATUS_INVALID_PARAMETER };
  const source = makeSource(executive, process, line);
  if (!source) return NO_RESOURCES;
  const slots = grantSource(tables, process, line, source);
  if (!slots) {
    dropSource(executive, process, source);
    return NO_RESOURCES;
  }
  const [handlerSlot, notificationSlot] = slots;
  const args = (slot: number) => [handlerSlot, notificationSlot, slot, context];
  const made = executive.ps.createThread(process, entry, args, PRIORITY_ISR);
  if (!made.resume || !made.thread) {
    for (const slot of slots) ungrant(tables, process, slot);
    dropSource(executive, process, source);
    return { status: made.status };
  }
  process.slots.push(source.signal);
  tables.lines.set(line, process);
  tables.sources.set(line, { ...source, slots, thread: made.thread });
  made.resume();
  seL4_IRQHandler_Ack(executive.thread, source.handler);
  return { status: SUCCESS, handlerSlot, notificationSlot };
}

function grantSource(
  tables: GrantTables,
  process: ProcessBody,
  line: number,
  { handler, notification }: Source,
): readonly [number, number] | undefined {
  const about = `interrupt ${line}`;
  const [acknowledged, waited] = [
    { type: 'IRQHandler', about },
    { type: 'Notification', about },
  ] as const;
  const first = grant(tables, process, handler, seL4_AllRights, acknowledged);
  if (first === 0) return undefined;
  const second = grant(tables, process, notification, seL4_CanRead, waited);
  if (second !== 0) return [first, second];
  ungrant(tables, process, first);
  return undefined;
}

function dropSource(executive: HalNeeds, process: ProcessBody, source: Source): void {
  executive.mm.slots.clear(source.signal);
  process.store.discard(source.notification);
}

/** Nothing comes of the line any more; who has it next connects it anew. */
function disconnect(
  executive: HalNeeds,
  tables: GrantTables,
  process: ProcessBody,
  line: number,
): number {
  const source = tables.sources.get(line);
  if (!source || tables.lines.get(line) !== process) return Status.STATUS_INVALID_PARAMETER;
  tables.lines.delete(line);
  tables.sources.delete(line);
  seL4_IRQHandler_Clear(executive.thread, source.handler);
  executive.ps.terminateThread(source.thread, SUCCESS);
  for (const slot of source.slots) ungrant(tables, process, slot);
  process.slots.splice(process.slots.indexOf(source.signal), 1);
  dropSource(executive, process, source);
  return SUCCESS;
}

export function revoke(
  executive: HalNeeds,
  tables: GrantTables,
  owner: Process,
  { ports, interrupts }: Hardware,
): void {
  const process = owner as ProcessBody;
  for (const line of interrupts) disconnect(executive, tables, process, line);
  const granted = tables.ports.get(process);
  for (const range of ports) {
    const slot = granted?.get(range.join('+'));
    if (slot === undefined) continue;
    granted?.delete(range.join('+'));
    ungrant(tables, process, slot);
  }
}

interface Source {
  readonly handler: CPtr;
  readonly notification: CPtr;
  /** What the handler signals through. */
  readonly signal: CPtr;
}

interface Connected extends Source {
  /** In the driver's CSpace: handler, notification. */
  readonly slots: readonly number[];
  readonly thread: NtThread;
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
    return { status: SUCCESS, resources: JSON.stringify(assignedTo(caller.process)) };
  });
  ke.register('WdmEnablePorts', (caller, { first, count }) =>
    enablePorts(executive, tables, caller, first, count),
  );
  ke.register('WdmConnectInterrupt', (caller, input) =>
    connectInterrupt(executive, tables, caller, input),
  );
  ke.register('WdmDisconnectInterrupt', ({ process }, { line }) => ({
    status: disconnect(executive, tables, process as ProcessBody, line),
  }));
}

export function releaseLines(executive: HalNeeds, tables: GrantTables, process: Process): void {
  for (const [line, owner] of [...tables.lines]) {
    if (owner !== process) continue;
    tables.lines.delete(line);
    tables.sources.delete(line);
    seL4_IRQHandler_Clear(executive.thread, executive.hal.lines.handler(line));
  }
}
