/**
 * Cc: a file system's window on the cached pages of its volume.
 *
 *   CcMapData, CcPinRead, CcPinMappedData, CcPreparePinWrite, CcUnpinData
 *   CcMapDoubtful, CcMapSalvage
 *   CcSetDirtyPinnedData
 *   CcCopyRead, CcCopyWrite, CcZeroData      by way of these
 *   CcFlushCache, CcPurgeCacheSection, CcSetFileSizes
 *
 * The pages belong to the Executive's cache and are mapped here: what is written into a window
 * *is* the cache. Pin, change, CcSetDirtyPinnedData, unpin. What is only to be read is mapped: a
 * Bcb of CcMapData that is said to be dirty is a mistake, and raises. Mappings stay after the last
 * unpin, so that using a sector again costs no message; the least recently used go when there are
 * many, or the driver's quota of mapped pages is used up.
 *
 * A view of whole pages may lack sectors that nobody asked for and that cannot be read; they are
 * asked for again when somebody does. CcPreparePinWrite pins what will be written whole, without
 * reading it; CcMapDoubtful also takes a sector with a wrong checksum as the drive made it out, and
 * CcMapSalvage makes do without those of which nothing comes.
 *
 * CcMapData throws NtException (the device's error) as NT's does: a file system catches it once,
 * at the top of its dispatch routine, and completes the IRP with the exception's status.
 */
import { PAGE_SIZE } from '../rtl/layout.ts';
import { CC_ADOPT, CC_LOOK, CC_PREPARE, CC_READ, CC_SALVAGE } from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { Awaitable, Bcb, CacheMap, CacheView, DriverObject, NTSTATUS } from './types.ts';

const SECTOR_SIZE = 512;
/** Views kept per volume; one over this, a quarter goes. */
const VIEW_LIMIT = 512;
/** Bytes that a copy has mapped at a time. */
const CHUNK = 0x1_0000;

/** The maps of each driver. */
const allMaps = new WeakMap<CacheMap['runtime'], Set<CacheMap>>();

function mapsOf(runtime: CacheMap['runtime']): Set<CacheMap> {
  const maps = allMaps.get(runtime) ?? new Set();
  allMaps.set(runtime, maps);
  return maps;
}

/** `device`: the storage device's id, from the mount request. */
export function CcInitializeCacheMap(driver: DriverObject, device: number): CacheMap {
  const { runtime } = driver;
  const map: CacheMap = { device, runtime, byPage: new Map(), views: new Set(), clock: 0 };
  mapsOf(runtime).add(map);
  return map;
}

/** Unmaps everything; no Bcb of the map may be used any more. Dirty marks hold. */
export async function CcUninitializeCacheMap(map: CacheMap): Promise<void> {
  mapsOf(map.runtime).delete(map);
  for (const view of [...map.views]) await unmapView(map, view);
}

/**
 * [offset, offset + length) of the device, to be looked at. The Bcb itself where the pages are
 * mapped already: `const bcb = await CcMapData(...)` suits both.
 */
export function CcMapData(map: CacheMap, offset: number, length: number): Awaitable<Bcb> {
  return use(map, { offset, length, mode: CC_READ, pinned: false });
}

/** The same, to be changed. */
export function CcPinRead(map: CacheMap, offset: number, length: number): Awaitable<Bcb> {
  return use(map, { offset, length, mode: CC_READ, pinned: true });
}

/** What was mapped to be looked at is to be changed after all. */
export function CcPinMappedData(bcb: Bcb): void {
  bcb.pinned = true;
}

/**
 * Pins a stretch all of whose whole sectors the caller is about to write: those that are not there
 * are not read. They are dirty already.
 */
export function CcPreparePinWrite(map: CacheMap, offset: number, length: number): Awaitable<Bcb> {
  return use(map, { offset, length, mode: CC_PREPARE, pinned: true });
}

/**
 * CcMapData for sectors that may have a wrong checksum: what is there then is what the drive made
 * out. `adopt`: it is right by the caller's judgment, and will be written again; without, it must
 * not be written to.
 */
export function CcMapDoubtful(
  map: CacheMap,
  offset: number,
  length: number,
  adopt: boolean,
): Awaitable<Bcb> {
  return use(map, { offset, length, mode: adopt ? CC_ADOPT : CC_LOOK, pinned: adopt });
}

