/** What io gives to the other components; made by `createIo` in index.ts. */
import type { ServiceInput } from '../../rtl/services.ts';
import type { IrpInformation, SystemSnapshot } from '../../rtl/snapshot.ts';
import type { VolumeCache } from '../cc/volumecache.ts';
import type { Mdl } from '../mm/mdl.ts';
import type { SectionBacking } from '../mm/sectiontypes.ts';
import type { NtThread, Process } from '../ps/types.ts';

/** `powerOff`, `powerOn`: D3, D0. `lose`: it was pulled out. `rescan`: its bus is asked again. */
export type DeviceAct = 'stop' | 'start' | 'remove' | 'lose' | 'powerOff' | 'powerOn' | 'rescan';

/** What the Executive itself asks of a device. */
export type DeviceRequest =
  | { readonly major: 'read'; readonly offset: number; readonly length: number }
  | { readonly major: 'write'; readonly offset: number; readonly data: Uint8Array }
  | { readonly major: 'flush' };

export interface Io {
  /**
   * Registers types, services (all of NtCreateFile..NtCancelIoFile, WdmRequestIoPackets,
   * WdmCreateDevice, WdmDeleteDevice,
   * WdmRegisterFileSystem) and directories. Synchronous. */
  initialize(): void;
  /**
   * A driver process is there, and has not run yet: make its driver object and queues. A status:
   * STATUS_CONFLICTING_ADDRESSES where its hardware is another one's.
   */
  attachDriver(process: Process): number;
  /**
   * Resolves with the status of the driver's first WdmRequestIoPackets, or
   * STATUS_DRIVER_PROCESS_TERMINATED, or STATUS_IO_TIMEOUT after
   * `timeout` microseconds. */
  driverInitialised(process: Process, timeout: number): Promise<number>;
  /** It has initialised: its devices are started (pnp/manager.ts). The best one's status. */
  driverLoaded(process: Process): Promise<number>;
  /** STATUS_SUCCESS if the driver may be unloaded now (it is told by SHUTDOWN if it wants). */
  prepareUnload(process: Process): Promise<number>;
  /**
   * The process ended (ps calls this once, after its threads have stopped): complete its IRPs,
   * remove its devices.
   */
  driverDied(process: Process, status: number): void;
  /**
   * The MDL that a driver names by `id`: of a direct IRP that it holds, or one that it has made
   * itself.
   */
  findMdl(process: Process, id: number): Mdl | undefined;
  /** What a section over the file of that handle is made of, or why there can be none. */
  sectionOver(
    process: Process,
    file: number,
    writable: boolean,
  ): Promise<{ status: number; backing?: SectionBacking }>;
  /**
   * Flushes and unmounts every volume. After a failure to write none is unmounted; after one to
   * keep (isNotKept) all are.
   */
  shutdown(): Promise<number>;
  /** SystemModuleInformation: devices and pending IRPs of a driver. */
  driverInformation(process: Process): { devices: string[]; pending: number };
  /** SystemVolumeInformation. */
  volumes(): object[];
  /** SystemIrpInformation. */
  irps(): IrpInformation[];
  /** For SystemSnapshotInformation. */
  snapshot(): Pick<SystemSnapshot, 'devices' | 'irps' | 'cache'>;
  /** The devices that the PnP manager knows, as it tells of them. */
  devices(): object[];
  /** What is done with one of them: for tests and whoever manages devices. */
  device(instance: string, act: DeviceAct): Promise<number>;
  /**
   * For cc: the cache of a storage device, if the process is the file system that has mounted it or
   * is mounting it.
   */
  volumeCache(process: Process, device: number): VolumeCache | undefined;
  /** For cc: what is cached of a file no longer holds beyond `size` (-1: at all). STATUS_*. */
  purgeFile(process: Process, device: number, file: number, size: number): number;
  /** For cc: a file's sizes are others now, on a volume that the process has mounted. */
  setFileSizes(process: Process, sizes: ServiceInput<'WdmCcSetFileSizes'>): number;
  /** For cc: the lazy writer could not write back; the pages stay dirty. */
  lostWrite(cache: VolumeCache, status: number): void;
  /**
   * For cm: a request of the Executive's own to the device of that name, for which no file is open.
   */
  askDevice(name: string, request: DeviceRequest): Promise<{ status: number; data?: Uint8Array }>;
  /** For cm: all of a file, if it has no more than `most` bytes. */
  readWholeFile(
    caller: NtThread,
    name: string,
    root: number,
    most: number,
  ): Promise<{ status: number; bytes?: Uint8Array }>;
  /** For cm: the bytes are the file's new contents. The handle must be one to write by. */
  writeWholeFile(caller: NtThread, handle: number, bytes: Uint8Array): Promise<number>;
}
