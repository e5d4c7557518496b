/**
 * Volumes whose disk is out of the drive while another one is in it, and that have still something
 * to write: they wait for their disk.
 *
 *   setAside(io, volume)         makes the drive free for the other disk; what is dirty stays
 *   takeBack(io, disk, length)   the waiting volume whose disk is in the drive now, mounted again;
 *                                or what the next file system is to make on it (retell.ts)
 *   lookAgain(io, disk)          with volumes waiting: asks the drive whether its disk was changed
 *   hasUnwritten(volume)         something is dirty, or being written by somebody and failing, or
 *                                its file system has not made a file yet
 *   waitingOf(volume)            what is said of it: label, serial number, pages
 *
 * Nothing is sent for a volume that waits: its file system's device and its medium are parked, and
 * answer STATUS_WRONG_VOLUME at once (irp.ts, storage.ts). That matters, because the file system
 * names cached sectors by the disk, whose volume is another one now; it has ended what it was doing
 * before the disk is free. Handles stay, and work again when the disk is back.
 *
 * Waiting pages are memory that nobody else can have: beyond a share of the cache the volume that
 * waits longest is given up, and that is said.
 */
import { IOCTL_DISK_CHECK_VERIFY } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { flushVolume, writesEnded } from '../../cc/writeback.ts';
import type { Device } from '../device/device.ts';
import { abandonVolume } from './dismount.ts';
import { type Unborn, unbornOf } from './retell.ts';
import { compareMedium } from '../medium/identity.ts';
import { callDriver } from '../request/send.ts';
import { asksForVerification } from '../medium/storage.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

/** Of the cache's pages, for all that wait. */
const WAITING_SHARE = 0.25;
/** The lazy writer may be at it at the same time. */
const FLUSH_TURNS = 3;

/** A sector is clean while it is written: those writes end first. */
export async function hasUnwritten({ cache, births }: Volume): Promise<boolean> {
  await writesEnded(cache);
  return cache.dirty || births.size > 0;
}

/** Caller holds the disk's mount lock. */
export async function setAside(io: IoContext, volume: Volume): Promise<void> {
  const { storage, fileSystem, medium } = volume;
  volume.state = 'waiting';
  medium.parked = true;
  // What the file system has begun fails now; when this is answered it has ended.
  await callDriver(io, fileSystem, { major: 'flush', parameters: {} });
  fileSystem.parked = true;
  if (storage.volume === volume) storage.volume = undefined;
  storage.waiting.add(volume);
  const { label, pages } = waitingOf(volume);
  const { ke, counters } = io.executive;
  counters.add('cc.waiting', pages);
  const which = label ? `the disk ${label}` : 'the disk';
  ke.log(`${storage.name}: ${pages} pages wait for ${which} to come back`);
  giveUpOldest(io);
}

function giveUpOldest(io: IoContext): void {
  const { limit } = io.executive.cc.manager.pool;
  const waiting = [...io.devices.values()].flatMap((device) => [...device.waiting]);
  let pages = waiting.reduce((sum, volume) => sum + waitingOf(volume).pages, 0);
  for (const volume of waiting) {
    if (pages <= limit * WAITING_SHARE || waiting.length === 1) return;
    pages -= waitingOf(volume).pages;
    abandonVolume(io, volume);
  }
}

/** Caller holds the mount lock, and the driver lets the medium that is there be written to. */
export async function takeBack(
  io: IoContext,
  disk: Device,
  length: number,
): Promise<{ volume?: Volume; unborn: Unborn[] }> {
  const unborn: Unborn[] = [];
  for (const volume of [...disk.waiting]) {
    if (volume.medium.length !== length) continue;
    if (!NT_SUCCESS(await compareMedium(io, volume))) continue;
    disk.waiting.delete(volume);
    volume.medium.parked = volume.fileSystem.parked = false;
    volume.medium.suspect = false;
    disk.volume = volume;
    if (!volume.fileSystem.driver.dead) {
      volume.state = 'mounted';
      return { volume, unborn };
    }
    // Its file system died meanwhile: what the caches know the place of is written.
    for (let turn = 0; turn < FLUSH_TURNS && (await hasUnwritten(volume)); turn++)
      await flushVolume(volume.cache, io.executive.ke.now());
    unborn.push(...unbornOf(volume));
    abandonVolume(io, volume);
  }
  return { unborn };
}

/** The mounted volume's driver is asked only here: otherwise a cached name would cost a request. */
export async function lookAgain(io: IoContext, disk: Device): Promise<void> {
  const { volume } = disk;
  if (!volume?.mounted || disk.waiting.size === 0) return;
  const irp = await callDriver(io, disk, {
    major: 'device_control',
    parameters: { code: IOCTL_DISK_CHECK_VERIFY, input: new Uint8Array(), outputLength: 0 },
  });
  if (asksForVerification(irp.status)) await volume.medium.verify(irp.status);
}

export interface WaitingVolume {
  readonly label: string;
  readonly serial: number;
  readonly pages: number;
}

export function waitingOf({ label, serial, cache }: Volume): WaitingVolume {
  let pages = cache.dirtyPages.size;
  for (const file of cache.files) pages += file.dirtyPages.size;
  return { label, serial, pages };
}

/** At the end of everything: what waits is lost. */
export function giveUpWaiting(io: IoContext): number {
  let status: number = Status.STATUS_SUCCESS;
  for (const device of io.devices.values())
    for (const volume of [...device.waiting]) {
      abandonVolume(io, volume);
      status = Status.STATUS_LOST_WRITEBEHIND_DATA;
    }
  return status;
}
