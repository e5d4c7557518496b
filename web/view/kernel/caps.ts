/**
 * What a capability's two words say: kernel-as/object/cap.ts, read from outside.
 *
 *   capOf(low, high)         its type, object, rights, badge and what its type has besides
 *   covers(one, other)       revoking the one may have to delete the other (sameRegionAs)
 */
import {
  seL4_EndpointBits,
  seL4_NotificationBits,
  seL4_PageBits,
  seL4_SlotBits,
  seL4_TCBBits,
} from '../../../kernel-as/abi.ts';
import * as k from '../../../kernel-as/layout.ts';

const NAMES: Readonly<Record<number, string>> = {
  [k.CAP_UNTYPED]: 'Untyped',
  [k.CAP_ENDPOINT]: 'Endpoint',
  [k.CAP_NOTIFICATION]: 'Notification',
  [k.CAP_REPLY]: 'Reply',
  [k.CAP_CNODE]: 'CNode',
  [k.CAP_THREAD]: 'TCB',
  [k.CAP_IRQ_CONTROL]: 'IRQControl',
  [k.CAP_IRQ_HANDLER]: 'IRQHandler',
  [k.CAP_ZOMBIE]: 'Zombie',
  [k.CAP_DOMAIN]: 'Domain',
  [k.CAP_FRAME]: 'Frame',
  [k.CAP_PAGE_TABLE]: 'PageTable',
  [k.CAP_PAGE_DIRECTORY]: 'PageDirectory',
  [k.CAP_IOPORT_CONTROL]: 'IOPortControl',
  [k.CAP_IOPORT]: 'IOPort',
};

export interface Capability {
  /** CAP_* of kernel-as/layout.ts, and its name. */
  readonly code: number;
  readonly type: string;
  /** Address of the object; 0: it has none. RAM is from RAM_BASE on. */
  readonly object: number;
  /** seL4_CanRead and so on; 0 for types that have none. */
  readonly rights: number;
  readonly badge: number;
  /** Bytes of the object; 0: it is none of memory. */
  readonly bytes: number;
  /** Of a CNode. */
  readonly guard?: number;
  readonly guardBits?: number;
  readonly radix?: number;
  /** Of an untyped: bytes handed out since it was last emptied, and whether it is RAM. */
  readonly used?: number;
  readonly device?: boolean;
  /** Of a frame or page table: page directory and address where it is mapped; 0: it is not. */
  readonly mappedIn?: number;
  readonly mappedAt?: number;
  /** Of an I/O port capability: first and last. */
  readonly ports?: readonly [number, number];
  /** Of an interrupt handler. */
  readonly line?: number;
  /** Of a reply capability: the thread's own, from which those for callers are made. */
  readonly master?: boolean;
}

const PAGES: readonly number[] = [k.CAP_FRAME, k.CAP_PAGE_TABLE, k.CAP_PAGE_DIRECTORY];
const NO_MEMORY: readonly number[] = [
  k.CAP_IRQ_CONTROL,
  k.CAP_IRQ_HANDLER,
  k.CAP_DOMAIN,
  k.CAP_IOPORT_CONTROL,
  k.CAP_IOPORT,
];
const ZOMBIE_TCB = 63;

const sizes: Readonly<Record<number, (high: number) => number>> = {
  [k.CAP_UNTYPED]: (high) => high & 31,
  [k.CAP_ENDPOINT]: () => seL4_EndpointBits,
  [k.CAP_NOTIFICATION]: () => seL4_NotificationBits,
  [k.CAP_CNODE]: (high) => (high & 31) + seL4_SlotBits,
  [k.CAP_THREAD]: () => seL4_TCBBits,
  [k.CAP_ZOMBIE]: (high) =>
    (high & 63) === ZOMBIE_TCB ? seL4_TCBBits : (high & 63) + seL4_SlotBits,
  [k.CAP_FRAME]: () => seL4_PageBits,
  [k.CAP_PAGE_TABLE]: () => seL4_PageBits,
  [k.CAP_PAGE_DIRECTORY]: () => seL4_PageBits,
};

/** As kernel-as/object/cap.ts packs it. */
function mapping(low: number, high: number): Pick<Capability, 'mappedIn' | 'mappedAt'> {
  const page = (((low >>> 6) & 63) << 12) | (high & 0xfff);
  return { mappedIn: (page << 12) >>> 0, mappedAt: page === 0 ? 0 : (high & ~0xfff) >>> 0 };
}

function more(code: number, low: number, high: number): Partial<Capability> {
  switch (code) {
    case k.CAP_UNTYPED:
      return { used: (high >>> 6) * 16, device: (high & 32) !== 0 };
    case k.CAP_ENDPOINT:
    case k.CAP_NOTIFICATION:
      return { rights: high & 15, badge: high >>> 4 };
    case k.CAP_REPLY:
      return { master: (high & 2) !== 0 };
    case k.CAP_CNODE:
      return { guard: high >>> 10, guardBits: (high >>> 5) & 31, radix: high & 31 };
    case k.CAP_FRAME:
      return { rights: (low >>> k.FRAME_RIGHTS_SHIFT) & 3, ...mapping(low, high) };
    case k.CAP_PAGE_TABLE:
      return mapping(low, high);
    case k.CAP_IOPORT:
      return { ports: [high & 0xffff, high >>> 16] };
    case k.CAP_IRQ_HANDLER:
      return { line: high };
    default:
      return {};
  }
}

function addressOf(code: number, low: number): number {
  if (NO_MEMORY.includes(code)) return 0;
  return (low & (PAGES.includes(code) ? ~0xfff : ~15)) >>> 0;
}

export function capOf(low: number, high: number): Capability {
  const code = low & 15;
  return {
    code,
    type: NAMES[code] ?? '',
    object: addressOf(code, low),
    rights: 0,
    badge: 0,
    bytes: code in sizes ? 2 ** sizes[code]!(high) : 0,
    ...more(code, low, high),
  };
}

const CONTROLS: Readonly<Record<number, number>> = {
  [k.CAP_IRQ_CONTROL]: k.CAP_IRQ_HANDLER,
  [k.CAP_IOPORT_CONTROL]: k.CAP_IOPORT,
};

export function covers(one: Capability, other: Capability): boolean {
  if (one.code === k.CAP_UNTYPED)
    return (
      other.bytes > 0 &&
      one.object <= other.object &&
      other.object + other.bytes <= one.object + one.bytes
    );
  if (one.code in CONTROLS) return other.code === one.code || other.code === CONTROLS[one.code];
  return (
    one.code === other.code &&
    one.object === other.object &&
    one.line === other.line &&
    String(one.ports) === String(other.ports)
  );
}
