/**
 * The boundary between a page and the element: what a page passes is looked at when it calls, and
 * what is wrong is a TypeError in words. Nothing is converted: no code of the argument runs, except
 * getters of options, each once.
 *
 *   textOf(value, what)            a string
 *   optionsOf(value, what, checks) the named properties, as they were at the call
 *   isBlob, isUrl, ...             what the browser knows of an object, whatever frame it is from
 *   viewOf(value)                  bytes of a buffer or a view, not copied; undefined for others
 *   contentOf(value, what)         a private copy of all kinds of bytes that a page may have
 *
 * A method that is async begins with these, so that it rejects and never throws.
 */
import { joinParts } from '../store/capped.ts';

/** All that bytes may come as. Text is encoded as UTF-8. */
export type Content =
  string | Blob | ArrayBufferLike | ArrayBufferView | ReadableStream<Uint8Array> | Response;

/** FAT's longest file. */
const LONGEST_FILE = 0xffff_ffff;

/** Whether a getter of the platform takes the object for one of its own. */
function brand<T>(owner: { prototype: object } | undefined, property: string) {
  const get = owner && Object.getOwnPropertyDescriptor(owner.prototype, property)?.get;
  return (value: unknown): value is T => {
    try {
      get?.call(value);
      return get !== undefined;
    } catch {
      return false;
    }
  };
}

export const isBlob = brand<Blob>(Blob, 'size');
export const isFile = brand<File>(File, 'name');
export const isUrl = brand<URL>(URL, 'href');
export const isSignal = brand<AbortSignal>(AbortSignal, 'aborted');
export const isFileList = brand<FileList>(FileList, 'length');
export const isStream = brand<ReadableStream<Uint8Array>>(ReadableStream, 'locked');
export const isResponse = brand<Response>(Response, 'bodyUsed');
const isBuffer = brand<ArrayBuffer>(ArrayBuffer, 'byteLength');
// Pages that are not isolated do not have it.
const isShared = brand<SharedArrayBuffer>(globalThis.SharedArrayBuffer, 'byteLength');

function isDate(value: unknown): value is Date {
  try {
    Date.prototype.getTime.call(value as Date);
    return true;
  } catch {
    return false;
  }
}

export function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a revoked proxy
  }
}

/** What it is, for a sentence. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Number.isNaN(value)) return 'NaN';
  const type = typeof value;
  if (type === 'object') return isArray(value) ? 'an array' : 'an object of another kind';
  return `a ${type}`;
}

export function wrong(what: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${what} must be ${wanted}, and is ${kindOf(value)}.`);
}

export function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw wrong(what, 'a string', value);
  return value;
}

export type Check<T> = (value: unknown, what: string) => T;
type Checks<T> = { readonly [K in keyof T]-?: Check<T[K]> };

export function optionsOf<T extends object>(value: unknown, what: string, checks: Checks<T>): T {
  if (value === undefined) return {} as T;
  if (typeof value !== 'object' || value === null || isArray(value))
    throw wrong(what, 'an object', value);
  const options: Partial<T> = {};
  for (const name of Object.keys(checks) as (keyof T & string)[]) {
    const given = (value as Record<string, unknown>)[name];
    if (given !== undefined) options[name] = checks[name](given, `${what}' "${name}"`);
  }
  return options as T;
}

export const booleanOf: Check<boolean> = (value, what) => {
  if (typeof value !== 'boolean') throw wrong(what, 'true or false', value);
  return value;
};

export const signalOf: Check<AbortSignal> = (value, what) => {
  if (!isSignal(value)) throw wrong(what, 'an AbortSignal', value);
  return value;
};

/** Of whatever parameters: nobody can ask a function. */
export const callbackOf: Check<never> = (value, what) => {
  if (typeof value !== 'function') throw wrong(what, 'a function', value);
  return value as never;
};

export const numberOf: Check<number> = (value, what) => {
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrong(what, 'a number', value);
  return value;
};

/** A copy of it. */
export const dateOf: Check<Date> = (value, what) => {
  const time = isDate(value) ? Date.prototype.getTime.call(value) : NaN;
  if (Number.isNaN(time)) throw wrong(what, 'a Date', value);
  return new Date(time);
};

/** A view of the whole buffer, or of just the part that a view shows. */
export function viewOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return seen(value.buffer, value);
  return isBuffer(value) || isShared(value) ? seen(value) : undefined;
}

function seen(buffer: ArrayBufferLike, part?: ArrayBufferView): Uint8Array {
  try {
    return part ? new Uint8Array(buffer, part.byteOffset, part.byteLength) : new Uint8Array(buffer);
  } catch {
    throw new TypeError('The buffer is not here any more: it was transferred or made smaller.');
  }
}

/** What can be copied at once is, so that the page may go on with it. */
export async function contentOf(value: unknown, what: string): Promise<Uint8Array> {
  if (typeof value === 'string') return new TextEncoder().encode(value);
  const view = viewOf(value);
  if (view) return new Uint8Array(view);
  if (isBlob(value)) return readBlob(value, what);
  if (isResponse(value)) return readStream(bodyOf(value, what), what);
  if (isStream(value)) return readStream(value, what);
  throw wrong(what, 'a string, a Blob, a buffer, a view, a stream or a Response', value);
}

async function readBlob(blob: Blob, what: string): Promise<Uint8Array> {
  if (blob.size > LONGEST_FILE) throw tooLong(what);
  try {
    return new Uint8Array(await Blob.prototype.arrayBuffer.call(blob));
  } catch (cause) {
    const message = 'The file could not be read; it may have changed or gone.';
    throw new Error(message, { cause });
  }
}

export function bodyOf(response: Response, what: string): ReadableStream<Uint8Array> {
  if (response.bodyUsed) throw new TypeError(`${what}: this Response was read already.`);
  if (!response.ok)
    throw new Error(`${what}: the server answered ${response.status} instead of the data.`);
  return response.body ?? new Blob([]).stream();
}

/** All of it, at most `limit` bytes: then the source is told to stop. */
export async function readStream(
  stream: ReadableStream<unknown>,
  what: string,
  limit = LONGEST_FILE,
): Promise<Uint8Array> {
  if (stream.locked) throw new TypeError(`${what}: this stream is being read already.`);
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const part = viewOf(next.value);
      if (!part) throw wrong(`${what}: each piece of the stream`, 'bytes', next.value);
      length += part.length;
      if (length > limit) throw tooLong(what);
      parts.push(new Uint8Array(part));
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    throw error;
  }
  return joinParts(parts, length);
}

function tooLong(what: string): TypeError {
  return new TypeError(`${what} has more bytes than can be taken.`);
}
