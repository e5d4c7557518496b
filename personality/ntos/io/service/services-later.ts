/**
 * The I/O manager's services, from the service table to the functions that do the work: those that
 * no boot calls.
 *
 * What is common to all is here: the handle is looked up with the access that the service needs,
 * and the object is held while it works.
 */
import { directoryLayouts } from '../../../rtl/directoryinformation.ts';
import * as nt from '../../../rtl/nt.ts';
import { FSCTL_PIPE_IMPERSONATE } from '../../../rtl/pipes.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread, Process } from '../../ps/types.ts';
import { cancelIoFile, cancelIoFileEx, cancelSynchronous } from './cancelio.ts';
import { type ControlResult, requiredAccess } from './control.ts';
import { checkMailslot, checkPipe } from './createonvolume.ts';
import {
  attachDevice,
  deleteDevice,
  detachDevice,
  mayDelete,
  ownDevice,
} from '../device/device.ts';
import { endFiltersAbove } from '../pnp/filters.ts';
import { queryDirectory } from './directory.ts';
import type { CancelScope } from '../request/scope.ts';
import { framed } from './framed.ts';
import { fsControl } from './fscontrol.ts';
import { grantedAccess } from './granted.ts';
import { lookAt, withNamed } from './named.ts';
import { notifyChange } from './notify.ts';
import { waited } from './perform.ts';
import { THREAD_TERMINATE } from '../../../rtl/objects.ts';
import { CURRENT_THREAD } from '../../../rtl/services.ts';
import { afterBirths } from '../file/births.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { ALL } from '../../cc/writeback.ts';
import { flushFcb, flushWholeVolume } from '../file/flush.ts';
import { callDriver } from '../request/send.ts';
import { lockUserBuffer } from '../request/userbuffers.ts';
import { comeBack } from '../mount/mount.ts';
import { lockFile, releaseLocks, unlockFile } from './locks.ts';
import { type DataResult, queryInformation } from './query.ts';
import { basic, networkOpen } from './queryclasses.ts';
import { createFile } from './services.ts';
import { deleteOpened, setClasses, setInformation } from './set.ts';
import { volumeQueryClasses, volumeSetClasses } from './volumeclasses.ts';
import type { IoContext } from '../context.ts';
import { queryVolume, setVolume } from './volumeinfo.ts';

const WRITES = nt.FILE_WRITE_DATA | nt.FILE_APPEND_DATA;

export function registerLaterServices(io: IoContext, type: ObType): void {
  registerNames(io, type);
  registerHandleServices(io, type);
  registerDevices(io);
}

function registerNames(io: IoContext, type: ObType): void {
  const { ke } = io.executive;

  ke.register('NtCreateNamedPipeFile', (caller, input) =>
    createFile(io, type, caller, input, checkPipe(input)),
  );
  ke.register('NtCreateMailslotFile', (caller, input) =>
    createFile(io, type, caller, input, checkMailslot(input)),
  );

  for (const [name, describe] of [
    ['NtQueryAttributesFile', basic],
    ['NtQueryFullAttributesFile', networkOpen],
  ] as const)
    ke.register(name, (caller, input) => lookAt(io, caller, input, describe));

  ke.register('NtDeleteFile', (caller, input) =>
    withNamed(io, type, caller, { ...input, access: nt.DELETE }, async (file) => ({
      status: await deleteOpened(io, caller.process, file),
    })),
  );

  ke.register('NtLockFile', (caller, input) => lockFile(io, type, caller, input));
  ke.register('NtUnlockFile', (caller, input) => unlockFile(io, type, caller, input));
}

interface ClassRow {
  readonly minimum: number;
  readonly access?: number;
}

/** In NT's order: whether there is such a class, and the length; then the handle must allow it. */
function judgeClass(table: Readonly<Record<number, ClassRow>>, which: number, length: number) {
  const row = table[which];
  if (!row) return { status: Status.STATUS_INVALID_INFO_CLASS, access: 0 };
  const status = length < row.minimum ? Status.STATUS_INFO_LENGTH_MISMATCH : Status.STATUS_SUCCESS;
  return { status, access: row.access ?? 0 };
}

