/**
 * Port objects, and the messages that wait in them.
 *
 *   connection   has a name; the server receives there what all clients send
 *   server       the server's side of one connection, with its context
 *   client       the client's side; what the server sends to it waits here
 *
 * A server port receives from its connection port. Two sides of a connection know each other until
 * one is closed.
 *
 *   post(port, packet)       a packet into the queue of a port; a status
 *   drop(port, packet)       takes it out again, if it is still there
 *   portByHandle(...)        the port, if it is of a kind that the service needs
 */
import { NotificationEvent, SYNCHRONIZE } from '../../rtl/nt.ts';
import { PORT_ALL_ACCESS, PORT_CONNECT, PORT_MESSAGE_HEADER } from '../../rtl/lpc.ts';
import type { PortMessage } from '../../rtl/lpc.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { KEvent } from '../ke/wait/event.ts';
import { KQueue } from '../ke/wait/queue.ts';
import { makeHeader } from '../ob/header.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import type { NtThread, Process } from '../ps/types.ts';
import { genericMapping } from '../se/access.ts';
import type { ClientSecurity } from '../se/clientsecurity.ts';
import type { Connect } from './connect.ts';
import type { Exchange } from './exchange.ts';
import type { LpcNeeds } from './needs.ts';
import type { PortView } from './views.ts';

export type PortKind = 'connection' | 'server' | 'client';

export interface PortLimits {
  readonly maximumConnectionInformation: number;
  readonly maximumMessage: number;
}

/** A message on its way to who receives it. */
export interface Packet {
  readonly message: PortMessage;
  /** Of the connection that it came by. */
  readonly context: number;
  /** Whoever waits for its reply; absent: nobody does. */
  readonly exchange?: Exchange;
  readonly connect?: Connect;
  /** Pays for it until it is received; absent: it has been paid for. */
  readonly quota?: QuotaBlock;
}

/** What the Executive keeps for a message, besides its data. */
const PACKET_BYTES = 128;

export class Port implements ObObject {
  readonly header: ObHeader;
  readonly kind: PortKind;
  readonly limits: PortLimits;
  /** Of the two sides of a connection: where it was made. */
  readonly connection: Port | undefined;
  readonly queue = new KQueue<Packet>();
  /** Set when nobody will send here any more. */
  readonly gone = new KEvent(NotificationEvent);
  isClosed = false;
  peer: Port | undefined;
  context = 0;
  /** Of a server port that was accepted and not completed. */
  connect: Connect | undefined;
  /** In its owner's process, as long as the port is open. */
  readonly views: PortView[] = [];
  /** Of a client port: as whom the server may act. */
  lends: ClientSecurity | undefined;

  constructor(type: ObType, kind: PortKind, limits: PortLimits, connection?: Port) {
    this.header = makeHeader(type);
    this.kind = kind;
    this.limits = limits;
    this.connection = connection;
  }

  /** Where its owner receives. */
  get inbox(): Port {
    return this.kind === 'server' ? this.connection! : this;
  }

  /** Where what its owner sends is received; undefined: there is nobody. */
  get outbox(): Port | undefined {
    return this.peer && (this.kind === 'client' ? this.connection : this.peer);
  }
}

export function makePortType(close: (port: Port) => void): ObType {
  return {
    name: 'Port',
    access: genericMapping(0, PORT_CONNECT, SYNCHRONIZE, PORT_ALL_ACCESS),
    dispatcher: (object) => (object as Port).inbox.queue.filled,
    close: (object) => close(object as Port),
  };
}

export function bytesOf({ data }: PortMessage): number {
  return PACKET_BYTES + data.length;
}

export function post(port: Port, packet: Packet): number {
  if (port.isClosed) return Status.STATUS_PORT_DISCONNECTED;
  const charged = packet.quota?.charge('pagedPool', bytesOf(packet.message));
  if (charged !== undefined && charged !== Status.STATUS_SUCCESS) return charged;
  port.queue.insert(packet);
  return Status.STATUS_SUCCESS;
}

/** It has been received, or never will be. */
export function uncharge({ quota, message }: Packet): void {
  quota?.giveBack('pagedPool', bytesOf(message));
}

export function drop(port: Port, packet: Packet): void {
  if (port.queue.withdraw(packet)) uncharge(packet);
}

export function portByHandle(
  { ob }: LpcNeeds,
  type: ObType,
  process: Process,
  handle: number,
  kinds: readonly PortKind[],
): { status: number; port?: Port } {
  const { status, object } = ob.referenceByHandle(process, handle, type, 0);
  if (!object) return { status };
  const port = object as Port;
  return kinds.includes(port.kind)
    ? { status, port }
    : { status: Status.STATUS_INVALID_PORT_HANDLE };
}

/** Header and data within what the port takes. */
export function isTooLong({ limits }: Port, { data }: PortMessage): boolean {
  return PORT_MESSAGE_HEADER + data.length > limits.maximumMessage;
}

export function clientId({ process, id }: NtThread): { process: number; thread: number } {
  return { process: process.id, thread: id };
}
