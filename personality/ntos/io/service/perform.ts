/**
 * The frame around every file service that may take its time: reads, writes, controls, listings.
 *
 *   perform(io, caller, file, input, start)   starts the work, and answers as the file was opened:
 *                                             when it has ended (FILE_SYNCHRONOUS_IO_*), or at
 *                                             once, with STATUS_PENDING where it has not ended
 *   waited(caller, file, work)                for what is waited for however the file was opened
 *   cancelRequests(requests, which)           gives up those; what they were
 *
 * The end of a request that is not waited for is told in NT's order: the status block is written,
 * then the event is set (the caller's, or else the file's own), then the APC is queued. What fails
 * before it is pending answers its status and tells nothing more.
 *
 * One operation at a time on a file that was opened for synchronous I/O, as its position is one.
 * `start` runs in that turn, and not before: what it looks at (the position, the locks, where the
 * caller's buffer is) may change as long as another operation lasts.
 */
import { FILE_SYNCHRONOUS_IO_ALERT } from '../../../rtl/nt.ts';
import { EVENT_MODIFY_STATE } from '../../../rtl/objects.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_ERROR, NtException } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { Piece } from '../../mm/types.ts';
import type { ObObject } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import { Mdl } from '../../mm/mdl.ts';
import { type ApcPlace, KeListenForAlerts, KeReserveApc } from '../../ke/apc.ts';
import { type EventObject, eventType } from '../../ex/events.ts';
import { KEvent } from '../../ke/wait/event.ts';
import { type FileObject, isSynchronous } from '../file/fileobject.ts';
import { writePieces } from './transfer.ts';
import type { QuotaBlock } from '../../ps/quota.ts';
import type { CompletionPacket } from '../file/port.ts';
import type { IoContext } from '../context.ts';
import { CancelScope } from '../request/scope.ts';

/** How the caller wants to hear of the end; absent or 0: not so. */
export interface CompletionInput {
  readonly event?: number | undefined;
  readonly apc?: number | undefined;
  readonly context?: number | undefined;
  readonly iosb?: number | undefined;
}

export interface Outcome {
  readonly status: number;
  readonly information?: number;
}

/** What the Executive keeps for a request that is pending. */
const REQUEST_BYTES = 256;
const IOSB_BYTES = 8;
/** A request that is under way: an entry of its thread's `requests`. */
export interface PendingRequest {
  readonly file: FileObject;
  readonly iosb: number;
  readonly synchronous: boolean;
  /** Set when it has ended. */
  readonly ended: KEvent;
  cancel(): void;
}

export function perform<R extends Outcome>(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  input: CompletionInput,
  start: (scope: CancelScope) => Awaitable<R>,
  waits = false,
): Awaitable<R | Outcome> {
  const plain = !input.event && !input.apc && !input.iosb && !input.context;
  const found = plain ? NOWHERE : findTarget(io, caller, file, input);
  if (!found.target) return { status: found.status };
  const { target } = found;
  target.event?.reset();
  if (!waits && !isSynchronous(file)) return asynchronously(io, caller, file, target, start);
  if (file.turn.held) return inTurn(io, caller, file, target, start);
  return synchronously(io, caller, file, target, start);
}

export async function waited<R>(
  caller: NtThread,
  file: FileObject,
  work: (scope: CancelScope) => Promise<R>,
): Promise<R> {
  const scope = new CancelScope(caller.request);
  const request = makeRequest(file, NOWHERE.target!, scope, true);
  caller.requests.add(request);
  try {
    return await work(scope);
  } finally {
    caller.requests.delete(request);
    request.ended.set();
  }
}

/** Where the end of a request is told. */
interface Target {
  readonly event: KEvent | undefined;
  readonly eventObject: ObObject | undefined;
  readonly apc: number;
  /** The APC's place is reserved at the start: none is promised that cannot be queued. */
  readonly place: ApcPlace | undefined;
  readonly context: number;
  readonly iosb: number;
  readonly block: readonly Piece[];
}

