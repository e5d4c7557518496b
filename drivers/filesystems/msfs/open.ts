/**
 * CREATE_MAILSLOT, CREATE, CLEANUP, and the directory of slots.
 *
 * `\Device\Mailslot\` is the directory; a slot's name may have backslashes in it.
 */
import type { DirectoryEntry } from '../../../personality/rtl/directoryinformation.ts';
import { encodeDirectory } from '../../../personality/rtl/directoryinformation.ts';
import { FsRtlIsNameInExpression } from '../../../personality/rtl/names.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import { MAILSLOT_WAIT_FOREVER, PIPE_QUOTA_LIMIT } from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { Mailslot, type MailslotTable } from './slot.ts';

/** What a file of this driver is. */
export type Context =
  | { readonly kind: 'server' | 'client'; readonly slot: Mailslot }
  | { readonly kind: 'root'; pattern: string; next: number; matched: boolean };

const NAME_LIMIT = 255;

function tableOf(device: DeviceObject): MailslotTable {
  return device.extension as MailslotTable;
}

export function contextOf({ fileObject }: Irp): Context | undefined {
  return fileObject?.fsContext as Context | undefined;
}

/** The slot, where the file is that end of one. */
export function slotOf(irp: Irp, kind: 'server' | 'client'): Mailslot | undefined {
  const context = contextOf(irp);
  return context?.kind === kind ? context.slot : undefined;
}

/** Undefined: it is no name of a slot. */
function slotName(device: DeviceObject, path: string, related: number): string | undefined {
  if (related !== 0) {
    const root = device.driverObject.runtime.files.get(related)?.fsContext as Context | undefined;
    if (root?.kind !== 'root') return undefined;
  }
  const name = path.replace(/^\\+/, '');
  return name === '' || name.length > NAME_LIMIT || /[\0/]|\\$/.test(name) ? undefined : name;
}

export function msfsCreate(device: DeviceObject, irp: Irp<'create'>): NTSTATUS {
  const { path, related, disposition } = irp.parameters;
  if (disposition !== nt.FILE_OPEN && disposition !== nt.FILE_OPEN_IF)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  if (path === '' || path === '\\') {
    irp.fileObject!.fsContext = { kind: 'root', pattern: '', next: 0, matched: false };
    return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
  }
  const name = slotName(device, path, related);
  if (name === undefined) return IoCompleteRequest(irp, Status.STATUS_OBJECT_NAME_INVALID);
  const slot = tableOf(device).find(name);
  if (!slot) return IoCompleteRequest(irp, Status.STATUS_OBJECT_NAME_NOT_FOUND);
  // Only the server reads.
  if ((irp.parameters.access & nt.FILE_READ_DATA) !== 0)
    return IoCompleteRequest(irp, Status.STATUS_ACCESS_DENIED);
  irp.fileObject!.fsContext = { kind: 'client', slot };
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

export function msfsCreateMailslot(device: DeviceObject, irp: Irp<'create_mailslot'>): NTSTATUS {
  const { path, related, quota, maximumMessage, timeout } = irp.parameters;
  const name = slotName(device, path, related);
  if (name === undefined) return IoCompleteRequest(irp, Status.STATUS_OBJECT_NAME_INVALID);
  if (timeout > 0) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const table = tableOf(device);
  if (table.find(name)) return IoCompleteRequest(irp, Status.STATUS_OBJECT_NAME_COLLISION);
  const slot = new Mailslot(name, Math.min(quota, PIPE_QUOTA_LIMIT), maximumMessage, timeout);
  table.add(slot);
  irp.fileObject!.fsContext = { kind: 'server', slot };
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, nt.FILE_CREATED);
}

export function msfsCleanup(device: DeviceObject, irp: Irp): NTSTATUS {
  const slot = slotOf(irp, 'server');
  if (slot) tableOf(device).remove(slot);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

export function msfsClose(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

export function waitsForEver(timeout: number): boolean {
  return timeout === MAILSLOT_WAIT_FOREVER;
}

export function msfsDirectory(device: DeviceObject, irp: Irp<'directory'>): NTSTATUS {
  const root = contextOf(irp);
  if (root?.kind !== 'root') return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const { class: infoClass, restart, pattern, single, length } = irp.parameters;
  if (infoClass !== nt.FileBothDirectoryInformation)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_INFO_CLASS);
  if (root.pattern === '' || restart)
    Object.assign(root, { pattern: pattern || '*', next: 0, matched: false });
  const found = tableOf(device)
    .names()
    .map((name, at) => ({ name, at }))
    .filter(({ name, at }) => at >= root.next && FsRtlIsNameInExpression(root.pattern, name));
  if (found.length === 0) {
    const status = root.matched ? Status.STATUS_NO_MORE_FILES : Status.STATUS_NO_SUCH_FILE;
    return IoCompleteRequest(irp, status);
  }
  const entries = (single ? found.slice(0, 1) : found).map(({ name }) => entryOf(name));
  const { bytes: data, count, cut } = encodeDirectory(entries, length);
  if (count === 0) return IoCompleteRequest(irp, Status.STATUS_BUFFER_OVERFLOW);
  root.next = found[count - 1]!.at + 1;
  root.matched = true;
  const status = cut ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS;
  return IoCompleteRequest(irp, status, data.length, { data });
}

const NO_FACTS = { created: 0, accessed: 0, written: 0, changed: 0, endOfFile: 0, allocation: 0 };

function entryOf(name: string): DirectoryEntry {
  return { index: 0, ...NO_FACTS, attributes: nt.FILE_ATTRIBUTE_NORMAL, shortName: '', name };
}
