/**
 * Random invocations of kernel objects, with arguments that mostly fit.
 *
 *   chooseMethod(c)   which capability, and the message
 */
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import type { Message } from './driver.ts';
import { type Chooser, nameOf } from './chooser.ts';
import type { Cap } from './model/caps.ts';
import { isFinalCapability } from './model/mdb.ts';
import { WINDOW } from './world.ts';
import { type Named, type Place, type Wanted, holds, nameOfPlace, slotIn } from './places.ts';

export interface Method {
  readonly cptr: number;
  readonly msg: Message;
}

type Maker = (c: Chooser) => Method;

function method(cptr: number, label: number, mrs: readonly number[], caps: readonly number[] = []) {
  return { cptr, msg: { label, mrs, caps } };
}

const full: Wanted = (slot) => slot.cap.type !== 'null';
const empty: Wanted = (slot) => slot.cap.type === 'null';
const isType =
  (...types: Cap['type'][]): Wanted =>
  (slot) =>
    types.includes(slot.cap.type);

const unbadged: Wanted = ({ cap }) =>
  (cap.type === 'endpoint' || cap.type === 'notification') && cap.badge === 0;
const badged: Wanted = ({ cap, revocable }) =>
  (cap.type === 'endpoint' || cap.type === 'notification') && cap.badge !== 0 && revocable;

type Chosen = Omit<Named, 'slot'>;

/** A slot of some CNode, mostly as wanted: the arguments of a CNode method for it. */
function slot(c: Chooser, wanted: Wanted): Chosen {
  const { random } = c;
  const nodes = c.places.filter(holds('cnode'));
  let chosen: Chosen = { root: 1, index: random.below(32), depth: 5 };
  for (let i = 0; i < 5 && nodes.length > 0; i++) {
    const named = slotIn(random, random.pick(nodes), wanted);
    if (!named) continue;
    chosen = named;
    break;
  }
  const way = random.below(100);
  if (way < 95) return chosen;
  if (way < 96) return { ...chosen, depth: random.below(40) };
  if (way < 97) return { ...chosen, index: random.word() };
  if (way < 98) return { ...chosen, root: nameOf(c, () => true) };
  return slot(c, () => true);
}

const small = (c: Chooser) => c.random.below(8);
const rights = (c: Chooser) => (c.random.chance(60) ? 15 : c.random.below(16));

/** Badge, or guard of a CNode: both are tried on whatever it is. */
function data(c: Chooser): number {
  const { random } = c;
  if (random.chance(50)) return random.below(6);
  return (random.below(3) << 8) | (random.pick([0, 1, 2, 27, 28, 30]) << 3);
}

// ---- CNodes

const onSlot =
  (label: number, wanted: Wanted): Maker =>
  (c) => {
    const { root, index, depth } = slot(c, wanted);
    return method(root, label, [index, depth]);
  };

const copyLike =
  (label: number, rest: (c: Chooser) => number[], source: Wanted = full): Maker =>
  (c) => {
    const to = slot(c, empty);
    const from = slot(c, source);
    const mrs = [to.index, to.depth, from.index, from.depth, ...rest(c)];
    return method(to.root, label, mrs, [from.root]);
  };

function rotate(c: Chooser): Method {
  const movable = c.random.chance(80) ? isType('cnode', 'thread', 'untyped', 'frame') : full;
  const [to, pivot, from] = [slot(c, empty), slot(c, movable), slot(c, movable)];
  const dest = c.random.chance(40) ? from : to;
  const guard = () => (c.random.chance(80) ? 27 << 3 : data(c));
  const mrs = [dest.index, dest.depth, guard(), pivot.index, pivot.depth, guard()];
  return method(
    dest.root,
    abi.CNodeRotate,
    [...mrs, from.index, from.depth],
    [pivot.root, from.root],
  );
}

/**
 * Moves the last capability of a CNode into the CNode itself, or into another that holds the way
 * to it; or deletes it, or a thread's.
 */
