/**
 * Volumes: a storage device's medium with the file system that knows it.
 *
 * States: mounting (the file system looks at it), mounted, leaving (the file system is told to let
 * go), gone; and waiting, from mounted and back (setaside.ts). Only the driver of `fileSystem` sees
 * the cached sectors, and only in the first three. A volume that is gone stays so: its open files
 * are forced closed, and the same medium put back is mounted as a new volume.
 */
import type { VolumeCache } from '../../cc/volumecache.ts';
import { Mutex } from '../../cc/lock.ts';
import type { Device } from '../device/device.ts';
import type { FileObject } from './fileobject.ts';
import { FileNames } from './names.ts';
import type { DirectoryWatch } from './notify.ts';
import type { StorageDevice } from '../medium/storage.ts';
import type { IoContext } from '../context.ts';

export type VolumeState = 'mounting' | 'mounted' | 'waiting' | 'leaving' | 'gone';

export class Volume {
  readonly storage: Device;
  readonly medium: StorageDevice;
  readonly cache: VolumeCache;
  readonly names = new FileNames();
  /** Of directories on it: who hears of changes. */
  readonly watches = new Set<DirectoryWatch>();
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
    this.namespace = new Mutex(() => io.executive.ke.event());
  }

  get mounted(): boolean {
    return this.state === 'mounted';
  }
}
