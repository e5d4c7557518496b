/**
 * The Native API: one function for each Nt* service, typed by the service table.
 *
 * Each takes the process and the service's in fields, and answers with the status and the out
 * fields: rtl/services.ts says what they mean. The answer is there at once where nobody else had to
 * run first, else promised: who awaits it need not care. None throws for an NTSTATUS; an argument
 * that does not fit the service buffer raises STATUS_INVALID_PARAMETER.
 */
import type { ServiceInput, ServiceName, ServiceOutput } from '../rtl/services.ts';
import type { Awaitable } from '../sel4/types.ts';
import { alertable } from './apc.ts';
import { callService } from './call.ts';
import type { NtProcess } from './types.ts';

function stub<N extends ServiceName>(name: N) {
  return (process: NtProcess, input: ServiceInput<N>): Awaitable<ServiceOutput<N>> =>
    callService(process, name, input);
}

export const NtClose = stub('NtClose');
export const NtCreateSymbolicLinkObject = stub('NtCreateSymbolicLinkObject');
export const NtOpenDirectoryObject = stub('NtOpenDirectoryObject');
export const NtQueryDirectoryObject = stub('NtQueryDirectoryObject');
export const NtOpenSymbolicLinkObject = stub('NtOpenSymbolicLinkObject');
export const NtQuerySymbolicLinkObject = stub('NtQuerySymbolicLinkObject');
export const NtMakePermanentObject = stub('NtMakePermanentObject');
export const NtQueryObject = stub('NtQueryObject');
export const NtSetInformationObject = stub('NtSetInformationObject');
export const NtOpenProcessToken = stub('NtOpenProcessToken');
export const NtOpenThreadToken = stub('NtOpenThreadToken');
export const NtDuplicateToken = stub('NtDuplicateToken');
export const NtFilterToken = stub('NtFilterToken');
export const NtAdjustPrivilegesToken = stub('NtAdjustPrivilegesToken');
export const NtAdjustGroupsToken = stub('NtAdjustGroupsToken');
export const NtQueryInformationToken = stub('NtQueryInformationToken');
export const NtSetInformationToken = stub('NtSetInformationToken');
export const NtCreateToken = stub('NtCreateToken');
export const NtAccessCheck = stub('NtAccessCheck');
export const NtPrivilegeCheck = stub('NtPrivilegeCheck');
export const NtQuerySecurityObject = stub('NtQuerySecurityObject');
export const NtSetSecurityObject = stub('NtSetSecurityObject');
export const NtImpersonateThread = stub('NtImpersonateThread');
export const NtAllocateLocallyUniqueId = stub('NtAllocateLocallyUniqueId');
export const NtDuplicateObject = stub('NtDuplicateObject');
export const NtMakeTemporaryObject = stub('NtMakeTemporaryObject');
export const NtCreateDirectoryObject = stub('NtCreateDirectoryObject');

export const NtRevokeCapability = stub('NtRevokeCapability');

export const NtCreateFile = stub('NtCreateFile');
export const NtOpenFile = stub('NtOpenFile');
export const NtReadFile = stub('NtReadFile');
export const NtWriteFile = stub('NtWriteFile');
export const NtFlushBuffersFile = stub('NtFlushBuffersFile');
export const NtQueryInformationFile = stub('NtQueryInformationFile');
export const NtSetInformationFile = stub('NtSetInformationFile');
export const NtQueryDirectoryFile = stub('NtQueryDirectoryFile');
export const NtQueryVolumeInformationFile = stub('NtQueryVolumeInformationFile');
export const NtSetVolumeInformationFile = stub('NtSetVolumeInformationFile');
export const NtDeviceIoControlFile = stub('NtDeviceIoControlFile');
export const NtFsControlFile = stub('NtFsControlFile');
export const NtQueryAttributesFile = stub('NtQueryAttributesFile');
export const NtDeleteFile = stub('NtDeleteFile');
export const NtQueryFullAttributesFile = stub('NtQueryFullAttributesFile');
export const NtQueryEaFile = stub('NtQueryEaFile');
export const NtSetEaFile = stub('NtSetEaFile');
export const NtLockFile = stub('NtLockFile');
export const NtUnlockFile = stub('NtUnlockFile');
export const NtNotifyChangeDirectoryFile = stub('NtNotifyChangeDirectoryFile');
export const NtCancelIoFile = stub('NtCancelIoFile');
export const NtCancelIoFileEx = stub('NtCancelIoFileEx');
export const NtCancelSynchronousIoFile = stub('NtCancelSynchronousIoFile');
export const NtCreateIoCompletion = stub('NtCreateIoCompletion');
export const NtOpenIoCompletion = stub('NtOpenIoCompletion');
export const NtQueryIoCompletion = stub('NtQueryIoCompletion');
export const NtSetIoCompletion = stub('NtSetIoCompletion');
export const NtRemoveIoCompletion = stub('NtRemoveIoCompletion');
export const NtRemoveIoCompletionEx = alertable('NtRemoveIoCompletionEx');