const NOWHERE: { status: number; target?: Target } = {
  status: Status.STATUS_SUCCESS,
  target: {
    event: undefined,
    eventObject: undefined,
    apc: 0,
    place: undefined,
    context: 0,
    iosb: 0,
    block: [],
  },
};

function findTarget(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  { event = 0, apc = 0, context = 0, iosb = 0 }: CompletionInput,
): { status: number; target?: Target } {
  const { ob, mm } = io.executive;
  const { process } = caller;
  let eventObject: EventObject | undefined;
  if (event !== 0) {
    const found = ob.referenceByHandle(process, event, eventType, EVENT_MODIFY_STATE);
    if (!found.object) return { status: found.status };
    eventObject = found.object as EventObject;
  }
  if (apc !== 0 && file.port) return { status: Status.STATUS_INVALID_PARAMETER };
  if (iosb % 4 !== 0) return { status: Status.STATUS_DATATYPE_MISALIGNMENT };
  const block = iosb === 0 ? [] : mm.probe(process, iosb, IOSB_BYTES, true);
  if (!block) return { status: Status.STATUS_ACCESS_VIOLATION };
  const { status, place } = apc === 0 ? { status: Status.STATUS_SUCCESS } : KeReserveApc(caller);
  if (status !== Status.STATUS_SUCCESS) return { status };
  return {
    status,
    target: { event: eventObject?.event, eventObject, apc, place, context, iosb, block },
  };
}

function synchronously<R extends Outcome>(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  target: Target,
  start: (scope: CancelScope) => Awaitable<R>,
): Awaitable<R> {
  const scope = new CancelScope(caller.request);
  let started: Awaitable<R>;
  try {
    started = start(scope);
  } catch (error) {
    target.place?.release();
    throw error;
  }
  if (!(started instanceof Promise)) {
    if (target !== NOWHERE.target && !NT_ERROR(started.status)) tell(io, file, target, started);
    target.place?.release();
    return started;
  }
  // Nobody has the turn, so it is taken here, before anything is waited for.
  const turn = file.turn.acquire();
  return untilEnded(io, caller, file, target, scope, async () => {
    await turn;
    try {
      return await started;
    } finally {
      file.turn.release();
    }
  });
}

/** Waits for the turn first; who gives up meanwhile has done nothing. */
function inTurn<R extends Outcome>(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  target: Target,
  start: (scope: CancelScope) => Awaitable<R>,
): Promise<R | Outcome> {
  const scope = new CancelScope(caller.request);
  return untilEnded(io, caller, file, target, scope, async () => {
    if (!(await file.turn.acquire(scope))) return { status: Status.STATUS_CANCELLED };
    try {
      if (scope.cancelled) return { status: Status.STATUS_CANCELLED };
      if (file.closed) return { status: Status.STATUS_FILE_CLOSED };
      return await start(scope);
    } finally {
      file.turn.release();
    }
  });
}

/** The caller waits for `work`, and may be asked to give it up. */
async function untilEnded<R extends Outcome>(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  target: Target,
  scope: CancelScope,
  work: () => Promise<R>,
): Promise<R> {
  const request = makeRequest(file, target, scope, true);
  caller.requests.add(request);
  io.executive.ob.reference(file);
  const block = hold(io, target);
  const alertable = (file.options & FILE_SYNCHRONOUS_IO_ALERT) !== 0;
  // An APC or alert gives up the operation; it is told when the wait is over.
  if (alertable) KeListenForAlerts(caller, () => scope.cancel());
  try {
    const result = await work();
    tell(io, file, target, result);
    return result;
  } finally {
    if (alertable) caller.interrupt = undefined;
    caller.requests.delete(request);
    release(io, target, block);
    io.executive.ob.dereference(file);
    request.ended.set();
  }
}

