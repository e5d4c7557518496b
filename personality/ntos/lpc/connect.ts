/**
 * Making and ending connections.
 *
 *   NtConnectPort             a connection request; waits until the server has answered
 *   NtAcceptConnectPort       the server's side is made, or the client is refused
 *   NtCompleteConnectPort     the client goes on
 *   closePort(lpc, port)      the last handle of a side, or of the connection port, is closed
 *
 * A connect ends once: completed, refused, or because either side has gone.
 */
import { NotificationEvent } from '../../rtl/nt.ts';
import {
  LPC_CONNECTION_REQUEST,
  LPC_PORT_CLOSED,
  PORT_ALL_ACCESS,
  PORT_CONNECT,
  PORT_MAXIMUM_CONNECTION_LENGTH,
  PORT_MAXIMUM_MESSAGE_LENGTH,
  type PortMessage,
  portMessage,
} from '../../rtl/lpc.ts';
import { NT_SUCCESS, Status } from '../../rtl/status.ts';
import { KEvent } from '../ke/wait/event.ts';
import { KeWaitForSingleObject } from '../ke/wait/wait.ts';
import { chargeObject } from '../ob/charge.ts';
import { insertWithHandle } from '../ob/insert.ts';
import type { NtThread } from '../ps/types.ts';
import { checkAccess } from '../se/check.ts';
import { effectiveToken } from '../se/token.ts';
import type { Lpc } from './lpc.ts';
import type { LpcNeeds } from './needs.ts';
import { clientId, drop, type Packet, Port, portByHandle, post, uncharge } from './port.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const NO_DATA = new Uint8Array();

export class Connect {
  readonly id: number;
  readonly client: Port;
  readonly requestor: NtThread;
  /** The process that has received the request. */
  receiver: NtThread['process'] | undefined;
  packet: Packet | undefined;
  status: number | undefined;
  information = NO_DATA as Uint8Array;
  readonly #done = new KEvent(NotificationEvent);

  constructor(id: number, client: Port, requestor: NtThread) {
    this.id = id;
    this.client = client;
    this.requestor = requestor;
  }

  end(status: number): void {
    if (this.status !== undefined) return;
    this.status = status;
    if (this.packet) drop(this.client.connection!, this.packet);
    this.packet = undefined;
    this.#done.set();
  }

