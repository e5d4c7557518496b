/**
 * LPC: ports, by which processes send one another short messages, and wait for replies.
 *
 *   registerLpcServices(executive)   the type Port and its services; what it knows, for tests
 *
 *   port      objects and queues            request   sending, replying, callbacks
 *   connect, accept   connections           receive   taking what has come
 *   exchange  who waits for which reply     data      memory that a message names
 *   views     sections that both sides map  impersonate   acting for who asks
 *
 * The Executive carries every message: docs/pipes.md has the rules, decision 0019 why.
 */
import { decodePortMessage, encodePortMessage, type PortMessage } from '../../rtl/lpc.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { timeoutMicros } from '../ex/time.ts';
import type { NtThread } from '../ps/types.ts';
import { acceptConnectPort } from './accept.ts';
import { closePort, completeConnectPort, connectPort, createPort } from './connect.ts';
import { copyRequestData, type CopyInput } from './data.ts';
import { Exchanges } from './exchange.ts';
import { impersonateClientOfPort } from './impersonate.ts';
import type { Lpc } from './lpc.ts';
import type { LpcNeeds } from './needs.ts';
import { makePortType, type Port, portByHandle, type PortKind } from './port.ts';
import { listen, receive, type Received, registerEnd } from './receive.ts';
import { replyPort, replyWaitReplyPort, requestPort, requestWaitReplyPort } from './request.ts';

const ANY: readonly PortKind[] = ['connection', 'server', 'client'];
const SIDES: readonly PortKind[] = ['server', 'client'];

export function registerLpcServices(needs: LpcNeeds): Lpc {
  const type = makePortType((port) => closePort(lpc, port));
  const lpc: Lpc = { needs, type, exchanges: new Exchanges(), connects: new Map() };
  registerConnecting(lpc);
  registerSending(lpc);
  registerReceiving(lpc);
  return lpc;
}

type Answered = { status: number; message?: PortMessage };

function answer({ status, message }: Answered): { status: number; message?: Uint8Array } {
  return message ? { status, message: encodePortMessage(message) } : { status };
}

/** Calls `body` with the port, if the handle is one of those kinds. */
function withPort<R extends { status: number }>(
  { needs, type }: Lpc,
  { process }: NtThread,
  handle: number,
  kinds: readonly PortKind[],
  body: (port: Port) => R,
): R | { status: number } {
  const { status, port } = portByHandle(needs, type, process, handle, kinds);
  return port ? body(port) : { status };
}

function registerConnecting(lpc: Lpc): void {
  const { ke } = lpc.needs;
  ke.register('NtCreatePort', (caller, input) => createPort(lpc, caller, input));
  ke.register('NtCreateWaitablePort', (caller, input) => createPort(lpc, caller, input));
  ke.register('NtConnectPort', (caller, input) => connectPort(lpc, caller, input));
  ke.register('NtListenPort', async (caller, { handle }) => {
    const { needs, type } = lpc;
    const found = portByHandle(needs, type, caller.process, handle, ['connection']);
    return found.port ? answer(await listen(lpc, caller, found.port)) : { status: found.status };
  });
  ke.register('NtAcceptConnectPort', (caller, input) =>
    acceptConnectPort(lpc, caller, decodePortMessage(input.message), input),
  );
  ke.register('NtCompleteConnectPort', (caller, { handle }) => ({
    status: completeConnectPort(lpc, caller, handle),
  }));
  ke.register('NtRegisterThreadTerminatePort', (caller, { handle }) =>
    withPort(lpc, caller, handle, ANY, (port) => ({ status: registerEnd(lpc, caller, port) })),
  );
  ke.register('NtQueryInformationPort', (caller, { handle }) =>
    withPort(lpc, caller, handle, ANY, () => ({ status: Status.STATUS_INVALID_INFO_CLASS })),
  );
}

function registerSending(lpc: Lpc): void {
  const { ke } = lpc.needs;
  ke.register('NtRequestPort', (caller, { handle, message }) => ({
    status: requestPort(lpc, caller, handle, decodePortMessage(message)),
  }));
  ke.register('NtRequestWaitReplyPort', async (caller, { handle, message }) =>
    answer(await requestWaitReplyPort(lpc, caller, handle, decodePortMessage(message))),
  );
  ke.register('NtReplyPort', (caller, { handle, message }) =>
    withPort(lpc, caller, handle, ANY, (port) => ({
      status: replyPort(lpc, port, decodePortMessage(message)),
    })),
  );
  ke.register('NtReplyWaitReplyPort', async (caller, { handle, message }) => {
    const found = portByHandle(lpc.needs, lpc.type, caller.process, handle, SIDES);
    if (!found.port) return { status: found.status };
    const decoded = decodePortMessage(message);
    return answer(await replyWaitReplyPort(lpc, caller, found.port, decoded));
  });
  ke.register('NtImpersonateClientOfPort', (caller, { handle, message }) =>
    withPort(lpc, caller, handle, ['server'], (port) => ({
      status: impersonateClientOfPort(lpc, caller, port, decodePortMessage(message)),
    })),
  );
}

function registerReceiving(lpc: Lpc): void {
  const { ke } = lpc.needs;

  async function replyAndReceive(
    caller: NtThread,
    { handle, reply }: { handle: number; reply: Uint8Array },
    timeout: number,
  ) {
    const { status, port } = portByHandle(lpc.needs, lpc.type, caller.process, handle, ANY);
    if (!port) return { status };
    if (reply.length > 0) {
      const replied = replyPort(lpc, port, decodePortMessage(reply));
      if (replied !== Status.STATUS_SUCCESS) return { status: replied };
    }
    const received: Received = await receive(lpc, caller, port, timeout);
    return { ...answer(received), context: received.context ?? 0 };
  }

  ke.register('NtReplyWaitReceivePort', (caller, input) =>
    replyAndReceive(caller, input, Infinity),
  );
  ke.register('NtReplyWaitReceivePortEx', (caller, input) =>
    replyAndReceive(caller, input, timeoutMicros(input.timeout, ke.systemTime())),
  );

  const copies =
    (toSender: boolean) =>
    (caller: NtThread, input: CopyInput & { handle: number; message: Uint8Array }) =>
      withPort(lpc, caller, input.handle, ANY, (port) =>
        copyRequestData(lpc, caller, port, decodePortMessage(input.message), input, toSender),
      );
  ke.register('NtReadRequestData', copies(false));
  ke.register('NtWriteRequestData', copies(true));
}