function swallow(c: Chooser): Method {
  const { random, thread: me, places } = c;
  const last = places.filter(
    ({ slot: at }) => isType('cnode', 'thread', 'zombie')(at) && isFinalCapability(at),
  );
  const nodes = places.filter(holds('cnode'));
  if (last.length === 0 || nodes.length === 0) return retype(c);
  const victim = random.pick(last);
  const source = nameOfPlace(me, places, victim);
  if (!source) return retype(c);
  if (random.chance(45)) return method(source.root, abi.CNodeDelete, [source.index, source.depth]);
  const home = random.chance(50) && victim.slot.cap.type === 'cnode' ? victim : random.pick(nodes);
  const dest = slotIn(random, home, empty);
  if (!dest) return retype(c);
  const mrs = [dest.index, dest.depth, source.index, source.depth];
  return method(dest.root, abi.CNodeMove, mrs, [source.root]);
}

// ---- Untypeds

const TYPES = [
  [abi.seL4_UntypedObject, 8],
  [abi.seL4_UntypedObject, 12],
  [abi.seL4_TCBObject, 0],
  [abi.seL4_TCBObject, 0],
  [abi.seL4_EndpointObject, 0],
  [abi.seL4_NotificationObject, 0],
  [abi.seL4_CapTableObject, 1],
  [abi.seL4_CapTableObject, 2],
  [abi.seL4_CapTableObject, 4],
  [abi.seL4_X86_4K, 0],
  [abi.seL4_X86_PageTableObject, 0],
  [abi.seL4_X86_PageDirectoryObject, 0],
] as const;

function retype(c: Chooser): Method {
  const { random } = c;
  const [type, bits] = random.pick(TYPES);
  const nodes = c.places.filter(holds('cnode'));
  const place = nodes.length > 0 ? random.pick(nodes) : null;
  const dest = place && slotIn(random, place, empty);
  const offset = windowOffset(place, dest);
  const count = random.chance(80) ? 1 : random.pick([0, 2, 3, 5, 257]);
  const odd = random.chance(5);
  const mrs = [
    odd ? random.below(12) : type,
    odd ? random.below(36) : bits,
    0,
    random.chance(90) || leadsToRoot(place) ? 0 : random.below(33),
    offset,
    count,
  ];
  return method(nameOf(c, holds('untyped')), abi.UntypedRetype, mrs, [place?.cptr ?? 1]);
}

/**
 * Where in the CNode that `place` names objects are put: always in what programs may change, also
 * where the address of `dest` leads through another CNode.
 */
function windowOffset(place: Place | null, dest: Named | null): number {
  const cap = place?.slot.cap;
  if (cap?.type !== 'cnode') return 0;
  const { radix } = cap.object;
  if (dest?.depth === cap.guardSize + radix) return dest.index & (2 ** radix - 1);
  return radix <= 8 ? 0 : WINDOW;
}

/** Whether address 0 in the CNode of `place` may end in the root's, most of which is not theirs. */
function leadsToRoot(place: Place | null): boolean {
  let cap = place?.slot.cap;
  for (let level = 0; level < 8 && cap?.type === 'cnode'; level++) {
    cap = cap.object.slot(0).cap;
    if (cap.type === 'cnode' && cap.object.radix > 8) return true;
  }
  return false;
}

// ---- Threads

const thread = (c: Chooser) => nameOf(c, holds('thread'));

const onThread =
  (label: number, mrs: (c: Chooser) => number[] = () => [], caps: Maker2[] = []): Maker =>
  (c) =>
    method(
      thread(c),
      label,
      mrs(c),
      caps.map((make) => make(c)),
    );

type Maker2 = (c: Chooser) => number;

