/**
 * Memory: every frame of RAM, and whose it is; kernel memory by type, and what was made of each
 * untyped.
 *
 * Who has a frame mapped is the kernel's word (page tables); that it is free, the cache's, or under
 * a transfer is the Executive's. Each frame is counted once.
 */
import { CAP_FRAME, CAP_UNTYPED, HEAP_BASE, RAM_BASE } from '../../../kernel-as/layout.ts';
import type { SystemSnapshot } from '../../../personality/rtl/snapshot.ts';
import { type KernelNames, namesOf } from '../kernel/names.ts';
import type { KernelObjects, KernelSlot } from '../kernel/objects.ts';
import type { Seen } from './types.ts';

const PAGE_BYTES = 4096;

/** In the order in which they are asked: the first that is so is what a frame is counted as. */
export const FRAME_KINDS = [
  'untyped',
  'device',
  'transfer',
  'cache',
  'shared',
  'process',
  'free',
  'executive',
] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** Frames one behind the other that are alike. */
export interface FrameRun {
  /** Number of the first frame: its address / 4096. */
  readonly first: number;
  count: number;
  readonly kind: FrameKind;
  /** In words: the process, the processes, the file. */
  readonly owner: string;
}

export interface FrameGroup {
  readonly kind: FrameKind;
  readonly owner: string;
  readonly frames: number;
}

export interface UntypedRow {
  /** Address of the slot that it is in, and of the memory. */
  readonly slot: number;
  readonly at: number;
  readonly bytes: number;
  /** Handed out from its start. */
  readonly used: number;
  /** RAM, of which frames alone can be made. */
  readonly ram: boolean;
  /** In the derivation tree. */
  readonly depth: number;
  /** What was made of it directly: `4 TCB, 2 CNode`. */
  readonly made: string;
  /** Whose objects they are, as far as one knows. */
  readonly owner: string;
}

export interface MemoryData {
  readonly frames: number;
  readonly free: number;
  readonly runs: readonly FrameRun[];
  readonly groups: readonly FrameGroup[];
  /** Bytes of kernel memory; `untyped` and the kernel's own are rows, too: the sum is `bytes`. */
  readonly kernel: {
    readonly bytes: number;
    readonly types: readonly { type: string; count: number; bytes: number }[];
  };
  readonly untypeds: readonly UntypedRow[];
  /** Frames that the Executive counts as free, and the kernel has mapped in a process. */
  readonly differences: readonly string[];
}

interface FrameFacts {
  /** It is a frame, and no more part of an untyped. */
  isFrame: boolean;
  locks: number;
  /** Who pays; 0: nobody. */
  payer: number;
  cached: string;
  /** Processes that have it mapped. */
  readonly mapped: Set<number>;
}

function cachedFrames({ cache }: SystemSnapshot): Map<number, string> {
  const found = new Map<number, string>();
  for (const { device, metadata, files } of cache.volumes) {
    for (const page of metadata.pages) found.set(page[5], `${device || 'a volume'}: own sectors`);
    for (const { name, pages } of files) for (const page of pages) found.set(page[5], name);
  }
  return found;
}

function factsOf(kernel: KernelObjects, snapshot: SystemSnapshot, names: KernelNames) {
  const facts: FrameFacts[] = Array.from({ length: snapshot.memory.pages }, () => {
    return { isFrame: false, locks: 0, payer: 0, cached: '', mapped: new Set<number>() };
  });
  for (const { code, object } of kernel.slots) {
    if (code !== CAP_FRAME || object < RAM_BASE) continue;
    const frame = facts[(object - RAM_BASE) / PAGE_BYTES];
    if (frame) frame.isFrame = true;
  }
  for (const { vspace, frame, count } of kernel.mappings) {
    const owner = names.owner(vspace);
    if (owner === 0 || frame < RAM_BASE) continue;
    const first = (frame - RAM_BASE) / PAGE_BYTES;
    for (let i = first; i < first + count; i++) facts[i]?.mapped.add(owner);
  }
  for (const [first, count, locks, payer] of snapshot.memory.uses ?? [])
    for (let i = first; i < first + count; i++) Object.assign(facts[i] ?? {}, { locks, payer });
  for (const [page, words] of cachedFrames(snapshot)) {
    const frame = facts[page];
    if (frame) frame.cached = words;
  }
  return facts;
}

function kindOf({ isFrame, locks, payer, cached, mapped }: FrameFacts): FrameKind {
  if (!isFrame) return 'untyped';
  if (locks < 0) return 'device';
  if (locks > 1) return 'transfer';
  if (cached !== '') return 'cache';
  if (mapped.size > 1) return 'shared';
  if (mapped.size === 1 || payer !== 0) return 'process';
  return locks === 0 ? 'free' : 'executive';
}

