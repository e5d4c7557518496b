/**
 * Volumes: a storage device's medium with the file system that knows it.
 *
 * States: mounting (the file system looks at it), mounted, leaving (the file system is told to let
 * go), gone; and waiting, from mounted and back (setaside.ts). Only the driver of `fileSystem` sees
 * the cached sectors, and only in the first three. A volume that is gone stays so: its open files
 * are forced closed, and the same medium put back is mounted as a new volume.
 */
import type { Packet } from '../../../rtl/packets.ts';
import type { ServiceInput } from '../../../rtl/services.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { VolumeCache } from '../../cc/volumecache.ts';
import { Mutex } from '../../cc/lock.ts';
import type { Process } from '../../ps/types.ts';
import type { Device } from '../device/device.ts';
import { Births } from './births.ts';
import type { FileObject } from './fileobject.ts';
import { FileNames } from './names.ts';
import { NameBudget } from '../names/budget.ts';
import { NameCache } from '../names/namecache.ts';
import type { DirectoryWatch } from './notify.ts';
import { asksForVerification, type StorageDevice } from '../medium/storage.ts';
import type { IoContext } from '../context.ts';

const VERIFY_LIMIT = 3;

export type VolumeState = 'mounting' | 'mounted' | 'waiting' | 'leaving' | 'gone';

export class Volume {
  /** Another one only after the death of its driver. */
  storage: Device;
  readonly medium: StorageDevice;
  readonly cache: VolumeCache;
  /** Files that are or were open. */
  readonly names = new FileNames();
  /** Names of its directories, of files that nobody opened too, and which there are none of. */
  readonly directories: NameCache;
  /** Of directories on it: who hears of changes. */
  readonly watches = new Set<DirectoryWatch>();
  /** Files that its file system has not heard of yet. */
  readonly births: Births;
  /** Held over what changes names: creating, deleting, renaming, closing with the file system. */
  readonly namespace: Mutex;
  /** The file system's device: first the one that is asked to mount, then the volume's own. */
  fileSystem: Device;
  state: VolumeState = 'mounting';
  /** The handle that has locked the volume. */
  lockedBy: FileObject | undefined;
  /** The medium is write-protected: opens that could change it are refused. */
  readOnly = false;
  label = '';
  serial = 0;
  fileSystemName = '';

  constructor(
    io: IoContext,
    storage: Device,
    medium: StorageDevice,
    cache: VolumeCache,
    fileSystem: Device,
  ) {
    this.storage = storage;
    this.medium = medium;
    this.cache = cache;
    this.fileSystem = fileSystem;
    io.nameBudget ??= new NameBudget(io.executive.cc.manager.pool);
    this.directories = new NameCache(io.nameBudget);
    this.births = new Births(io, this);
    this.namespace = new Mutex(() => io.executive.ke.event());
  }

  /** Its disk's driver was started again: the volume waits at the new device. */
  moveTo(device: Device): void {
    this.storage.waiting.delete(this);
    this.storage = device;
    this.medium.device = device;
    device.waiting.add(this);
  }

  get mounted(): boolean {
    return this.state === 'mounted';
  }

  /**
   * Runs `operation` until it answers something else than "the medium may have changed: verify
   * first", or the verification fails.
   */
  async verified(operation: () => Promise<number>): Promise<number> {
    for (let turn = 0; ; turn++) {
      const status = await operation();
      if (!asksForVerification(status) || turn === VERIFY_LIMIT) return status;
      const verdict = await this.medium.verify(status);
      if (!NT_SUCCESS(verdict)) return verdict;
    }
  }
}

// What a file system driver may ask of the caches of its volume: for cc's WdmCc* services, and the
// packets by which it tells what it has changed.

/** One whose disk's driver has died: what its file system has under way is told still. */
function orphanOn(io: IoContext, disk: number): Volume | undefined {
  return [...io.orphans.values()].find(({ storage }) => storage.id === disk);
}

/** The volume on that disk, if the process's file system has it: mounting, mounted, or leaving. */
function volumeOf(io: IoContext, process: Process, disk: number): Volume | undefined {
  const device = io.devices.get(disk);
  const volume = device ? device.volume : orphanOn(io, disk);
  return volume?.fileSystem.driver.process === process ? volume : undefined;
}

export function volumeCache(
  io: IoContext,
  process: Process,
  disk: number,
): VolumeCache | undefined {
  const cache = volumeOf(io, process, disk)?.cache;
  return cache?.closed ? undefined : cache;
}

export function markDirty(
  io: IoContext,
  process: Process,
  { device, offset, length, late }: Omit<Packet<'dirty'>, 'kind'>,
): void {
  volumeCache(io, process, device)?.markDirty(offset, length, late);
}

/** `size` -1: nothing of it holds. */
export function purgeFile(
  io: IoContext,
  process: Process,
  disk: number,
  file: number,
  size: number,
): number {
  const volume = volumeOf(io, process, disk);
  if (!volume) return Status.STATUS_ACCESS_DENIED;
  const fcb = volume.names.byNumber(file);
  if (!fcb) return Status.STATUS_SUCCESS;
  const { cache } = fcb;
  if (size < 0) cache.forget();
  else if (size < cache.endOfFile) cache.setSizes(size, Math.min(cache.allocation, size));
  return Status.STATUS_SUCCESS;
}

/** Nonsense is refused, and changes nothing. */
export function setFileSizes(
  io: IoContext,
  process: Process,
  { device, file, endOfFile, allocation }: ServiceInput<'WdmCcSetFileSizes'>,
): number {
  const volume = volumeOf(io, process, device);
  if (!volume) return Status.STATUS_ACCESS_DENIED;
  const fcb = volume.names.byNumber(file);
  if (!fcb || fcb.directory) return Status.STATUS_INVALID_PARAMETER;
  const { attributes, created, accessed, written } = fcb;
  const status = fcb.updateSizes({
    attributes,
    created,
    accessed,
    written,
    endOfFile,
    allocation,
  });
  return NT_SUCCESS(status) ? status : Status.STATUS_INVALID_PARAMETER;
}
