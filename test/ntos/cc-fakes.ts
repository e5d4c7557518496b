/**
 * A cache manager over made-up surroundings: RAM in an array, a disk in an array whose requests end
 * when the test says so (in any order, well or badly), and a file system that lays files out in
 * scattered clusters at odd sectors.
 */
import { Coroutines, Waitable } from '../../personality/rtl/coroutines.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../personality/rtl/status.ts';
import type { Piece } from '../../personality/ntos/mm/types.ts';
import { CacheManager } from '../../personality/ntos/cc/context.ts';
import { CcCopyRead } from '../../personality/ntos/cc/copyread.ts';
import { CcCopyWrite } from '../../personality/ntos/cc/copywrite.ts';
import { Cursor } from '../../personality/ntos/cc/cursor.ts';
import { FileCache } from '../../personality/ntos/cc/filecache.ts';
import type { CcBacking, CcDevice, CcTransfer } from '../../personality/ntos/cc/types.ts';
import { VolumeCache } from '../../personality/ntos/cc/volumecache.ts';
import { relieve } from '../../personality/ntos/cc/writeback.ts';
import { ArrayWindow } from './array-window.ts';

export const DISK_SECTORS = 720;
const RAM_PAGES = 512;
/** Page frames 0..: the client's buffer is the last 256 KiB. */
const HALF = 32 * 4096;
const BUFFER = (RAM_PAGES - 64) * 4096;
export const bufferOf = (slot: number): number => BUFFER + slot * HALF;

interface Pending {
  readonly finish: (status?: number) => void;
  readonly write: boolean;
  readonly offset: number;
  readonly length: number;
}

export class FakeDisk implements CcDevice {
  readonly id = 4;
  removable = false;
  unit: number | undefined;
  readonly bytes: Uint8Array;
  readonly pending: Pending[] = [];
  readonly log: { write: boolean; offset: number; length: number }[] = [];
  /** Status for requests that touch such a sector. */
  readonly bad = new Map<number, number>();
  verifyStatus: number = Status.STATUS_IO_DEVICE_ERROR;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.bytes = new Uint8Array(DISK_SECTORS * 512).map((_, i) => (i * 7 + (i >>> 9)) & 0xff);
  }

  get length(): number {
    return this.bytes.length;
  }

  start(write: boolean, offset: number, length: number, pieces: readonly Piece[]): CcTransfer {
    this.log.push({ write, offset, length });
    if (length > 0x10000 || offset % 512 || length % 512 || offset + length > this.length)
      throw new Error(`a bad request: ${offset} + ${length}`);
    const done = new Waitable(this.#world.coroutines);
    let status: number = Status.STATUS_PENDING;
    const finish = (forced?: number) => {
      status = forced ?? this.#move(write, offset, length, pieces);
      done.set();
    };
    this.pending.push({ finish, write, offset, length });
    return {
      wait: async () => {
        await done.wait();
        return status;
      },
    };
  }

  verify(status: number): Promise<number> {
    return Promise.resolve(status === Status.STATUS_VERIFY_REQUIRED ? this.verifyStatus : status);
  }

  #move(write: boolean, offset: number, length: number, pieces: readonly Piece[]): number {
    for (const [sector, status] of this.bad)
      if (sector * 512 >= offset && sector * 512 < offset + length) return status;
    let at = offset;
    for (const piece of pieces) {
      const ram = this.#world.ram.bytes.subarray(piece.address, piece.address + piece.length);
      const disk = this.bytes.subarray(at, at + piece.length);
      if (write) disk.set(ram);
      else ram.set(disk);
      at += piece.length;
    }
    if (at !== offset + length) throw new Error('pieces do not add up');
    return Status.STATUS_SUCCESS;
  }
}

export class World {
  time = 0;
  readonly coroutines = new Coroutines(() => this.time);
  readonly ram = new ArrayWindow(RAM_PAGES * 4096);
  readonly counts: Record<string, { value: number }> = {};
  readonly disk = new FakeDisk(this);
  readonly cc: CacheManager;
  readonly volume: VolumeCache;
  free = Array.from({ length: RAM_PAGES - 64 }, (_, i) => i * 4096);
  /** Which of several outstanding requests ends next. */
  choose: (count: number) => number = () => 0;

  constructor(pages = 64) {
    const services = {
      mm: {
        ram: this.ram,
        allocatePages: (count: number) => {
          const pages = this.free.length >= count ? this.free.splice(0, count) : undefined;
          for (const page of pages ?? []) this.ram.fill(page, 4096, 0xee);
          return pages;
        },
        freePages: (pages: readonly number[]) => this.free.push(...pages),
      },
      counters: { counter: (name: string) => (this.counts[name] ??= { value: 0 }) },
      watch: { on: false, mark: () => undefined, name: () => undefined },
      now: () => this.time,
      event: (autoReset = false) => new Waitable(this.coroutines, autoReset),
      spawn: (_what: string, body: () => Promise<void>) => void this.coroutines.spawn(body),
      log: () => undefined,
    };
    this.cc = new CacheManager(services, pages);
    this.cc.relieve = (volume) => relieve(this.cc, volume);
    this.volume = new VolumeCache(this.cc, this.disk);
  }

  count(name: string): number {
    return this.counts[name]?.value ?? 0;
  }

