/**
 * How the kernel packs a capability: the model's capabilities as the kernel's two words.
 *
 * Only the packing is taken from the kernel (object/cap.ts opens with it); whether the right
 * capability is in the slot is what is being tested.
 */
import * as layout from '../../kernel-as/layout.ts';
import { type Cap, type Mapping, wordFromRights } from './model/caps.ts';

/** What a zombie of a thread says instead of a radix. */
const ZOMBIE_TCB = 63;

const TYPES: Record<Cap['type'], number> = {
  null: layout.CAP_NULL,
  untyped: layout.CAP_UNTYPED,
  endpoint: layout.CAP_ENDPOINT,
  notification: layout.CAP_NOTIFICATION,
  reply: layout.CAP_REPLY,
  cnode: layout.CAP_CNODE,
  thread: layout.CAP_THREAD,
  irqControl: layout.CAP_IRQ_CONTROL,
  irqHandler: layout.CAP_IRQ_HANDLER,
  zombie: layout.CAP_ZOMBIE,
  domain: layout.CAP_DOMAIN,
  frame: layout.CAP_FRAME,
  pageTable: layout.CAP_PAGE_TABLE,
  pageDirectory: layout.CAP_PAGE_DIRECTORY,
  ioPortControl: layout.CAP_IOPORT_CONTROL,
  ioPort: layout.CAP_IOPORT,
};

/** Bits of the directory's page number that lie in the low word. */
const mappingLow = (mapped: Mapping | null) => (mapped ? (mapped.directory >>> 24) << 6 : 0);
const mappingHigh = (mapped: Mapping | null) =>
  mapped ? (mapped.vaddr & ~0xfff) | ((mapped.directory >>> 12) & 0xfff) : 0;

function addressOf(cap: Cap): number {
  if ('object' in cap) return cap.object.address;
  if (cap.type === 'untyped') return cap.base;
  return cap.type === 'reply' ? cap.caller.address : 0;
}

export function lowWord(cap: Cap): number {
  let word = addressOf(cap) | TYPES[cap.type];
  if (cap.type === 'frame') word |= ((cap.write ? 1 : 0) | (cap.read ? 2 : 0)) << 4;
  if (cap.type === 'frame' || cap.type === 'pageTable') word |= mappingLow(cap.mapped);
  return word >>> 0;
}

export function highWord(cap: Cap): number {
  switch (cap.type) {
    case 'untyped':
      return ((cap.used << 2) | (cap.device ? 32 : 0) | cap.bits) >>> 0;
    case 'endpoint':
    case 'notification':
      return ((cap.badge << 4) | wordFromRights(cap.rights)) >>> 0;
    case 'reply':
      return (cap.master ? 2 : 0) | (cap.grant ? 1 : 0);
    case 'cnode':
      return ((cap.guard << 10) | (cap.guardSize << 5) | cap.object.radix) >>> 0;
    case 'zombie':
      return (cap.slots << 6) | (cap.object.kind === 'tcb' ? ZOMBIE_TCB : cap.object.radix);
    case 'irqHandler':
      return cap.line;
    case 'ioPort':
      return ((cap.last << 16) | cap.first) >>> 0;
    case 'frame':
    case 'pageTable':
      return mappingHigh(cap.mapped) >>> 0;
    default:
      return 0;
  }
}
