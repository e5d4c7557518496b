/**
 * Making and ending connections.
 *
 *   NtConnectPort             a connection request; waits until the server has answered
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
  portMessage,
} from '../../rtl/lpc.ts';
import { decodeQuality } from '../../rtl/security/quality.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { KEvent } from '../ke/wait/event.ts';
import { KeWaitForSingleObject } from '../ke/wait/wait.ts';
import { chargeObject } from '../ob/charge.ts';
import { insertWithHandle } from '../ob/insert.ts';
import type { NtThread } from '../ps/types.ts';
import { checkAccess } from '../se/check.ts';
import { ClientSecurity } from '../se/clientsecurity.ts';
import { effectiveToken } from '../se/token.ts';
import type { Lpc } from './lpc.ts';
import type { LpcNeeds } from './needs.ts';
import { clientId, drop, type Packet, Port, portByHandle, post, uncharge } from './port.ts';
import {
  type Gift,
  type GivenSection,
  giveSection,
  mapPortView,
  seen,
  type Side,
  unmapPortViews,
  type ViewAnswer,
} from './views.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const NO_DATA = new Uint8Array();

/** What the client gives, and whether it takes what the server gives. */
type Offers = Pick<Side, 'gift' | 'looks'>;

export class Connect {
  readonly id: number;
  readonly client: Port;
  readonly requestor: NtThread;
  /** The process that has received the request. */
  receiver: NtThread['process'] | undefined;
  packet: Packet | undefined;
  status: number | undefined;
  information = NO_DATA as Uint8Array;
  readonly offers: Offers;
  /** What the client is told of views. */
  views: ViewAnswer = {};
  /** The server is about it: its views are being mapped. */
  accepting = false;
  readonly #done = new KEvent(NotificationEvent);

  constructor(id: number, client: Port, requestor: NtThread, offers: Offers) {
    this.id = id;
    this.offers = offers;
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

export interface ConnectInput extends GivenSection {
  readonly name: string;
  readonly information: Uint8Array;
  readonly quality?: Uint8Array | undefined;
  readonly serverView?: boolean | undefined;
}

type ConnectAnswer = ViewAnswer & {
  readonly status: number;
  readonly handle?: number;
  readonly maximumMessage?: number;
  readonly information?: Uint8Array;
};

export async function connectPort(
  lpc: Lpc,
  caller: NtThread,
  input: ConnectInput,
): Promise<ConnectAnswer> {
  const { ob } = lpc.needs;
  const { process } = caller;
  const quality = decodeQuality(input.quality);
  const token = effectiveToken(caller);
  const { status, object } = ob.lookup(input.name, token);
  if (!object) return { status };
  if (object.header.type !== lpc.type) return { status: Status.STATUS_OBJECT_TYPE_MISMATCH };
  const connection = object as Port;
  if (connection.kind !== 'connection') return { status: Status.STATUS_INVALID_PORT_HANDLE };
  const { status: refused } = checkAccess(token, connection, PORT_CONNECT);
  if (refused !== SUCCESS) return { status: refused };
  if (input.information.length > connection.limits.maximumConnectionInformation)
    return { status: Status.STATUS_PORT_MESSAGE_TOO_LONG };
  const given = giveSection(lpc, process, input);
  if (given.status !== SUCCESS) return { status: given.status };
  const client = new Port(lpc.type, 'client', connection.limits, connection);
  client.lends = new ClientSecurity(quality, process.quota);
  // As long as this call needs it; the last reference gives back what it is charged.
  ob.reference(client);
  ob.reference(connection);
  let answer: ConnectAnswer = { status };
  try {
    answer = await connectBy(lpc, caller, client, input, given.gift);
    return answer;
  } finally {
    if (!answer.handle) closePort(lpc, client);
    if (given.gift) ob.dereference(given.gift.section);
    ob.dereference(client);
  }
}

async function connectBy(
  lpc: Lpc,
  caller: NtThread,
  client: Port,
  { information, serverView = false }: ConnectInput,
  gift: Gift | undefined,
): Promise<ConnectAnswer> {
  const { process } = caller;
  const charged = chargeObject(process, client, 0);
  if (charged !== SUCCESS) return { status: charged };
  const { lends } = client;
  const captured = lends && !lends.quality.dynamic ? lends.capture(caller).status : SUCCESS;
  if (captured !== SUCCESS) return { status: captured };
  const mapped = gift ? await mapPortView(lpc, process, gift) : { status: SUCCESS };
  if (mapped.status !== SUCCESS) return { status: mapped.status };
  if (mapped.view) client.views.push(mapped.view);
  const offers = { gift, looks: serverView };
  const outcome = await request(lpc, caller, client, information, offers);
  if (outcome.status !== SUCCESS) return outcome;
  const made = lpc.needs.ob.createHandle(process, client, PORT_ALL_ACCESS);
  const { maximumMessage } = client.limits;
  return { ...made, maximumMessage, ...outcome, status: made.status, ...seen(mapped.view) };
}

async function request(
  lpc: Lpc,
  caller: NtThread,
  client: Port,
  data: Uint8Array,
  offers: Offers,
): Promise<ViewAnswer & { status: number; information: Uint8Array }> {
  const connect = new Connect(lpc.exchanges.nextId(), client, caller, offers);
  const { id } = connect;
  const message = portMessage(data, { type: LPC_CONNECTION_REQUEST, id, ...clientId(caller) });
  const packet = { message, context: 0, connect, quota: caller.process.quota };
  connect.packet = packet;
  lpc.connects.set(id, connect);
  const posted = post(client.connection!, packet);
  const status = posted === SUCCESS ? await connect.wait(lpc.needs) : posted;
  lpc.connects.delete(id);
  return { status, information: connect.information, ...connect.views };
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
  unmapPortViews(lpc, port.views.splice(0));
  port.lends?.end();
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
