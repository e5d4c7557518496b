/**
 * What the parts of the I/O manager share.
 *
 * `IoContext` is the I/O manager's state: one for each Executive. Its parts are functions that take
 * it first, one file for each subject.
 */
import type { Packet } from '../../rtl/packets.ts';
import type { Waitable } from '../../rtl/coroutines.ts';
import type { Counter } from '../ex/types.ts';
import type { IoNeeds } from './needs.ts';
import type { Process } from '../ps/types.ts';
import type { Device } from './device/device.ts';
import type { DriverObject } from './device/driver.ts';
import type { FileObject } from './file/fileobject.ts';
import type { NameBudget } from './names/budget.ts';
import type { Volume } from './file/volume.ts';
import type { IoLater } from './later.ts';
import type { PnpState } from './pnp/node.ts';
import type { Irp } from './request/irp.ts';

export interface IoContext {
  readonly executive: IoNeeds;
  readonly drivers: Map<Process, DriverObject>;
  readonly devices: Map<number, Device>;
  /** Volumes that wait for their disk's driver, by the name of the device that is to come back. */
  readonly orphans: Map<string, Volume>;
  /** Control devices of file systems, in the order in which they registered. */
  readonly fileSystems: Device[];
  /** IRPs that must be answered in time (watchdog.ts). */
  readonly timed: Set<Irp>;
  /** Rung when `timed` is no longer empty. */
  readonly watch: Waitable;
  /** Files that are open and have a handle, for cancellation and forced closes. */
  readonly files: Set<FileObject>;
  /** One of them was closed: set for a moment. */
  readonly fileClosed: Waitable;
  /** A device was removed: set for a moment. */
  readonly deviceGone: Waitable;
  /** Set once, by createIo. */
  pnp: PnpState;
  /** What no boot needs (later.ts); not to be used before it has come (ke/rest.ts). */
  later: IoLater;
  readonly attributeHits: Counter;
  readonly attributeMisses: Counter;
  readonly nameHits: Counter;
  readonly nameMisses: Counter;
  readonly directoryHits: Counter;
  readonly directoryMisses: Counter;
  /** Requests that ended by cancellation. */
  readonly cancellations: Counter;
  /** Made with the first volume. */
  nameBudget: NameBudget | undefined;
  /** A file system has changed sectors of its volume's cache. */
  markDirty: (process: Process, sectors: Omit<Packet<'dirty'>, 'kind'>) => void;
  nextDevice: number;
  nextFile: number;
}

export function makeContext(executive: IoNeeds): IoContext {
  const { counters, ke } = executive;
  const io: IoContext = {
    executive,
    drivers: new Map(),
    devices: new Map(),
    orphans: new Map(),
    fileSystems: [],
    timed: new Set(),
    watch: ke.event(true),
    files: new Set(),
    fileClosed: ke.event(),
    deviceGone: ke.event(),
    pnp: undefined as unknown as PnpState,
    later: undefined as unknown as IoLater,
    attributeHits: counters.counter('cc.attr.hit'),
    attributeMisses: counters.counter('cc.attr.miss'),
    nameHits: counters.counter('cc.name.hit'),
    nameMisses: counters.counter('cc.name.miss'),
    directoryHits: counters.counter('cc.dir.hit'),
    directoryMisses: counters.counter('cc.dir.miss'),
    cancellations: counters.counter('io.cancel'),
    nameBudget: undefined,
    markDirty(process, sectors) {
      // Nothing is cached before.
      if (executive.rest.here) io.later.markDirty(io, process, sectors);
    },
    nextDevice: 1,
    nextFile: 1,
  };
  return io;
}
