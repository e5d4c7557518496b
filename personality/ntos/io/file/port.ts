/**
 * I/O completion ports: where the ends of many requests on many files are told.
 *
 *   ioCompletionType, IoCompletionPort   the object
 *   joinPort, leavePort                  a file tells its ends there
 *   registerPortServices(executive)      NtCreateIoCompletion and its like
 *
 * A packet is the file's key, the request's context, and how it ended. Whoever causes it is charged
 * for it when his request starts, and until it is fetched.
 */
import {
  type CompletionPacket as CompletionRecord,
  encodeCompletions,
} from '../../../rtl/completion.ts';
import { SYNCHRONIZE } from '../../../rtl/nt.ts';
import {
  IO_COMPLETION_ALL_ACCESS,
  IO_COMPLETION_MODIFY_STATE,
  IO_COMPLETION_QUERY_STATE,
} from '../../../rtl/objects.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { IoNeeds } from '../needs.ts';
import type { ObHeader, ObObject, ObType } from '../../ob/types.ts';
import type { NtThread, Process } from '../../ps/types.ts';
import { timeoutMicros } from '../../ex/time.ts';
import { KQueue } from '../../ke/wait/queue.ts';
import { KeWaitForSingleObject } from '../../ke/wait/wait.ts';
import { makeHeader } from '../../ob/header.ts';
import { createNamed, openNamed } from '../../ob/named.ts';
import type { QuotaBlock } from '../../ps/quota.ts';
import { genericMapping } from '../../se/access.ts';
import { type FileObject, isSynchronous } from './fileobject.ts';
import type { IoContext } from '../context.ts';

/** What the Executive keeps for a packet. */
const PACKET_BYTES = 64;

/** NtRemoveIoCompletionEx: as many as a page has room for. */
const MOST_AT_ONCE = 256;

export interface CompletionPacket extends CompletionRecord {
  /** Charged for it. */
  readonly quota: QuotaBlock;
}

export const ioCompletionType: ObType = {
  name: 'IoCompletion',
  access: genericMapping(
    IO_COMPLETION_QUERY_STATE,
    IO_COMPLETION_MODIFY_STATE,
    SYNCHRONIZE,
    IO_COMPLETION_ALL_ACCESS,
  ),
  dispatcher: (object) => (object as IoCompletionPort).queue.filled,
  delete: (object) => (object as IoCompletionPort).end(),
};

export class IoCompletionPort implements ObObject {
  readonly header: ObHeader = makeHeader(ioCompletionType);
  readonly queue = new KQueue<CompletionPacket>();

  /** Before the packet is there: a status. */
  charge(quota: QuotaBlock): number {
    return quota.charge('pagedPool', PACKET_BYTES);
  }

  /** It has been fetched, or there will be none. */
  uncharge(quota: QuotaBlock): void {
    quota.giveBack('pagedPool', PACKET_BYTES);
  }

  end(): void {
    for (const { quota } of this.queue.clear()) this.uncharge(quota);
  }
}

/** FileCompletionInformation: once, and for files that nobody waits for. */
export function joinPort(
  io: IoContext,
  process: Process,
  file: FileObject,
  { port, key }: { port: number; key: number },
): number {
  const { ob } = io.executive;
  if (isSynchronous(file) || file.port) return Status.STATUS_INVALID_PARAMETER;
  const access = IO_COMPLETION_MODIFY_STATE;
  const { status, object } = ob.referenceByHandle(process, port, ioCompletionType, access);
  if (!object) return status;
  ob.reference(object);
  file.port = { object: object as IoCompletionPort, key };
  return status;
}

export function leavePort(io: IoContext, file: FileObject): void {
  if (file.port) io.executive.ob.dereference(file.port.object);
  file.port = undefined;
}

export function registerPortServices(executive: IoNeeds): void {
  const { ke, ob } = executive;
  const type = ioCompletionType;

  function find(caller: NtThread, handle: number, access: number) {
    const { status, object } = ob.referenceByHandle(caller.process, handle, type, access);
    return { status, port: object as IoCompletionPort | undefined };
  }

  ke.register('NtCreateIoCompletion', (caller, given) =>
    createNamed(executive, caller, type, given, () => new IoCompletionPort()),
  );
  ke.register('NtOpenIoCompletion', (caller, given) => openNamed(executive, caller, type, given));

  ke.register('NtQueryIoCompletion', (caller, { handle }) => {
    const { status, port } = find(caller, handle, IO_COMPLETION_QUERY_STATE);
    return { status, depth: port?.queue.depth ?? 0 };
  });

  ke.register('NtSetIoCompletion', (caller, { handle, key, context, status, information }) => {
    const found = find(caller, handle, IO_COMPLETION_MODIFY_STATE);
    if (!found.port) return { status: found.status };
    const { quota } = caller.process;
    const charged = found.port.charge(quota);
    if (charged !== Status.STATUS_SUCCESS) return { status: charged };
    found.port.queue.insert({ key, context, status, information, quota });
    return { status: charged };
  });

  /** Waits for a packet; `answer` takes the status, and the packet where there was one. */
  function remove<T>(
    caller: NtThread,
    port: IoCompletionPort,
    { timeout, alertable }: { timeout: number; alertable: boolean },
    answer: (status: number, packet: CompletionPacket | undefined) => T,
  ): Awaitable<T> {
    const micros = timeoutMicros(timeout, ke.systemTime());
    const waited = KeWaitForSingleObject(ke, caller, port.queue, alertable, micros);
    const taken = (outcome: number): T => {
      const packet = port.queue.taken(caller);
      if (packet) port.uncharge(packet.quota);
      return answer(outcome, packet);
    };
    if (typeof waited === 'number') return taken(waited);
    ob.reference(port);
    return waited.then(taken).finally(() => ob.dereference(port));
  }

  ke.register('NtRemoveIoCompletion', (caller, { handle, timeout }) => {
    const { status, port } = find(caller, handle, IO_COMPLETION_MODIFY_STATE);
    if (!port) return { status };
    return remove(caller, port, { timeout, alertable: false }, (outcome, packet) => {
      if (!packet) return { status: outcome };
      const { key, context, information } = packet;
      return { status: outcome, key, context, outcome: packet.status, information };
    });
  });

  ke.register('NtRemoveIoCompletionEx', (caller, { handle, count, timeout, alertable }) => {
    if (count === 0 || count > MOST_AT_ONCE) return { status: Status.STATUS_INVALID_PARAMETER };
    const { status, port } = find(caller, handle, IO_COMPLETION_MODIFY_STATE);
    if (!port) return { status };
    return remove(caller, port, { timeout, alertable }, (outcome, packet) => {
      if (!packet) return { status: outcome };
      const more = port.queue.take(count - 1);
      for (const { quota } of more) port.uncharge(quota);
      return { status: outcome, packets: encodeCompletions([packet, ...more]) };
    });
  });
}
