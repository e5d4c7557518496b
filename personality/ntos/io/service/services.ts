/**
 * The I/O manager's services, from the service table to the functions that do the work.
 *
 * What is common to all is here: the handle is looked up with the access that the service needs,
 * and the object is held while it works.
 */
import { encodeDisposition } from '../../../rtl/information.ts';
import * as nt from '../../../rtl/nt.ts';
import { NT_SUCCESS, Status } from '../../../rtl/status.ts';
import type { ServiceResult } from '../../ke/types.ts';
import type { ObObject, ObType, OpenResult } from '../../ob/types.ts';
import type { NtThread, Process } from '../../ps/types.ts';
import { closeFile } from '../file/close.ts';
import { cancelIoFile, cancelIoFileEx, cancelSynchronous } from './cancelio.ts';
import { type ControlResult, deviceControl, fsControl } from './control.ts';
import { checkMailslot, checkParameters, checkPipe } from './create.ts';
import {
  attachDevice,
  createDevice,
  deleteDevice,
  detachDevice,
  registerFileSystem,
} from '../device/device.ts';
import { queryDirectory } from './directory.ts';
import { requestIoPackets } from '../request/exchange.ts';
import type { CancelScope } from '../request/scope.ts';
import { framed } from './framed.ts';
import { notifyChange } from './notify.ts';
import { waited } from './perform.ts';
import { THREAD_TERMINATE } from '../../../rtl/objects.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { flushFcb, flushWholeVolume } from '../file/flush.ts';
import { callDriver } from '../request/send.ts';
import { effectiveToken } from '../../se/token.ts';
import { comeBack } from '../mount/mount.ts';
import { lockFile, releaseLocks, unlockFile } from './locks.ts';
import { basic, type DataResult, queryInformation } from './query.ts';
import { readFile, writeFile } from './readwrite.ts';
import { verified } from '../medium/retry.ts';
import { setInformation } from './set.ts';
import type { IoContext } from '../context.ts';
import { queryVolume, setVolume } from './volumeinfo.ts';

const WRITES = nt.FILE_WRITE_DATA | nt.FILE_APPEND_DATA;

export interface IoTypes {
  readonly file: ObType;
  readonly device: ObType;
}

export function registerIoServices(io: IoContext, types: IoTypes): void {
  registerFileServices(io, types.file);
  registerHandleServices(io, types.file);
  registerDriverServices(io, types.device);
}

type NameInput = { name: string; root: number };

/** The file object comes referenced, without a handle. */
async function open(
  io: IoContext,
  caller: NtThread,
  input: NameInput,
  { status, context }: ReturnType<typeof checkParameters>,
): Promise<OpenResult> {
  const { ob, ldr } = io.executive;
  if (!context) return { status };
  // The device may be about to come back: its driver died, and is being loaded again.
  if (ldr.restarting) await ldr.restarted(caller.process);
  const root = input.root
    ? ob.referenceByHandle(caller.process, input.root, undefined, 0)
    : undefined;
  if (root && !root.object) return { status: root.status };
  const { access } = context;
  const { process } = caller;
  const wanted = { process, token: effectiveToken(caller), access, parameters: context };
  const found = await ob.open(input.name, root?.object, wanted);
  if (found.missing === undefined) return found;
  const loaded = await ldr.demand(found.missing);
  if (loaded === undefined) return found;
  return NT_SUCCESS(loaded) ? ob.open(input.name, root?.object, wanted) : { status: loaded };
}

/** Opens by name for one action, without a handle. */
export async function withNamed(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: NameInput & { access: number },
  action: (file: FileObject) => Promise<{ status: number; data?: Uint8Array }>,
): Promise<{ status: number; data?: Uint8Array }> {
  const asked = {
    ...input,
    attributes: 0,
    share: nt.FILE_SHARE_ALL,
    disposition: nt.FILE_OPEN,
    options: 0,
    allocation: 0,
  };
  const opened = await open(io, caller, input, checkParameters(asked));
  const { object, status } = opened;
  if (!object) return { status };
  try {
    if (object.header.type !== type) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
    const file = object as FileObject;
    try {
      return await action(file);
    } finally {
      await closeFile(io, file);
    }
  } finally {
    io.executive.ob.dereference(object);
  }
}