const priority = (c: Chooser) => c.random.pick([0, 1, 2, 80, 99, 100, 101, 120, 150, 255, 256]);
const cspace: Maker2 = (c) => nameOf(c, holds('cnode'));
const vspace: Maker2 = (c) => nameOf(c, holds('pageDirectory'));
const frame: Maker2 = (c) => nameOf(c, holds('frame'));
const authority: Maker2 = (c) => nameOf(c, holds('thread'));
const notification: Maker2 = (c) => nameOf(c, holds('notification'));
const guard = (c: Chooser) => (c.random.chance(40) ? 0 : c.random.chance(70) ? 27 << 3 : data(c));
const bufferAt = (c: Chooser) => c.random.pick([0, 0x1000_0000, 0x1000_0200, 0x1000_0e00, 4100]);
const handler = (c: Chooser) => c.random.pick([0, 10, 11, 18, 32]);
const registers = (c: Chooser) => {
  const count = c.random.below(9);
  const words = Array.from({ length: count }, () => c.random.below(1000));
  return [c.random.below(2), c.random.chance(90) ? count : 12, ...words];
};

// ---- Interrupts, ports, memory

function issueHandler(c: Chooser): Method {
  const dest = slot(c, empty);
  const line = c.random.chance(60) ? 5 : c.random.below(34);
  const mrs = [line, dest.index, dest.depth];
  return method(nameOf(c, holds('irqControl')), abi.IRQIssueIRQHandler, mrs, [dest.root]);
}

function irqHandler(c: Chooser): Method {
  const label = c.random.pick([abi.IRQAckIRQ, abi.IRQAckIRQ, abi.IRQSetIRQHandler, 30]);
  const caps = label === abi.IRQSetIRQHandler ? [notification(c)] : [];
  return method(nameOf(c, holds('irqHandler')), label, [], caps);
}

function issuePorts(c: Chooser): Method {
  const dest = slot(c, empty);
  const first = 0x60 + c.random.below(16);
  const mrs = [first, first + c.random.below(4) - (c.random.chance(10) ? 2 : 0)];
  const control = nameOf(c, holds('ioPortControl'));
  const where = [dest.index, dest.depth];
  return method(control, abi.X86IOPortControlIssue, [...mrs, ...where], [dest.root]);
}

function port(c: Chooser): Method {
  const label = abi.X86IOPortIn8 + c.random.below(6);
  const mrs = [0x60 + c.random.below(9), c.random.word()];
  return method(nameOf(c, holds('ioPort')), label, mrs.slice(0, 1 + c.random.below(2)));
}

const TOP = layout.USER_TOP_PAGE * 4096;
const LOW_VADDRS = [0, 0x1000, 0x2000, 0x1234, 0x40_0000, 0x40_1000, 0x80_0000];
const VADDRS = [...LOW_VADDRS, TOP, TOP - 4096, TOP - 2048];

function mapFrame(c: Chooser): Method {
  const label = c.random.pick([abi.X86PageMap, abi.X86PageMap, abi.X86PageMap, 35, 36]);
  const caps = label === abi.X86PageMap ? [vspace(c)] : [];
  return method(frame(c), label, [c.random.pick(VADDRS), c.random.below(4), 0], caps);
}

function mapTable(c: Chooser): Method {
  const label = c.random.chance(65) ? abi.X86PageTableMap : abi.X86PageTableUnmap;
  const mrs = [c.random.pick(VADDRS), 0];
  return method(nameOf(c, holds('pageTable')), label, mrs, [vspace(c)]);
}

