/**
 * Opening a file or directory of a mounted volume.
 *
 * A file whose name is known is opened without asking the file system and without waiting, and so
 * is a name that is known not to be there refused: attributes, sharing and disposition are judged
 * here. A directory that is not known is learnt first (file/learn.ts). Otherwise CREATE goes to the
 * file system, which only ever sees FILE_OPEN, FILE_CREATE and FILE_OPEN_IF: overwriting is done
 * here, by truncation, after sharing has been checked, so that a refused open has changed nothing.
 */
import { encodeBasic } from '../../../rtl/information.ts';
import type { IrpParameters } from '../../../rtl/irp.ts';
import * as nt from '../../../rtl/nt.ts';
import { isValidName } from '../../../rtl/names.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ObType, OpenResult } from '../../ob/types.ts';
import { undoOpen } from '../file/closefcb.ts';
import { Fcb } from '../file/fcb.ts';
import { learnPath, made } from '../file/learn.ts';
import { makeFileObject } from '../file/fileobject.ts';
import type { Name, NameFacts } from '../names/name.ts';
import { sendIrp } from '../request/send.ts';
import { PACKET_UNITS, type RelativePath, relativeTo } from '../file/relative.ts';
import { closeWithFileSystem, forgetFcb, keepFcb } from '../file/retire.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';
import {
  CHANGING_ACCESS,
  CREATED,
  doomed,
  isReadOnly,
  judge,
  type OpenParameters,
  outcome,
  without,
  wouldChange,
  WRITING_ACCESS,
} from './judge.ts';

export function openOnVolume(
  io: IoContext,
  type: ObType,
  volume: Volume,
  path: string,
  parameters: OpenParameters,
): Awaitable<OpenResult> {
  if (volume.lockedBy) return { status: Status.STATUS_ACCESS_DENIED };
  if (parameters.makesNone) {
    const only = { ...parameters, makesNone: false };
    return openOnly(io, type, volume, path, only, Status.STATUS_ACCESS_DENIED);
  }
  if (volume.readOnly) {
    if (parameters.maximum) parameters = without(parameters, CHANGING_ACCESS);
    if (wouldChange(parameters)) return { status: Status.STATUS_MEDIA_WRITE_PROTECTED };
    if (parameters.disposition === nt.FILE_OPEN_IF)
      return openOnly(io, type, volume, path, parameters, Status.STATUS_MEDIA_WRITE_PROTECTED);
  }
  if (doomed(parameters)) return openOnly(io, type, volume, path, parameters, CANNOT_DELETE);
  return (
    openKnown(io, type, volume, path, parameters) ??
    openBorn(io, type, volume, path, parameters) ??
    openSlowly(io, type, volume, path, parameters)
  );
}

/** Undefined: it is not known whether there is such a name, or it must be made. */
function openKnown(
  io: IoContext,
  type: ObType,
  volume: Volume,
  path: string,
  parameters: OpenParameters,
): Awaitable<OpenResult> | undefined {
  const fcb = volume.names.byPath(path);
  if (fcb) {
    io.attributeHits.value++;
    if (parameters.look) return look(fcb, parameters);
    return openFcb(io, type, fcb, parameters, nt.FILE_OPENED);
  }
  const found = volume.directories.find(path);
  if (found.is === 'name') {
    // Another file is about to have that name: who opens it waits for that.
    if (found.name.leaving) return undefined;
    io.attributeHits.value++;
    io.nameHits.value++;
    const live = found.name.live as Fcb | undefined;
    if (parameters.look) return look(live ?? found.name, parameters);
    if (live) volume.names.addPath(path, live);
    const known = live ?? adopt(io, volume, found.name, path);
    return known && openFcb(io, type, known, parameters, nt.FILE_OPENED);
  }
  if (found.is !== 'missing') return undefined;
  const status = whyMissing(found.last, path, parameters);
  if (status !== undefined) io.nameHits.value++;
  return status === undefined ? undefined : { status };
}

const MAKES = new Set([nt.FILE_CREATE, nt.FILE_OPEN_IF, nt.FILE_OVERWRITE_IF, nt.FILE_SUPERSEDE]);

