/**
 * NtNotifyChangeKey: a wait for changes, or a request that is pending and told as one of a file is:
 * the status block is written, then the event is set, then the APC is queued.
 */
import { EVENT_MODIFY_STATE } from '../../rtl/objects.ts';
import { KEY_NOTIFY, REG_LEGAL_CHANGE_FILTER } from '../../rtl/registry.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { type EventObject, eventType } from '../ex/events.ts';
import type { Piece } from '../mm/types.ts';
import type { NtThread } from '../ps/types.ts';
import { type ApcPlace, KeReserveApc } from '../ke/apc.ts';
import { type KeyObject, keyObject } from './keyobject.ts';
import { Watch } from './notify.ts';
import type { CmContext } from './context.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const IOSB_BYTES = 8;
/** What is kept for one that is pending. */
const REQUEST_BYTES = 256;

interface Input {
  readonly handle: number;
  readonly filter: number;
  readonly tree: boolean;
  readonly wait: boolean;
  readonly event?: number;
  readonly apc?: number;
  readonly context?: number;
  readonly iosb?: number;
}

interface Target {
  readonly event: EventObject | undefined;
  readonly block: readonly Piece[];
  /** Of the APC that was asked for. */
  readonly place: ApcPlace | undefined;
}

function findTarget(
  { needs: { ob, mm } }: CmContext,
  caller: NtThread,
  { event = 0, apc = 0, iosb = 0 }: Input,
): { status: number; target?: Target } {
  const { process } = caller;
  let object;
  if (event !== 0) {
    const found = ob.referenceByHandle(process, event, eventType, EVENT_MODIFY_STATE);
    if (!found.object) return { status: found.status };
    object = found.object as EventObject;
  }
  if (iosb % 4 !== 0) return { status: Status.STATUS_DATATYPE_MISALIGNMENT };
  const block = iosb === 0 ? [] : mm.probe(process, iosb, IOSB_BYTES, true);
  if (!block) return { status: Status.STATUS_ACCESS_VIOLATION };
  const { status, place } = apc === 0 ? { status: SUCCESS } : KeReserveApc(caller);
  return status === SUCCESS ? { status, target: { event: object, block, place } } : { status };
}

async function waitForChange(context: CmContext, caller: NtThread, watch: Watch): Promise<number> {
  const over = context.needs.ke.event();
  let result: number = Status.STATUS_CANCELLED;
  const takeBack = watch.await((status) => {
    result = status;
    over.set();
  });
  await over.wait(Infinity, caller.rundown);
  takeBack();
  return result;
}

function pend(
  { needs: { ob, mm } }: CmContext,
  caller: NtThread,
  watch: Watch,
  { event, block, place }: Target,
  { apc = 0, context = 0, iosb = 0 }: Input,
): number {
  const { quota } = caller.process;
  const charged = quota.charge('pagedPool', REQUEST_BYTES);
  if (charged !== SUCCESS) {
    place?.release();
    return charged;
  }
  mm.lockPages(block);
  if (event) ob.reference(event);
  event?.event.reset();
  let over = false;
  const end = (status: number, told = true): void => {
    if (over) return;
    over = true;
    caller.requests.delete(request);
    if (told) {
      const words = new Uint8Array(new Uint32Array([status, 0]).buffer);
      let at = 0;
      for (const piece of block) {
        mm.ram.write(piece.address, words.subarray(at, at + piece.length));
        at += piece.length;
      }
      event?.event.set();
      place?.queue({ routine: apc, context, argument1: iosb, argument2: 0 });
    }
    place?.release();
    mm.unlockPages(block);
    if (event) ob.dereference(event);
    quota.giveBack('pagedPool', REQUEST_BYTES);
  };
  // The thread ends: nobody is left to be told.
  const request = {
    cancel: (): void => {
      takeBack();
      end(Status.STATUS_CANCELLED, false);
    },
  };
  caller.requests.add(request);
  const takeBack = watch.await((status) => end(status));
  return Status.STATUS_PENDING;
}

function watchOf(object: KeyObject, { filter, tree }: Input): Watch {
  return (object.watch ??= new Watch(object.key, filter, tree));
}

export function registerNotifyService(context: CmContext): void {
  const { ke } = context.needs;
  ke.register('NtNotifyChangeKey', (caller, input) => {
    const { handle, filter, wait } = input;
    if (filter === 0 || (filter & ~REG_LEGAL_CHANGE_FILTER) !== 0)
      return { status: Status.STATUS_INVALID_PARAMETER };
    const { status, object } = keyObject(context, caller, handle, KEY_NOTIFY);
    if (!object) return { status };
    if (object.key.deleted) return { status: Status.STATUS_KEY_DELETED };
    if (wait)
      return waitForChange(context, caller, watchOf(object, input)).then((ended) => ({
        status: ended,
      }));
    const found = findTarget(context, caller, input);
    if (!found.target) return { status: found.status };
    return { status: pend(context, caller, watchOf(object, input), found.target, input) };
  });
}