const WEIGHTED: readonly (readonly [number, Maker])[] = [
  [12, onSlot(abi.CNodeDelete, full)],
  [9, onSlot(abi.CNodeRevoke, full)],
  [2, onSlot(abi.CNodeCancelBadgedSends, isType('endpoint'))],
  [4, onSlot(abi.CNodeSaveCaller, empty)],
  [8, copyLike(abi.CNodeCopy, (c) => [rights(c)])],
  [8, copyLike(abi.CNodeMint, (c) => [rights(c), data(c)])],
  // Families of badges, and what ends them.
  [5, copyLike(abi.CNodeMint, (c) => [15, 1 + c.random.below(2)], unbadged)],
  [4, onSlot(abi.CNodeRevoke, badged)],
  [6, copyLike(abi.CNodeMove, () => [])],
  [4, copyLike(abi.CNodeMutate, (c) => [data(c)], isType('cnode', 'thread', 'untyped'))],
  [5, rotate],
  [8, swallow],
  [14, retype],
  [5, onThread(abi.TCBSuspend)],
  [9, onThread(abi.TCBResume)],
  [2, onThread(abi.TCBReadRegisters, (c) => [c.random.below(2), c.random.below(10)])],
  [4, onThread(abi.TCBWriteRegisters, registers)],
  [2, onThread(abi.TCBCopyRegisters, (c) => [c.random.below(16)], [authority])],
  [4, onThread(abi.TCBSetPriority, (c) => [priority(c)], [authority])],
  [1, onThread(abi.TCBSetMCPriority, (c) => [priority(c)], [authority])],
  [2, onThread(abi.TCBSetSchedParams, (c) => [priority(c), priority(c)], [authority])],
  [
    4,
    onThread(abi.TCBConfigure, (c) => [handler(c), guard(c), 0, bufferAt(c)], [
      cspace,
      vspace,
      frame,
    ]),
  ],
  [4, onThread(abi.TCBSetSpace, (c) => [handler(c), guard(c), 0], [cspace, vspace])],
  [3, onThread(abi.TCBSetIPCBuffer, (c) => [bufferAt(c)], [frame])],
  [4, onThread(abi.TCBBindNotification, () => [], [notification])],
  [2, onThread(abi.TCBUnbindNotification)],
  [1, onThread(abi.TCBSetTLSBase, (c) => [small(c)])],
  [1, onThread(abi.TCBSetFlags, (c) => [small(c), small(c)])],
  [
    3,
    onThread(abi.TCBSetAffinity, (c) => [c.random.chance(85) ? c.random.below(2) : 28 + small(c)]),
  ],
  [2, issueHandler],
  [4, irqHandler],
  [1, issuePorts],
  [1, port],
  [4, mapFrame],
  [3, mapTable],
  [
    1,
    (c) => method(nameOf(c, holds('domain')), abi.DomainSetSet, [c.random.below(2)], [thread(c)]),
  ],
];

const TOTAL = WEIGHTED.reduce((sum, [weight]) => sum + weight, 0);

export function chooseMethod(c: Chooser): Method {
  let at = c.random.below(TOTAL);
  for (const [weight, maker] of WEIGHTED) {
    if (at < weight) return truncate(c, maker(c));
    at -= weight;
  }
  throw new Error('weights');
}

/** Now and then the message is too short. */
function truncate(c: Chooser, made: Method): Method {
  if (!c.random.chance(3)) return made;
  const { label, mrs, caps } = made.msg;
  if (c.random.chance(50)) return method(made.cptr, label, mrs, caps.slice(1));
  return method(made.cptr, label, mrs.slice(0, c.random.below(mrs.length + 1)), caps);
}

/** A thread that does nothing, if there is one. */
const idler = (c: Chooser) =>
  nameOf(c, ({ slot: { cap } }) => {
    if (cap.type !== 'thread') return false;
    const { state } = cap.object;
    return state !== 'running' && state !== 'restart';
  });

const revive =
  (label: number, mrs: number[], caps: Maker2[] = []): Maker =>
  (c) =>
    method(
      idler(c),
      label,
      mrs,
      caps.map((make) => make(c)),
    );

const REVIVALS: readonly Maker[] = [
  revive(abi.TCBResume, []),
  revive(abi.TCBWriteRegisters, [1, 0]),
  revive(abi.TCBWriteRegisters, [1, 0]),
  revive(abi.TCBWriteRegisters, [1, 0]),
  revive(abi.TCBConfigure, [18, 27 << 3, 0, 0x1000_0000], [cspace, vspace, frame]),
  revive(abi.TCBSetSchedParams, [150, 100], [() => abi.seL4_CapInitThreadTCB]),
];

/** What the root thread does so that others can go on. */
export function chooseRevival(c: Chooser): Method {
  return c.random.pick(REVIVALS)(c);
}
