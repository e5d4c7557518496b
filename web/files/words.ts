/** How sizes, dates and attributes are written. */

const numbers = new Intl.NumberFormat('en');

export const count = (many: number, one: string, more = `${one}s`): string =>
  `${numbers.format(many)} ${many === 1 ? one : more}`;

export const number = (value: number): string => numbers.format(value);

/** Exact, as `dir` has it, where that is short; else what fits a column. */
export function size(bytes: number): string {
  if (bytes < 10_000_000) return numbers.format(bytes);
  return `${numbers.format(Math.round(bytes / 1024))} KB`;
}

/** For a sentence. */
export function amount(bytes: number): string {
  if (bytes < 1024) return count(bytes, 'byte');
  if (bytes < 1 << 20) return `${numbers.format(Math.round(bytes / 1024))} KB`;
  return `${(bytes / (1 << 20)).toFixed(2)} MB`;
}

const two = (value: number): string => String(value).padStart(2, '0');

const FIRST_YEAR = 1980;

/** The disk's clock reading, from FAT's first year on; else empty: an entry may have none. */
export function date(when: Date): string {
  if (!(when.getFullYear() >= FIRST_YEAR)) return '';
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  return `${day} ${two(when.getHours())}:${two(when.getMinutes())}`;
}

export const ATTRIBUTES = [
  { bit: 0x01, name: 'readOnly', letter: 'R', words: 'read-only' },
  { bit: 0x02, name: 'hidden', letter: 'H', words: 'hidden' },
  { bit: 0x04, name: 'system', letter: 'S', words: 'system' },
  { bit: 0x20, name: 'archive', letter: 'A', words: 'archive' },
] as const;

export const letters = (bits: number): string =>
  ATTRIBUTES.map(({ bit, letter }) => (bits & bit ? letter : '')).join('');

export const attributeWords = (bits: number): string =>
  ATTRIBUTES.filter(({ bit }) => bits & bit)
    .map(({ words }) => words)
    .join(', ');

/**
 * A name of a disk as text that stays on its line: what cannot be seen, or turns the direction of
 * writing, is a mark.
 */
export const shown = (name: string): string =>
  name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');
