/**
 * FILE_NOTIFY_INFORMATION: what NtNotifyChangeDirectoryFile answers. Records are aligned to 4 and
 * linked by NextEntryOffset; names are relative to the directory that is watched.
 */
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export interface NotifyRecord {
  /** FILE_ACTION_* */
  readonly action: number;
  readonly name: string;
}

const HEADER = 12;

function sizeOf({ name }: NotifyRecord): number {
  return (HEADER + 2 * name.length + 3) & ~3;
}

/** Bytes of the records as an answer. */
export function notifySize(records: readonly NotifyRecord[]): number {
  return records.reduce((sum, record) => sum + sizeOf(record), 0);
}

export function encodeNotify(records: readonly NotifyRecord[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(notifySize(records)));
  let at = 0;
  records.forEach((record, index) => {
    const { action, name } = record;
    const size = sizeOf(record);
    view.setUint32(at, index === records.length - 1 ? 0 : size, true);
    view.setUint32(at + 4, action, true);
    view.setUint32(at + 8, 2 * name.length, true);
    for (let unit = 0; unit < name.length; unit++)
      view.setUint16(at + HEADER + 2 * unit, name.charCodeAt(unit), true);
    at += size;
  });
  return new Uint8Array(view.buffer);
}

/** Raises STATUS_INFO_LENGTH_MISMATCH where the records do not fit into the bytes. */
export function decodeNotify(bytes: Uint8Array): NotifyRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: NotifyRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + HEADER <= bytes.length ? view.getUint32(at + 8, true) : Infinity;
    if (length > bytes.length - at - HEADER)
      throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
    const units = Array.from({ length: length >> 1 }, (_, unit) =>
      view.getUint16(at + HEADER + 2 * unit, true),
    );
    records.push({ action: view.getUint32(at + 4, true), name: String.fromCharCode(...units) });
    const next = view.getUint32(at, true);
    if (next === 0) break;
    at += next;
  }
  return records;
}
