/**
 * From IRPs to what the other files do: one frame around every request.
 *
 * The frame takes the volume's lock, runs the handler, and completes the IRP once: with what the
 * handler answers, or with the status that it raised. An exception that is no NTSTATUS is a bug,
 * and ends the driver.
 */
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DIRECTORY_CONTROL,
  IRP_MJ_FILE_SYSTEM_CONTROL,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_QUERY_INFORMATION,
  IRP_MJ_QUERY_VOLUME_INFORMATION,
  IRP_MJ_READ,
  IRP_MJ_SET_INFORMATION,
  IRP_MJ_SET_VOLUME_INFORMATION,
  IRP_MJ_SHUTDOWN,
  IRP_MJ_WRITE,
  IRP_MN_VERIFY_VOLUME,
  SL_MAKE_WITH_LENGTH,
} from '../../../personality/rtl/irp.ts';
import { isUnreadable } from '../../../personality/rtl/media.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DispatchTable,
  IoCompleteRequest,
  type Irp,
  type IrpResult,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type MajorName,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { createFile } from './create.ts';
import { isEmpty } from './directory.ts';
import { trimAllocation } from './entry.ts';
import type { Fcb } from './fcb.ts';
import { queryFile, setFile } from './information.ts';
import { type Extension, fileSystemControl, needVolume } from './mount.ts';
import { type Cursor, queryDirectory } from './querydir.ts';
import { extend, locate } from './readwrite.ts';
import { removeFile } from './remove.ts';
import type { Volume } from './volume.ts';
import { queryVolume, setVolume } from './volumeinfo.ts';

/** What a handler answers; STATUS_SUCCESS and nothing else if it leaves all out. */
export interface Outcome<M extends MajorName> {
  status?: NTSTATUS;
  information?: number;
  result?: Partial<IrpResult<M>>;
}

type Handler<M extends MajorName> = (volume: Volume, irp: Irp<M>) => Promise<Outcome<M>>;

async function complete<M extends MajorName>(
  irp: Irp<M>,
  body: () => Promise<Outcome<M>>,
): Promise<NTSTATUS> {
  try {
    const { status = Status.STATUS_SUCCESS, information, result } = await body();
    return IoCompleteRequest(irp, status, information, result);
  } catch (error) {
    if (!(error instanceof NtException)) throw error;
    return IoCompleteRequest(irp, error.status);
  }
}

/** Requests to the control device, which has no volume, are refused, but for mounts. */
function onVolume<M extends MajorName>(handler: Handler<M>) {
  return (device: DeviceObject, irp: Irp<M>): Promise<NTSTATUS> =>
    complete(irp, async () => {
      const volume = needVolume((device.extension as Extension).volume);
      await KeWaitForSingleObject(volume.lock);
      try {
        // While it waited the volume may have been dismounted.
        needVolume((device.extension as Extension).volume);
        return await handler(volume, irp);
      } catch (error) {
        if (error instanceof NtException && isUnreadable(error.status)) await volume.state.failed();
        throw error;
      } finally {
        await volume.state.settle();
        KeReleaseMutex(volume.lock);
      }
    });
}

function fileOf(irp: Irp): Fcb {
  const file = irp.fileObject?.fsContext as Fcb | undefined;
  if (!file) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  if (file.removed) throw new NtException(Status.STATUS_FILE_DELETED);
  return file;
}

/** Its clusters are known. */
async function loadedFile(irp: Irp): Promise<Fcb> {
  const file = fileOf(irp);
  await file.load();
  return file;
}

/**
 * Mounts have no volume to lock yet; a dismount waits for requests under way. A verification looks
 * at the boot sector alone and waits for nobody: one of those may wait for it.
 */
async function control(device: DeviceObject, irp: Irp<'fs_control'>): Promise<NTSTATUS> {
  const typed = device as DeviceObject<Extension>;
  const verifies = irp.minorFunction === IRP_MN_VERIFY_VOLUME;
  const volume = verifies ? undefined : typed.extension.volume;
  if (volume) await KeWaitForSingleObject(volume.lock);
  try {
    return await complete(irp, () => fileSystemControl(typed, irp));
  } finally {
    if (volume) KeReleaseMutex(volume.lock);
  }
}

