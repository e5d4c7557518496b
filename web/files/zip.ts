/**
 * A zip that is made file by file: what has been packed is in a Blob, not in memory twice.
 *
 *   file(path, bytes, modified)    `\` between names, as a disk has them
 *   folder(path, modified)
 *   end()                          all of it
 */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

const PIECE = 0x4_0000;
/** MS-DOS's clock, which zip has too. */
const FIRST = new Date(1980, 0, 1);
const LAST = new Date(2099, 11, 31);

export class ZipMaker {
  readonly #parts: Blob[] = [];
  #failed: Error | undefined;
  readonly #zip = new Zip((error, piece) => {
    if (error) this.#failed = error;
    else this.#parts.push(new Blob([piece as Uint8Array<ArrayBuffer>]));
  });

  file(path: string, bytes: Uint8Array, modified: Date): void {
    const entry = new ZipDeflate(path.replaceAll('\\', '/'), { level: 6 });
    entry.mtime = zipTime(modified);
    this.#zip.add(entry);
    for (let at = 0; at < bytes.length; at += PIECE)
      entry.push(bytes.slice(at, at + PIECE), at + PIECE >= bytes.length);
    if (bytes.length === 0) entry.push(bytes, true);
  }

  folder(path: string, modified: Date): void {
    const entry = new ZipPassThrough(`${path.replaceAll('\\', '/')}/`);
    entry.mtime = zipTime(modified);
    this.#zip.add(entry);
    entry.push(new Uint8Array(), true);
  }

  end(): Blob {
    this.#zip.end();
    if (this.#failed) throw this.#failed;
    return new Blob(this.#parts, { type: 'application/zip' });
  }
}

/** A disk may say anything. */
function zipTime(time: Date): Date {
  if (!(time >= FIRST)) return FIRST;
  return time > LAST ? LAST : time;
}