function asynchronously<R extends Outcome>(
  io: IoContext,
  caller: NtThread,
  file: FileObject,
  target: Target,
  start: (scope: CancelScope) => Awaitable<R>,
): R | Outcome {
  const { ke, ob } = io.executive;
  const { quota } = caller.process;
  const port = target.context === 0 ? undefined : file.port;
  const charged = charge(quota, port);
  if (charged !== Status.STATUS_SUCCESS) {
    target.place?.release();
    return { status: charged };
  }
  const scope = new CancelScope(caller.request);
  let answer: R | Outcome = { status: Status.STATUS_PENDING };
  file.event.reset();
  ke.spawn('a file service', async () => {
    const request = makeRequest(file, target, scope, false);
    ob.reference(file);
    const block = hold(io, target);
    let packet: CompletionPacket | undefined;
    try {
      const started = attempt(io, start, scope);
      const pending = started instanceof Promise;
      if (pending) caller.requests.add(request);
      const result = pending
        ? await started.catch((error: unknown) => asOutcome(io, error))
        : started;
      if (!pending) answer = result;
      if (pending || !NT_ERROR(result.status)) {
        tell(io, file, target, result);
        packet = port && { ...told(port, target, result), quota };
      }
    } finally {
      caller.requests.delete(request);
      release(io, target, block);
      ob.dereference(file);
      quota.giveBack('pagedPool', REQUEST_BYTES);
      if (packet) port?.object.queue.insert(packet);
      else port?.object.uncharge(quota);
      request.ended.set();
    }
  });
  return answer;
}

type Port = NonNullable<FileObject['port']>;

function charge(quota: QuotaBlock, port: Port | undefined): number {
  const status = quota.charge('pagedPool', REQUEST_BYTES);
  if (status !== Status.STATUS_SUCCESS || !port) return status;
  const more = port.object.charge(quota);
  if (more !== Status.STATUS_SUCCESS) quota.giveBack('pagedPool', REQUEST_BYTES);
  return more;
}

function told({ key }: Port, { context }: Target, { status, information = 0 }: Outcome) {
  return { key, context, status, information };
}

function attempt<R extends Outcome>(
  io: IoContext,
  start: (scope: CancelScope) => Awaitable<R>,
  scope: CancelScope,
): Awaitable<R | Outcome> {
  try {
    return start(scope);
  } catch (error) {
    return asOutcome(io, error);
  }
}

/** Whoever waits for the end hears of it, whatever went wrong. */
function asOutcome(io: IoContext, error: unknown): Outcome {
  if (error instanceof NtException) return { status: error.status };
  io.executive.ke.log('a file service:', error);
  return { status: Status.STATUS_UNSUCCESSFUL };
}

function makeRequest(
  file: FileObject,
  { iosb }: Target,
  scope: CancelScope,
  synchronous: boolean,
): PendingRequest {
  return { file, iosb, synchronous, ended: new KEvent(0), cancel: () => scope.cancel() };
}

/** What is needed at the end, whatever the caller closes or frees meanwhile. */
function hold(io: IoContext, { block, eventObject }: Target): Mdl {
  if (eventObject) io.executive.ob.reference(eventObject);
  return new Mdl(io.executive.mm, block, 'fromDevice');
}

function release(io: IoContext, { eventObject, place }: Target, block: Mdl): void {
  block.release();
  place?.release();
  if (eventObject) io.executive.ob.dereference(eventObject);
}

function tell(
  io: IoContext,
  file: FileObject,
  { block, event, apc, place, context, iosb }: Target,
  { status, information = 0 }: Outcome,
): void {
  const words = new Uint8Array(new Uint32Array([status, information]).buffer);
  writePieces(io.executive.mm.ram, block, words);
  (event ?? file.event).set();
  place?.queue({ routine: apc, context, argument1: iosb, argument2: 0 });
}

export function cancelRequests(
  requests: Iterable<{ cancel(): void }>,
  which: (request: PendingRequest) => boolean,
): PendingRequest[] {
  const found = [...requests].filter((each): each is PendingRequest =>
    which(each as PendingRequest),
  );
  for (const request of found) request.cancel();
  return found;
}
