/**
 * Lists of hardware resources, as IRP_MN_START_DEVICE hands them to a driver.
 *
 * The bytes are NT's CM_RESOURCE_LIST with one full descriptor, in its 32-bit layout:
 *
 *   0   list count (1)      4   interface type     8   bus number
 *   12  version, revision   16  descriptors        20  the descriptors, 16 bytes each:
 *
 *   0   type   1  share disposition   2  flags (16 bit)   4  three words, by type:
 *       port, memory   start (low, high), length
 *       interrupt      level, vector, affinity
 *       dma            channel, port, 0
 *
 *   encodeResources(list), decodeResources(bytes)   the second throws NtException at any misfit
 *   Hardware                                        the same, as configuration and Hal have it
 *   toDescriptors(hardware), toHardware(list)
 *
 * Source: the WDK's published wdm.h.
 */
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export const CmResourceTypePort = 1;
export const CmResourceTypeInterrupt = 2;
export const CmResourceTypeMemory = 3;
export const CmResourceTypeDma = 4;

export const CmResourceShareDeviceExclusive = 1;
export const CmResourceShareShared = 3;

/** One resource; of its members those of its type count. */
export interface ResourceDescriptor {
  readonly type: number;
  readonly share: number;
  readonly flags: number;
  /** Ports and memory: the first one; interrupts: the line; DMA: the channel. */
  readonly start: number;
  /** Ports and memory: how many, from the first one on. Else 1. */
  readonly length: number;
}

/** What one device needs: ranges as [first, count]. */
export interface Hardware {
  readonly ports: readonly (readonly [number, number])[];
  readonly interrupts: readonly number[];
  readonly dma: readonly number[];
  /** Ranges of device memory. Default: none. */
  readonly memory?: readonly MemoryRange[];
}

/** [first byte, bytes], by physical address. */
export type MemoryRange = readonly [number, number];

/** What is no RAM, though it lies between RAM: the text adapter's memory. */
export const DEVICE_MEMORY: readonly MemoryRange[] = [[0xb8000, 0x4000]];

export function isDeviceMemory([first, length]: MemoryRange): boolean {
  return DEVICE_MEMORY.some(([start, size]) => first >= start && first + length <= start + size);
}

export const NO_HARDWARE: Hardware = { ports: [], interrupts: [], dma: [] };

const HEAD = 20;
const DESCRIPTOR = 16;
const INTERFACE_ISA = 1;
const TWO_32 = 0x1_0000_0000;
/** More than any device here has; a longer list is a mistake or an attack. */
const LIMIT = 64;

export function encodeResources(list: readonly ResourceDescriptor[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEAD + list.length * DESCRIPTOR));
  [1, INTERFACE_ISA, 0, 0x0001_0001, list.length].forEach((word, index) =>
    view.setUint32(index * 4, word, true),
  );
  list.forEach(({ type, share, flags, start, length }, index) => {
    const at = HEAD + index * DESCRIPTOR;
    view.setUint8(at, type);
    view.setUint8(at + 1, share);
    view.setUint16(at + 2, flags, true);
    const range = type === CmResourceTypePort || type === CmResourceTypeMemory;
    const words = range ? [start, Math.floor(start / TWO_32), length] : [start, start, 0];
    words.forEach((word, place) => view.setUint32(at + 4 + place * 4, word >>> 0, true));
  });
  return new Uint8Array(view.buffer);
}

export function decodeResources(bytes: Uint8Array): ResourceDescriptor[] {
  if (bytes.length === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length < HEAD ? LIMIT + 1 : view.getUint32(16, true);
  if (count > LIMIT || bytes.length !== HEAD + count * DESCRIPTOR || view.getUint32(0, true) !== 1)
    throw new NtException(Status.STATUS_INVALID_PARAMETER, 'no list of resources');
  return Array.from({ length: count }, (_, index) => {
    const at = HEAD + index * DESCRIPTOR;
    const type = view.getUint8(at);
    const word = (place: number): number => view.getUint32(at + 4 + place * 4, true);
    const range = type === CmResourceTypePort || type === CmResourceTypeMemory;
    if (type < CmResourceTypePort || type > CmResourceTypeDma)
      throw new NtException(Status.STATUS_INVALID_PARAMETER, 'no such resource');
    return {
      type,
      share: view.getUint8(at + 1),
      flags: view.getUint16(at + 2, true),
      start: range ? word(0) + word(1) * TWO_32 : word(0),
      length: range ? word(2) : 1,
    };
  });
}

export function toDescriptors({
  ports,
  interrupts,
  dma,
  memory = [],
}: Hardware): ResourceDescriptor[] {
  const share = CmResourceShareDeviceExclusive;
  const one = (type: number) => (start: number) => ({ type, share, flags: 0, start, length: 1 });
  return [
    ...ports.map(([start, length]) => ({ ...one(CmResourceTypePort)(start), length })),
    ...memory.map(([start, length]) => ({ ...one(CmResourceTypeMemory)(start), length })),
    ...interrupts.map(one(CmResourceTypeInterrupt)),
    ...dma.map(one(CmResourceTypeDma)),
  ];
}

export function toHardware(list: readonly ResourceDescriptor[]): Hardware {
  const of = (type: number): ResourceDescriptor[] => list.filter((each) => each.type === type);
  const ranges = (type: number) =>
    of(type).map(({ start, length }): MemoryRange => [start, length]);
  const memory = ranges(CmResourceTypeMemory);
  return {
    ports: ranges(CmResourceTypePort),
    interrupts: of(CmResourceTypeInterrupt).map(({ start }) => start),
    dma: of(CmResourceTypeDma).map(({ start }) => start),
    ...(memory.length > 0 && { memory }),
  };
}