/** Services on a handle: they are coroutines, and hold the file object. */
function registerHandleServices(io: IoContext, type: ObType): void {
  const { ke, ob } = io.executive;

  async function withHandle<R extends { status: number }>(
    caller: NtThread,
    handle: number,
    action: (file: FileObject) => Promise<R> | R,
    access = 0,
  ): Promise<R | { status: number }> {
    const { object, status } = ob.referenceByHandle(caller.process, handle, type, access);
    if (!object) return { status };
    ob.reference(object);
    try {
      await comeBack(io, object as FileObject);
      return await action(object as FileObject);
    } finally {
      ob.dereference(object);
    }
  }

  ke.register('NtFlushBuffersFile', (caller, { handle }) =>
    withHandle(caller, handle, async (file) => {
      const refused = (grantedAccess(caller.process, handle) & WRITES) === 0;
      return { status: refused ? Status.STATUS_ACCESS_DENIED : await flush(io, caller, file) };
    }),
  );
  ke.register('NtQueryInformationFile', (caller, input) =>
    queryInformation(io, type, caller, input),
  );
  ke.register('NtSetInformationFile', (caller, { handle, class: infoClass, data }) => {
    const { status, access } = judgeClass(setClasses, infoClass, data.length);
    if (!NT_SUCCESS(status)) return { status };
    const { process } = caller;
    const set = async (file: FileObject) => ({
      status: await setInformation(infoClass, { io, process, file, data }),
    });
    return withHandle(caller, handle, set, access);
  });
  ke.register('NtQueryDirectoryFile', (caller, input) => {
    const { status } = judgeClass(directoryLayouts, input.class, input.length);
    if (!NT_SUCCESS(status)) return { status };
    const list = (file: FileObject, { request }: CancelScope) =>
      afterBirths(file, () => queryDirectory(io, file, input, request));
    return framed(io, type, caller, input, input.length, list, nt.FILE_LIST_DIRECTORY);
  });
  ke.register('NtNotifyChangeDirectoryFile', (caller, input) =>
    notifyChange(io, type, caller, input),
  );
  ke.register('NtQueryVolumeInformationFile', (caller, input) => {
    const { status, access } = judgeClass(volumeQueryClasses, input.class, input.length);
    if (!NT_SUCCESS(status)) return { status };
    const query = (file: FileObject) => queryVolume(io, file, input.class, input.length);
    return withHandle(caller, input.handle, query, access);
  });
  ke.register('NtSetVolumeInformationFile', (caller, { handle, class: infoClass, data }) => {
    const { status, access } = judgeClass(volumeSetClasses, infoClass, data.length);
    if (!NT_SUCCESS(status)) return { status };
    const set = async (file: FileObject) => ({
      status: await setVolume(io, file, infoClass, data),
    });
    return withHandle(caller, handle, set, access);
  });
  ke.register('NtFsControlFile', (caller, input) => {
    const control = (file: FileObject, scope: CancelScope) =>
      answering(fsControl(io, file, input, scope, caller));
    const access = requiredAccess(input.code);
    // Whoever goes on acts for the client, or has been told that he does not.
    const waits = input.code === FSCTL_PIPE_IMPERSONATE;
    return framed(io, type, caller, input, input.outputLength, control, access, waits);
  });
  for (const name of ['NtQueryEaFile', 'NtSetEaFile'] as const)
    ke.register(name, (caller, { handle }) => {
      const access = name === 'NtQueryEaFile' ? nt.FILE_READ_EA : nt.FILE_WRITE_EA;
      const { object, status } = ob.referenceByHandle(caller.process, handle, type, access);
      if (!object) return { status };
      const { fcb } = object as FileObject;
      if (!fcb) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
      return { status: Status.STATUS_EAS_NOT_SUPPORTED };
    });
  ke.register('NtCancelIoFile', (caller, { handle }) =>
    withHandle(caller, handle, (file) => cancelIoFile(io, caller, file)),
  );
  ke.register('NtCancelIoFileEx', (caller, { handle, iosb }) => {
    const { object, status } = ob.referenceByHandle(caller.process, handle, type, 0);
    return object ? cancelIoFileEx(caller, object as FileObject, iosb) : { status };
  });
  ke.register('NtCancelSynchronousIoFile', (caller, { thread }) => {
    if (thread === CURRENT_THREAD) return cancelSynchronous(caller);
    const threadType = caller.header.type;
    const found = ob.referenceByHandle(caller.process, thread, threadType, THREAD_TERMINATE);
    return found.object ? cancelSynchronous(found.object as NtThread) : { status: found.status };
  });
}

/** A file; everything, by a volume's or directory's handle; a device. */
async function flush(io: IoContext, caller: NtThread, file: FileObject): Promise<number> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return state;
  const { fcb, volume } = file;
  const { request } = caller;
  if (fcb && !fcb.directory) return fcb.volume.verified(() => flushFcb(io, fcb, ALL, request));
  if (volume) return volume.verified(() => flushWholeVolume(io, volume, request));
  const asked = { major: 'flush', file: file.id, parameters: {} } as const;
  return waited(caller, file, async (scope) => {
    const irp = await callDriver(io, file.device, asked, scope);
    return irp.status;
  });
}

async function answering(control: Promise<ControlResult>): Promise<DataResult> {
  const { status, output } = await control;
  return output ? { status, data: output } : { status };
}

function registerDevices(io: IoContext): void {
  const { ke } = io.executive;
  const denied = { status: Status.STATUS_ACCESS_DENIED };

  ke.register('WdmDeleteDevice', ({ process }, { device: id }) => {
    if (!io.drivers.has(process)) return denied;
    const device = ownDevice(io, process, id);
    if (device && mayDelete(device)) endFiltersAbove(io, [device]);
    return { status: deleteDevice(io, process, id) };
  });
  ke.register('WdmAttachDevice', async ({ process }, { device, name }) => {
    if (!io.drivers.has(process)) return denied;
    const answer = attachDevice(io, process, device, name);
    if (answer.status !== Status.STATUS_OBJECT_NAME_NOT_FOUND) return answer;
    const loaded = await io.executive.ldr.demand(name);
    if (loaded === undefined) return answer;
    return NT_SUCCESS(loaded) ? attachDevice(io, process, device, name) : { status: loaded };
  });
  ke.register('WdmDetachDevice', (caller, { device }) =>
    io.drivers.has(caller.process) ? { status: detachDevice(io, caller.process, device) } : denied,
  );
  ke.register('WdmLockUserBuffer', ({ process }, input) => lockUserBuffer(io, process, input));
}

export function leave(file: FileObject, process: Process): void {
  releaseLocks(file, (owner) => owner.file === file && owner.process === process);
}
