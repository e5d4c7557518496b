/**
 * SECURITY_QUALITY_OF_SERVICE: how far a client lets a server act for it. 12 bytes: length, level,
 * tracking (a byte), effective only (a byte), two bytes of nothing.
 *
 *   decodeQuality(bytes)   absent or empty: DEFAULT_QUALITY; raises STATUS_INVALID_PARAMETER
 *   encodeQuality(quality)
 */
import * as Status from '../ntstatus.ts';
import { NtException } from '../status.ts';
import {
  SECURITY_DYNAMIC_TRACKING,
  SECURITY_STATIC_TRACKING,
  SecurityDelegation,
  SecurityImpersonation,
} from './constants.ts';

export interface SecurityQuality {
  /** SecurityAnonymous and its like. */
  readonly level: number;
  /** The server sees whom the client acts for when it asks; else, when it connected. */
  readonly dynamic: boolean;
  /** The server gets nothing that the client has switched off. */
  readonly effectiveOnly: boolean;
}

export const QUALITY_BYTES = 12;

/** What npfs of NT takes where a client says nothing. */
export const DEFAULT_QUALITY: SecurityQuality = {
  level: SecurityImpersonation,
  dynamic: true,
  effectiveOnly: true,
};

export function encodeQuality({ level, dynamic, effectiveOnly }: SecurityQuality): Uint8Array {
  const bytes = new Uint8Array(QUALITY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, QUALITY_BYTES, true);
  view.setUint32(4, level, true);
  view.setUint8(8, dynamic ? SECURITY_DYNAMIC_TRACKING : SECURITY_STATIC_TRACKING);
  view.setUint8(9, effectiveOnly ? 1 : 0);
  return bytes;
}

export function decodeQuality(bytes: Uint8Array | undefined): SecurityQuality {
  if (!bytes || bytes.length === 0) return DEFAULT_QUALITY;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fits = bytes.length >= QUALITY_BYTES && view.getUint32(0, true) === QUALITY_BYTES;
  const level = fits ? view.getUint32(4, true) : Infinity;
  const tracking = fits ? view.getUint8(8) : 0;
  if (level > SecurityDelegation || tracking > SECURITY_DYNAMIC_TRACKING)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return {
    level,
    dynamic: tracking === SECURITY_DYNAMIC_TRACKING,
    effectiveOnly: view.getUint8(9) !== 0,
  };
}