/** A new file, of which its file system hears later; undefined: it must be asked now. */
function openBorn(
  io: IoContext,
  type: ObType,
  volume: Volume,
  path: string,
  parameters: OpenParameters,
): Awaitable<OpenResult> | undefined {
  const { disposition, options, allocation, attributes, access, share, look: looks } = parameters;
  const special = options & (nt.FILE_DIRECTORY_FILE | nt.FILE_DELETE_ON_CLOSE);
  if (looks || special !== 0 || allocation > 0 || !MAKES.has(disposition)) return undefined;
  const { births, directories, names } = volume;
  const found = directories.find(path);
  if (found.is !== 'missing' || !found.last || path.length > PACKET_UNITS) return undefined;
  const { directory } = found;
  const name = path.slice(path.lastIndexOf('\\') + 1);
  if (!births.allows(directory, name)) return undefined;
  const fcb = new Fcb(io, volume, 0, 0, path);
  births.bear(fcb, { directory, attributes, access, share, options, bytes: 0 }, name);
  names.add(fcb);
  keepFcb(io, fcb);
  io.nameHits.value++;
  fcb.named(nt.FILE_ACTION_ADDED);
  return openFcb(io, type, fcb, parameters, CREATED);
}

/** An FCB for a file that its file system has not opened; undefined: what it told is nonsense. */
function adopt(io: IoContext, volume: Volume, name: Name, path: string): Fcb | undefined {
  const fcb = Fcb.of(io, volume, name, path);
  if (!fcb) return undefined;
  volume.names.add(fcb);
  keepFcb(io, fcb);
  return fcb;
}

/** Undefined: the file system makes it, or knows why there cannot be such a name. */
function whyMissing(
  last: boolean,
  path: string,
  { disposition }: OpenParameters,
): number | undefined {
  if (!last) return Status.STATUS_OBJECT_PATH_NOT_FOUND;
  const opens = disposition === nt.FILE_OPEN || disposition === nt.FILE_OVERWRITE;
  const possible = opens && isValidName(path.slice(path.lastIndexOf('\\') + 1));
  return possible ? Status.STATUS_OBJECT_NAME_NOT_FOUND : undefined;
}

function look(facts: NameFacts, { options }: OpenParameters): OpenResult {
  if (facts instanceof Fcb) {
    if (facts.gone) return { status: Status.STATUS_FILE_FORCED_CLOSED };
    if (facts.deletePending) return { status: Status.STATUS_DELETE_PENDING };
  }
  const directory = (facts.attributes & nt.FILE_ATTRIBUTE_DIRECTORY) !== 0;
  if (!directory && (options & nt.FILE_DIRECTORY_FILE) !== 0)
    return { status: Status.STATUS_NOT_A_DIRECTORY };
  return { status: Status.STATUS_SUCCESS, answer: facts };
}

async function openSlowly(
  io: IoContext,
  type: ObType,
  volume: Volume,
  path: string,
  parameters: OpenParameters,
): Promise<OpenResult> {
  let result: OpenResult = { status: Status.STATUS_UNSUCCESSFUL };
  const status = await volume.verified(async () => {
    result = await volume.namespace.run(() => openUnknown(io, type, volume, path, parameters));
    return result.status;
  });
  return NT_SUCCESS(status) ? result : { status };
}

const CANNOT_DELETE = Status.STATUS_CANNOT_DELETE;

function openOnly(
  io: IoContext,
  type: ObType,
  volume: Volume,
  path: string,
  parameters: OpenParameters,
  reason: number,
): Awaitable<OpenResult> {
  if (parameters.disposition === nt.FILE_CREATE) return { status: reason };
  const only = { ...parameters, disposition: nt.FILE_OPEN };
  const refuse = (result: OpenResult) =>
    result.status === Status.STATUS_OBJECT_NAME_NOT_FOUND ? { status: reason } : result;
  const result = openOnVolume(io, type, volume, path, only);
  return result instanceof Promise ? result.then(refuse) : refuse(result);
}

