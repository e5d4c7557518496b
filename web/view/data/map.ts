/**
 * The map: processes as places, capabilities as the lines between them. What lines there are the
 * kernel says: each is a slot of a process's CSpace. What each is for the Executive says, and where
 * the two differ, both are told.
 */
import { CAP_IOPORT, CAP_IRQ_HANDLER } from '../../../kernel-as/layout.ts';
import type { CapabilityInformation } from '../../../personality/rtl/snapshot.ts';
import { type KernelNames, namesOf, processName } from '../kernel/names.ts';
import type { KernelObjects, KernelSlot } from '../kernel/objects.ts';
import { hex } from '../words.ts';
import { EXECUTIVE_PLACE, Routes, type Traffic, trafficOf } from './traffic.ts';
import type { Seen } from './types.ts';

export interface MapPlace {
  readonly id: string;
  readonly name: string;
  readonly kind: 'executive' | 'driver' | 'client' | 'hardware';
  /** 0 for what is no process. */
  readonly process: number;
}

export interface MapLine {
  readonly from: string;
  readonly to: string;
  readonly process: number;
  readonly slot: number;
  /** The slot's address in kernel memory. */
  readonly at: number;
  readonly type: string;
  /** The object's address; 0: ports and interrupts have none. */
  readonly object: number;
  /** 0 for types that have none. */
  readonly rights: number;
  readonly badge: number;
  readonly about: string;
}

export interface MapData {
  readonly places: readonly MapPlace[];
  readonly lines: readonly MapLine[];
  /** Messages, signals, interrupts, port accesses of the last second, where records are taken. */
  readonly traffic: readonly Traffic[];
  /** Records that were lost since the view was opened. */
  readonly lost: number;
  /** In words: what the kernel has and the Executive has not written down, and the reverse. */
  readonly differences: readonly string[];
}

/** What the kernel itself says that a piece of hardware is. */
export function hardwareOf({ code, ports, line }: KernelSlot): string {
  if (code === CAP_IRQ_HANDLER) return `interrupt ${line}`;
  const [first, last] = (ports ?? [0, 0]).map((port) => port.toString(16));
  return code === CAP_IOPORT ? `ports ${first}-${last}` : '';
}

interface Noted {
  readonly name: string;
  readonly capabilities: readonly CapabilityInformation[];
}

function differencesIn({ name, capabilities }: Noted, slots: readonly KernelSlot[]): string[] {
  const noted = new Map(capabilities.map((capability) => [capability.slot, capability]));
  const there = new Map(slots.map((slot) => [slot.index, slot]));
  const said: string[] = [];
  for (const { index, type, badge } of slots) {
    const note = noted.get(index);
    if (!note) said.push(`${name}, slot ${index}: the kernel has ${type}, the Executive nothing.`);
    else if (note.type !== type || note.badge !== badge)
      said.push(
        `${name}, slot ${index}: the kernel has ${type} badge ${hex(badge)}, ` +
          `the Executive ${note.type} badge ${hex(note.badge)}.`,
      );
  }
  for (const { slot, type } of capabilities)
    if (!there.has(slot))
      said.push(`${name}, slot ${slot}: the Executive has ${type}, the kernel nothing.`);
  return said;
}

/** Slots of processes' CSpaces, by process. */
export function slotsByProcess(
  kernel: KernelObjects,
  names: KernelNames,
): ReadonlyMap<number, readonly KernelSlot[]> {
  const found = new Map<number, KernelSlot[]>();
  for (const slot of kernel.slots) {
    const owner = names.owner(slot.holder);
    if (owner === 0 || !names.object(slot.holder).startsWith('CSpace')) continue;
    found.set(owner, [...(found.get(owner) ?? []), slot]);
  }
  return found;
}

export function mapOf(seen: Seen): MapData {
  const { snapshot, kernel, records, lost } = seen;
  const places = new Map<string, MapPlace>();
  places.set(EXECUTIVE_PLACE, {
    id: EXECUTIVE_PLACE,
    name: 'Executive',
    kind: 'executive',
    process: 0,
  });
  const none = { lines: [], traffic: [], lost, differences: [] };
  if (!kernel) return { places: [...places.values()], ...none };
  const lines: MapLine[] = [];
  const differences: string[] = [];
  const held = slotsByProcess(kernel, namesOf(kernel, snapshot));
  for (const process of snapshot.processes) {
    const { id, capabilities } = process;
    const from = `process ${id}`;
    const name = processName(process);
    const kind = process.driver === undefined ? 'client' : 'driver';
    places.set(from, { id: from, name, kind, process: id });
    const slots = held.get(id) ?? [];
    differences.push(...differencesIn({ name, capabilities }, slots));
    for (const slot of slots) {
      const { index, at, type, object, rights, badge } = slot;
      const hardware = hardwareOf(slot);
      const about = capabilities.find((noted) => noted.slot === index)?.about ?? hardware;
      const to = hardware ? `hardware ${hardware}` : EXECUTIVE_PLACE;
      if (!places.has(to)) places.set(to, { id: to, name: about, kind: 'hardware', process: 0 });
      lines.push({ from, to, process: id, slot: index, at, type, object, rights, badge, about });
    }
  }
  const traffic = trafficOf(records, new Routes(seen, lines));
  return { places: [...places.values()], lines, traffic, lost, differences };
}
