/**
 * A driver's hardware as REG_RESOURCE_LIST has it: a CM_RESOURCE_LIST with one descriptor, of ISA
 * bus 0.
 *
 *   encodeResources(hardware), decodeResources(bytes)   undefined: no such list, or hardware that
 *                                                       cannot be
 *
 * Source: CM_RESOURCE_LIST and CM_PARTIAL_RESOURCE_DESCRIPTOR of wdm.h, 32 bits.
 */
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import { viewOf } from '../../rtl/registry.ts';

export const REG_RESOURCE_LIST = 8;
/** What comes before the first descriptor, and each one's length. */
const LIST_SIZE = 20;
const RESOURCE_SIZE = 16;
const PORT = 1;
const INTERRUPT = 2;
const DMA = 4;
const MOST = 64;
const PORTS = 0x1_0000;
const LINES = 16;
const CHANNELS = 8;

type Resources = Pick<DriverConfiguration, 'ports' | 'interrupts' | 'dma'>;

export const NO_RESOURCES: Resources = { ports: [], interrupts: [], dma: [] };

export function encodeResources({ ports, interrupts, dma }: Resources): Uint8Array {
  const all: readonly (readonly number[])[] = [
    ...ports.map(([first, count]) => [PORT, first, 0, count]),
    ...interrupts.map((line) => [INTERRUPT, line, line, 1]),
    ...dma.map((channel) => [DMA, channel, 0, 0]),
  ];
  const bytes = new Uint8Array(LIST_SIZE + RESOURCE_SIZE * all.length);
  const view = viewOf(bytes);
  // One full descriptor, of bus ISA; version and revision 1 of its list.
  [1, 1, 0, 0x0001_0001, all.length].forEach((word, at) => view.setUint32(4 * at, word, true));
  all.forEach((words, index) =>
    words.forEach((word, at) =>
      view.setUint32(LIST_SIZE + RESOURCE_SIZE * index + 4 * at, word, true),
    ),
  );
  return bytes;
}

export function decodeResources(bytes: Uint8Array): Resources | undefined {
  if (bytes.length < LIST_SIZE) return undefined;
  const view = viewOf(bytes);
  const count = view.getUint32(16, true);
  if (count > MOST || bytes.length < LIST_SIZE + RESOURCE_SIZE * count) return undefined;
  const ports: [number, number][] = [];
  const interrupts: number[] = [];
  const dma: number[] = [];
  for (let index = 0; index < count; index++) {
    const at = LIST_SIZE + RESOURCE_SIZE * index;
    const field = (offset: number): number => view.getUint32(at + offset, true);
    const [first, high, length] = [field(4), field(8), field(12)];
    const kind = bytes[at];
    const isRange = high === 0 && length > 0 && first + length <= PORTS;
    if (kind === PORT && isRange) ports.push([first, length]);
    else if (kind === INTERRUPT && first < LINES) interrupts.push(first);
    else if (kind === DMA && first < CHANNELS) dma.push(first);
    else return undefined;
  }
  return { ports, interrupts, dma };
}
