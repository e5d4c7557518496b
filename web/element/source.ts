/**
 * An image from wherever it is, with a word for people.
 *
 *   sourceOf(value)               what a page passed as an image, copied where it may change;
 *                                 throws a TypeError for what can be none
 *   comesLater(source)            whether a network stands between, which may take its time
 *   readSource(source, options)   checked by its size (store/images.ts); throws ImageError. Bytes
 *                                 are let go: the image is a copy
 *   fileName(url)                 what people are told of an address: `tour.img`, also where it
 *                                 travels packed, as `tour.img.gz`
 *   imageBlob(drive, image)       and back out; the image is let go
 */
import { ofFetch, RefusalWatch } from '../host/refusals.ts';
import { ImageError } from '../store/errors.ts';
import { fetchImage, importImage } from '../store/images.ts';
import { LARGEST_SOURCE } from '../store/formats.ts';
import type { ImportedImage } from '../store/types.ts';
import { letGo } from '../store/let-go.ts';
import { visibleLabel, visibleName } from '../store/share/visible.ts';
import { sharing } from './sharing.ts';
import {
  bodyOf,
  isBlob,
  isFile,
  isResponse,
  isStream,
  isUrl,
  readStream,
  viewOf,
  wrong,
} from './arguments.ts';

/** An image, and what was found beside it (store/types.ts). */
export interface NamedImage extends Partial<Omit<ImportedImage, 'format'>> {
  image: Uint8Array;
  label: string;
  /** Where it can be fetched again, as it is in a link. */
  address?: string | undefined;
}

/** What an image may be read from, its kind known. */
export type Source = Blob | Uint8Array | URL | Response | ReadableStream<Uint8Array>;

export type OnBytes = (count: number, total: number) => void;

/** Which image it is, and what it is to be called. */
export interface Named {
  label?: string | undefined;
  /** One of an archive's; absent: the only one. */
  pick?: string | undefined;
  /** What a link changes of it (store/share/overlay.ts). */
  overlay?: string | undefined;
}

export interface ReadOptions extends Named {
  signal?: AbortSignal | undefined;
  /**
   * Told when a server begins to answer (0), and of every piece that comes; `total` is what it
   * says that there will be, 0 where that is not known.
   */
  onBytes?: OnBytes | undefined;
}

const WHAT = 'The image';

export function sourceOf(value: unknown): Source {
  if (typeof value === 'string') return addressOf(value);
  if (isUrl(value)) return new URL(value.href);
  const view = viewOf(value);
  // What is too large is refused by its size, and not worth a copy.
  if (view) return view.length > LARGEST_SOURCE ? view : new Uint8Array(view);
  if (isBlob(value) || isResponse(value) || isStream(value)) return value;
  throw wrong(WHAT, 'a Blob, a buffer, a view, a URL, an address, a stream or a Response', value);
}

function addressOf(text: string): URL {
  try {
    return new URL(text, document.baseURI);
  } catch {
    throw new TypeError(`${WHAT} must have an address: "${visibleName(text)}" is none.`);
  }
}

export function comesLater(source: Source): source is URL | Response | ReadableStream<Uint8Array> {
  return isUrl(source) || isResponse(source) || isStream(source);
}

/** Where it comes from, for a sentence. */
export function originOf(source: Source): string {
  const address = isUrl(source) ? source : isResponse(source) ? responseUrl(source) : undefined;
  return address ? address.host || address.protocol : 'this page';
}

export async function readSource(source: Source, options: ReadOptions = {}): Promise<NamedImage> {
  const found = await changed(await read(source, options), options.overlay);
  if (source instanceof Uint8Array) letGo(source);
  const { pick, label = pick ?? nameOf(source) } = options;
  const again = isUrl(source) && pick === undefined && /^https?:$/.test(source.protocol);
  return { ...found, label: visibleLabel(label), address: again ? source.href : undefined };
}

