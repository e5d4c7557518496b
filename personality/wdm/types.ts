/**
 * The driver API's objects, as a driver sees them.
 *
 * They are NT's: a driver object with a dispatch table, device objects with an extension, IRPs,
 * file objects, dispatcher objects that can be waited for. What differs from NT, everywhere:
 *
 *  - Functions that would wait return promises, and a routine that uses them is an async function.
 *    Await nothing else: no timers, no fetch (rtl/coroutines.ts says why).
 *  - Functions that give an object throw NtException where NT would return a failure status. One
 *    that leaves DriverEntry is DriverEntry's status; one that leaves any other routine, like every
 *    exception there, is the bug check of this driver: its process ends.
 *  - Times are in microseconds, not in 100 ns. All code of a driver runs on one thread, except
 *    interrupt service routines, and those run only while the driver waits: no spin locks.
 *
 * `runtime` members belong to this library. Source of names and meanings: the published WDK manual.
 */
import type { Waitable } from '../rtl/coroutines.ts';
import type * as mj from '../rtl/irp.ts';
import type { IrpParameters, IrpResult, MajorName } from '../rtl/irp.ts';
import type { Seh } from '../rtl/seh/index.ts';
import type { Awaitable, Window } from '../sel4/types.ts';
import type { Mdl } from './mdl.ts';
import type { Runtime } from './runtime.ts';

export type { Awaitable, IrpParameters, IrpResult, MajorName, Runtime, Window };

export type NTSTATUS = number;

/** Makes the devices and fills the dispatch table. A failure status unloads the driver. */
export type DriverEntry = (driver: DriverObject, registryPath: string) => Awaitable<NTSTATUS>;

/**
 * Handles an IRP: completes it (IoCompleteRequest), or has it completed later (IoMarkIrpPending and
 * return STATUS_PENDING). Runs as a coroutine: it may wait, and others run meanwhile.
 */
export type DriverDispatch<M extends MajorName = MajorName> = (
  device: DeviceObject,
  irp: Irp<M>,
) => Awaitable<NTSTATUS>;

/** One routine for each major function; those absent answer STATUS_INVALID_DEVICE_REQUEST. */
export interface DispatchTable {
  [mj.IRP_MJ_CREATE]?: DriverDispatch<'create'>;
  [mj.IRP_MJ_CREATE_NAMED_PIPE]?: DriverDispatch<'create_named_pipe'>;
  [mj.IRP_MJ_CREATE_MAILSLOT]?: DriverDispatch<'create_mailslot'>;
  [mj.IRP_MJ_CLOSE]?: DriverDispatch<'close'>;
  [mj.IRP_MJ_CLEANUP]?: DriverDispatch<'cleanup'>;
  [mj.IRP_MJ_READ]?: DriverDispatch<'read'>;
  [mj.IRP_MJ_WRITE]?: DriverDispatch<'write'>;
  [mj.IRP_MJ_QUERY_INFORMATION]?: DriverDispatch<'query_information'>;
  [mj.IRP_MJ_SET_INFORMATION]?: DriverDispatch<'set_information'>;
  [mj.IRP_MJ_FLUSH_BUFFERS]?: DriverDispatch<'flush'>;
  [mj.IRP_MJ_QUERY_VOLUME_INFORMATION]?: DriverDispatch<'query_volume'>;
  [mj.IRP_MJ_SET_VOLUME_INFORMATION]?: DriverDispatch<'set_volume'>;
  [mj.IRP_MJ_DIRECTORY_CONTROL]?: DriverDispatch<'directory'>;
  [mj.IRP_MJ_FILE_SYSTEM_CONTROL]?: DriverDispatch<'fs_control'>;
  [mj.IRP_MJ_DEVICE_CONTROL]?: DriverDispatch<'device_control'>;
  [mj.IRP_MJ_INTERNAL_DEVICE_CONTROL]?: DriverDispatch<'internal_control'>;
  [mj.IRP_MJ_SHUTDOWN]?: DriverDispatch<'shutdown'>;
  [mj.IRP_MJ_POWER]?: DriverDispatch<'power'>;
  [mj.IRP_MJ_PNP]?: DriverDispatch<'pnp'>;
}

