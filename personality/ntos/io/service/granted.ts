/** What a handle allows, whatever its file object was opened for: a duplicate may have less. */
import type { Process } from '../../ps/types.ts';

export function grantedAccess({ handles }: Process, handle: number): number {
  return handles.get(handle)?.access ?? 0;
}
