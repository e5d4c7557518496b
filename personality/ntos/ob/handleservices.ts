/**
 * Services on handles, whatever they lead to: NtQueryObject, NtSetInformationObject,
 * NtDuplicateObject.
 *
 * A duplicate never has more rights than the handle that it is made from: what was not granted to a
 * holder cannot be had by copying.
 */
import {
  encodeHandleFlags,
  encodeObjectBasic,
  encodeObjectName,
  decodeHandleFlags,
  HANDLE_FLAGS_SIZE,
} from '../../rtl/objectinformation.ts';
import {
  DUPLICATE_CLOSE_SOURCE,
  DUPLICATE_SAME_ACCESS,
  DUPLICATE_SAME_ATTRIBUTES,
  OBJ_INHERIT,
  ObjectBasicInformation,
  ObjectHandleFlagInformation,
  ObjectNameInformation,
  ObjectTypeInformation,
  PROCESS_DUP_HANDLE,
} from '../../rtl/objects.ts';
import { CURRENT_PROCESS, CURRENT_THREAD, type ServiceInput } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { HandleNeeds } from './needs.ts';
import type { HandleEntry } from './types.ts';
import type { NtThread, Process } from '../ps/types.ts';
import { ALL_ACCESS, grantAccess, isGranted, mapGeneric } from '../se/access.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** These have one size; the others at most what there is room for. */
const FIXED: ReadonlySet<number> = new Set([ObjectBasicInformation, ObjectHandleFlagInformation]);
const OPTIONS = DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS | DUPLICATE_SAME_ATTRIBUTES;

/** The entry of a handle; one that nobody has, for the caller's own process and thread. */
export function entryOf(
  caller: NtThread,
  process: Process,
  handle: number,
): HandleEntry | undefined {
  const own = { access: ALL_ACCESS, inherit: false, protect: false };
  if (handle === CURRENT_PROCESS) return { ...own, object: process };
  if (handle === CURRENT_THREAD) return { ...own, object: caller };
  return process.handles.get(handle);
}

function describe({ ob }: HandleNeeds, entry: HandleEntry, which: number): Uint8Array | undefined {
  const { object, access, inherit } = entry;
  const { type, handles, pointers } = object.header;
  switch (which) {
    case ObjectBasicInformation:
      return encodeObjectBasic({
        attributes: inherit ? OBJ_INHERIT : 0,
        grantedAccess: access,
        handleCount: handles,
        pointerCount: pointers,
      });
    case ObjectNameInformation:
      return encodeObjectName(type.queryName?.(object) ?? ob.nameOf(object));
    case ObjectTypeInformation:
      return encodeObjectName(type.name);
    case ObjectHandleFlagInformation:
      return encodeHandleFlags(entry);
    default:
      return undefined;
  }
}

/** The rights of a duplicate; undefined: it would have more than its source. */
function accessOf(entry: HandleEntry, desired: number, options: number): number | undefined {
  if ((options & DUPLICATE_SAME_ACCESS) !== 0) return entry.access;
  const { access: mapping } = entry.object.header.type;
  if (mapping) return grantAccess(desired, mapping, entry.access);
  const mapped = mapGeneric(desired);
  return isGranted(entry.access, mapped) ? mapped : undefined;
}

function copyEntry(
  { ob }: HandleNeeds,
  entry: HandleEntry,
  target: Process,
  { access, attributes, options }: ServiceInput<'NtDuplicateObject'>,
): { status: number; handle?: number } {
  const granted = accessOf(entry, access, options);
  if (granted === undefined) return { status: Status.STATUS_ACCESS_DENIED };
  const same = (options & DUPLICATE_SAME_ATTRIBUTES) !== 0;
  const inherit = same ? entry.inherit : (attributes & OBJ_INHERIT) !== 0;
  return ob.createHandle(target, entry.object, granted, false, inherit);
}

/** The source is closed whatever becomes of the duplicate. */
function duplicate(
  executive: HandleNeeds,
  caller: NtThread,
  source: Process,
  target: Process,
  input: ServiceInput<'NtDuplicateObject'>,
) {
  const entry = entryOf(caller, source, input.source);
  if (!entry) return { status: Status.STATUS_INVALID_HANDLE };
  const answer = copyEntry(executive, entry, target, input);
  if ((input.options & DUPLICATE_CLOSE_SOURCE) === 0) return answer;
  const closing = executive.ob.closeHandle(source, input.source, caller.request);
  return closing instanceof Promise ? closing.then(() => answer) : answer;
}

export function registerHandleServices(executive: HandleNeeds): void {
  const { ke, ob, ps } = executive;

  ke.register('NtQueryObject', (caller, { handle, class: which, length }) => {
    const entry = entryOf(caller, caller.process, handle);
    if (!entry) return { status: Status.STATUS_INVALID_HANDLE };
    const data = describe(executive, entry, which);
    if (!data) return { status: Status.STATUS_INVALID_INFO_CLASS };
    const needed = data.length;
    const fits = FIXED.has(which) ? length === needed : length >= needed;
    if (!fits) return { status: Status.STATUS_INFO_LENGTH_MISMATCH, needed };
    return { status: SUCCESS, data, needed };
  });

  ke.register('NtSetInformationObject', (caller, { handle, class: which, data }) => {
    if (which !== ObjectHandleFlagInformation) return { status: Status.STATUS_INVALID_INFO_CLASS };
    if (data.length !== HANDLE_FLAGS_SIZE) return { status: Status.STATUS_INFO_LENGTH_MISMATCH };
    const entry = caller.process.handles.get(handle);
    if (!entry) return { status: Status.STATUS_INVALID_HANDLE };
    Object.assign(entry, decodeHandleFlags(data));
    return { status: SUCCESS };
  });

  function processOf(caller: NtThread, handle: number): { status: number; process?: Process } {
    if (handle === CURRENT_PROCESS) return { status: SUCCESS, process: caller.process };
    const { processType } = ps;
    const found = ob.referenceByHandle(caller.process, handle, processType, PROCESS_DUP_HANDLE);
    return { status: found.status, process: found.object as Process | undefined };
  }

  ke.register('NtDuplicateObject', (caller, input) => {
    if ((input.options & ~OPTIONS) !== 0) return { status: Status.STATUS_INVALID_PARAMETER };
    const source = processOf(caller, input.sourceProcess);
    if (!source.process) return { status: source.status };
    const target = processOf(caller, input.targetProcess);
    if (!target.process) return { status: target.status };
    return duplicate(executive, caller, source.process, target.process, input);
  });
}
