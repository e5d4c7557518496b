/**
 * Objects of the kernel that several have capabilities to: endpoints, notifications, and frames by
 * what they are used for. Who holds them, with which rights and badge, and who waits there.
 *
 *   thingsOf(seen, of)   `objects`: endpoints and notifications; `frames`: groups as `memory` has
 *   thingOf(seen, id)    one of them, whole; undefined: there is none (any more)
 *   idOf(type, address)  of an endpoint or notification; '' for other types
 */
import { CAP_ENDPOINT, CAP_FRAME, CAP_NOTIFICATION, RAM_BASE } from '../../../kernel-as/layout.ts';
import { type KernelNames, namesOf } from '../kernel/names.ts';
import type { KernelMapping, KernelObjects, KernelSlot } from '../kernel/objects.ts';
import { hex } from '../words.ts';
import { type FrameGroup, type FrameRun, memoryOf } from './memory.ts';
import type { Seen } from './types.ts';
import { factsOf, type SlotFacts, waitingOn } from './whole.ts';

export interface Thing {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** 0 for what lies in several places. */
  readonly address: number;
  /** Capabilities to it, the Executive's counted. */
  readonly capabilities: number;
  /** Threads that are blocked on it. */
  readonly waiting: number;
}

export interface ThingWhole extends Thing {
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Of a group of frames: the Executive's are one line, in `facts`. */
  readonly holders: readonly SlotFacts[];
  readonly waits: readonly string[];
  /** Where frames are mapped. */
  readonly mapped: readonly string[];
}

const CODES: readonly number[] = [CAP_ENDPOINT, CAP_NOTIFICATION];
const PAGE_BYTES = 4096;

export const idOf = (type: string, address: number): string =>
  type === 'Endpoint' || type === 'Notification' ? `${type} ${hex(address)}` : '';

const frameId = ({ kind, owner }: FrameGroup): string => `Frames ${kind} ${owner}`;

function slotsByObject(kernel: KernelObjects): Map<number, KernelSlot[]> {
  const found = new Map<number, KernelSlot[]>();
  for (const slot of kernel.slots) {
    if (!CODES.includes(slot.code)) continue;
    const same = found.get(slot.object);
    if (same) same.push(slot);
    else found.set(slot.object, [slot]);
  }
  return found;
}

function objectOf(
  kernel: KernelObjects,
  names: KernelNames,
  [address, slots]: [number, readonly KernelSlot[]],
): Thing {
  const { type } = slots[0]!;
  const name = names.object(address) || `${type} at ${hex(address)}`;
  const waiting = kernel.threads.filter(({ waitsFor }) => waitsFor === address).length;
  return {
    ...{ id: idOf(type, address), type, name, address },
    capabilities: slots.length,
    waiting,
  };
}

function framesOf(seen: Seen): { group: FrameGroup; runs: readonly FrameRun[] }[] {
  const { groups, runs } = memoryOf(seen);
  return groups.map((group) => {
    const own = runs.filter(({ kind, owner }) => kind === group.kind && owner === group.owner);
    return { group, runs: own };
  });
}

const isIn =
  (runs: readonly FrameRun[]) =>
  (address: number): boolean => {
    const frame = (address - RAM_BASE) / PAGE_BYTES;
    return runs.some(({ first, count }) => frame >= first && frame < first + count);
  };

const frameThing = (group: FrameGroup, capabilities: number): Thing => ({
  id: frameId(group),
  ...{ type: 'Frames', name: `${group.kind}${group.owner && `: ${group.owner}`}`, address: 0 },
  ...{ capabilities, waiting: 0 },
});

/** Capabilities to frames of RAM, each frame's by its number. */
function frameSlots(kernel: KernelObjects): Map<number, KernelSlot[]> {
  const found = new Map<number, KernelSlot[]>();
  for (const slot of kernel.slots) {
    if (slot.code !== CAP_FRAME || slot.object < RAM_BASE) continue;
    const frame = (slot.object - RAM_BASE) / PAGE_BYTES;
    found.set(frame, [...(found.get(frame) ?? []), slot]);
  }
  return found;
}

const slotsIn = (runs: readonly FrameRun[], slots: ReadonlyMap<number, KernelSlot[]>) =>
  runs.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, i) => slots.get(first + i) ?? []).flat(),
  );

export function thingsOf(seen: Seen, of: 'objects' | 'frames'): Thing[] {
  const { kernel, snapshot } = seen;
  if (!kernel) return [];
  if (of === 'frames') {
    const slots = frameSlots(kernel);
    return framesOf(seen).map(({ group, runs }) => frameThing(group, slotsIn(runs, slots).length));
  }
  const names = namesOf(kernel, snapshot);
  return [...slotsByObject(kernel)]
    .map((one) => objectOf(kernel, names, one))
    .sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : b.capabilities - a.capabilities));
}

export function thingOf(seen: Seen, id: string): ThingWhole | undefined {
  const { kernel } = seen;
  if (!kernel) return undefined;
  return id.startsWith('Frames ') ? frameWhole(seen, kernel, id) : objectWhole(seen, kernel, id);
}

function objectWhole({ snapshot }: Seen, kernel: KernelObjects, id: string) {
  const names = namesOf(kernel, snapshot);
  const found = [...slotsByObject(kernel)].find(
    ([address, slots]) => idOf(slots[0]!.type, address) === id,
  );
  if (!found) return undefined;
  const [address, slots] = found;
  const bound = kernel.threads.filter((thread) => thread.bound === address);
  const facts: [string, string][] = [['At', hex(address)]];
  for (const { at } of bound) facts.push(['Bound to', names.object(at) || 'a thread']);
  return {
    ...objectOf(kernel, names, found),
    facts,
    holders: slots.map((slot) => factsOf(slot, names)),
    waits: waitingOn(kernel, names, slots[0]!),
    mapped: [],
  };
}

const mappingWords = (
  { vspace, address, count, writable }: KernelMapping,
  names: KernelNames,
): string => {
  const rights = writable ? 'to be read and written' : 'to be read';
  const pages = count === 1 ? '1 page' : `${count} pages`;
  return `${names.object(vspace) || 'a page directory'}: ${pages} from ${hex(address)}, ${rights}`;
};

function frameWhole(seen: Seen, kernel: KernelObjects, id: string): ThingWhole | undefined {
  const names = namesOf(kernel, seen.snapshot);
  const found = framesOf(seen).find(({ group }) => frameId(group) === id);
  if (!found) return undefined;
  const { group, runs } = found;
  const slots = slotsIn(runs, frameSlots(kernel));
  const others = slots.filter(({ holder }) => holder !== kernel.root);
  const has = isIn(runs);
  const mapped = kernel.mappings.filter(
    ({ frame, vspace, count }) =>
      names.owner(vspace) !== 0 &&
      Array.from({ length: count }, (_, i) => frame + i * PAGE_BYTES).some(has),
  );
  return {
    ...frameThing(group, slots.length),
    facts: [
      ['Frames', group.frames.toLocaleString('en-US')],
      ['In runs', runs.length.toLocaleString('en-US')],
      ["The Executive's", `${(slots.length - others.length).toLocaleString('en-US')} capabilities`],
    ],
    holders: others.map((slot) => factsOf(slot, names)),
    waits: [],
    mapped: mapped.map((one) => mappingWords(one, names)),
  };
}