  /** A status. */
  async wait({ ke }: LpcNeeds): Promise<number> {
    const waited = await KeWaitForSingleObject(ke, this.requestor, this.#done, false, Infinity);
    if (waited !== SUCCESS) this.end(waited);
    return this.status!;
  }
}

export interface CreateInput {
  readonly name: string;
  readonly attributes: number;
  readonly maximumConnectionInformation: number;
  readonly maximumMessage: number;
}

export function createPort(lpc: Lpc, caller: NtThread, input: CreateInput) {
  const { maximumConnectionInformation, maximumMessage, name } = input;
  if (maximumConnectionInformation > PORT_MAXIMUM_CONNECTION_LENGTH)
    return { status: Status.STATUS_INVALID_PARAMETER_3 };
  if (maximumMessage > PORT_MAXIMUM_MESSAGE_LENGTH)
    return { status: Status.STATUS_INVALID_PARAMETER_4 };
  const port = new Port(lpc.type, 'connection', input);
  return insertWithHandle(lpc.needs, caller, name, port, { access: PORT_ALL_ACCESS });
}

export async function connectPort(
  lpc: Lpc,
  caller: NtThread,
  input: { name: string; section: number; information: Uint8Array },
): Promise<{ status: number; handle?: number; maximumMessage?: number; information?: Uint8Array }> {
  const { ob } = lpc.needs;
  const { process } = caller;
  const token = effectiveToken(caller);
  const { status, object } = ob.lookup(input.name, token);
  if (!object) return { status };
  if (object.header.type !== lpc.type) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  const connection = object as Port;
  if (connection.kind !== 'connection') return { status: Status.STATUS_INVALID_PORT_HANDLE };
  const { status: refused } = checkAccess(token, connection, PORT_CONNECT);
  if (refused !== SUCCESS) return { status: refused };
  if (input.section !== 0) return { status: Status.STATUS_NOT_SUPPORTED };
  const { maximumMessage, maximumConnectionInformation } = connection.limits;
  if (input.information.length > maximumConnectionInformation)
    return { status: Status.STATUS_PORT_MESSAGE_TOO_LONG };
  const client = new Port(lpc.type, 'client', connection.limits, connection);
  // As long as this call needs it; the last reference gives back what it is charged.
  ob.reference(client);
  ob.reference(connection);
  let handle = 0;
  try {
    const charged = chargeObject(process, client, 0);
    if (charged !== SUCCESS) return { status: charged };
    const outcome = await request(lpc, caller, client, input.information);
    if (outcome.status !== SUCCESS) return outcome;
    const made = ob.createHandle(process, client, PORT_ALL_ACCESS);
    handle = made.handle;
    return { ...made, maximumMessage, information: outcome.information };
  } finally {
    if (handle === 0) closePort(lpc, client);
    ob.dereference(client);
  }
}

async function request(
  lpc: Lpc,
  caller: NtThread,
  client: Port,
  data: Uint8Array,
): Promise<{ status: number; information: Uint8Array }> {
  const connect = new Connect(lpc.exchanges.nextId(), client, caller);
  const { id } = connect;
  const message = portMessage(data, { type: LPC_CONNECTION_REQUEST, id, ...clientId(caller) });
  const packet = { message, context: 0, connect, quota: caller.process.quota };
  connect.packet = packet;
  lpc.connects.set(id, connect);
  const posted = post(client.connection!, packet);
  const status = posted === SUCCESS ? await connect.wait(lpc.needs) : posted;
  lpc.connects.delete(id);
  return { status, information: connect.information };
}

export function acceptConnectPort(
  lpc: Lpc,
  caller: NtThread,
  context: number,
  { id, process, thread, data }: PortMessage,
  accept: boolean,
): { status: number; handle?: number } {
  const connect = lpc.connects.get(id);
  const right =
    connect?.receiver === caller.process &&
    connect.requestor.process.id === process &&
    connect.requestor.id === thread &&
    !connect.client.peer &&
    connect.status === undefined;
  if (!right) return { status: Status.STATUS_REPLY_MESSAGE_MISMATCH };
  const { client } = connect;
  if (data.length > client.limits.maximumConnectionInformation)
    return { status: Status.STATUS_PORT_MESSAGE_TOO_LONG };
  connect.information = data;
  if (!accept) {
    connect.end(Status.STATUS_PORT_CONNECTION_REFUSED);
    return { status: SUCCESS };
  }
  const connection = client.connection!;
  const server = new Port(lpc.type, 'server', connection.limits, connection);
  const made = insertWithHandle(lpc.needs, caller, '', server, { access: PORT_ALL_ACCESS });
  if (!NT_SUCCESS(made.status)) return made;
  lpc.needs.ob.reference(connection);
  server.context = context;
  server.connect = connect;
  server.peer = client;
  client.peer = server;
  return made;
}

export function completeConnectPort(lpc: Lpc, caller: NtThread, handle: number): number {
  const { status, port } = portByHandle(lpc.needs, lpc.type, caller.process, handle, ['server']);
  if (!port) return status;
  const { connect } = port;
  if (!connect) return Status.STATUS_INVALID_PARAMETER;
  port.connect = undefined;
  connect.end(SUCCESS);
  return SUCCESS;
}

/** Everybody who waits for something by it hears of its end, once. */
export function closePort(lpc: Lpc, port: Port): void {
  if (port.isClosed) return;
  port.isClosed = true;
  port.gone.set();
  if (port.kind === 'connection') closeConnection(lpc, port);
  else closeSide(lpc, port);
  for (const packet of port.queue.clear()) {
    uncharge(packet);
    packet.connect?.end(Status.STATUS_PORT_CONNECTION_REFUSED);
    packet.exchange?.end({ status: Status.STATUS_PORT_DISCONNECTED });
  }
}

function closeConnection(lpc: Lpc, port: Port): void {
  const status = Status.STATUS_PORT_CONNECTION_REFUSED;
  for (const connect of [...lpc.connects.values()])
    if (connect.client.connection === port && !connect.client.peer) connect.end(status);
  lpc.exchanges.endOf(({ to }) => to === port, Status.STATUS_PORT_DISCONNECTED);
}

function closeSide(lpc: Lpc, port: Port): void {
  const { peer } = port;
  const connection = port.connection!;
  port.connect?.end(Status.STATUS_PORT_CONNECTION_REFUSED);
  port.connect = port.peer = undefined;
  if (peer) {
    peer.peer = undefined;
    if (port.kind === 'server') peer.gone.set();
    else {
      const message = portMessage(NO_DATA, { type: LPC_PORT_CLOSED });
      post(connection, { message, context: peer.context });
    }
  }
  const ofConnection = [port, peer];
  lpc.exchanges.endOf(({ from }) => ofConnection.includes(from), Status.STATUS_PORT_DISCONNECTED);
  lpc.needs.ob.dereference(connection);
}