/**
 * Whatever can be had of a stretch, to be looked at: sectors of which nothing comes are zeros. The
 * caller knows which those are, and neither believes nor changes them.
 */
export function CcMapSalvage(map: CacheMap, offset: number, length: number): Awaitable<Bcb> {
  return use(map, { offset, length, mode: CC_SALVAGE, pinned: false });
}

/**
 * The pinned bytes (or `length` of them from `offset` of the Bcb on) were changed. `late`: what was
 * taken away here stands elsewhere now, and that is to reach the medium first.
 */
export function CcSetDirtyPinnedData(
  bcb: Bcb,
  offset = 0,
  length = bcb.length - offset,
  late = false,
): void {
  if (!bcb.pinned) throw new RangeError('changed, and only mapped to be looked at');
  if (offset < 0 || length < 0 || offset + length > bcb.length)
    throw new RangeError('a dirty range outside its Bcb');
  if (length > 0) bcb.map.runtime.dirty.mark(bcb.map.device, bcb.offset + offset, length, late);
}

/** The Bcb is done with. Not a second time. */
export function CcUnpinData(bcb: Bcb): void {
  if (bcb.view.pins === 0) throw new RangeError('unpinned more often than pinned');
  bcb.view.pins--;
}

/** Bytes of the device, out of its cached pages. */
export async function CcCopyRead(
  map: CacheMap,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (const { at, count } of chunks(length)) {
    const bcb = await CcMapData(map, offset + at, count);
    bytes.set(bcb.window.read(0, count), at);
    CcUnpinData(bcb);
  }
  return bytes;
}

/** Bytes into the device's cached pages; sectors that are written whole are not read before. */
export async function CcCopyWrite(map: CacheMap, offset: number, bytes: Uint8Array): Promise<void> {
  for (const { at, count } of chunks(bytes.length)) {
    const bcb = await CcPreparePinWrite(map, offset + at, count);
    bcb.window.write(0, bytes.subarray(at, at + count));
    CcSetDirtyPinnedData(bcb);
    CcUnpinData(bcb);
  }
}

/** Zeros in [start, end) of the device. */
export async function CcZeroData(map: CacheMap, start: number, end: number): Promise<void> {
  for (const { at, count } of chunks(end - start)) {
    const bcb = await CcPreparePinWrite(map, start + at, count);
    bcb.window.fill(0, count, 0);
    CcSetDirtyPinnedData(bcb);
    CcUnpinData(bcb);
  }
}

function* chunks(length: number): Generator<{ at: number; count: number }> {
  for (let at = 0; at < length; at += CHUNK) yield { at, count: Math.min(CHUNK, length - at) };
}

/** Everything dirty of the volume goes to the medium; the status says whether it got there. */
export async function CcFlushCache(map: CacheMap): Promise<NTSTATUS> {
  return (await map.runtime.service('WdmCcFlushCache', { device: map.device })).status;
}

/**
 * What the Executive cached of a file no longer holds: its extents and pages beyond `size` bytes,
 * or everything. `file`: the `fcb` number that CREATE answered.
 */
export async function CcPurgeCacheSection(
  map: CacheMap,
  file: number,
  size = -1,
): Promise<NTSTATUS> {
  return (await map.runtime.service('WdmCcPurge', { device: map.device, file, size })).status;
}

/**
 * The file system has changed a file's sizes without having been asked to: what the Executive has
 * beyond the end is forgotten, and what was not there reads as zeros. `file` as above.
 */
export async function CcSetFileSizes(
  map: CacheMap,
  file: number,
  { endOfFile, allocation }: { endOfFile: number; allocation: number },
): Promise<NTSTATUS> {
  const sizes = { device: map.device, file, endOfFile, allocation };
  return (await map.runtime.service('WdmCcSetFileSizes', sizes)).status;
}

/** What a Bcb is wanted for. */
interface Wish {
  readonly offset: number;
  readonly length: number;
  /** CC_*: what must be there (rtl/nt.ts). */
  readonly mode: number;
  readonly pinned: boolean;
}

