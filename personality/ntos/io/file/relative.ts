/**
 * Which part of a path the file system is asked for: the part below a directory that is known.
 *
 *   relativeTo(volume, path)   the deepest directory of the path that is known, as the file
 *                              system's number for it, and the rest
 *
 * The file system then need not look at the directories above again, and no path is too long for a
 * packet: who opens a path in parts has the directories before it open.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import { parentPath } from './paths.ts';
import type { Volume } from './volume.ts';

/** Units of a path that fit into a packet, whatever their length in UTF-8. */
export const PACKET_UNITS = 0x3000;

export interface RelativePath {
  readonly status: number;
  /** 0: the root. */
  readonly related: number;
  readonly path: string;
}

export function relativeTo(volume: Volume, path: string): RelativePath {
  for (let above = parentPath(path); above !== ''; above = parentPath(above)) {
    const known = volume.names.byPath(above);
    if (known?.directory && known.number !== 0 && !known.gone && !known.deletePending)
      return fit(known.number, path.slice(above.length + 1));
  }
  return fit(0, path);
}

function fit(related: number, path: string): RelativePath {
  const status = path.length > PACKET_UNITS ? Status.STATUS_NAME_TOO_LONG : Status.STATUS_SUCCESS;
  return { status, related, path };
}