/**
 * Makes a device for one that a bus has told of, and attaches it above `physical`
 * (IoAttachDeviceToDeviceStack). It has no hardware yet: that comes with IRP_MN_START_DEVICE.
 */
export type DriverAddDevice = (driver: DriverObject, physical: DeviceObject) => Awaitable<NTSTATUS>;

export interface DriverObject {
  /** `\Driver\<name>`. */
  readonly name: string;
  /** For drivers whose devices are Plug and Play: set it in DriverEntry. */
  AddDevice?: DriverAddDevice;
  /** Called last before the driver is unloaded; not when its process ends otherwise. */
  driverUnload?: (driver: DriverObject) => Awaitable<void>;
  readonly majorFunction: DispatchTable;
  /** For IoStartPacket: handles one IRP of the device's queue at a time. */
  driverStartIo?: (device: DeviceObject, irp: Irp) => Awaitable<void>;
  /** The driver's devices, by their ids. */
  readonly devices: ReadonlyMap<number, DeviceObject>;
  /** The outermost frame of structured exception handling. */
  readonly seh: Seh;
  readonly runtime: Runtime;
}

export interface DeviceObject<Extension = unknown> {
  /** What the Executive calls the device; goes into a mount's result. */
  readonly id: number;
  readonly name: string;
  /** FILE_DEVICE_* */
  readonly deviceType: number;
  /** DO_*; fixed when the device is made. */
  readonly flags: number;
  readonly sectorSize: number;
  /** The driver's own data of this device. */
  readonly extension: Extension;
  readonly driverObject: DriverObject;
  /** Of another process: known because a device of this one is attached to it. */
  readonly remote: boolean;
  /** PowerDevice*, as the driver has said with PoSetPowerState. */
  powerState: number;
  /** IoInitializeDpcRequest's. */
  dpc: KDpc | undefined;
  /** IoStartPacket's: the IRP being handled, and those that wait. */
  currentIrp: Irp | undefined;
  readonly deviceQueue: Irp[];
}

/** An open file or device. The object lives from CREATE to CLOSE. */
export interface FileObject {
  readonly id: number;
  readonly device: DeviceObject;
  /** The driver's own data: its file (FCB), and its open of the file (CCB). */
  fsContext: unknown;
  fsContext2: unknown;
  /** Set when its CLEANUP is completed, once that has come: CLOSE waits for it. */
  cleanup: Waitable | undefined;
}

/** Of the stack location of the device that has it: function, parameters, file, device. */
export interface Irp<M extends MajorName = MajorName> {
  /**
   * The Executive's name for it, and the DMA services'. IRPs of this driver's own have OWN_IRP set
   * (rtl/packets.ts).
   */
  readonly id: number;
  readonly majorFunction: number;
  readonly minorFunction: number;
  /** SL_* */
  readonly flags: number;
  readonly device: DeviceObject;
  /** Undefined where the request belongs to no file: mounts, flushes by the system. */
  readonly fileObject: FileObject | undefined;
  /** The buffer of a direct read or write (mdl.ts); of one of its own, the driver sets it. */
  MdlAddress: Mdl | undefined;
  /** By major function, as rtl/irp.ts has them. */
  readonly parameters: IrpParameters<M>;
  readonly ioStatus: { status: NTSTATUS; information: number };
  /** What IoCompleteRequest was given. */
  result: Partial<IrpResult<M>>;
  pendingReturned: boolean;
  completed: boolean;
  /** The requestor gave up. Set before the cancel routine runs. */
  cancel: boolean;
  cancelRoutine: ((device: DeviceObject, irp: Irp) => void) | undefined;
  /** Of pipes: the number of whom the client acts for (rtl/packets.ts); 0: nobody. */
  client: number;
}