function use(map: CacheMap, wish: Wish): Awaitable<Bcb> {
  const view = findView(map, wish.offset, wish.length);
  return view ? pin(map, view, wish) : mapView(map, wish);
}

function findView(map: CacheMap, offset: number, length: number): CacheView | undefined {
  const view = map.byPage.get(Math.floor(offset / PAGE_SIZE));
  if (!view || offset + length > view.offset + view.length) return undefined;
  if (view.missing.size > 0)
    for (const sector of sectors(offset, length)) if (view.missing.has(sector)) return undefined;
  return view;
}

function* sectors(offset: number, length: number): Generator<number> {
  const end = Math.ceil((offset + length) / SECTOR_SIZE);
  for (let sector = Math.floor(offset / SECTOR_SIZE); sector < end; sector++) yield sector;
}

function pin(map: CacheMap, view: CacheView, { offset, length, pinned }: Wish): Bcb {
  view.pins++;
  view.lastUse = ++map.clock;
  const window = view.window.slice(offset - view.offset, length);
  return { map, offset, length, window, view, pinned };
}

function isShort(status: NTSTATUS): boolean {
  return status === Status.STATUS_QUOTA_EXCEEDED || status === Status.STATUS_INSUFFICIENT_RESOURCES;
}

async function mapView(map: CacheMap, wish: Wish): Promise<Bcb> {
  const { offset, length, mode } = wish;
  if (!Number.isSafeInteger(offset) || offset < 0 || !(length > 0))
    throw new RangeError('no such stretch of a device');
  const start = Math.floor(offset / PAGE_SIZE) * PAGE_SIZE;
  const bytes = Math.ceil((offset + length) / PAGE_SIZE) * PAGE_SIZE - start;
  if (map.views.size >= VIEW_LIMIT) await trim(map);
  const request = { device: map.device, offset, length, mode };
  let answer = await map.runtime.service('WdmCcMapData', request);
  if (isShort(answer.status)) {
    // The driver has a quota for all of its volumes: what is idle in any of them makes room.
    for (const other of mapsOf(map.runtime)) await trim(other);
    answer = await map.runtime.service('WdmCcMapData', request);
  }
  const { status, address, missing: bits } = answer;
  if (!NT_SUCCESS(status)) throw new NtException(status, `volume data at ${start}`);
  const window = map.runtime.transport.window(address, bytes, true);
  const missing = missingSectors(start, bits);
  const facts = { offset: start, length: bytes, address, window, missing };
  const view: CacheView = { ...facts, pins: 0, lastUse: 0 };
  // Views of the same pages: what is there now is there in all of them.
  for (const other of map.views)
    for (const sector of other.missing)
      if (covers(view, sector) && !missing.has(sector)) other.missing.delete(sector);
  const bcb = pin(map, view, wish);
  map.views.add(view);
  for (let at = start; at < start + bytes; at += PAGE_SIZE) index(map, at / PAGE_SIZE, view);
  return bcb;
}

function missingSectors(start: number, bits: Uint8Array): Set<number> {
  const missing = new Set<number>();
  bits.forEach((mask, page) => {
    for (let bit = 0; bit < 8; bit++)
      if ((mask >>> bit) & 1) missing.add(start / SECTOR_SIZE + page * 8 + bit);
  });
  return missing;
}

function covers(view: CacheView, sector: number): boolean {
  const at = sector * SECTOR_SIZE;
  return at >= view.offset && at < view.offset + view.length;
}

function index(map: CacheMap, page: number, view: CacheView): void {
  const known = map.byPage.get(page);
  if (!known || known.offset + known.length < view.offset + view.length) map.byPage.set(page, view);
}

async function trim(map: CacheMap): Promise<void> {
  const idle = [...map.views].filter((view) => view.pins === 0);
  idle.sort((one, other) => one.lastUse - other.lastUse);
  for (const view of idle.slice(0, VIEW_LIMIT / 4)) if (view.pins === 0) await unmapView(map, view);
}

async function unmapView(map: CacheMap, view: CacheView): Promise<void> {
  map.views.delete(view);
  for (const [page, known] of map.byPage) if (known === view) map.byPage.delete(page);
  await map.runtime.service('WdmCcUnmapData', { device: map.device, address: view.address });
}
