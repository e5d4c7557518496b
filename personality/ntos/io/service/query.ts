/**
 * NtQueryInformationFile: answered from what is known of an open file, nearly always without its
 * file system. Checks come in NT's order: the class, the length, the handle and its access.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';
import { ANSWER_LIMIT } from './control.ts';
import { queryClasses } from './queryclasses.ts';

export interface DataResult {
  readonly status: number;
  readonly data?: Uint8Array;
  /** Where that is not the length of `data`. */
  readonly information?: number;
}

export interface QueryInput {
  readonly handle: number;
  readonly class: number;
  readonly length: number;
}

export function queryInformation(
  io: IoContext,
  type: ObType,
  { process }: NtThread,
  { handle, class: infoClass, length }: QueryInput,
): Awaitable<DataResult> {
  const row = queryClasses[infoClass];
  if (!row) return { status: Status.STATUS_INVALID_INFO_CLASS };
  if (length < row.minimum) return { status: Status.STATUS_INFO_LENGTH_MISMATCH };
  const found = io.executive.ob.referenceByHandle(process, handle, type, row.access);
  if (!found.object) return { status: found.status };
  const file = found.object as FileObject;
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const asked = { io, file, access: process.handles.get(handle)?.access ?? 0 };
  if (row.of === 'file') return fit(row.describe(asked), length);
  const { fcb } = file;
  if (!fcb) return askDriver(io, file, infoClass, length);
  if (row.of === 'driver') return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  io.attributeHits.value++;
  const data = row.describe(fcb, asked);
  return data instanceof Promise ? whole(io, file, data, length) : fit(data, length);
}

/** The file object is held meanwhile. */
async function whole(
  { executive: { ob } }: IoContext,
  file: FileObject,
  data: Promise<Uint8Array>,
  length: number,
): Promise<DataResult> {
  ob.reference(file);
  try {
    return fit(await data, length);
  } finally {
    ob.dereference(file);
  }
}

/** What is longer than there is room for is cut, and that is said. */
export function fit(data: Uint8Array, length: number): DataResult {
  const room = Math.min(length, ANSWER_LIMIT);
  return data.length > room
    ? { status: Status.STATUS_BUFFER_OVERFLOW, data: data.subarray(0, room) }
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
