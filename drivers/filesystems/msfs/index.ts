/**
 * msfs: mailslots.
 *
 * The server end of a slot is the file that made it: it reads, looks and asks. Every other file of
 * that name sends. What a slot does is slot.ts; here are its IRPs. docs/pipes.md has the rules as
 * they are seen from outside.
 */
import * as mj from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, FILE_DEVICE_MAILSLOT } from '../../../personality/rtl/nt.ts';
import { MAILSLOT_DEVICE } from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { type DriverEntry, driverImage, IoCreateDevice } from '../../../personality/wdm/index.ts';
import { msfsControl, msfsQuery, msfsSet } from './information.ts';
import { msfsCleanup, msfsClose, msfsCreate, msfsCreateMailslot, msfsDirectory } from './open.ts';
import { MailslotTable } from './slot.ts';
import { msfsRead, msfsWrite } from './transfer.ts';

export const msfsDriverEntry: DriverEntry = async (driver) => {
  await IoCreateDevice<MailslotTable>(driver, {
    name: MAILSLOT_DEVICE,
    type: FILE_DEVICE_MAILSLOT,
    flags: DO_BUFFERED_IO,
    extension: new MailslotTable(),
  });
  const { majorFunction } = driver;
  majorFunction[mj.IRP_MJ_CREATE] = msfsCreate;
  majorFunction[mj.IRP_MJ_CREATE_MAILSLOT] = msfsCreateMailslot;
  majorFunction[mj.IRP_MJ_CLEANUP] = msfsCleanup;
  majorFunction[mj.IRP_MJ_CLOSE] = msfsClose;
  majorFunction[mj.IRP_MJ_READ] = msfsRead;
  majorFunction[mj.IRP_MJ_WRITE] = msfsWrite;
  majorFunction[mj.IRP_MJ_FILE_SYSTEM_CONTROL] = msfsControl;
  majorFunction[mj.IRP_MJ_QUERY_INFORMATION] = msfsQuery;
  majorFunction[mj.IRP_MJ_SET_INFORMATION] = msfsSet;
  majorFunction[mj.IRP_MJ_DIRECTORY_CONTROL] = msfsDirectory;
  return Status.STATUS_SUCCESS;
};

export const image = driverImage(msfsDriverEntry);
