/**
 * npfs: named pipes.
 *
 * An ordinary driver: a pipe is two files of its device, and what one writes waits in the driver
 * until the other reads it. Whoever has to wait is a pending IRP in a queue, which it leaves when
 * its requestor gives up.
 *
 *   open          ends of pipes come and go          queue      bytes and messages in between
 *   pipe          names, instances, their states     transfer   reading, writing, flushing
 *   control       FSCTL_PIPE_*                       information   modes, counts, the directory
 *
 * All of it runs between two awaits of the driver's one thread: nothing needs a lock. docs/pipes.md
 * has the rules as they are seen from outside.
 */
import * as mj from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, FILE_DEVICE_NAMED_PIPE } from '../../../personality/rtl/nt.ts';
import { PIPE_DEVICE } from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { type DriverEntry, driverImage, IoCreateDevice } from '../../../personality/wdm/index.ts';
import { npfsControl } from './control.ts';
import { npfsDirectory, npfsQuery, npfsSet } from './information.ts';
import { npfsCleanup, npfsClose, npfsCreate, npfsCreateNamedPipe } from './open.ts';
import type { PipeTable } from './pipe.ts';
import { npfsFlush, npfsRead, npfsWrite } from './transfer.ts';

export const npfsDriverEntry: DriverEntry = async (driver) => {
  await IoCreateDevice<PipeTable>(driver, {
    name: PIPE_DEVICE,
    type: FILE_DEVICE_NAMED_PIPE,
    flags: DO_BUFFERED_IO,
    extension: new Map(),
  });
  const { majorFunction } = driver;
  majorFunction[mj.IRP_MJ_CREATE] = npfsCreate;
  majorFunction[mj.IRP_MJ_CREATE_NAMED_PIPE] = npfsCreateNamedPipe;
  majorFunction[mj.IRP_MJ_CLEANUP] = npfsCleanup;
  majorFunction[mj.IRP_MJ_CLOSE] = npfsClose;
  majorFunction[mj.IRP_MJ_READ] = npfsRead;
  majorFunction[mj.IRP_MJ_WRITE] = npfsWrite;
  majorFunction[mj.IRP_MJ_FLUSH_BUFFERS] = npfsFlush;
  majorFunction[mj.IRP_MJ_FILE_SYSTEM_CONTROL] = npfsControl;
  majorFunction[mj.IRP_MJ_QUERY_INFORMATION] = npfsQuery;
  majorFunction[mj.IRP_MJ_SET_INFORMATION] = npfsSet;
  majorFunction[mj.IRP_MJ_DIRECTORY_CONTROL] = npfsDirectory;
  return Status.STATUS_SUCCESS;
};

export const image = driverImage(npfsDriverEntry);