/** Caller holds the namespace. */
async function openUnknown(
  io: IoContext,
  type: ObType,
  volume: Volume,
  path: string,
  parameters: OpenParameters,
): Promise<OpenResult> {
  if (!volume.mounted) return { status: Status.STATUS_WRONG_VOLUME };
  io.attributeMisses.value++;
  io.nameMisses.value++;
  const learnt = await learnPath(io, volume, path, parameters.request);
  if (!NT_SUCCESS(learnt)) return { status: learnt };
  if (!volume.mounted) return { status: Status.STATUS_WRONG_VOLUME };
  // The lock was asked for while this open waited.
  if (volume.lockedBy) return { status: Status.STATUS_ACCESS_DENIED };
  const answer = openKnown(io, type, volume, path, parameters);
  if (answer) return answer;
  const found = volume.directories.find(path);
  const directory = found.is === 'missing' ? found.directory : undefined;
  const relative = relativeTo(volume, path);
  if (!NT_SUCCESS(relative.status)) return { status: relative.status };
  const file = io.nextFile++;
  const asked = createParameters(relative, parameters);
  const options = { major: 'create', file, parameters: asked } as const;
  const irp = sendIrp(io, volume.fileSystem, options, parameters.request);
  const { epoch } = volume.births;
  await irp.wait();
  if (!NT_SUCCESS(irp.status)) {
    if (directory) volume.directories.forget(directory);
    return { status: irp.status };
  }
  // Of one that waits the file stays open with the file system, and so it is known.
  if (!volume.mounted && volume.state !== 'waiting') return { status: Status.STATUS_WRONG_VOLUME };
  const number = irp.result.fcb ?? 0;
  const same = volume.names.byNumber(number);
  const created = irp.information === CREATED;
  if (same && !created) {
    // Another name of a file that is known: the second open of it is not needed.
    volume.names.addPath(path, same);
    await closeWithFileSystem(io, volume, file, parameters.request);
    if (parameters.look) return look(same, parameters);
    return openFcb(io, type, same, parameters, nt.FILE_OPENED);
  }
  // The number of a file that is gone, given to a new one.
  if (same) forgetFcb(same);
  const fcb = new Fcb(io, volume, number, file, path);
  const status = fcb.begin(irp.result);
  if (!NT_SUCCESS(status)) {
    fcb.cache.close();
    await closeWithFileSystem(io, volume, file, parameters.request);
    return { status };
  }
  volume.names.add(fcb);
  made(fcb, irp.result.entry, directory, created);
  volume.births.granted(directory, irp.result.promise ?? [], epoch);
  keepFcb(io, fcb);
  if (!volume.mounted) return { status: Status.STATUS_WRONG_VOLUME };
  if (parameters.look) return look(fcb, parameters);
  if (created) fcb.named(nt.FILE_ACTION_ADDED);
  return openFcb(io, type, fcb, parameters, created ? CREATED : nt.FILE_OPENED);
}

function createParameters(
  { path, related }: RelativePath,
  parameters: OpenParameters,
): IrpParameters<'create'> {
  const { disposition, options, attributes, access, share, allocation } = parameters;
  const openIf = disposition === nt.FILE_OVERWRITE_IF || disposition === nt.FILE_SUPERSEDE;
  return {
    path,
    related,
    access,
    attributes,
    share,
    disposition: openIf
      ? nt.FILE_OPEN_IF
      : disposition === nt.FILE_OVERWRITE
        ? nt.FILE_OPEN
        : disposition,
    options: options & ~nt.FILE_DELETE_ON_CLOSE,
    allocation,
  };
}

/** `did`: FILE_CREATED if the file is this open's own; FILE_OPENED if it was there. */
function openFcb(
  io: IoContext,
  type: ObType,
  fcb: Fcb,
  asked: OpenParameters,
  did: number,
): Awaitable<OpenResult> {
  const less = asked.maximum && isReadOnly(fcb);
  const parameters = less ? without(asked, WRITING_ACCESS) : asked;
  const { access, share, options } = parameters;
  const refused = judge(fcb, parameters, did);
  if (refused !== Status.STATUS_SUCCESS) return { status: refused };
  const file = makeFileObject(io, type, {
    device: fcb.volume.storage,
    volume: fcb.volume,
    fcb,
    access,
    options,
    share: fcb.shares.add(access, share),
    deleteOnClose: (options & nt.FILE_DELETE_ON_CLOSE) !== 0,
  });
  fcb.volume.names.use(fcb);
  const information = did === CREATED ? did : outcome(parameters.disposition);
  if (information === nt.FILE_OPENED || information === CREATED)
    return { status: Status.STATUS_SUCCESS, object: file, information };
  return overwrite(io, fcb, parameters).then((status) => {
    if (NT_SUCCESS(status)) return { status, object: file, information };
    undoOpen(io, file, fcb);
    return { status };
  });
}

const CHANGES =
  nt.FILE_NOTIFY_CHANGE_ATTRIBUTES | nt.FILE_NOTIFY_CHANGE_SIZE | nt.FILE_NOTIFY_CHANGE_LAST_WRITE;

/** The file becomes empty and takes new attributes. */
async function overwrite(
  io: IoContext,
  fcb: Fcb,
  { disposition, attributes }: { disposition: number; attributes: number },
): Promise<number> {
  const status = await fcb.resize(nt.FileEndOfFileInformation, 0);
  if (!NT_SUCCESS(status)) return status;
  const before = disposition === nt.FILE_SUPERSEDE ? 0 : fcb.attributes & ~nt.FILE_ATTRIBUTE_NORMAL;
  const now = io.executive.ke.systemTime();
  const data = encodeBasic({
    created: 0,
    accessed: 0,
    written: now,
    changed: 0,
    attributes: (before | attributes | nt.FILE_ATTRIBUTE_ARCHIVE) & ~nt.FILE_ATTRIBUTE_NORMAL,
  });
  const outcome = await fcb.setOnDisk(nt.FileBasicInformation, data);
  if (NT_SUCCESS(outcome)) fcb.changed(CHANGES);
  return outcome;
}
