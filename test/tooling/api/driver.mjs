/**
 * The routines of a WDM driver as its writers know them: names by subject. What is missing here on
 * purpose, or done in part, has its reason; everything else is there (api.node.test.mjs proves it).
 */
const GARBAGE = 'memory of a driver is JavaScript, which takes it back by itself';
const NO_IRQL = 'there is no IRQL: interrupts wake a thread, and what waits lets others run';
const ARRAYS = 'Uint8Array has it';
const LISTS = 'arrays and maps of the language do the same';
const NO_ADDRESS = 'no driver sees a physical address: DMA is given MDLs';

export const DRIVER = [
  {
    subject: 'Requests',
    names:
      'IoCompleteRequest IoMarkIrpPending IoCallDriver IoGetCurrentIrpStackLocation ' +
      'IoGetNextIrpStackLocation IoCopyCurrentIrpStackLocationToNext ' +
      'IoSkipCurrentIrpStackLocation IoSetCompletionRoutine IoAllocateIrp IoMakeAssociatedIrp ' +
      'IoForwardIrpSynchronously IoBuildSynchronousFsdRequest IoBuildAsynchronousFsdRequest ' +
      'IoBuildDeviceIoControlRequest IoSetCancelRoutine IoCancelIrp IoStartPacket ' +
      'IoStartNextPacket IoCsqInitialize IoCsqInsertIrp IoCsqRemoveIrp IoCsqRemoveNextIrp',
    not: {
      IoFreeIrp: GARBAGE,
      IoReuseIrp: 'IoAllocateIrp makes a new one as cheaply',
      IoAcquireCancelSpinLock: NO_IRQL,
      IoReleaseCancelSpinLock: NO_IRQL,
    },
  },
  {
    subject: 'Devices, Plug and Play, power',
    names:
      'IoCreateDevice IoDeleteDevice IoAttachDevice IoAttachDeviceToDeviceStack IoDetachDevice ' +
      'IoRegisterFileSystem IoGetDeviceProperty IoInvalidateDeviceRelations ' +
      'IoRegisterDeviceInterface IoSetDeviceInterfaceState IoRegisterPlugPlayNotification ' +
      'IoInitializeRemoveLock IoAcquireRemoveLock IoReleaseRemoveLock IoReleaseRemoveLockAndWait ' +
      'PoCallDriver PoRequestPowerIrp PoSetPowerState PoStartNextPowerIrp',
    not: {
      IoWMIRegistrationControl: 'WMI is left out',
      IoReportDetectedDevice: 'all devices of the machine are known before the boot',
      PoRegisterDeviceForIdleDetection: 'a device that is idle costs nothing',
    },
  },
  {
    subject: 'Hardware',
    names:
      'IoAssignResources HalMapIoPorts READ_PORT_UCHAR WRITE_PORT_UCHAR READ_PORT_USHORT ' +
      'WRITE_PORT_USHORT READ_PORT_ULONG WRITE_PORT_ULONG READ_PORT_BUFFER_UCHAR ' +
      'WRITE_PORT_BUFFER_UCHAR READ_PORT_BUFFER_ULONG WRITE_PORT_BUFFER_ULONG IoConnectInterrupt ' +
      'IoDisconnectInterrupt KeSynchronizeExecution HalGetAdapter AllocateAdapterChannel ' +
      'MapTransfer FlushAndMapTransfer FlushAdapterBuffers FreeAdapterChannel PutDmaAdapter ' +
      'MmMapIoSpace MmUnmapIoSpace READ_REGISTER_UCHAR WRITE_REGISTER_UCHAR READ_REGISTER_USHORT ' +
      'WRITE_REGISTER_USHORT READ_REGISTER_ULONG WRITE_REGISTER_ULONG ' +
      'READ_REGISTER_BUFFER_UCHAR WRITE_REGISTER_BUFFER_UCHAR READ_REGISTER_BUFFER_USHORT ' +
      'WRITE_REGISTER_BUFFER_USHORT READ_REGISTER_BUFFER_ULONG WRITE_REGISTER_BUFFER_ULONG',
    not: {
      GetScatterGatherList: 'no device of the machine is a bus master',
      AllocateCommonBuffer: 'no device of the machine is a bus master',
      MmGetPhysicalAddress: NO_ADDRESS,
    },
  },
  {
    subject: 'Memory',
    names:
      'IoAllocateMdl IoBuildPartialMdl IoFreeMdl MmBuildMdlForNonPagedPool MmGetMdlByteCount ' +
      'MmGetMdlByteOffset MmGetMdlVirtualAddress MmGetSystemAddressForMdlSafe ' +
      'MmMapLockedPages MmUnmapLockedPages MmProbeAndLockPages MmUnlockPages ' +
      'MmAllocatePagesForMdl MmFreePagesFromMdl',
    not: {
      ExAllocatePoolWithTag: GARBAGE,
      ExFreePoolWithTag: GARBAGE,
      ExInitializeLookasideListEx: GARBAGE,
      RtlCopyMemory: ARRAYS,
      RtlZeroMemory: ARRAYS,
      InitializeListHead: LISTS,
      InsertTailList: LISTS,
      MmLockPagableCodeSection: 'nothing is paged out',
    },
  },
  {
    subject: 'Waiting and time',
    names:
      'KeInitializeEvent KeSetEvent KeResetEvent KeClearEvent KeReadStateEvent ' +
      'KeInitializeMutex KeReleaseMutex KeInitializeSemaphore KeReleaseSemaphore ' +
      'KeReadStateSemaphore KeWaitForSingleObject KeWaitForMultipleObjects ' +
      'KeDelayExecutionThread KeInitializeTimer KeSetTimer KeSetTimerEx KeCancelTimer ' +
      'KeInitializeDpc KeInsertQueueDpc IoInitializeDpcRequest IoRequestDpc KeQuerySystemTime ' +
      'IoAllocateWorkItem IoFreeWorkItem IoQueueWorkItem ExInitializeWorkItem ExQueueWorkItem ' +
      'KeInitializeSpinLock KeAcquireSpinLock KeReleaseSpinLock',
    not: {
      KeRaiseIrql: NO_IRQL,
      KeLowerIrql: NO_IRQL,
      KeGetCurrentIrql: NO_IRQL,
      PsCreateSystemThread: 'an async function that is not awaited goes on beside',
      InterlockedIncrement: 'nothing runs between two lines of a routine that does not wait',
    },
  },
  {
    subject: 'The cache, for file systems',
    names:
      'CcInitializeCacheMap CcUninitializeCacheMap CcMapData CcPinRead CcPinMappedData ' +
      'CcPreparePinWrite CcUnpinData CcSetDirtyPinnedData CcCopyRead CcCopyWrite CcZeroData ' +
      'CcFlushCache CcPurgeCacheSection CcSetFileSizes',
    not: {
      CcFastCopyRead: 'CcCopyRead: of the volume; file data the Executive copies for its caller',
      CcMdlRead: 'the Executive has it, for views of files: no driver sees file data',
      CcCanIWrite: 'the Executive asks itself before it copies for a writer',
      CcDeferWrite: 'the Executive has the writer wait, before it asks for anything',
    },
  },
  {
    subject: 'Exceptions and messages',
    names:
      'ExRaiseStatus ExRaiseAccessViolation ExRaiseDatatypeMisalignment DbgPrint RtlRaiseStatus ' +
      'RtlRaiseException RtlAddVectoredExceptionHandler RtlRemoveVectoredExceptionHandler ' +
      'GetExceptionCode GetExceptionInformation AbnormalTermination ProbeForRead ProbeForWrite',
    not: { IoWriteErrorLogEntry: 'DbgPrint reaches the log' },
  },
  {
    subject: 'Not of WDM: what this system has beside',
    names:
      'HalMakeBeep CcMapDoubtful CcMapSalvage IoCancelFileIrps KeQueryTime PnpResources ' +
      'SehException UserBuffers',
    not: {},
  },
];