export const NtCreateNamedPipeFile = stub('NtCreateNamedPipeFile');
export const NtCreateMailslotFile = stub('NtCreateMailslotFile');

export const NtImpersonateClientOfPort = stub('NtImpersonateClientOfPort');
export const NtRegisterThreadTerminatePort = stub('NtRegisterThreadTerminatePort');
export const NtCreatePort = stub('NtCreatePort');
export const NtCreateWaitablePort = stub('NtCreateWaitablePort');
export const NtConnectPort = stub('NtConnectPort');
export const NtListenPort = stub('NtListenPort');
export const NtAcceptConnectPort = stub('NtAcceptConnectPort');
export const NtCompleteConnectPort = stub('NtCompleteConnectPort');
export const NtRequestPort = stub('NtRequestPort');
export const NtRequestWaitReplyPort = stub('NtRequestWaitReplyPort');
export const NtReplyPort = stub('NtReplyPort');
export const NtReplyWaitReplyPort = stub('NtReplyWaitReplyPort');
export const NtReplyWaitReceivePort = stub('NtReplyWaitReceivePort');
export const NtReplyWaitReceivePortEx = stub('NtReplyWaitReceivePortEx');
export const NtReadRequestData = stub('NtReadRequestData');
export const NtWriteRequestData = stub('NtWriteRequestData');
export const NtQueryInformationPort = stub('NtQueryInformationPort');

export const NtCreateProcess = stub('NtCreateProcess');
/** Without parameters: RtlCreateUserProcess gives them. */
export function NtCreateProcessEx(
  process: NtProcess,
  input: Omit<ServiceInput<'NtCreateProcessEx'>, 'parameters'> & { parameters?: Uint8Array },
): Awaitable<ServiceOutput<'NtCreateProcessEx'>> {
  return callService(process, 'NtCreateProcessEx', { parameters: new Uint8Array(), ...input });
}
export const NtTerminateProcess = stub('NtTerminateProcess');
export const NtTerminateJobObject = stub('NtTerminateJobObject');
export const NtOpenProcess = stub('NtOpenProcess');
export const NtSetInformationProcess = stub('NtSetInformationProcess');
export const NtSetInformationThread = stub('NtSetInformationThread');
export const NtQueryInformationProcess = stub('NtQueryInformationProcess');
export const NtAllocateVirtualMemory = stub('NtAllocateVirtualMemory');
export const NtFreeVirtualMemory = stub('NtFreeVirtualMemory');
export const NtFlushVirtualMemory = stub('NtFlushVirtualMemory');
export const NtCreateSection = stub('NtCreateSection');
export const NtOpenSection = stub('NtOpenSection');
export const NtMapViewOfSection = stub('NtMapViewOfSection');
export const NtUnmapViewOfSection = stub('NtUnmapViewOfSection');
export const NtExtendSection = stub('NtExtendSection');
export const NtQuerySection = stub('NtQuerySection');
export const NtProtectVirtualMemory = stub('NtProtectVirtualMemory');
export const NtQueryVirtualMemory = stub('NtQueryVirtualMemory');
export const NtReadVirtualMemory = stub('NtReadVirtualMemory');
export const NtWriteVirtualMemory = stub('NtWriteVirtualMemory');
export const NtCreateThreadEx = stub('NtCreateThreadEx');
export const NtTerminateThread = stub('NtTerminateThread');
export const NtSuspendThread = stub('NtSuspendThread');
export const NtResumeThread = stub('NtResumeThread');
export const NtOpenThread = stub('NtOpenThread');
export const NtQueryInformationThread = stub('NtQueryInformationThread');