function registerFileServices(io: IoContext, type: ObType): void {
  const { ke, ob } = io.executive;

  /** With a handle that is charged already: nothing is opened, or made, for want of one. */
  async function openForHandle(
    caller: NtThread,
    input: NameInput,
    checked: ReturnType<typeof checkParameters>,
  ) {
    const { status, object, information } = await open(io, caller, input, checked);
    if (object?.header.type !== type) {
      if (object) ob.dereference(object);
      ob.cancelHandle(caller.process, type);
      return { status: object ? Status.STATUS_OBJECT_TYPE_MISMATCH : status };
    }
    const file = object as FileObject;
    const made = ob.createHandle(caller.process, file, file.access, true);
    // No handle: the process has ended. The open ends here.
    if (made.handle === 0) await closeFile(io, file);
    ob.dereference(file);
    return made.handle === 0 ? made : { status, handle: made.handle, information };
  }

  function create(caller: NtThread, input: NameInput, checked: ReturnType<typeof checkParameters>) {
    const status = ob.reserveHandle(caller.process, type);
    return NT_SUCCESS(status) ? openForHandle(caller, input, checked) : { status };
  }

  ke.register('NtCreateFile', (caller, input) => create(caller, input, checkParameters(input)));
  ke.register('NtCreateNamedPipeFile', (caller, input) => create(caller, input, checkPipe(input)));
  ke.register('NtCreateMailslotFile', (caller, input) =>
    create(caller, input, checkMailslot(input)),
  );

  ke.register('NtQueryAttributesFile', (caller, input) =>
    withNamed(io, type, caller, { ...input, access: nt.FILE_READ_ATTRIBUTES }, async (file) => {
      if (!file.fcb) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
      return { status: Status.STATUS_SUCCESS, data: basic(file.fcb) };
    }),
  );

  ke.register('NtDeleteFile', (caller, input) =>
    withNamed(io, type, caller, { ...input, access: nt.DELETE }, async (file) => {
      const { process } = caller;
      const data = encodeDisposition(true);
      return {
        status: await setInformation(io, process, file, nt.FileDispositionInformation, data),
      };
    }),
  );

  ke.register('NtLockFile', (caller, input) => lockFile(io, type, caller, input));
  ke.register('NtUnlockFile', (caller, input) => unlockFile(io, type, caller, input));
  ke.register('NtReadFile', (caller, input) => readFile(io, type, caller, input));
  ke.register('NtWriteFile', (caller, input) => writeFile(io, type, caller, input));
}

