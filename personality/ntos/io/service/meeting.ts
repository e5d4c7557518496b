/**
 * Where processes meet: files of the devices of pipes and mailslots (isMeeting).
 *
 *   openMeeting(io, type, device, place, parameters, context)   CREATE, or what `make` says
 *
 * What a pipe or mailslot may keep is charged to who makes it, until that file is closed.
 */
import type { IrpParameters } from '../../../rtl/irp.ts';
import * as nt from '../../../rtl/nt.ts';
import { PIPE_QUOTA_LIMIT } from '../../../rtl/pipes.ts';
import type { SecurityQuality } from '../../../rtl/security/quality.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { ObType, OpenContext, OpenResult } from '../../ob/types.ts';
import type { ClientSecurity } from '../../se/clientsecurity.ts';
import type { Device } from '../device/device.ts';
import { makeFileObject } from '../file/fileobject.ts';
import { isPipe, lendAtOpen, meet } from '../file/lending.ts';
import type { Irp } from '../request/irp.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';
import type { OpenParameters } from './judge.ts';

/** What the driver is to make, but for its place. */
export type Make =
  | { readonly major: 'create_named_pipe'; readonly parameters: Unplaced<'create_named_pipe'> }
  | { readonly major: 'create_mailslot'; readonly parameters: Unplaced<'create_mailslot'> };

type Unplaced<M extends Make['major']> = Omit<IrpParameters<M>, 'path' | 'related'>;

export interface MeetingParameters extends OpenParameters {
  /** The name given ended in a backslash. */
  readonly directory: boolean;
  readonly make?: Make | undefined;
  readonly quality: SecurityQuality;
}

/** `rest` of the name, from the device or from what the driver knows as `related`. */
export interface Place {
  readonly rest: string;
  readonly related: number;
}

/** The device that makes it, and bytes that are kept for it. */
const makers = {
  create_named_pipe: nt.FILE_DEVICE_NAMED_PIPE,
  create_mailslot: nt.FILE_DEVICE_MAILSLOT,
} as const;

function roomOf({ major, parameters }: Make): number {
  const kept = (quota: number): number => Math.min(quota, PIPE_QUOTA_LIMIT);
  if (major === 'create_mailslot') return kept(parameters.quota);
  return kept(parameters.inboundQuota) + kept(parameters.outboundQuota);
}

export async function openMeeting(
  io: IoContext,
  type: ObType,
  device: Device,
  { rest, related }: Place,
  parameters: MeetingParameters,
  { process, token }: OpenContext,
): Promise<OpenResult> {
  const { quota } = process;
  const { make, access, options, directory } = parameters;
  if (make && makers[make.major] !== device.type)
    return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if ((options & nt.FILE_DELETE_ON_CLOSE) !== 0) return { status: Status.STATUS_CANNOT_DELETE };
  const bytes = make ? roomOf(make) : 0;
  const charged = quota.charge('pagedPool', bytes);
  if (charged !== Status.STATUS_SUCCESS) return { status: charged };
  const root = directory || (options & nt.FILE_DIRECTORY_FILE) !== 0;
  const path = related !== 0 ? rest : rest !== '' ? `\\${rest}` : root ? '\\' : '';
  const id = io.nextFile++;
  const place = { path, related };
  const lending =
    isPipe(device) && !make ? lendAtOpen(process, token, parameters.quality) : undefined;
  if (lending && !NT_SUCCESS(lending.status)) return { status: lending.status };
  const { status, information } = make
    ? await callDriver(io, device, {
        ...make,
        file: id,
        parameters: { ...make.parameters, ...place },
      } as never)
    : await callDriver(io, device, {
        ...create(id, place, parameters),
        client: lending?.number ?? 0,
        onDone: (irp) => joined(io, device, lending?.lends, irp),
      });
  if (!NT_SUCCESS(status)) {
    quota.giveBack('pagedPool', bytes);
    return { status };
  }
  const object = makeFileObject(io, type, { id, device, path, access, options });
  object.room = { quota, bytes };
  object.lends = lending?.lends;
  object.serves = make?.major === 'create_named_pipe';
  return {
    status: Status.STATUS_SUCCESS,
    object,
    information: make ? information : nt.FILE_OPENED,
  };
}

/** Before anybody hears of it: the server end may be told at the same time. */
function joined(
  io: IoContext,
  device: Device,
  lends: ClientSecurity | undefined,
  { status, result }: Irp<'create'>,
): void {
  if (!lends) return;
  const server = NT_SUCCESS(status) ? (result.fcb ?? 0) : 0;
  if (server === 0) lends.end();
  else meet(io, device, lends, server);
}

function create(file: number, place: { path: string; related: number }, given: OpenParameters) {
  const { access, attributes, share, disposition, options } = given;
  const parameters = { ...place, access, attributes, share, disposition, options, allocation: 0 };
  return { major: 'create', file, parameters } as const;
}
