/**
 * File objects: what a handle of type File leads to.
 *
 * Four kinds: a file or directory of a volume (`fcb`), a volume itself (`volume`), a disk without
 * one, and any other device. Each belongs to one handle; `close` runs when that is closed, and
 * nothing is asked of the object afterwards.
 */
import {
  FILE_SYNCHRONOUS_IO_ALERT,
  FILE_SYNCHRONOUS_IO_NONALERT,
  NotificationEvent,
} from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { ObHeader, ObObject, ObType } from '../../ob/types.ts';
import type { ClientSecurity } from '../../se/clientsecurity.ts';
import { Mutex } from '../../cc/lock.ts';
import { KEvent } from '../../ke/wait/event.ts';
import { type Device, isMeeting } from '../device/device.ts';
import type { Fcb } from './fcb.ts';
import type { QuotaBlock } from '../../ps/quota.ts';
import type { DirectoryWatch } from './notify.ts';
import type { IoCompletionPort } from './port.ts';
import type { ShareEntry } from './share.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from './volume.ts';

/** The pattern is that of the first request, and `after` the number of the entry that came last. */
export interface ListingPlace {
  readonly pattern: string;
  readonly after: number;
  /** Something matched before. */
  readonly matched: boolean;
}

export interface FileObject extends ObObject {
  readonly header: ObHeader;
  /** Names the open to its driver; 0 where the driver was not asked. */
  readonly id: number;
  readonly device: Device;
  readonly volume: Volume | undefined;
  readonly fcb: Fcb | undefined;
  /** Of pipes and mailslots: the rest of the name, as its driver got it. */
  readonly path: string;
  readonly access: number;
  /** FILE_* options of the open. */
  options: number;
  readonly share: ShareEntry;
  position: number;
  deleteOnClose: boolean;
  /** Directories: where this handle's listing goes on. */
  place: ListingPlace | undefined;
  /**
   * Directories of file systems that tell no names: the open that this handle's listing goes
   * through. 0: none yet.
   */
  listing: number;
  /** One listing request at a time: the file system keeps its place. */
  readonly listingLock: Mutex;
  /** Directories: what this handle hears of changes. */
  watch: { readonly watch: DirectoryWatch; end(status: number): void } | undefined;
  closed: boolean;
  /** One operation at a time, where it was opened for synchronous I/O. */
  readonly turn: Mutex;
  /** What waiting for the file waits for: an operation has ended. */
  readonly event: KEvent;
  /** Where ends of requests are told besides, and what the file is called there. */
  port: { readonly object: IoCompletionPort; readonly key: number } | undefined;
  /** What its driver may keep for it, paid by who made it until it is closed. */
  room: { readonly quota: QuotaBlock; readonly bytes: number } | undefined;
  /** Of a pipe's client end: what it lends; of the server end: what its last client lends. */
  lends: ClientSecurity | undefined;
  /** The server end of a pipe. */
  serves: boolean;
}

export interface FileObjectParts {
  readonly id?: number;
  readonly device: Device;
  readonly volume?: Volume;
  readonly fcb?: Fcb;
  readonly path?: string;
  readonly access: number;
  readonly options: number;
  readonly share?: ShareEntry;
  readonly deleteOnClose?: boolean;
}

/** Referenced once for the caller, and known to the I/O manager until it is closed. */
export function makeFileObject(io: IoContext, type: ObType, parts: FileObjectParts): FileObject {
  const { ob, ke } = io.executive;
  const makeEvent = () => ke.event();
  const file: FileObject = {
    header: ob.header(type),
    id: parts.id ?? 0,
    device: parts.device,
    volume: parts.volume,
    fcb: parts.fcb,
    path: parts.path ?? '',
    access: parts.access,
    options: parts.options,
    share: parts.share,
    position: 0,
    deleteOnClose: parts.deleteOnClose ?? false,
    place: undefined,
    listing: 0,
    listingLock: new Mutex(makeEvent),
    watch: undefined,
    closed: false,
    turn: new Mutex(makeEvent),
    event: new KEvent(NotificationEvent),
    port: undefined,
    room: undefined,
    lends: undefined,
    serves: false,
  };
  ob.reference(file);
  parts.fcb?.opens.add(file);
  io.files.add(file);
  return file;
}

/** Of the device and on it, as NtQueryObject tells it. */
export function fileName({ device, fcb, path }: FileObject): string {
  return fcb ? `${device.name}\\${fcb.path}` : device.name + path;
}

/** Whether it has a place where its reads and writes go on. */
export function hasPosition({ device }: FileObject): boolean {
  return !isMeeting(device);
}

/** Its driver keeps nothing for it any more. */
export function giveRoomBack(file: FileObject): void {
  file.room?.quota.giveBack('pagedPool', file.room.bytes);
  file.room = undefined;
}

const SYNCHRONOUS = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;

/** Its services wait; else they may be pending. */
export function isSynchronous({ options }: FileObject): boolean {
  return (options & SYNCHRONOUS) !== 0;
}

/** Why nothing can be done with the file any more, or STATUS_SUCCESS. */
export function fileState(file: FileObject): number {
  if (file.device.removed) return Status.STATUS_DEVICE_REMOVED;
  const { volume } = file;
  if (volume && volume.state !== 'mounted') {
    if (volume.state === 'waiting') return Status.STATUS_WRONG_VOLUME;
    // What came now would not reach the medium any more.
    return Status.STATUS_FILE_FORCED_CLOSED;
  }
  return file.fcb?.gone ? Status.STATUS_FILE_FORCED_CLOSED : Status.STATUS_SUCCESS;
}
