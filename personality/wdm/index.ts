/**
 * The driver API: all that a driver imports besides personality/rtl.
 *
 * A driver is a folder under drivers/ whose index.ts exports `driverImage(driverEntry)` as its
 * image.
 * docs/drivers.md shows how to write one; drivers/base/null is the smallest.
 */
export * from './types.ts';
export * from './io.ts';
export {
  IoCallDriver,
  IoCopyCurrentIrpStackLocationToNext,
  IoGetCurrentIrpStackLocation,
  IoGetNextIrpStackLocation,
  IoSetCompletionRoutine,
  IoSkipCurrentIrpStackLocation,
} from './stack.ts';
export type { IoCompletionRoutine, IoStackLocation } from './irp.ts';
export { IoAttachDevice, IoDetachDevice } from './attach.ts';
export * from './associated.ts';
export {
  type InterfaceNotification,
  IoAttachDeviceToDeviceStack,
  IoForwardIrpSynchronously,
  IoGetDeviceProperty,
  IoInvalidateDeviceRelations,
  IoRegisterDeviceInterface,
  IoRegisterPlugPlayNotification,
  IoSetDeviceInterfaceState,
  PnpResources,
} from './plugplay.ts';
export * from './function.ts';
export * from './table.ts';
export * from './power.ts';
export * from './queue.ts';
export * from './removelock.ts';
export {
  IoAllocateIrp,
  IoBuildAsynchronousFsdRequest,
  IoBuildDeviceIoControlRequest,
  IoBuildSynchronousFsdRequest,
} from './request.ts';
export * from './ioctl.ts';
export * from './ke.ts';
export * from './later.ts';
export * from './waits.ts';
export * from './patience.ts';
export * from './hal.ts';
export * from './iospace.ts';
export * from './speaker.ts';
export {
  IoAllocateMdl,
  IoBuildPartialMdl,
  IoFreeMdl,
  IoModifyAccess,
  IoReadAccess,
  IoWriteAccess,
  type Mdl,
  MmAllocatePagesForMdl,
  MmBuildMdlForNonPagedPool,
  MmFreePagesFromMdl,
  MmGetMdlByteCount,
  MmGetMdlByteOffset,
  MmGetMdlVirtualAddress,
  MmGetSystemAddressForMdlSafe,
  MmMapLockedPages,
  MmProbeAndLockPages,
  MmUnlockPages,
  MmUnmapLockedPages,
  type UserBuffer,
  UserBuffers,
} from './mdl.ts';
export * from './cc.ts';
export * from './seh.ts';
export { driverImage } from './image.ts';
