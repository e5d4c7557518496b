/**
 * Opening by name, for whoever asks: at once where all that is asked for is known.
 *
 *   open(io, caller, input, checked)   the file object, referenced, without a handle
 */
import { MAXIMUM_ALLOWED } from '../../../rtl/objects.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { OpenResult } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import { effectiveToken } from '../../se/token.ts';
import type { IoContext } from '../context.ts';
import type { Checked, CreateContext } from './create.ts';

export type NameInput = { name: string; root: number };

/** The file object comes referenced, without a handle. */
export function open(
  io: IoContext,
  caller: NtThread,
  input: NameInput,
  checked: Checked,
): Awaitable<OpenResult> {
  const { ldr } = io.executive;
  const { status, context } = checked;
  if (!context) return { status };
  const { request } = caller;
  const asked = request === 0 ? context : { ...context, request };
  // The device may be about to come back: its driver died, and is being loaded again.
  if (ldr.restarting)
    return ldr.restarted(caller.process).then(() => openNow(io, caller, input, asked));
  return openNow(io, caller, input, asked);
}

function openNow(
  io: IoContext,
  caller: NtThread,
  input: NameInput,
  context: CreateContext,
): Awaitable<OpenResult> {
  const { ob } = io.executive;
  const root = input.root
    ? ob.referenceByHandle(caller.process, input.root, undefined, 0)
    : undefined;
  if (root && !root.object) return { status: root.status };
  const access = context.access | (context.maximum ? MAXIMUM_ALLOWED : 0);
  const { process } = caller;
  const wanted = { process, token: effectiveToken(caller), access, parameters: context };
  const again = () => ob.open(input.name, root?.object, wanted);
  const found = again();
  if (found instanceof Promise) return found.then((opened) => onDemand(io, opened, again));
  return found.missing === undefined ? found : onDemand(io, found, again);
}

/** A driver may be loaded for a device that is not there. */
async function onDemand(
  io: IoContext,
  found: OpenResult,
  again: () => Awaitable<OpenResult>,
): Promise<OpenResult> {
  if (found.missing === undefined) return found;
  const loaded = await io.executive.ldr.demand(found.missing);
  if (loaded === undefined) return found;
  return NT_SUCCESS(loaded) ? again() : { status: loaded };
}
