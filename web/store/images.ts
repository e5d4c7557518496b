/**
 * Images from outside: a file, a download. They are hostile until they have a floppy's size.
 *
 *   sniffImage(bytes)             the format of a raw image
 *   importImage(source)           a raw or gzipped image, from a Blob or bytes
 *   fetchImage(url, options?)     the same from an address
 *
 * The size decides: an image full of garbage is accepted, for the operating system to say what is
 * wrong with it, and a name or an extension is never looked at. Where no floppy has that size, the
 * disk's own parameter block may say how it is laid out (shape.ts). All throw ImageError with
 * one line for people.
 *
 * Source: RFC 1952 §2.3.1 (gzip's first bytes).
 */

import { readCapped, through } from './capped.ts';
import { ImageError } from './errors.ts';
import { FLOPPY_FORMATS, LARGEST_FLOPPY, floppyFormat } from './formats.ts';
import { shapeImage } from './shape.ts';
import { visibleName } from './share/visible.ts';
import type { FloppyFormat, ImportedImage } from './types.ts';

const SECTOR = 512;
/** A gzipped floppy is never much larger than the floppy. */
const LARGEST_SOURCE = LARGEST_FLOPPY + 64 * 1024;

function wrongSize(bytes: number): ImageError {
  const names = FLOPPY_FORMATS.map((known) => known.name).join(', ');
  const size = bytes.toLocaleString('en-US');
  if (bytes < SECTOR)
    return new ImageError(
      'size',
      `No floppy disk has ${size} bytes: that is less than one sector.`,
    );
  return new ImageError('size', `No floppy disk has ${size} bytes; images of ${names} are known.`);
}

function tooLarge(): ImageError {
  const most = LARGEST_FLOPPY.toLocaleString('en-US');
  return new ImageError(
    'size',
    `This is more than a floppy disk holds; ${most} bytes is the most.`,
  );
}

function startsWith(bytes: Uint8Array, ...magic: number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

export function sniffImage(bytes: Uint8Array): FloppyFormat {
  const format = floppyFormat(bytes.length);
  if (format) return format;
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) {
    const message = 'This is a ZIP archive; take the disk image out of it and insert that.';
    throw new ImageError('size', message);
  }
  throw wrongSize(bytes.length);
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  let inflated: Uint8Array | undefined;
  try {
    inflated = await readCapped(through(bytes, new DecompressionStream('gzip')), LARGEST_FLOPPY);
  } catch (error) {
    throw new ImageError('gzip', 'The gzipped image is damaged or cut short.', error);
  }
  if (!inflated) throw tooLarge();
  return inflated;
}

/** Of another size: its own first sector may say what disk it is. */
function shaped(image: Uint8Array): ImportedImage {
  const known = floppyFormat(image.length);
  const found = known ? undefined : shapeImage(image);
  return found ?? { image, format: known ?? sniffImage(image), filled: 0, damaged: [] };
}

async function unpack(bytes: Uint8Array): Promise<ImportedImage> {
  // A raw image may begin with any bytes at all: its size is looked at first.
  const packed = !floppyFormat(bytes.length) && startsWith(bytes, 0x1f, 0x8b);
  const image = packed ? await gunzip(bytes) : bytes;
  return shaped(image);
}

/** The source is copied: later changes to it do not reach the image. */
export async function importImage(source: Blob | ArrayBuffer | Uint8Array): Promise<ImportedImage> {
  const size = source instanceof Blob ? source.size : source.byteLength;
  if (size > LARGEST_SOURCE) throw tooLarge();
  if (source instanceof Uint8Array) return unpack(new Uint8Array(source));
  const buffer = source instanceof Blob ? await readBlob(source) : source.slice(0);
  return unpack(new Uint8Array(buffer));
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

export interface FetchImageOptions {
  signal?: AbortSignal;
  /** Milliseconds for the whole download. Default: 60,000. */
  timeout?: number;
  /** Default: the page's own. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Sends no cookies, and stops reading at the largest floppy's size. */
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
    throw describeFetchFailure(error, host);
  }
  if (!bytes) throw tooLarge();
  return unpack(bytes);
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

function describeFetchFailure(error: unknown, host: string): ImageError {
  if (error instanceof ImageError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'TimeoutError') {
    return new ImageError('fetch', `${host} did not send the disk image in time.`, error);
  }
  if (name === 'AbortError') {
    return new ImageError('fetch', `The download from ${host} was given up.`, error);
  }
  const message =
    `The disk image could not be fetched from ${host}: it is out of reach, or does not let other ` +
    'sites read it. Download the file and insert it instead.';
  return new ImageError('fetch', message, error);
}
