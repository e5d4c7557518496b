/**
 * Values of a recording, read back: what ValueWriter wrote. Throws a RangeError in words for
 * anything else.
 *
 * A record has no prototype, and a list no more members than there are bytes. Values are counted,
 * and so is what contents have (codes.ts): a small file makes nothing large.
 */
import { MOST_DATA, PAGE_BYTES } from './codes.ts';
import type { Bytes } from './bytes.ts';
import * as Tag from './tags.ts';

const DEEPEST = 8;
const decoder = new TextDecoder('utf-8', { fatal: true });

export interface Budget {
  /** Bytes that contents may still have: pages may be named again and again. */
  left: number;
  /** Values, those in lists and records too: one takes a byte of the file, and more of memory. */
  values: number;
}

export function readValue(bytes: Bytes, pages: Uint8Array, budget: Budget, depth = 0): unknown {
  if (depth > DEEPEST) throw new RangeError('a value is nested too deeply');
  if (--budget.values < 0) throw new RangeError('there are too many values');
  const tag = bytes.byte();
  switch (tag) {
    case Tag.NOTHING:
      return undefined;
    case Tag.FALSE:
    case Tag.TRUE:
      return tag === Tag.TRUE;
    case Tag.NUMBER:
      return bytes.double();
    case Tag.TEXT:
      return textIn(bytes.piece(bytes.number()));
    case Tag.BYTES:
      return bytes.piece(bytes.number());
    case Tag.PAGED:
      return contentIn(bytes, pages, budget);
    case Tag.LIST:
      return listIn(bytes, pages, budget, depth + 1);
    case Tag.RECORD:
      return recordIn(bytes, pages, budget, depth + 1);
    default:
      throw new RangeError('a value is of no known kind');
  }
}

function textIn(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new RangeError('a text is no UTF-8');
  }
}

/** No room is made for members before they are there. */
function listIn(bytes: Bytes, pages: Uint8Array, budget: Budget, depth: number): unknown[] {
  const list: unknown[] = [];
  for (let left = bytes.count(); left > 0; left--)
    list.push(readValue(bytes, pages, budget, depth));
  return list;
}

function recordIn(bytes: Bytes, pages: Uint8Array, budget: Budget, depth: number): object {
  const record = Object.create(null) as Record<string, unknown>;
  for (let left = bytes.count(); left > 0; left--) {
    const name = readValue(bytes, pages, budget, depth);
    if (typeof name !== 'string') throw new RangeError('a field has no name');
    record[name] = readValue(bytes, pages, budget, depth);
  }
  return record;
}

function contentIn(bytes: Bytes, pages: Uint8Array, budget: Budget): Uint8Array {
  const length = bytes.number();
  budget.left -= length;
  if (length > MOST_DATA || budget.left < 0) throw new RangeError('a content is too large');
  const count = Math.ceil(length / PAGE_BYTES);
  if (count > bytes.left) throw new RangeError('a content is cut off');
  const all = new Uint8Array(length);
  for (let i = 0; i < count; i++) {
    const from = bytes.number() * PAGE_BYTES;
    if (from + PAGE_BYTES > pages.length) throw new RangeError('a content names no page');
    const at = i * PAGE_BYTES;
    all.set(pages.subarray(from, from + Math.min(PAGE_BYTES, length - at)), at);
  }
  return all;
}