function ownerOf(kind: FrameKind, facts: FrameFacts, names: KernelNames): string {
  if (kind === 'cache') return facts.cached;
  if (kind === 'free' || kind === 'untyped' || kind === 'device') return '';
  const owners = facts.mapped.size > 0 ? [...facts.mapped] : facts.payer === 0 ? [] : [facts.payer];
  return owners.length === 0 ? 'Executive' : owners.map((id) => names.process(id)).join(', ');
}

function runsOf(facts: readonly FrameFacts[], names: KernelNames): FrameRun[] {
  const runs: FrameRun[] = [];
  facts.forEach((frame, first) => {
    const kind = kindOf(frame);
    const owner = ownerOf(kind, frame, names);
    const last = runs.at(-1);
    if (last?.kind === kind && last.owner === owner) last.count++;
    else runs.push({ first, count: 1, kind, owner });
  });
  return runs;
}

function groupsOf(runs: readonly FrameRun[]): FrameGroup[] {
  const groups = new Map<string, { kind: FrameKind; owner: string; frames: number }>();
  for (const { kind, owner, count } of runs) {
    const key = `${kind}\n${owner}`;
    const group = groups.get(key) ?? { kind, owner, frames: 0 };
    groups.set(key, group);
    group.frames += count;
  }
  const place = ({ kind }: FrameGroup): number => FRAME_KINDS.indexOf(kind);
  return [...groups.values()].sort((a, b) => place(a) - place(b) || b.frames - a.frames);
}

/** Objects that have memory of the kernel's, each once. */
function objectsOf({ slots }: KernelObjects): KernelSlot[] {
  const found = new Map<number, KernelSlot>();
  for (const slot of slots)
    if (slot.bytes > 0 && slot.object < RAM_BASE && slot.code !== CAP_UNTYPED)
      found.set(slot.object, slot);
  return [...found.values()];
}

function kernelMemory(kernel: KernelObjects): MemoryData['kernel'] {
  const types = new Map<string, { type: string; count: number; bytes: number }>();
  const add = (type: string, size: number): void => {
    const row = types.get(type) ?? { type, count: 0, bytes: 0 };
    types.set(type, { type, count: row.count + 1, bytes: row.bytes + size });
  };
  for (const { type, bytes } of objectsOf(kernel)) add(type, bytes);
  const ends = kernel.slots
    .filter(({ object }) => object < RAM_BASE)
    .map(({ object, bytes }) => object + bytes);
  const bytes = ends.reduce((most, end) => Math.max(most, end), 0);
  const used = [...types.values()].reduce((sum, row) => sum + row.bytes, 0);
  const rows = [...types.values()].sort((a, b) => b.bytes - a.bytes);
  return {
    bytes,
    types: [
      ...rows,
      { type: 'the kernel itself', count: 1, bytes: HEAP_BASE },
      { type: 'untyped', count: 1, bytes: bytes - used - HEAP_BASE },
    ],
  };
}

/** Each behind the one that it was made of. */
function untypedsOf(kernel: KernelObjects, names: KernelNames): UntypedRow[] {
  const children = new Map<number, KernelSlot[]>();
  for (const [child, parent] of kernel.parents)
    children.set(parent, [...(children.get(parent) ?? []), kernel.bySlot.get(child)!]);
  const rows: UntypedRow[] = [];
  const add = (slot: KernelSlot, depth: number): void => {
    const made = children.get(slot.at) ?? [];
    const counts = new Map<string, number>();
    for (const { type } of made) counts.set(type, (counts.get(type) ?? 0) + 1);
    const owners = new Set(made.map(({ object }) => names.owner(object)).filter((id) => id !== 0));
    const { at, object, bytes, used = 0, device = false } = slot;
    rows.push({
      ...{ slot: at, at: object, bytes, used, ram: device, depth },
      made: [...counts].map(([type, count]) => `${count} ${type}`).join(', '),
      owner: [...owners].map((id) => names.process(id)).join(', '),
    });
    for (const child of made) if (child.code === CAP_UNTYPED) add(child, depth + 1);
  };
  const roots = kernel.slots
    .filter(({ code, at }) => code === CAP_UNTYPED && !kernel.parents.has(at))
    .sort((a, b) => a.object - b.object);
  for (const slot of roots) add(slot, 0);
  return rows;
}

export function memoryOf({ kernel, snapshot }: Seen): MemoryData {
  const { pages: frames, free } = snapshot.memory;
  if (!kernel)
    return {
      ...{ frames, free, runs: [], groups: [], untypeds: [], differences: [] },
      kernel: { bytes: 0, types: [] },
    };
  const names = namesOf(kernel, snapshot);
  const facts = factsOf(kernel, snapshot, names);
  const runs = runsOf(facts, names);
  const differences = facts.flatMap(({ locks, mapped }, frame) =>
    locks === 0 && mapped.size > 0
      ? [`Frame ${frame} is free for the Executive, and mapped in ${[...mapped].join(', ')}.`]
      : [],
  );
  return {
    ...{ frames, free, runs, differences },
    groups: groupsOf(runs),
    kernel: kernelMemory(kernel),
    untypeds: untypedsOf(kernel, names),
  };
}
