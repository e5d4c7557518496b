/**
 * Impersonation by named pipes: whom the server end may act for.
 *
 * What a client writes goes to the driver with the number of a copy of its token. The driver knows
 * what the server has read last, and by whom; it never sees a token. Copies belong to the
 * connection: they go when the server end disconnects or is closed.
 *
 *   lendAtOpen(process, token, quality)   what a client end lends, and the number that CREATE goes
 *                                         under; a status
 *   meet(io, device, lends, server)       the driver has joined the client end with that one
 *   lent(file, caller)                    the number that a request goes under; a status
 *   part(file)                            the server end is free, or gone
 *   actFor(caller, token)                 FSCTL_PIPE_IMPERSONATE; a status
 */
import { FILE_DEVICE_NAMED_PIPE } from '../../../rtl/nt.ts';
import type { SecurityQuality } from '../../../rtl/security/quality.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { NtThread, Process } from '../../ps/types.ts';
import { ClientSecurity } from '../../se/clientsecurity.ts';
import { impersonate } from '../../se/impersonate.ts';
import type { Token } from '../../se/token.ts';
import type { IoContext } from '../context.ts';
import type { Device } from '../device/device.ts';
import type { FileObject } from './fileobject.ts';

type Lent = { readonly status: number; readonly number: number };

const NOBODY: Lent = { status: Status.STATUS_SUCCESS, number: 0 };

export interface Lending extends Lent {
  readonly lends: ClientSecurity;
}

export function lendAtOpen(
  process: Process,
  token: Token | undefined,
  quality: SecurityQuality,
): Lending {
  const lends = new ClientSecurity(quality, process.quota);
  const captured = quality.dynamic ? NOBODY : lends.capture({ process, impersonation: token });
  return { lends, ...captured };
}

/** `server` is what the driver calls the server end; nothing else of its device is one. */
export function meet(io: IoContext, device: Device, lends: ClientSecurity, server: number): void {
  for (const file of io.files) {
    if (file.id !== server || file.device !== device || !file.serves) continue;
    part(file);
    file.lends = lends;
    return;
  }
  lends.end();
}

export function lent({ lends, serves }: FileObject, caller: NtThread): Lent {
  return lends && !serves ? lends.capture(caller) : NOBODY;
}

export function part(file: FileObject): void {
  if (file.serves) file.lends?.end();
  file.lends = undefined;
}

export function isPipe({ type }: Device): boolean {
  return type === FILE_DEVICE_NAMED_PIPE;
}

export function actFor(caller: NtThread, token: Token | undefined): number {
  if (!token) return Status.STATUS_CANNOT_IMPERSONATE;
  if (caller.state === 'ended') return Status.STATUS_THREAD_IS_TERMINATING;
  return impersonate(caller, token, token.parts.level);
}
