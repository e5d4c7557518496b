/**
 * One capability or one object, whole: where it is, what it was made from, what was made of it, and
 * every other capability to the same object.
 *
 *   wholeOf(seen, at)   of the slot at that address; undefined: there is none any more
 *   factsOf(slot, names), waitingOn(kernel, names, slot)
 *                       of a slot; of the object that it leads to
 */
import { CAP_ENDPOINT, CAP_NOTIFICATION } from '../../../kernel-as/layout.ts';
import { type KernelNames, namesOf } from '../kernel/names.ts';
import type { KernelObjects, KernelSlot } from '../kernel/objects.ts';
import { hardwareOf } from './map.ts';
import type { Seen } from './types.ts';

export interface SlotFacts {
  readonly at: number;
  /** In whose CSpace, or which TCB. */
  readonly holder: string;
  readonly index: number;
  readonly type: string;
  readonly rights: number;
  readonly badge: number;
  /** The object's name; '' where nobody has named it. */
  readonly object: string;
}

export interface Whole extends SlotFacts {
  readonly address: number;
  readonly bytes: number;
  /** From the one that it was made from to the first of all. */
  readonly parents: readonly SlotFacts[];
  readonly children: readonly SlotFacts[];
  /** Of the same object, this one left out. */
  readonly copies: readonly SlotFacts[];
  /** Threads that are blocked on it, in words. */
  readonly waiting: readonly string[];
}

export function factsOf(slot: KernelSlot, names: KernelNames): SlotFacts {
  const { at, index, type, rights, badge, object } = slot;
  const name = object === 0 ? hardwareOf(slot) : names.object(object);
  return { at, holder: names.holder(slot), index, type, rights, badge, object: name };
}

function ancestorsOf(kernel: KernelObjects, slot: KernelSlot): KernelSlot[] {
  const found: KernelSlot[] = [];
  for (let at = kernel.parents.get(slot.at); at !== undefined; at = kernel.parents.get(at))
    found.push(kernel.bySlot.get(at)!);
  return found;
}

const isSame = (one: KernelSlot, other: KernelSlot): boolean =>
  one.code === other.code &&
  one.object === other.object &&
  one.line === other.line &&
  String(one.ports) === String(other.ports);

export function waitingOn(kernel: KernelObjects, names: KernelNames, slot: KernelSlot): string[] {
  if (slot.code !== CAP_ENDPOINT && slot.code !== CAP_NOTIFICATION) return [];
  return kernel.threads
    .filter(({ waitsFor }) => waitsFor === slot.object)
    .map(({ at, state }) => `${names.object(at) || 'a thread'} (${state})`);
}

export function wholeOf({ kernel, snapshot }: Seen, at: number): Whole | undefined {
  const slot = kernel?.bySlot.get(at);
  if (!kernel || !slot) return undefined;
  const names = namesOf(kernel, snapshot);
  const tell = (other: KernelSlot): SlotFacts => factsOf(other, names);
  const children = [...kernel.parents].filter(([, parent]) => parent === at);
  return {
    ...tell(slot),
    address: slot.object,
    bytes: slot.bytes,
    parents: ancestorsOf(kernel, slot).map(tell),
    children: children.map(([child]) => tell(kernel.bySlot.get(child)!)),
    copies: kernel.slots.filter((other) => other !== slot && isSame(other, slot)).map(tell),
    waiting: waitingOn(kernel, names, slot),
  };
}