export const NtQueueApcThread = stub('NtQueueApcThread');
export const NtAlertThread = stub('NtAlertThread');
export const NtAlertResumeThread = stub('NtAlertResumeThread');
export { NtTestAlert } from './apc.ts';
export { NtYieldExecution } from './thread.ts';

export const NtWaitForSingleObject = alertable('NtWaitForSingleObject');
export const NtWaitForMultipleObjects = alertable('NtWaitForMultipleObjects');
export const NtSignalAndWaitForSingleObject = alertable('NtSignalAndWaitForSingleObject');
export const NtCreateEvent = stub('NtCreateEvent');
export const NtOpenEvent = stub('NtOpenEvent');
export const NtClearEvent = stub('NtClearEvent');
export const NtPulseEvent = stub('NtPulseEvent');
export const NtQueryEvent = stub('NtQueryEvent');
export const NtCreateMutant = stub('NtCreateMutant');
export const NtOpenMutant = stub('NtOpenMutant');
export const NtReleaseMutant = stub('NtReleaseMutant');
export const NtQueryMutant = stub('NtQueryMutant');
export const NtCreateSemaphore = stub('NtCreateSemaphore');
export const NtOpenSemaphore = stub('NtOpenSemaphore');
export const NtReleaseSemaphore = stub('NtReleaseSemaphore');
export const NtQuerySemaphore = stub('NtQuerySemaphore');
export const NtCreateTimer = stub('NtCreateTimer');
export const NtOpenTimer = stub('NtOpenTimer');
export const NtSetTimer = stub('NtSetTimer');
export const NtCancelTimer = stub('NtCancelTimer');
export const NtQueryTimer = stub('NtQueryTimer');
export const NtCreateKeyedEvent = stub('NtCreateKeyedEvent');
export const NtOpenKeyedEvent = stub('NtOpenKeyedEvent');
export const NtWaitForKeyedEvent = alertable('NtWaitForKeyedEvent');
export const NtReleaseKeyedEvent = alertable('NtReleaseKeyedEvent');
export const NtSetEvent = stub('NtSetEvent');
export const NtResetEvent = stub('NtResetEvent');
export const NtDelayExecution = alertable('NtDelayExecution');
export const NtDisplayString = stub('NtDisplayString');

export const NtLoadDriver = stub('NtLoadDriver');
export const NtUnloadDriver = stub('NtUnloadDriver');
export const NtQuerySystemInformation = stub('NtQuerySystemInformation');
export const NtSetSystemInformation = stub('NtSetSystemInformation');
export const NtQuerySystemTime = stub('NtQuerySystemTime');
export const NtShutdownSystem = stub('NtShutdownSystem');

export const NtCreateKey = stub('NtCreateKey');
export const NtOpenKey = stub('NtOpenKey');
export const NtDeleteKey = stub('NtDeleteKey');
export const NtFlushKey = stub('NtFlushKey');
export const NtQueryKey = stub('NtQueryKey');
export const NtEnumerateKey = stub('NtEnumerateKey');
export const NtSetInformationKey = stub('NtSetInformationKey');
export const NtRenameKey = stub('NtRenameKey');
export const NtSetValueKey = stub('NtSetValueKey');
export const NtQueryValueKey = stub('NtQueryValueKey');
export const NtEnumerateValueKey = stub('NtEnumerateValueKey');
export const NtDeleteValueKey = stub('NtDeleteValueKey');
export const NtQueryMultipleValueKey = stub('NtQueryMultipleValueKey');
export const NtNotifyChangeKey = stub('NtNotifyChangeKey');
export const NtSaveKey = stub('NtSaveKey');
export const NtLoadKey = stub('NtLoadKey');
export const NtUnloadKey = stub('NtUnloadKey');
export const NtReplaceKey = stub('NtReplaceKey');
