/**
 * The I/O manager's services, from the service table to the functions that do the work: those that
 * a boot calls. The others are in services-later.ts.
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ServiceResult } from '../../ke/types.ts';
import type { ObType, OpenResult } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import { closeFile } from '../file/close.ts';
import { deviceControl, requiredAccess } from './control.ts';
import { type Checked, checkParameters } from './create.ts';
import { createDevice, registerFileSystem } from '../device/device.ts';
import { requestIoPackets } from '../request/exchange.ts';
import type { CancelScope } from '../request/scope.ts';
import { framed } from './framed.ts';
import type { FileObject } from '../file/fileobject.ts';
import { type NameInput, open } from './opening.ts';
import type { DataResult } from './query.ts';
import { readFile, writeFile } from './readwrite.ts';
import type { IoContext } from '../context.ts';

export interface IoTypes {
  readonly file: ObType;
  readonly device: ObType;
}

export function registerIoServices(io: IoContext, types: IoTypes): void {
  registerFileServices(io, types.file);
  registerDriverServices(io, types.device);
}

/**
 * Nothing is opened, or made, for want of a handle: where that takes its time, it is charged
 * meanwhile.
 */
export function createFile(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: NameInput,
  checked: Checked,
): Awaitable<ServiceResult<'NtCreateFile'>> {
  const { ob } = io.executive;
  const { process } = caller;
  const status = ob.checkHandle(process, type);
  if (!NT_SUCCESS(status)) return { status };
  const opened = open(io, caller, input, checked);
  if (!(opened instanceof Promise)) return giveHandle(io, type, caller, opened, false);
  const reserved = NT_SUCCESS(ob.reserveHandle(process, type));
  return opened.then((result) => giveHandle(io, type, caller, result, reserved));
}

function giveHandle(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  { status, object, information }: OpenResult,
  reserved: boolean,
): Awaitable<ServiceResult<'NtCreateFile'>> {
  const { ob } = io.executive;
  if (object?.header.type !== type) {
    if (object) ob.dereference(object);
    if (reserved) ob.cancelHandle(caller.process, type);
    return { status: object ? Status.STATUS_OBJECT_TYPE_MISMATCH : status };
  }
  const file = object as FileObject;
  const made = ob.createHandle(caller.process, file, file.access, reserved);
  if (made.handle === 0) return endedMeanwhile(io, file, made);
  ob.dereference(file);
  return { status, handle: made.handle, information };
}

/** No handle: the process has ended, or has too many. The open ends here. */
async function endedMeanwhile(
  io: IoContext,
  file: FileObject,
  made: { status: number; handle: number },
) {
  await closeFile(io, file);
  io.executive.ob.dereference(file);
  return made;
}

function registerFileServices(io: IoContext, type: ObType): void {
  const { ke } = io.executive;
  const create = (caller: NtThread, input: NameInput, checked: Checked) =>
    createFile(io, type, caller, input, checked);

  ke.register('NtCreateFile', (caller, input) => create(caller, input, checkParameters(input)));
  ke.register('NtOpenFile', (caller, given) => {
    const existing = { disposition: nt.FILE_OPEN, attributes: 0, allocation: 0 };
    const input = { ...given, ...existing };
    return create(caller, input, checkParameters(input));
  });
  ke.register(
    'NtDeviceIoControlFile',
    (caller, input) => {
      if ((input.code & nt.METHOD_MASK) !== nt.METHOD_BUFFERED)
        return io.later.directControl(io, type, caller, input);
      const control = async (file: FileObject, scope: CancelScope): Promise<DataResult> => {
        const { status, output } = await deviceControl(io, file, input, scope);
        return output ? { status, data: output } : { status };
      };
      const access = requiredAccess(input.code);
      return framed(io, type, caller, input, input.outputLength, control, access);
    },
    (_, { code }) => (code & nt.METHOD_MASK) !== nt.METHOD_BUFFERED,
  );
  ke.register('NtReadFile', (caller, input) => readFile(io, type, caller, input));
  ke.register('NtWriteFile', (caller, input) => writeFile(io, type, caller, input));
}

function registerDriverServices(io: IoContext, deviceType: ObType): void {
  const { ke } = io.executive;
  const denied = { status: Status.STATUS_ACCESS_DENIED };

  ke.register('WdmRequestIoPackets', (caller, input) => requestIoPackets(io, caller, input));
  ke.register('WdmCreateDevice', (caller, input): ServiceResult<'WdmCreateDevice'> => {
    const driver = io.drivers.get(caller.process);
    return driver ? createDevice(io, driver, deviceType, input) : denied;
  });
  ke.register('WdmRegisterFileSystem', (caller, { device }) =>
    io.drivers.has(caller.process)
      ? { status: registerFileSystem(io, caller.process, device) }
      : denied,
  );
}

/** The close method of files. */
export function closeMethod(io: IoContext): NonNullable<ObType['close']> {
  return (object, _process, request) => closeFile(io, object as FileObject, request);
}

/** The leave method of files: only on volumes is something locked. */
export function leaveMethod(io: IoContext): NonNullable<ObType['leave']> {
  return (object, process) => {
    if ((object as FileObject).fcb) io.later.leave(object as FileObject, process);
  };
}
