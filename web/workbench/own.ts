/**
 * What is beside a driver's source: what its process is, has, was asked and last said to its
 * hardware. Made of what the window into the system sees (web/view); it asks nothing itself.
 *
 *   ownOf(seen, driver)   undefined: no process runs it
 *
 * A port's last values are known since the bench looks on, and ages by the trace's clock. The
 * share is of the kernel's entries in the last second that was recorded: those in which a thread of
 * this process was the one that called, or was interrupted.
 */
import type { SystemSnapshot } from '../../personality/rtl/snapshot.ts';
import type { Seen } from '../view/data/types.ts';
import type { KernelObjects } from '../view/kernel/objects.ts';
import { KernelNames } from '../view/kernel/names.ts';

export interface PortValue {
  readonly value: number;
  /** Microseconds. */
  readonly age: number;
}

export interface PortRow {
  readonly port: number;
  readonly read: PortValue | undefined;
  readonly written: PortValue | undefined;
}

export interface OwnProcess {
  readonly process: number;
  readonly devices: readonly { readonly name: string; readonly isDisk: boolean }[];
  /** In words: what its CSpace holds of hardware. */
  readonly holds: readonly string[];
  readonly requests: SystemSnapshot['irps'];
  readonly ports: readonly PortRow[];
  /** More ports than are listed. */
  readonly more: number;
  /** Frames of RAM that it is charged, and may be. */
  readonly frames: number;
  readonly mostFrames: number;
  /** Bytes that the Executive keeps for it. */
  readonly pool: number;
  /** Of the last second's entries into the kernel, 0 to 1; undefined: nothing was recorded. */
  readonly share: number | undefined;
}

/** What is no right to hardware: every process has them. */
const HARDWARE = /port|interrupt|irq|frame|dma|memory/i;
const FILE_DEVICE_DISK = 7;
const MOST_PORTS = 32;
const SECOND = 1_000_000;

type Process = SystemSnapshot['processes'][number];

export const holdsOf = ({ capabilities }: Process): string[] =>
  capabilities
    .filter(({ type, about }) => HARDWARE.test(type) && about !== '')
    .map(({ about }) => about);

function portsOf(kernel: KernelObjects, names: KernelNames, process: number): number[] {
  const ranges = kernel.slots.flatMap(({ ports, holder }) =>
    ports && names.owner(holder) === process ? [ports] : [],
  );
  const all = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Modulo 2^32, as both are. */
const since = (time: number, then: number): number => (time - then) >>> 0;

function lastValues({ records }: Seen, ports: readonly number[]): PortRow[] {
  const read = new Map<number, PortValue>();
  const written = new Map<number, PortValue>();
  // The trace has a clock of its own; looking makes records, so the newest is of just now.
  const now = records.at(-1)?.time ?? 0;
  for (const { mark, words, time } of records) {
    if (mark !== 'machine.in' && mark !== 'machine.out') continue;
    const { port = -1, value = 0 } = words ?? {};
    const age = since(now, time);
    (mark === 'machine.in' ? read : written).set(port, { value, age });
  }
  return ports.map((port) => ({ port, read: read.get(port), written: written.get(port) }));
}

function shareOf({ records }: Seen, kernel: KernelObjects, names: KernelNames, process: number) {
  const newest = records.at(-1)?.time;
  if (newest === undefined) return undefined;
  const threads = new Set(
    kernel.threads.filter(({ at }) => names.owner(at) === process).map(({ at }) => at),
  );
  const all = new Set<number>();
  const own = new Set<number>();
  for (let i = records.length - 1; i >= 0; i--) {
    const { time, entry, thread } = records[i]!;
    if (since(newest, time) > SECOND) break;
    all.add(entry);
    if (threads.has(thread)) own.add(entry);
  }
  return own.size / all.size;
}

export function ownOf(seen: Seen, driver: string): OwnProcess | undefined {
  const { snapshot, kernel } = seen;
  const process = snapshot.processes.find((each) => each.driver === driver);
  if (!process) return undefined;
  const { id, charged, limits } = process;
  const names = kernel && new KernelNames(kernel, snapshot);
  const ports = names ? portsOf(kernel, names, id) : [];
  return {
    process: id,
    devices: snapshot.devices
      .filter((device) => device.driver === driver && device.name !== '')
      .map(({ name, type }) => ({ name, isDisk: type === FILE_DEVICE_DISK })),
    holds: holdsOf(process),
    requests: snapshot.irps.filter((irp) => irp.driver === driver),
    ports: lastValues(seen, ports.slice(0, MOST_PORTS)),
    more: Math.max(0, ports.length - MOST_PORTS),
    frames: charged['pagefile'] ?? 0,
    mostFrames: limits['pagefile'] ?? 0,
    pool: charged['pagedPool'] ?? 0,
    share: names && shareOf(seen, kernel, names, id),
  };
}
