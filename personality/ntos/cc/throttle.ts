/**
 * Writers wait for the disk when too much is dirty (policy.ts); whoever only reads does not.
 *
 *   CcCanIWrite(set)     a write may go on now
 *   CcDeferWrite(set)    returns when it may: each that waits writes some of the oldest pages of
 *                        its own device; or the device's failure, where it cannot be written
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { PageSet } from './pageset.ts';
import { mustWait } from './policy.ts';

/** Where all of it is held back (FileCache.holdBack), to wait longer would be for ever. */
const ROUNDS = 32;

export function CcCanIWrite({ volume, cc }: PageSet): boolean {
  const { dirtyCount: total, limit } = cc.pool;
  // Mostly there is no need to count.
  if (!mustWait({ own: total, total, devices: Infinity, limit })) return true;
  let devices = 0;
  for (const each of cc.volumes) if (each.dirtyCount > 0) devices++;
  return !mustWait({ own: volume.dirtyCount, total, devices, limit });
}

export async function CcDeferWrite(set: PageSet): Promise<number> {
  const { volume, cc } = set;
  for (let round = 0; round < ROUNDS && !CcCanIWrite(set); round++) {
    if (set.closed || volume.closed) return Status.STATUS_FILE_FORCED_CLOSED;
    const status = await cc.relieve(volume);
    if (!NT_SUCCESS(status)) return status;
  }
  return Status.STATUS_SUCCESS;
}
