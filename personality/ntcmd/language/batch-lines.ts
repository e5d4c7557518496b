/**
 * The lines of a batch file, from a place in it.
 *
 *   linesFrom(shell, path, offset)   each with the place behind its end, in bytes
 *
 * A line is UTF-8 where it is valid, else code page 437. The file ends at a DOS text's end mark. A
 * line that is longer than any could be is refused: STATUS_BUFFER_OVERFLOW.
 */
import { openFile, readAt } from '../../ntdll/files.ts';
import { NtClose } from '../../ntdll/native.ts';
import { decodeText } from '../../rtl/codepage.ts';
import { FILE_NON_DIRECTORY_FILE } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { type FullPath, ntPath, showPath } from '../path.ts';

const PIECE = 1024;
const LONGEST = 0x8000;
const LINE_FEED = 0x0a;
const END_OF_TEXT = 0x1a;
const BYTE_ORDER_MARK = /^\ufeff/;

export interface FileLine {
  readonly text: string;
  readonly end: number;
}

export async function* linesFrom(
  { process }: Shell,
  path: FullPath,
  from: number,
): AsyncGenerator<FileLine, undefined> {
  const options = { options: FILE_NON_DIRECTORY_FILE };
  const handle = await openFile(process, ntPath(path), options);
  try {
    let held: number[] = [];
    for (let offset = from; ;) {
      const piece = await readAt(process, handle, offset, PIECE);
      offset += piece.length;
      for (const [at, byte] of piece.entries()) {
        const ends = byte === END_OF_TEXT;
        if (!ends) held.push(byte);
        if (held.length > LONGEST)
          throw new CommandError(Status.STATUS_BUFFER_OVERFLOW, `A line of ${showPath(path)}`);
        if (ends || byte === LINE_FEED) {
          // The mark is read again, and ends the file again.
          const end = offset - piece.length + at + (ends ? 0 : 1);
          if (held.length > 0 || !ends) yield lineOf(held, end);
          held = [];
        }
        if (ends) return undefined;
      }
      if (piece.length > 0) continue;
      if (held.length > 0) yield lineOf(held, offset);
      return undefined;
    }
  } finally {
    await NtClose(process, { handle });
  }
}

function lineOf(bytes: readonly number[], end: number): FileLine {
  const text = decodeText(Uint8Array.from(bytes)).replace(/\r?\n$/, '');
  return { text: text.replace(BYTE_ORDER_MARK, ''), end };
}
