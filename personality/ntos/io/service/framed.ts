/**
 * Services that may be pending and answer with data: the frame of perform.ts, and where the data
 * goes.
 *
 *   framed(io, type, caller, input, room, action)   `room`: bytes of the answer at most. It goes to
 *                                                   `address` where that is given, as it must be
 *                                                   where nobody waits, else into the reply
 */
import * as Status from '../../../rtl/ntstatus.ts';
import { Mdl } from '../../mm/mdl.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import type { FileObject } from '../file/fileobject.ts';
import { isSynchronous } from '../file/fileobject.ts';
import type { CancelScope } from '../request/scope.ts';
import type { IoContext } from '../context.ts';
import { type CompletionInput, perform } from './perform.ts';
import type { DataResult } from './query.ts';
import { writePieces } from './transfer.ts';

export interface FramedInput extends CompletionInput {
  readonly handle: number;
  readonly address?: number | undefined;
}

const NOTHING = new Uint8Array();

export function framed(
  io: IoContext,
  type: ObType,
  caller: NtThread,
  input: FramedInput,
  room: number,
  action: (file: FileObject, scope: CancelScope) => Awaitable<DataResult>,
  access = 0,
  /** However the file was opened. */
  waits = false,
): Awaitable<DataResult & { output?: Uint8Array }> {
  const { ob, mm } = io.executive;
  const { object, status } = ob.referenceByHandle(caller.process, input.handle, type, access);
  if (!object) return { status };
  const file = object as FileObject;
  const { address = 0 } = input;
  if (address === 0 && room > 0 && !isSynchronous(file))
    return { status: Status.STATUS_ACCESS_VIOLATION };
  const start = (scope: CancelScope): Awaitable<DataResult & { output?: Uint8Array }> => {
    const pieces = address === 0 ? [] : mm.probe(caller.process, address, room, true);
    if (!pieces) return { status: Status.STATUS_ACCESS_VIOLATION };
    const deliver = ({ status: told, data = NOTHING, information = data.length }: DataResult) => {
      if (address === 0) return { status: told, information, data, output: data };
      writePieces(mm.ram, pieces, data);
      return { status: told, information };
    };
    const away = file.volume?.state === 'waiting';
    const result = away
      ? io.later.comeBack(io, file).then(() => action(file, scope))
      : action(file, scope);
    if (!(result instanceof Promise)) return deliver(result);
    ob.reference(file);
    const mdl = new Mdl(mm, pieces, 'fromDevice');
    return result.then(deliver).finally(() => {
      mdl.release();
      ob.dereference(file);
    });
  };
  return perform(io, caller, file, input, start, waits);
}