/** A file that is to be deleted goes with the cleanup of its last open. */
async function cleanup(volume: Volume, irp: Irp<'cleanup'>): Promise<Outcome<'cleanup'>> {
  const file = irp.fileObject?.fsContext as Fcb | undefined;
  const context = irp.fileObject?.fsContext2 as OpenContext | undefined;
  if (!file || !context || context.cleaned) return {};
  context.cleaned = true;
  file.opens--;
  if (file.opens > 0 || file.removed) return {};
  const remove = file.deletePending;
  file.deletePending = false;
  if (!remove) await trimAllocation(file);
  // Something may have been put into a directory since it was to be deleted: then it stays.
  else if (!file.isDirectory || (await isEmpty(volume, file.entry.firstCluster)))
    await removeFile(file);
  return {};
}

/** What one open of a file has of its own. */
interface OpenContext {
  cleaned: boolean;
  cursor: Cursor | undefined;
}

async function create(volume: Volume, irp: Irp<'create'>): Promise<Outcome<'create'>> {
  const withLength = (irp.flags & SL_MAKE_WITH_LENGTH) !== 0;
  const { file, information, result } = await createFile(volume, irp.parameters, withLength);
  irp.fileObject!.fsContext = file;
  irp.fileObject!.fsContext2 = { cleaned: false, cursor: undefined } as OpenContext;
  return { information, result };
}

async function directoryControl(
  _volume: Volume,
  irp: Irp<'directory'>,
): Promise<Outcome<'directory'>> {
  const context = irp.fileObject?.fsContext2 as OpenContext | undefined;
  const { status, data, cursor } = await queryDirectory(
    fileOf(irp),
    context?.cursor,
    irp.parameters,
  );
  if (context) context.cursor = cursor;
  return { status, result: { data } };
}

/** What is too long is cut, and that is said. */
function query(data: Uint8Array, length: number): Outcome<'query_information' | 'query_volume'> {
  const status = data.length > length ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS;
  return { status, result: { data: data.subarray(0, length) } };
}

/**
 * Entries are written to the cache as they change: there is nothing that only the driver knows but
 * that a whole volume is in order when all of it has been written.
 */
async function flush(volume: Volume, irp: Irp<'flush'>): Promise<Outcome<'flush'>> {
  if (irp.fileObject) return { result: (await loadedFile(irp)).facts() };
  await volume.state.quiet();
  return {};
}

export function fillDispatchTable(table: DispatchTable): void {
  table[IRP_MJ_CREATE] = onVolume(create);
  table[IRP_MJ_CLEANUP] = onVolume(cleanup);
  // After a dismount files are still closed.
  table[IRP_MJ_CLOSE] = (_device, irp) => IoCompleteRequest(irp, Status.STATUS_SUCCESS);
  table[IRP_MJ_READ] = onVolume(async (_volume, irp) => ({
    result: locate(await loadedFile(irp), irp.parameters),
  }));
  table[IRP_MJ_WRITE] = onVolume(async (_volume, irp) => ({
    information: irp.parameters.length,
    result: await extend(await loadedFile(irp), irp.parameters),
  }));
  table[IRP_MJ_QUERY_INFORMATION] = onVolume(async (_volume, irp) =>
    query(queryFile(await loadedFile(irp), irp.parameters.class), irp.parameters.length),
  );
  table[IRP_MJ_SET_INFORMATION] = onVolume(async (_volume, irp) => ({
    result: await setFile(await loadedFile(irp), irp.parameters),
  }));
  table[IRP_MJ_DIRECTORY_CONTROL] = onVolume(directoryControl);
  table[IRP_MJ_QUERY_VOLUME_INFORMATION] = onVolume(async (volume, irp) =>
    query(await queryVolume(volume, irp.parameters.class), irp.parameters.length),
  );
  table[IRP_MJ_SET_VOLUME_INFORMATION] = onVolume(async (volume, irp) => {
    await setVolume(volume, irp.parameters.class, irp.parameters.data);
    return {};
  });
  table[IRP_MJ_FLUSH_BUFFERS] = onVolume(flush);
  table[IRP_MJ_SHUTDOWN] = onVolume(async () => ({}));
  table[IRP_MJ_FILE_SYSTEM_CONTROL] = control;
}
