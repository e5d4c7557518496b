/**
 * Requests that end because the medium may have changed: verified, and made again.
 */
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { asksForVerification } from './storage.ts';
import type { Volume } from '../file/volume.ts';

const LIMIT = 3;

/**
 * Runs `operation` until it answers something else than "verify first", or the verification fails.
 */
export async function verified(volume: Volume, operation: () => Promise<number>): Promise<number> {
  for (let turn = 0; ; turn++) {
    const status = await operation();
    if (!asksForVerification(status) || turn === LIMIT) return status;
    const verdict = await volume.medium.verify(status);
    if (!NT_SUCCESS(verdict)) return verdict;
  }
}