/** Services on a handle: they are coroutines, and hold the file object. */
function registerHandleServices(io: IoContext, type: ObType): void {
  const { ke, ob } = io.executive;

  async function withHandle<R extends { status: number }>(
    caller: NtThread,
    handle: number,
    action: (file: FileObject) => Promise<R> | R,
  ): Promise<R | { status: number }> {
    const { object, status } = ob.referenceByHandle(caller.process, handle, type, 0);
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
    withHandle(caller, handle, async (file) => ({ status: await flush(io, caller, file) })),
  );
  ke.register('NtQueryInformationFile', (caller, input) => {
    const { object, status } = ob.referenceByHandle(caller.process, input.handle, type, 0);
    if (!object) return { status };
    return queryInformation(io, object as FileObject, input.class, input.length);
  });
  ke.register('NtSetInformationFile', (caller, input) =>
    withHandle(caller, input.handle, async (file) => ({
      status: await setInformation(io, caller.process, file, input.class, input.data),
    })),
  );
  ke.register('NtQueryDirectoryFile', (caller, input) =>
    framed(io, type, caller, input, input.length, (file) => queryDirectory(io, file, input)),
  );
  ke.register('NtNotifyChangeDirectoryFile', (caller, input) =>
    notifyChange(io, type, caller, input),
  );
  ke.register('NtQueryVolumeInformationFile', (caller, input) =>
    withHandle(caller, input.handle, (file) => queryVolume(io, file, input.class, input.length)),
  );
  ke.register('NtSetVolumeInformationFile', (caller, input) =>
    withHandle(caller, input.handle, async (file) => ({
      status: await setVolume(io, file, input.class, input.data),
    })),
  );
  ke.register('NtDeviceIoControlFile', (caller, input) =>
    framed(io, type, caller, input, input.outputLength, (file, scope) =>
      answering(deviceControl(io, file, input, scope)),
    ),
  );
  ke.register('NtFsControlFile', (caller, input) =>
    framed(io, type, caller, input, input.outputLength, (file, scope) =>
      answering(fsControl(io, file, input, scope, caller.process.quota)),
    ),
  );
  ke.register('NtCancelIoFile', (caller, { handle }) =>
    withHandle(caller, handle, (file) => cancelIoFile(io, caller, file)),
  );
  ke.register('NtCancelIoFileEx', (caller, { handle, iosb }) => {
    const { object, status } = ob.referenceByHandle(caller.process, handle, type, 0);
    return object ? cancelIoFileEx(caller, object as FileObject, iosb) : { status };
  });
  ke.register('NtCancelSynchronousIoFile', (caller, { thread }) => {
    const threadType = caller.header.type;
    const found = ob.referenceByHandle(caller.process, thread, threadType, THREAD_TERMINATE);
    return found.object ? cancelSynchronous(found.object as NtThread) : { status: found.status };
  });
}

async function answering(control: Promise<ControlResult>): Promise<DataResult> {
  const { status, output } = await control;
  return output ? { status, data: output } : { status };
}

/** A file; everything, by a volume's or directory's handle; a device. */
async function flush(io: IoContext, caller: NtThread, file: FileObject): Promise<number> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return state;
  if ((file.access & WRITES) === 0) return Status.STATUS_ACCESS_DENIED;
  const { fcb, volume } = file;
  if (fcb && !fcb.directory) return verified(fcb.volume, () => flushFcb(io, fcb));
  if (volume) return verified(volume, () => flushWholeVolume(io, volume));
  const request = { major: 'flush', file: file.id, parameters: {} } as const;
  return waited(caller, file, async (scope) => {
    const irp = await callDriver(io, file.device, request, scope);
    return irp.status;
  });
}

function registerDriverServices(io: IoContext, deviceType: ObType): void {
  const { ke } = io.executive;
  const denied = { status: Status.STATUS_ACCESS_DENIED };

  ke.register('WdmRequestIoPackets', (caller, input) => requestIoPackets(io, caller, input));
  ke.register('WdmCreateDevice', (caller, input): ServiceResult<'WdmCreateDevice'> => {
    const driver = io.drivers.get(caller.process);
    return driver ? createDevice(io, driver, deviceType, input) : denied;
  });
  ke.register('WdmDeleteDevice', (caller, { device }) =>
    io.drivers.has(caller.process) ? { status: deleteDevice(io, caller.process, device) } : denied,
  );
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
  ke.register('WdmRegisterFileSystem', (caller, { device }) =>
    io.drivers.has(caller.process)
      ? { status: registerFileSystem(io, caller.process, device) }
      : denied,
  );
}

/** The leave method of files. */
export function leaveMethod(object: ObObject, process: Process): void {
  releaseLocks(object as FileObject, (owner) => owner.file === object && owner.process === process);
}

/** The close method of files. */
export function closeMethod(io: IoContext): NonNullable<ObType['close']> {
  return (object) => closeFile(io, object as FileObject);
}
