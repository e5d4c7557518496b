/**
 * LPC ports: a part of services.ts. Messages are PORT_MESSAGEs (lpc.ts), header and data.
 */
import { service } from './service.ts';

const create = {
  name: 'str',
  attributes: 'u32',
  maximumConnectionInformation: 'u32',
  maximumMessage: 'u32',
  maximumPool: 'u32',
} as const;
const send = { handle: 'u32', message: 'bytes' } as const;
const answered = { message: 'bytes' } as const;
const receive = { handle: 'u32', reply: 'bytes' } as const;
/** `context` is what the server gave the connection when it accepted it. */
const received = { context: 'u32', message: 'bytes' } as const;
/** Of one's own section, and of the other side's. */
const view = { viewBase: 'u32', viewSize: 'u32', viewRemoteBase: 'u32' } as const;
const otherView = { otherBase: 'u32', otherSize: 'u32' } as const;
const copy = {
  handle: 'u32',
  message: 'bytes',
  index: 'u32',
  address: 'u32',
  length: 'u32',
} as const;

export const portServices = {
  /** `handle`: the server's port; `message`: a request that came by it and waits for its reply. */
  NtImpersonateClientOfPort: service(227, send, {}),
  /** The port's server hears of the calling thread's end: LPC_CLIENT_DIED. */
  NtRegisterThreadTerminatePort: service(228, { handle: 'u32' }, {}),
  NtCreatePort: service(230, create, { handle: 'u32' }),
  /** The same: every port can be waited for. */
  NtCreateWaitablePort: service(231, create, { handle: 'u32' }),
  /**
   * Waits for the server's answer. `section`, `offset`, `viewSize`: what the client gives
   * (PORT_VIEW), 0 none; `serverView`: it takes what the server gives. `quality`:
   * SECURITY_QUALITY_OF_SERVICE (security/quality.ts), empty: the default. Addresses are the
   * client's, but for `viewRemoteBase`: where the server sees the client's section.
   */
  NtConnectPort: service(
    232,
    { name: 'str', section: 'u32', information: 'bytes' },
    { handle: 'u32', maximumMessage: 'u32', information: 'bytes', ...view, ...otherView },
    { quality: 'bytes', offset: 'i64', viewSize: 'u32', serverView: 'bool' },
  ),
  NtListenPort: service(233, { handle: 'u32' }, answered),
  /**
   * `message` is the connection request; its data is what the client is told. Views as above, the
   * other way round: `clientView`: the server takes what the client gives.
   */
  NtAcceptConnectPort: service(
    234,
    { context: 'u32', message: 'bytes', accept: 'bool', section: 'u32' },
    { handle: 'u32', ...view, ...otherView },
    { offset: 'i64', viewSize: 'u32', clientView: 'bool' },
  ),
  NtCompleteConnectPort: service(235, { handle: 'u32' }, {}),
  NtRequestPort: service(236, send, {}),
  /** A message of type LPC_REQUEST that names a request is a callback to who waits for that. */
  NtRequestWaitReplyPort: service(237, send, answered),
  NtReplyPort: service(238, send, {}),
  /** Replies to a callback, and waits on for the reply to the request that it interrupted. */
  NtReplyWaitReplyPort: service(239, send, answered),
  /** `reply` may be empty: nothing is replied to. */
  NtReplyWaitReceivePort: service(240, receive, received),
  NtReplyWaitReceivePortEx: service(241, { ...receive, timeout: 'i64' }, received),
  /** Memory that the sender of `message` names in it, from or to the caller's. */
  NtReadRequestData: service(242, copy, { length: 'u32' }),
  NtWriteRequestData: service(243, copy, { length: 'u32' }),
  /** There is no class of information. */
  NtQueryInformationPort: service(
    244,
    { handle: 'u32', class: 'u32', length: 'u32' },
    { data: 'bytes' },
  ),
} as const;
