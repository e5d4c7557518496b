/**
 * How much a process may have, of everything that it can pile up in the Executive: the one table.
 *
 * Each resource is charged to a process, by it to the process's family (who made it, and whom that
 * made, up to the one that the system started), and by that to all clients together. Drivers and
 * the system's own processes have a pool of their own, which holds the limits of all of them at
 * once: whatever clients do, a driver can be loaded and gets what it is allowed.
 *
 *   base      what each client is sure of: taken from family and pool when the process is made
 *   client    limit of one client             family   of a client and all that descend from it
 *   clients   of all clients together. The last ROOTS bases of it are for processes that the system
 *             starts (a new shell), never for those that clients make.
 *   driver, system     limits of one process  systems  of all of them
 *
 * Memory is in 64ths of RAM where it must follow what there is: `share(n)`. What is left of RAM
 * when clients, systems and cache have all that they may is the reserve (RESERVE): pages of which
 * the cache can always take some to write dirty data back, service buffers and packets.
 *
 * Invariants (checked by core-quota.test.ts): the sums fit into what there is; ROOTS bases fit into
 * every `clients`; all drivers and system processes fit into `systems`.
 */
import { PAGE_SIZE, SERVICE_BUFFER_SIZE } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';

/** What is charged. */
export type Resource =
  /** Pages of RAM: heap, service buffers, packet pages. NT: PagefileUsage. */
  | 'pagefile'
  /** Bytes of kernel memory, in blocks. NT: QuotaNonPagedPoolUsage. */
  | 'nonPagedPool'
  /** Bytes that the Executive keeps: objects, names, command lines. NT: QuotaPagedPoolUsage. */
  | 'pagedPool'
  /** Slots of the Executive's CNode. */
  | 'slots'
  | 'handles'
  /**
   * Objects made: events and their like, directories, links, processes, threads beside a process's
   * first. They may outlive who made them.
   */
  | 'objects'
  /** Open files. */
  | 'files'
  | 'threads'
  /** Processes, until their last request has ended. Each has a processor. */
  | 'processes'
  /** Cached pages in views of a file system or a section, pages of requests mapped by a driver. */
  | 'views'
  /** Pages of RAM that a driver keeps as the medium of a disk. */
  | 'disk';

export type Amounts = Readonly<Record<Resource, number>>;
export type ProcessKind = 'client' | 'driver' | 'system';

interface Row {
  readonly base: number;
  readonly client: number;
  readonly family: number;
  readonly clients: number;
  readonly driver: number;
  readonly system: number;
  readonly systems: number;
  /** Refusals: by the process's or family's limit, and because all together have too much. */
  readonly over: number;
  readonly full: number;
}

export type Column = Exclude<keyof Row, 'over' | 'full'>;

/** Bytes of a block of kernel memory: mm/pool.ts. */
export const BLOCK_BYTES = 0x1_0000;
const KIB = 1024;
/** Processes that the system can start although clients have all that they may. */
export const ROOTS = 4;
/** Most processes at a time: clients, drivers, session manager and agent. */
const CLIENTS = 18;
const FAMILY = 10;
const DRIVERS = 10;
const SYSTEMS = 2;

/** A share of RAM, told from an amount by its sign: see `amounts`. */
function share(sixtyFourths: number): number {
  return -sixtyFourths;
}

function row(
  [base, client, family, clients]: readonly [number, number, number, number],
  [driver, system, systems = DRIVERS * driver + SYSTEMS * system]: readonly [
    number,
    number,
    number?,
  ],
  over: number = Status.STATUS_QUOTA_EXCEEDED,
  full: number = Status.STATUS_INSUFFICIENT_RESOURCES,
): Row {
  return { base, client, family, clients, driver, system, systems, over, full };
}

export const quotaTable: Readonly<Record<Resource, Row>> = {
  pagefile: row(
    [68, share(16), share(18), share(22)],
    [128, 128, share(12)],
    Status.STATUS_QUOTA_EXCEEDED,
    Status.STATUS_COMMITMENT_LIMIT,
  ),
  nonPagedPool: row(
    [BLOCK_BYTES, 2 * BLOCK_BYTES, (FAMILY + 2) * BLOCK_BYTES, (CLIENTS + 4) * BLOCK_BYTES],
    [8 * BLOCK_BYTES, 2 * BLOCK_BYTES],
  ),
  pagedPool: row([64 * KIB, 512 * KIB, 1024 * KIB, 4096 * KIB], [256 * KIB, 1024 * KIB]),
  slots: row([96, 2304, 3328, 4992], [1536, 256]),
  handles: row([32, 512, 1024, 2048], [256, 2048]),
  objects: row([16, 256, 512, 1024], [256, 1024]),
  files: row([16, 128, 256, 512], [128, 512], Status.STATUS_TOO_MANY_OPENED_FILES),
  // The agent's second: web/host/agent-threads.ts.
  threads: row([1, 8, FAMILY + 8, CLIENTS + 8], [4, 2]),
  processes: row([1, 1, FAMILY, CLIENTS], [1, 1]),
  views: row([0, 128, 192, 256], [share(8), 0, share(12)]),
  disk: row([0, 0, 0, 0], [share(8), 0, share(8)]),
};

export const resources = Object.keys(quotaTable) as readonly Resource[];

function each(amount: number): Amounts {
  return Object.fromEntries(resources.map((name) => [name, amount])) as unknown as Amounts;
}

export const nothing = each(0);
export const unlimited = each(Infinity);

/** What the cache may have of RAM, in pages: options.cachePages, but no more than its share. */
const CACHE = share(16);
/** What nobody is given. */
export const RESERVE = share(6);

function pagesOf(amount: number, ramBytes: number): number {
  return amount < 0 ? Math.floor((-amount * ramBytes) / PAGE_SIZE / 64) : amount;
}

/** A column of the table, for a machine with so much RAM. */
export function amounts(column: Column, ramBytes: number): Amounts {
  const entries = resources.map((name) => [name, pagesOf(quotaTable[name][column], ramBytes)]);
  return Object.fromEntries(entries) as unknown as Amounts;
}

export function cacheLimit(wanted: number, ramBytes: number): number {
  return Math.min(wanted, pagesOf(CACHE, ramBytes));
}

export function reservePages(ramBytes: number): number {
  return pagesOf(RESERVE, ramBytes);
}

/**
 * Pages kept for what must be contiguous, so that nobody can break RAM into pieces too small to
 * load a driver: a service buffer for every thread, two stretches of packets for every driver.
 */
export function contiguousPages(packetsBytes: number): number {
  const threads = quotaTable.threads.clients + quotaTable.threads.systems;
  return (threads * SERVICE_BUFFER_SIZE + DRIVERS * 2 * packetsBytes) / PAGE_SIZE;
}
