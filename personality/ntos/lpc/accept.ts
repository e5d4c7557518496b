/**
 * NtAcceptConnectPort: the server's side of a connection is made, or the client is refused.
 *
 * Views are mapped before, in both processes, all or none; what goes wrong there leaves the request
 * to be answered again.
 */
import { PORT_ALL_ACCESS, type PortMessage } from '../../rtl/lpc.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import { insertWithHandle } from '../ob/insert.ts';
import type { NtThread } from '../ps/types.ts';
import type { Connect } from './connect.ts';
import type { Lpc } from './lpc.ts';
import { Port } from './port.ts';
import {
  type GivenSection,
  giveSection,
  type JointViews,
  mapForBoth,
  seen,
  unmapPortViews,
  type ViewAnswer,
} from './views.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export interface AcceptInput extends GivenSection {
  readonly context: number;
  readonly accept: boolean;
  readonly clientView?: boolean | undefined;
}

/** Whether that request is the caller's to answer, and has not been answered. */
function isOpen(
  connect: Connect | undefined,
  { process }: NtThread,
  message: PortMessage,
): connect is Connect {
  return (
    connect?.receiver === process &&
    connect.requestor.process.id === message.process &&
    connect.requestor.id === message.thread &&
    !connect.client.peer &&
    !connect.client.isClosed &&
    !connect.accepting &&
    connect.status === undefined
  );
}

const MISMATCH = { status: Status.STATUS_REPLY_MESSAGE_MISMATCH };

export async function acceptConnectPort(
  lpc: Lpc,
  caller: NtThread,
  message: PortMessage,
  input: AcceptInput,
): Promise<ViewAnswer & { status: number; handle?: number }> {
  const connect = lpc.connects.get(message.id);
  if (!isOpen(connect, caller, message)) return MISMATCH;
  const { client } = connect;
  if (message.data.length > client.limits.maximumConnectionInformation)
    return { status: Status.STATUS_PORT_MESSAGE_TOO_LONG };
  if (!input.accept) {
    connect.information = message.data;
    connect.end(Status.STATUS_PORT_CONNECTION_REFUSED);
    return { status: SUCCESS };
  }
  const { process } = caller;
  const { status, gift } = giveSection(lpc, process, input);
  if (status !== SUCCESS) return { status };
  connect.accepting = true;
  const theirs = { process: connect.requestor.process, ...connect.offers };
  const ours = { process, gift, looks: input.clientView ?? false };
  const joint = await mapForBoth(lpc, theirs, ours).finally(() => {
    connect.accepting = false;
    if (gift) lpc.needs.ob.dereference(gift.section);
  });
  if (joint.status !== SUCCESS) return { status: joint.status };
  const made = isOpen(connect, caller, message)
    ? join(lpc, caller, connect, input.context, joint)
    : MISMATCH;
  if (!NT_SUCCESS(made.status)) {
    unmapPortViews(lpc, [joint.own, joint.ownThere, joint.others]);
    return made;
  }
  connect.information = message.data;
  return made;
}

/** The server's side is made, and the two know each other. */
function join(
  lpc: Lpc,
  caller: NtThread,
  connect: Connect,
  context: number,
  { own, ownThere, others }: JointViews,
): ViewAnswer & { status: number; handle?: number } {
  const { client } = connect;
  const connection = client.connection!;
  const server = new Port(lpc.type, 'server', connection.limits, connection);
  const made = insertWithHandle(lpc.needs, caller, '', server, { access: PORT_ALL_ACCESS });
  if (!NT_SUCCESS(made.status)) return made;
  lpc.needs.ob.reference(connection);
  server.context = context;
  server.connect = connect;
  server.peer = client;
  client.peer = server;
  for (const view of [own, others]) if (view) server.views.push(view);
  if (ownThere) client.views.push(ownThere);
  connect.views = {
    viewRemoteBase: others?.address ?? 0,
    otherBase: ownThere?.address ?? 0,
    otherSize: ownThere?.length ?? 0,
  };
  return {
    ...made,
    ...seen(own),
    viewRemoteBase: ownThere?.address ?? 0,
    otherBase: others?.address ?? 0,
    otherSize: others?.length ?? 0,
  };
}