/** A link has plain sectors: with its changes, nothing beyond them is left. */
async function changed(found: ImportedImage, overlay?: string): Promise<ImportedImage> {
  if (overlay === undefined) return found;
  const { decodeOverlay } = await sharing();
  const image = await decodeOverlay(overlay, found.image);
  letGo(found.image);
  return { image, format: found.format, filled: 0, damaged: [] };
}

function read(source: Source, options: ReadOptions): Promise<ImportedImage> {
  const { signal, pick, onBytes = () => undefined } = options;
  if (isUrl(source))
    return fetchImage(source, { pick, ...(signal && { signal }), fetch: countedFetch(onBytes) });
  if (isResponse(source)) return readLater(bodyOf(source, WHAT), options);
  if (isStream(source)) return readLater(source, options);
  return importImage(source, { pick });
}

async function readLater(
  stream: ReadableStream<Uint8Array>,
  { signal, pick }: ReadOptions,
): Promise<ImportedImage> {
  return importImage(await within(stream, signal), { pick });
}

function countedFetch(onBytes: OnBytes) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    const response = await fetchOrRefusal(url, init);
    const total = lengthOf(response);
    onBytes(0, total);
    if (!response.body) return response;
    const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, controller) {
        onBytes(piece.length, total);
        controller.enqueue(piece);
      },
    });
    const { status, headers } = response;
    return new Response(response.body.pipeThrough(count), { status, headers });
  };
}

/** A browser fails both in the same way: it tells by an event when it was the page's own policy. */
async function fetchOrRefusal(url: string, init: RequestInit): Promise<Response> {
  const address = new URL(url, document.baseURI);
  const refusals = new RefusalWatch(ofFetch(address));
  try {
    return await fetch(url, init);
  } catch (error) {
    if (!(error instanceof TypeError) || !(await refusals.found())) throw error;
    const from = address.host || address.protocol;
    const words = `The policy of this page (connect-src) does not let it fetch from ${from}.`;
    throw new ImageError('fetch', `${words} Download the file and insert it instead.`, error);
  } finally {
    refusals.stop();
  }
}

/** Its pieces come unpacked, and the length is of what travels. */
function lengthOf({ headers }: Response): number {
  return headers.has('Content-Encoding') ? 0 : Number(headers.get('Content-Length') ?? 0);
}

/** A stream that is given up is told so. */
async function within(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (!signal) return readStream(stream, WHAT, LARGEST_SOURCE);
  const through = stream.pipeThrough(new TransformStream(), { signal });
  return readStream(through, WHAT, LARGEST_SOURCE);
}

/** Its file's name; empty where it has none. */
export function nameOf(source: Source): string {
  if (isUrl(source)) return fileName(source);
  if (isFile(source)) return unpackedName(source.name);
  const address = isResponse(source) ? responseUrl(source) : undefined;
  return address ? fileName(address) : '';
}

function responseUrl({ url }: Response): URL | undefined {
  return url === '' ? undefined : new URL(url);
}

/** The last part of an address's path, which is text from outside and may be badly encoded. */
export function fileName(url: URL): string {
  const last = unpackedAddress(url).pathname.split('/').pop() ?? '';
  try {
    return visibleName(decodeURIComponent(last));
  } catch {
    return visibleName(last);
  }
}

/** `x.img.gz` is how `x.img` travels. */
function unpackedName(name: string): string {
  return name.replace(/(?<=[^/])\.gz$/i, '');
}

/** The same disk, known by the same address. */
export function unpackedAddress(url: URL): URL {
  const address = new URL(url);
  address.pathname = unpackedName(url.pathname);
  return address;
}

/** Throws in words where the drive was empty. */
export function imageBlob(drive: string, image: Uint8Array | undefined): Blob {
  if (!image) throw new Error(`${drive} has no disk.`);
  const blob = new Blob([image as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' });
  letGo(image);
  return blob;
}
