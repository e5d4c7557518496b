/**
 * Images from outside: a file, a download. They are hostile until they have a floppy's size.
 *
 *   importImage(source, options?)   from a Blob or bytes
 *   fetchImage(url, options?)       the same from an address
 *   remarkOn(image, again?)         what a reader is to be told of its contents; `again`: but for
 *                                   what is told once
 *
 * The size decides first: an image full of garbage is accepted, for the operating system to say
 * what is wrong with it, and a name or an extension is never looked at. What has no floppy's size
 * may be a container of an image, or say itself how it is laid out: the code for that is loaded
 * when such a file is met (container/open.ts). All throw ImageError with one line for people.
 */

import { readFatLayout } from '../../personality/rtl/fat-layout.ts';
import { readCapped } from './capped.ts';
import { gunzip, isGzip } from './container/gzip.ts';
import { ImageError } from './errors.ts';
import { LARGEST_SOURCE, floppyFormat } from './formats.ts';
import { visibleName } from './share/visible.ts';
import { tooLarge } from './sizes.ts';
import type { ImportedImage } from './types.ts';

export interface ImportOptions {
  /** Which image of an archive; one of an ImageError's `names`. Absent: there is one. */
  pick?: string | undefined;
}

async function unpack(bytes: Uint8Array, { pick }: ImportOptions): Promise<ImportedImage> {
  const found = await unpackAny(bytes, pick);
  const remark = await remarkOn(found.image);
  return remark ? { ...found, remark } : found;
}

/** The words are loaded when there may be something to say. */
export async function remarkOn(image: Uint8Array, again = false): Promise<string | undefined> {
  const layout = readFatLayout(image, image.length);
  if (layout && !layout.undescribed && (again || !layout.tooLong)) return undefined;
  const { remark } = await import('./container/remarks.ts');
  return remark(image, layout);
}

/** A raw image may begin with any bytes at all: its size is looked at first. */
async function unpackAny(bytes: Uint8Array, pick: string | undefined): Promise<ImportedImage> {
  const packed = !floppyFormat(bytes.length) && isGzip(bytes);
  const image = packed ? await gunzip(bytes) : bytes;
  const origin = { formats: packed ? ['gzip'] : [], comment: '' };
  const format = floppyFormat(image.length);
  if (format) return { image, format, filled: 0, damaged: [], ...(packed && { origin }) };
  const { openFile } = await import('./container/open.ts');
  return openFile(image, pick, origin);
}

/** The source is copied: later changes to it do not reach the image. */
export async function importImage(
  source: Blob | ArrayBuffer | Uint8Array,
  options: ImportOptions = {},
): Promise<ImportedImage> {
  // Whatever frame it is from: `instanceof` would know those of this one.
  const isBlob = 'size' in source;
  const size = isBlob ? source.size : source.byteLength;
  if (size > LARGEST_SOURCE) throw tooLarge();
  if (source instanceof Uint8Array) return unpack(new Uint8Array(source), options);
  const buffer = isBlob ? await readBlob(source) : source.slice(0);
  return unpack(new Uint8Array(buffer), options);
}

async function readBlob(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new ImageError(
      'fetch',
      'The file could not be read; it may have changed or gone.',
      error,
    );
  }
}

export interface FetchImageOptions extends ImportOptions {
  signal?: AbortSignal;
  /** Milliseconds for the whole download. Default: 60,000. */
  timeout?: number;
  /** Default: the page's own. */
  fetch?: Fetch;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Sends no cookies, and stops reading where no image can be as large. */
export async function fetchImage(
  url: string | URL,
  options: FetchImageOptions = {},
): Promise<ImportedImage> {
  const { signal, timeout = 60_000, fetch = globalThis.fetch.bind(globalThis) } = options;
  const stop = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal ? [signal] : [])]);
  const host = hostOf(url);
  let bytes: Uint8Array | undefined;
  try {
    const response = await fetch(String(url), { credentials: 'omit', signal: stop });
    if (!response.ok) {
      const { status } = response;
      throw new ImageError(
        'fetch',
        `${addressWords(url)} was answered by ${statusWords(status)}, not by a disk image.`,
      );
    }
    bytes = response.body ? await readCapped(response.body, LARGEST_SOURCE) : new Uint8Array();
  } catch (error) {
    throw await describeFetchFailure(error, host, () => causeOf(String(url), host, fetch));
  }
  if (!bytes) throw tooLarge();
  return unpack(bytes, options);
}

/** What people call the answers that they get most. */
const STATUS: Readonly<Record<number, string>> = {
  401: 'asks for a password',
  403: 'forbidden',
  404: 'not found',
  410: 'gone',
  429: 'asked too often',
  500: 'the server failed',
  503: 'the server is busy',
};

function statusWords(status: number): string {
  return `HTTP status ${status}${STATUS[status] ? ` (${STATUS[status]})` : ''}`;
}

const LONGEST_ADDRESS = 200;

/** As it can be compared with what somebody typed, and only what can be seen. */
function addressWords(url: string | URL): string {
  const { origin, pathname, search } = new URL(url, globalThis.location?.href);
  return visibleName(`${origin}${pathname}${search}`).slice(0, LONGEST_ADDRESS);
}

function hostOf(url: string | URL): string {
  try {
    return new URL(url, globalThis.location?.href).host || 'That address';
  } catch {
    throw new ImageError('fetch', `"${String(url)}" is not an address.`);
  }
}

async function describeFetchFailure(
  error: unknown,
  host: string,
  cause: () => Promise<string>,
): Promise<ImageError> {
  if (error instanceof ImageError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'TimeoutError') {
    return new ImageError('fetch', `${host} did not send the disk image in time.`, error);
  }
  if (name === 'AbortError') {
    return new ImageError('fetch', `The download from ${host} was given up.`, error);
  }
  return new ImageError('fetch', await cause(), error);
}

/** The page that is offline may not have what tells of that, either. */
async function causeOf(url: string, host: string, ask: Fetch): Promise<string> {
  try {
    const { fetchCause } = await import('./fetch-cause.ts');
    return await fetchCause(url, ask);
  } catch {
    return (
      `The disk image could not be fetched from ${host}: it is out of reach, or does not let ` +
      'other sites read it. Download the file and insert it instead.'
    );
  }
}
