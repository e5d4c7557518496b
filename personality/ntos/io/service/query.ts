/**
 * NtQueryInformationFile, NtQueryAttributesFile: answered from what is known of an open file,
 * without its file system.
 */
import {
  encodeBasic,
  encodeLarge,
  encodeNetworkOpen,
  encodeStandard,
} from '../../../rtl/information.ts';
import * as nt from '../../../rtl/nt.ts';
import { NT_SUCCESS, Status } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';

export interface DataResult {
  readonly status: number;
  readonly data?: Uint8Array;
}

/** Longest answer that fits into a service buffer beside everything else. */
export const ANSWER_LIMIT = 0x3800;

export function queryInformation(
  io: IoContext,
  file: FileObject,
  infoClass: number,
  length: number,
): Awaitable<DataResult> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  if (infoClass === nt.FilePositionInformation) return fit(encodeLarge(file.position), length);
  if (!file.fcb) return askDriver(io, file, infoClass, length);
  const data = describeFcb(file.fcb, infoClass);
  if (!data) return { status: Status.STATUS_INVALID_INFO_CLASS };
  io.attributeHits.value++;
  return fit(data, length);
}

/** FILE_BASIC_INFORMATION, as NtQueryAttributesFile answers it. */
export function basic(fcb: Fcb): Uint8Array {
  const { created, accessed, written } = fcb;
  const attributes = fcb.attributes || nt.FILE_ATTRIBUTE_NORMAL;
  return encodeBasic({ created, accessed, written, changed: written, attributes });
}

function networkOpen(fcb: Fcb): Uint8Array {
  const { created, accessed, written, attributes, cache, directory } = fcb;
  return encodeNetworkOpen({
    created,
    accessed,
    written,
    changed: written,
    allocation: directory ? 0 : cache.allocation,
    endOfFile: directory ? 0 : cache.endOfFile,
    attributes: attributes || nt.FILE_ATTRIBUTE_NORMAL,
  });
}

function describeFcb(fcb: Fcb, infoClass: number): Uint8Array | undefined {
  const { cache, directory } = fcb;
  switch (infoClass) {
    case nt.FileBasicInformation:
      return basic(fcb);
    case nt.FileStandardInformation:
      return encodeStandard({
        allocation: directory ? 0 : cache.allocation,
        endOfFile: directory ? 0 : cache.endOfFile,
        links: fcb.deletePending ? 0 : 1,
        deletePending: fcb.deletePending,
        directory,
      });
    case nt.FileNetworkOpenInformation:
      return networkOpen(fcb);
    case nt.FileNameInformation:
      return encodeName(`\\${fcb.path}`);
    default:
      return undefined;
  }
}

/** FILE_NAME_INFORMATION: length in bytes, then the name. */
function encodeName(name: string): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 2 * name.length));
  view.setUint32(0, 2 * name.length, true);
  for (let i = 0; i < name.length; i++) view.setUint16(4 + 2 * i, name.charCodeAt(i), true);
  return new Uint8Array(view.buffer);
}

/** A structure comes whole or not at all. */
function fit(data: Uint8Array, length: number): DataResult {
  return length < data.length
    ? { status: Status.STATUS_INFO_LENGTH_MISMATCH }
    : { status: Status.STATUS_SUCCESS, data };
}

async function askDriver(
  io: IoContext,
  file: FileObject,
  infoClass: number,
  length: number,
): Promise<DataResult> {
  if (file.volume || file.id === 0) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  const limit = Math.min(length, ANSWER_LIMIT);
  const irp = await callDriver(io, file.device, {
    major: 'query_information',
    file: file.id,
    parameters: { class: infoClass, length: limit },
  });
  if (!NT_SUCCESS(irp.status)) return { status: irp.status };
  return { status: irp.status, data: (irp.result.data ?? new Uint8Array()).subarray(0, limit) };
}