  /** Runs coroutines together until all have ended, ending requests one at a time. */
  async run<T>(...bodies: (() => T | Promise<T>)[]): Promise<T[]> {
    let left = bodies.length;
    const results = bodies.map((body) =>
      this.coroutines.spawn(async () => body()).finally(() => left--),
    );
    const all = Promise.all(results);
    all.catch(() => undefined);
    while (left > 0) {
      await this.coroutines.drain();
      await undefined;
      await undefined;
      if (left === 0) break;
      if (this.disk.pending.length > 0) {
        const index = this.choose(this.disk.pending.length);
        this.disk.pending.splice(index, 1)[0]?.finish();
      } else this.advance();
    }
    return all;
  }

  advance(): void {
    const due = this.coroutines.nextDue;
    if (due === Infinity) throw new Error('everything waits and nothing is on its way');
    this.time = Math.max(this.time, due);
    this.coroutines.expire();
  }

  /** `slot` 0 or 1: which half of the client's buffer; two clients at a time need two. */
  async read(
    file: FileCache | VolumeCache,
    offset: number,
    length: number,
    slot = 0,
  ): Promise<Uint8Array> {
    const cursor = new Cursor(this.ram, this.buffer(length, slot));
    this.ram.fill(bufferOf(slot), length, 0xdd);
    const status = await CcCopyRead(file, offset, length, cursor);
    if (!NT_SUCCESS(status)) throw new StatusError(status);
    return this.ram.read(bufferOf(slot), length);
  }

  async write(
    file: FileCache | VolumeCache,
    offset: number,
    bytes: Uint8Array,
    slot = 0,
  ): Promise<number> {
    this.ram.write(bufferOf(slot), bytes);
    const cursor = new Cursor(this.ram, this.buffer(bytes.length, slot));
    return CcCopyWrite(file, offset, bytes.length, cursor);
  }

  /** The client's buffer, in pieces that do not fit the pages. */
  buffer(length: number, slot: number): Piece[] {
    const pieces: Piece[] = [];
    for (let at = 0; at < length; at += 1000)
      pieces.push({ address: bufferOf(slot) + at, length: Math.min(1000, length - at) });
    return pieces;
  }
}

export class StatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(status.toString(16));
    this.status = status;
  }
}

/** A file system's side of one file: clusters taken from the disk in a scattered order. */
export class FakeFile implements CcBacking {
  readonly cache: FileCache;
  readonly clusterSize: number;
  readonly clusters: number[] = [];
  readonly #world: World;
  readonly #free: number[];
  questions = 0;
  size = 0;

  constructor(world: World, clusterSize: number, free: number[], size = 0) {
    this.#world = world;
    this.clusterSize = clusterSize;
    this.#free = free;
    this.cache = new FileCache(world.cc, world.volume, this);
    this.grow(size);
    this.cache.setSizes(this.size, this.allocation);
    this.cache.validData = size;
  }

  get allocation(): number {
    return this.clusters.length * this.clusterSize;
  }

  grow(size: number): boolean {
    const need = Math.ceil(size / this.clusterSize) - this.clusters.length;
    if (need > this.#free.length) return false;
    for (let i = 0; i < need; i++) this.clusters.push(this.#free.shift() as number);
    this.size = Math.max(size, this.size);
    return true;
  }

  triples(offset: number, length: number): number[] {
    const out: number[] = [];
    const size = this.clusterSize;
    const end = Math.min(offset + length, this.allocation);
    for (let i = Math.floor(offset / size); i * size < end; i++)
      out.push(i * size, (this.clusters[i] as number) * 512, size);
    return out;
  }

  async resolve(offset: number, length: number): Promise<number> {
    this.questions++;
    await new Waitable(this.#world.coroutines).wait(10);
    return this.cache.extents.add(this.triples(offset, length), this.#world.disk.length);
  }

  async extend(offset: number, length: number): Promise<number> {
    this.questions++;
    await new Waitable(this.#world.coroutines).wait(10);
    if (!this.grow(offset + length)) return Status.STATUS_DISK_FULL;
    const { extents } = this.cache;
    const status = extents.add(this.triples(offset, length), this.#world.disk.length);
    this.cache.setSizes(this.size, this.allocation);
    return status;
  }

  /** As SET_INFORMATION does it: the file system first, with write-back held, then the cache. */
  async truncate(size: number): Promise<void> {
    await this.cache.resource.run(async () => {
      const goOn = this.cache.holdBack(size);
      await new Waitable(this.#world.coroutines).wait(10);
      this.size = size;
      const freed = this.clusters.splice(Math.ceil(size / this.clusterSize));
      this.#free.push(...freed);
      this.cache.setSizes(this.size, this.allocation);
      goOn();
    });
  }

  /** The contents as the disk has them. */
  onDisk(): Uint8Array {
    const bytes = new Uint8Array(this.allocation);
    this.clusters.forEach((sector, i) =>
      bytes.set(
        this.#world.disk.bytes.subarray(sector * 512, sector * 512 + this.clusterSize),
        i * this.clusterSize,
      ),
    );
    return bytes.slice(0, this.size);
  }
}

/** First sectors of clusters: an odd start, every second cluster first, then the rest backwards. */
export function scatteredClusters(clusterSize: number, firstSector = 33): number[] {
  const step = clusterSize / 512;
  const all: number[] = [];
  for (let sector = firstSector; sector + step <= DISK_SECTORS; sector += step) all.push(sector);
  const runs = all.filter((_, i) => i % 8 < 5);
  const rest = all.filter((_, i) => i % 8 >= 5).reverse();
  return [...runs, ...rest];
}
