/**
 * Names of files, without a handle.
 *
 *   lookAt(io, caller, input, ...)     what is known of a name; nothing is opened
 *   withNamed(io, type, caller, ...)   opens by name for one action
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObObject, ObType, OpenResult } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import { closeFile } from '../file/close.ts';
import type { FileObject } from '../file/fileobject.ts';
import type { NameFacts } from '../names/name.ts';
import type { IoContext } from '../context.ts';
import { checkParameters } from './create.ts';
import { type NameInput, open } from './opening.ts';

/** What is known of a name; nothing is opened. */
export function lookAt(
  io: IoContext,
  caller: NtThread,
  input: NameInput,
  describe: (facts: NameFacts) => Uint8Array,
): Awaitable<{ status: number; data?: Uint8Array }> {
  const checked = checkParameters({
    ...input,
    access: nt.FILE_READ_ATTRIBUTES,
    attributes: 0,
    share: nt.FILE_SHARE_ALL,
    disposition: nt.FILE_OPEN,
    options: 0,
    allocation: 0,
  });
  const context = checked.context && { ...checked.context, look: true };
  const opened = context ? open(io, caller, input, { ...checked, context }) : checked;
  const told = (result: OpenResult): Awaitable<{ status: number; data?: Uint8Array }> => {
    if (result.answer) return { status: result.status, data: describe(result.answer as NameFacts) };
    return result.object ? notAFile(io, result.object) : { status: result.status };
  };
  return opened instanceof Promise ? opened.then(told) : told(opened);
}

/** A device, or a volume, has been opened after all; other objects have no attributes. */
async function notAFile(io: IoContext, object: ObObject): Promise<{ status: number }> {
  const isFile = object.header.type.name === 'File';
  if (isFile) await closeFile(io, object as FileObject);
  io.executive.ob.dereference(object);
  const status = isFile ? Status.STATUS_INVALID_DEVICE_REQUEST : Status.STATUS_OBJECT_TYPE_MISMATCH;
  return { status };
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
