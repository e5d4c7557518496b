/**
 * What an open asks for, and why it is refused: all that can be said of it without asking anybody.
 *
 *   wouldChange, doomed, impliedAccess   of the parameters alone
 *   outcome(disposition)                 what becomes of a file that is there
 *   judge(fcb, parameters, did)          a status; changes nothing
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Fcb } from '../file/fcb.ts';

/** NtCreateFile's, with generic rights mapped and the path checked. */
export interface OpenParameters {
  readonly access: number;
  /** As much as may be: a file that cannot be written to is opened for less. */
  readonly maximum?: boolean;
  /** The caller may open what is there and make nothing. */
  readonly makesNone?: boolean;
  readonly attributes: number;
  readonly share: number;
  readonly disposition: number;
  readonly options: number;
  readonly allocation: number;
  /** Nothing is opened: what is known of the name is the answer (NameFacts). */
  readonly look?: boolean;
  /** The service call that it is for, where that is watched. */
  readonly request?: number;
}

/** What CREATE has done already when the FCB's own checks come. */
export const CREATED = nt.FILE_CREATED;

export const CHANGING_ACCESS =
  nt.FILE_WRITE_DATA | nt.FILE_APPEND_DATA | nt.FILE_WRITE_ATTRIBUTES | nt.DELETE;

/** Whether the open changes the medium, or lets its handle do so. */
export function wouldChange({ access, disposition, options }: OpenParameters): boolean {
  const opens = disposition === nt.FILE_OPEN || disposition === nt.FILE_OPEN_IF;
  return !opens || (access & CHANGING_ACCESS) !== 0 || (options & nt.FILE_DELETE_ON_CLOSE) !== 0;
}

/** MAXIMUM_ALLOWED, where that is less. */
export function without(parameters: OpenParameters, access: number): OpenParameters {
  return { ...parameters, access: parameters.access & ~access };
}

/** The right that a disposition takes of a file that is there. */
export function impliedAccess(disposition: number): number {
  if (disposition === nt.FILE_SUPERSEDE) return nt.DELETE;
  return outcome(disposition) === nt.FILE_OPENED ? 0 : nt.FILE_WRITE_DATA;
}

/** It would make a read-only file, to be deleted by its close. */
export function doomed({ disposition, options, attributes }: OpenParameters): boolean {
  const makes = disposition === nt.FILE_CREATE || disposition === nt.FILE_OPEN_IF;
  const deletes = (options & nt.FILE_DELETE_ON_CLOSE) !== 0;
  return makes && deletes && (attributes & nt.FILE_ATTRIBUTE_READONLY) !== 0;
}

/** What an open of a file that exists does, by disposition. */
export function outcome(disposition: number): number {
  if (disposition === nt.FILE_SUPERSEDE) return nt.FILE_SUPERSEDED;
  const overwrites = disposition === nt.FILE_OVERWRITE || disposition === nt.FILE_OVERWRITE_IF;
  return overwrites ? nt.FILE_OVERWRITTEN : nt.FILE_OPENED;
}

/** Why the open is refused, or STATUS_SUCCESS. Changes nothing. */
export function judge(fcb: Fcb, parameters: OpenParameters, did: number): number {
  const { access, share, options, disposition } = parameters;
  if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
  if (fcb.deletePending) return Status.STATUS_DELETE_PENDING;
  if (fcb.directory && (options & nt.FILE_NON_DIRECTORY_FILE) !== 0)
    return Status.STATUS_FILE_IS_A_DIRECTORY;
  if (!fcb.directory && (options & nt.FILE_DIRECTORY_FILE) !== 0)
    return Status.STATUS_NOT_A_DIRECTORY;
  if (did !== CREATED) {
    if (disposition === nt.FILE_CREATE) return Status.STATUS_OBJECT_NAME_COLLISION;
    const changes = outcome(disposition) !== nt.FILE_OPENED;
    if (changes && fcb.directory) return Status.STATUS_OBJECT_NAME_COLLISION;
    const refused = judgeAttributes(fcb, parameters, changes);
    if (refused !== Status.STATUS_SUCCESS) return refused;
    return fcb.shares.check(access | impliedAccess(disposition), share);
  }
  return fcb.shares.check(access, share);
}

export const WRITING_ACCESS = nt.FILE_WRITE_DATA | nt.FILE_APPEND_DATA;

export function isReadOnly({ attributes, directory }: Fcb): boolean {
  return (attributes & nt.FILE_ATTRIBUTE_READONLY) !== 0 && !directory;
}

function judgeAttributes(fcb: Fcb, parameters: OpenParameters, changes: boolean): number {
  const { access, options, attributes } = parameters;
  const readOnly = isReadOnly(fcb);
  const writes = (access & WRITING_ACCESS) !== 0;
  if (readOnly && (writes || changes)) return Status.STATUS_ACCESS_DENIED;
  const deletes = (options & nt.FILE_DELETE_ON_CLOSE) !== 0;
  if (deletes && (readOnly || fcb.cache.sections > 0)) return Status.STATUS_CANNOT_DELETE;
  // As NT: hidden and system files are overwritten only by who says that he knows.
  const shy = fcb.attributes & (nt.FILE_ATTRIBUTE_HIDDEN | nt.FILE_ATTRIBUTE_SYSTEM);
  return changes && (shy & ~attributes) !== 0 ? Status.STATUS_ACCESS_DENIED : Status.STATUS_SUCCESS;
}