/** What KeWaitForSingleObject waits for: an event, a timer, a mutex. */
export interface DispatcherObject {
  readonly waitable: Waitable;
}

/** NotificationEvent: stays set, releases all. SynchronizationEvent: releases one and resets. */
export interface KEvent extends DispatcherObject {
  readonly type: 'event';
}

/** Not recursive, first come first served: a coroutine has no identity to count by. */
export interface KMutex extends DispatcherObject {
  readonly type: 'mutex';
}

export interface KTimer extends DispatcherObject {
  readonly type: 'timer';
  readonly runtime: Runtime;
  /** In microseconds of KeQueryTime; Infinity while not set. */
  due: number;
  /** Microseconds until it is set off again; 0: once. */
  period: number;
  dpc: KDpc | undefined;
}

/** Runs on the driver's main thread, between coroutines; it may complete IRPs but not wait. */
export interface KDpc {
  readonly runtime: Runtime;
  readonly routine: (context: unknown, argument: unknown) => void;
  readonly context: unknown;
  queued: boolean;
  argument: unknown;
}

/**
 * Handles an interrupt of the device and says whether it was the device's. Runs on the interrupt
 * thread and must not wait: it quiets the device, takes what would be lost, and queues a DPC.
 */
export type KServiceRoutine<C = unknown> = (interrupt: KInterrupt, context: C) => boolean;

export interface KInterrupt {
  readonly line: number;
  readonly serviceRoutine: KServiceRoutine;
  readonly context: unknown;
  /** Interrupts in a row that the service routine said were not its own. */
  unclaimed: number;
  /** After too many of those: the line stays masked until the driver is loaded again. */
  masked: boolean;
}

export interface IoWorkItem {
  readonly device: DeviceObject;
}

/** I/O ports that this process holds a capability to. */
export interface PortRange {
  readonly first: number;
  readonly count: number;
  readonly slot: number;
  readonly runtime: Runtime;
}

/** The hardware that the configuration gives to this driver. */
export interface DriverResources {
  /** [first port, count] */
  readonly ports: readonly (readonly [number, number])[];
  readonly interrupts: readonly number[];
  readonly dma: readonly number[];
  /** [first byte, bytes] */
  readonly memory: readonly (readonly [number, number])[];
}

/** A system DMA channel, opened. */
export interface AdapterObject {
  readonly id: number;
  readonly channel: number;
  /** Pages that one transfer can have. */
  readonly mapRegisters: number;
  /** The driver has the channel, as far as it knows. */
  held: boolean;
  /** What tells the Executive that it has done with it; perhaps not sent yet. */
  freeing: Uint8Array | undefined;
  readonly runtime: Runtime;
}

/** A file system's view of the cached pages of the storage device under its volume. */
export interface CacheMap {
  /** The storage device's id. */
  readonly device: number;
  readonly runtime: Runtime;
  /** For each mapped page number the view that reaches furthest. */
  readonly byPage: Map<number, CacheView>;
  readonly views: Set<CacheView>;
  /** Counts look-ups, to tell which view was used last. */
  clock: number;
}

/** Pages of the device mapped into this process: [offset, offset + length), multiples of 4096. */
export interface CacheView {
  readonly offset: number;
  readonly length: number;
  readonly address: number;
  readonly window: Window;
  /** Numbers of sectors of the device that are in its pages but not there: they read as zeros. */
  readonly missing: Set<number>;
  pins: number;
  lastUse: number;
}

/** A mapped stretch of a volume: exactly what was asked for. */
export interface Bcb {
  readonly map: CacheMap;
  /** Bytes from the start of the device. */
  readonly offset: number;
  readonly length: number;
  /** The bytes themselves: not a copy. Good until CcUnpinData. */
  readonly window: Window;
  readonly view: CacheView;
  /** It may be changed: CcPinRead, CcPreparePinWrite, CcPinMappedData. */
  pinned: boolean;
}
