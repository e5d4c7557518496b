/**
 * The Native API as its users know it: names by subject. What is missing here on purpose, or done
 * in part, has its reason; everything else is there (api.node.test.mjs proves it).
 */
const DEBUGGER = 'no debugger is attached to a process; faults end it with a report';
const NO_AUDIT = 'nothing is audited: there is nobody to read it';
const NO_ATOMS = 'atoms serve window messages, and there are no windows';
const NO_PAGING = 'nothing is paged out: all pages are in RAM';
const NO_ADDRESS = 'a page of RAM is never given to a process by its own address';

export const NATIVE = [
  {
    subject: 'Objects',
    names:
      'NtClose NtDuplicateObject NtQueryObject NtSetInformationObject NtMakeTemporaryObject ' +
      'NtMakePermanentObject NtCreateDirectoryObject NtOpenDirectoryObject NtQueryDirectoryObject ' +
      'NtCreateSymbolicLinkObject NtOpenSymbolicLinkObject NtQuerySymbolicLinkObject',
    not: { NtCloseObjectAuditAlarm: NO_AUDIT },
  },
  {
    subject: 'Waiting and synchronisation',
    names:
      'NtWaitForSingleObject NtWaitForMultipleObjects NtSignalAndWaitForSingleObject ' +
      'NtDelayExecution NtCreateEvent NtOpenEvent NtSetEvent NtResetEvent NtClearEvent ' +
      'NtPulseEvent NtQueryEvent NtCreateMutant NtOpenMutant NtReleaseMutant NtQueryMutant ' +
      'NtCreateSemaphore NtOpenSemaphore NtReleaseSemaphore NtQuerySemaphore NtCreateTimer ' +
      'NtOpenTimer NtSetTimer NtCancelTimer NtQueryTimer NtCreateKeyedEvent NtOpenKeyedEvent ' +
      'NtWaitForKeyedEvent NtReleaseKeyedEvent',
    not: {
      NtCreateEventPair: 'event pairs served one protocol, which LPC replaced',
      NtYieldExecution: "no service: ntdll's function of that name is the kernel's Yield",
      NtSetEventBoostPriority: 'no wait boosts a priority',
    },
  },
  {
    subject: 'Processes and threads',
    names:
      'NtCreateProcess NtCreateProcessEx NtOpenProcess NtTerminateProcess NtTerminateJobObject ' +
      'NtQueryInformationProcess NtCreateThreadEx NtOpenThread NtTerminateThread NtSuspendThread ' +
      'NtResumeThread NtQueryInformationThread NtAlertThread NtAlertResumeThread NtTestAlert ' +
      'NtQueueApcThread NtSetInformationProcess NtSetInformationThread',
    partly: {
      NtSetInformationProcess: 'STATUS_NOT_SUPPORTED for every class',
      NtSetInformationThread: 'ThreadImpersonationToken and ThreadBasePriority',
      NtQueryInformationProcess: 'running times are 0',
      NtQueryInformationThread: 'running times are 0',
    },
    not: {
      NtCreateThread: 'a thread has no register context of its own; NtCreateThreadEx makes one',
      NtGetContextThread: 'a JavaScript thread has no registers to be read',
      NtSetContextThread: 'a JavaScript thread has no registers to be set',
      NtContinue: 'exceptions are taken in the process (rtl/seh), where it goes on by itself',
      NtRaiseException: 'exceptions are raised in the process (RtlRaiseException)',
      NtRaiseHardError: 'there is nobody to ask; the report of a fault is on the terminal',
      NtCreateJobObject: 'every family of processes is a job by itself (NtTerminateJobObject)',
      NtAssignProcessToJobObject: 'a process belongs to the family that it was started in',
      NtCreateDebugObject: DEBUGGER,
      NtDebugActiveProcess: DEBUGGER,
      NtWaitForDebugEvent: DEBUGGER,
    },
  },
  {
    subject: 'Memory',
    names:
      'NtAllocateVirtualMemory NtFreeVirtualMemory NtProtectVirtualMemory NtQueryVirtualMemory ' +
      'NtReadVirtualMemory NtWriteVirtualMemory NtFlushVirtualMemory NtCreateSection NtOpenSection ' +
      'NtMapViewOfSection NtUnmapViewOfSection NtExtendSection NtQuerySection',
    partly: {
      NtMapViewOfSection: 'pages are mapped when the view is made: no fault brings them',
    },
    not: {
      NtLockVirtualMemory: NO_PAGING,
      NtUnlockVirtualMemory: NO_PAGING,
      NtCreatePagingFile: NO_PAGING,
      NtAllocateUserPhysicalPages: NO_ADDRESS,
      NtMapUserPhysicalPages: NO_ADDRESS,
      NtFreeUserPhysicalPages: NO_ADDRESS,
      NtGetWriteWatch: 'the page tables have no dirty bits',
      NtResetWriteWatch: 'the page tables have no dirty bits',
      NtAreMappedFilesTheSame: 'no image is mapped',
      NtFlushInstructionCache: 'code is not in memory that a process can write',
    },
  },
  {
    subject: 'Files',
    names:
      'NtCreateFile NtReadFile NtWriteFile NtDeleteFile NtFlushBuffersFile NtCancelIoFile ' +
      'NtCancelIoFileEx NtCancelSynchronousIoFile NtDeviceIoControlFile NtFsControlFile ' +
      'NtQueryDirectoryFile NtQueryInformationFile NtSetInformationFile NtQueryAttributesFile ' +
      'NtQueryVolumeInformationFile NtSetVolumeInformationFile NtCreateIoCompletion ' +
      'NtOpenIoCompletion NtQueryIoCompletion NtSetIoCompletion NtRemoveIoCompletion ' +
      'NtRemoveIoCompletionEx NtOpenFile ' +
      'NtQueryFullAttributesFile NtQueryEaFile NtSetEaFile NtLockFile NtUnlockFile ' +
      'NtNotifyChangeDirectoryFile NtCreateNamedPipeFile NtCreateMailslotFile',
    partly: {
      NtQueryEaFile: 'FAT has no extended attributes: STATUS_EAS_NOT_SUPPORTED',
      NtSetEaFile: 'FAT has no extended attributes: STATUS_EAS_NOT_SUPPORTED',
    },
    not: {
      NtReadFileScatter: 'the cache copies a file in one call already',
      NtWriteFileGather: 'the cache copies a file in one call already',
      NtQueryQuotaInformationFile: 'FAT has no owners to whom space could be charged',
      NtSetQuotaInformationFile: 'FAT has no owners to whom space could be charged',
    },
  },
  {
    subject: 'Security',
    names:
      'NtOpenProcessToken NtOpenThreadToken NtDuplicateToken NtFilterToken NtCreateToken ' +
      'NtAdjustPrivilegesToken NtAdjustGroupsToken NtQueryInformationToken NtSetInformationToken ' +
      'NtAccessCheck NtPrivilegeCheck NtQuerySecurityObject NtSetSecurityObject ' +
      'NtImpersonateThread NtAllocateLocallyUniqueId',
    partly: {
      NtQueryInformationToken: 'classes 1 to 12, and TokenHasRestrictions',
      NtSetInformationToken: 'owner, primary group, default DACL',
    },
    not: {
      NtAccessCheckAndAuditAlarm: NO_AUDIT,
      NtPrivilegedServiceAuditAlarm: NO_AUDIT,
      NtOpenObjectAuditAlarm: NO_AUDIT,
      NtAccessCheckByType: 'no object of the system has parts with rights of their own',
      NtImpersonateAnonymousToken: 'nobody is anonymous here: every process has a token',
      NtAllocateUuids: 'nothing is named across machines',
    },
  },
  {
    subject: 'Registry',
    names:
      'NtCreateKey NtOpenKey NtDeleteKey NtQueryKey NtEnumerateKey NtSetInformationKey ' +
      'NtRenameKey NtSetValueKey NtQueryValueKey NtQueryMultipleValueKey NtEnumerateValueKey ' +
      'NtDeleteValueKey NtNotifyChangeKey NtFlushKey NtSaveKey NtLoadKey NtUnloadKey ' +
      'NtReplaceKey',
    not: {
      NtRestoreKey: 'NtUnloadKey and NtLoadKey do the same',
      NtCompactKeys: 'a hive is written whole, and has no holes',
      NtCompressKey: 'a hive is written whole, and has no holes',
      NtLockRegistryKey: 'a flush writes a whole generation, which nothing can come into',
      NtNotifyChangeMultipleKeys: 'NtNotifyChangeKey of each, and a wait for any of their events',
      NtInitializeRegistry: 'the registry is there before the first process',
    },
  },
  {
    subject: 'Ports (LPC)',
    names:
      'NtCreatePort NtConnectPort NtListenPort NtAcceptConnectPort NtCompleteConnectPort ' +
      'NtRequestPort NtRequestWaitReplyPort NtReplyPort NtReplyWaitReplyPort ' +
      'NtReplyWaitReceivePort NtReplyWaitReceivePortEx NtReadRequestData NtWriteRequestData ' +
      'NtQueryInformationPort NtImpersonateClientOfPort NtCreateWaitablePort ' +
      'NtRegisterThreadTerminatePort',
    partly: {
      NtQueryInformationPort: 'no class of information, as in NT',
    },
    not: {
      NtSecureConnectPort: 'NtQueryInformationToken says who the server is',
    },
  },
  {
    subject: 'System',
    names:
      'NtQuerySystemInformation NtSetSystemInformation NtQuerySystemTime NtShutdownSystem ' +
      'NtDisplayString NtLoadDriver NtUnloadDriver NtRevokeCapability',
    not: {
      NtSetSystemTime: "the time is the host's, by one door (docs/determinism.md)",
      NtAddAtom: NO_ATOMS,
      NtFindAtom: NO_ATOMS,
      NtDeleteAtom: NO_ATOMS,
      NtSystemDebugControl: DEBUGGER,
    },
  },
];
