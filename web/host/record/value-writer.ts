/**
 * Values of a recording as bytes: what values.ts reads. What is no such value becomes undefined.
 *
 *   new ValueWriter().value(value)
 *   bytes, pages        what was written; contents are kept by their pages
 */
import { PAGE_BYTES } from './codes.ts';
import { Log } from './log.ts';
import { Pages } from './pages.ts';
import * as Tag from './tags.ts';

const encoder = new TextEncoder();

export class ValueWriter {
  readonly #log = new Log();
  readonly #pages = new Pages();

  get bytes(): Uint8Array {
    return this.#log.copy();
  }

  get pages(): Uint8Array {
    return this.#pages.copy();
  }

  value(value: unknown): void {
    const log = this.#log;
    if (typeof value === 'boolean') return log.byte(value ? Tag.TRUE : Tag.FALSE);
    if (typeof value === 'number') {
      log.byte(Tag.NUMBER);
      return log.double(value);
    }
    if (typeof value === 'string') return this.#plain(Tag.TEXT, encoder.encode(value));
    if (value instanceof Uint8Array) return this.#data(value);
    if (Array.isArray(value)) {
      log.byte(Tag.LIST);
      log.number(value.length);
      for (const each of value) this.value(each);
      return;
    }
    if (typeof value !== 'object' || value === null) return log.byte(Tag.NOTHING);
    const fields = Object.entries(value);
    log.byte(Tag.RECORD);
    log.number(fields.length);
    for (const [name, field] of fields) {
      this.value(name);
      this.value(field);
    }
  }

  #data(bytes: Uint8Array): void {
    if (bytes.length < PAGE_BYTES) return this.#plain(Tag.BYTES, bytes);
    this.#log.byte(Tag.PAGED);
    this.#log.number(bytes.length);
    for (const page of this.#pages.add(bytes)) this.#log.number(page);
  }

  #plain(tag: number, bytes: Uint8Array): void {
    this.#log.byte(tag);
    this.#log.number(bytes.length);
    for (const byte of bytes) this.#log.byte(byte);
  }
}
