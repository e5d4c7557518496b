/**
 * Keys and values as text: the files that `reg export` writes and `reg import` reads, as REGEDIT4
 * has them and, since names may need it, with any character in UTF-8.
 *
 *   REGEDIT4
 *
 *   [HKEY_LOCAL_MACHINE\Software\X]      a key; with `-` behind the bracket it is deleted
 *   "name"="text"                        @ is the value without a name; "=- deletes a value
 *   "name"=dword:0000002a
 *   "name"=hex(7):61,00,00,00,00,00      any other type, by its number; a line may end in `\` and
 *                                        go on with the next
 *   ; a remark
 *
 *   regText(keys)      the lines
 *   parseReg(lines)    what they say; raises RegError with the number of a line that says nothing
 */
import { REG_BINARY, REG_DWORD, REG_SZ, textData, textOf, viewOf } from '../../rtl/registry.ts';
import { keyPath, shownPath } from './names.ts';

export interface RegValue {
  readonly name: string;
  /** Undefined: it is to be deleted. */
  readonly value: { readonly type: number; readonly data: Uint8Array } | undefined;
}

export interface RegKey {
  /** As the system knows it. */
  readonly path: string;
  /** It is to be deleted, with all below. */
  readonly remove: boolean;
  readonly values: RegValue[];
}

export class RegError extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`line ${line}`);
    this.line = line;
  }
}

const HEADS = ['REGEDIT4', 'Windows Registry Editor Version 5.00'];
/** Bytes of data in a line. */
const ROW = 20;

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, (one) => `\\${one}`)}"`;
}

/** A text that would be read back as it is. */
function isPlain(data: Uint8Array): boolean {
  const text = textOf(data);
  return !/[\r\n]/.test(text) && textData(text).length === data.length;
}

function hexRows(data: Uint8Array): string {
  const bytes = Array.from(data, (byte) => byte.toString(16).padStart(2, '0'));
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW) rows.push(bytes.slice(at, at + ROW).join(','));
  return rows.join(',\\\r\n  ');
}

function valueText(type: number, data: Uint8Array): string {
  if (type === REG_SZ && isPlain(data)) return quoted(textOf(data));
  if (type === REG_DWORD && data.length === 4)
    return `dword:${viewOf(data).getUint32(0, true).toString(16).padStart(8, '0')}`;
  return `hex${type === REG_BINARY ? '' : `(${type.toString(16)})`}:${hexRows(data)}`;
}

export function keyText({ path, values }: RegKey): string {
  const lines = values.flatMap(({ name, value }) =>
    value ? [`${name === '' ? '@' : quoted(name)}=${valueText(value.type, value.data)}`] : [],
  );
  return ['', `[${shownPath(path)}]`, ...lines, ''].join('\r\n');
}

export const REG_HEAD = `${HEADS[0]!}\r\n`;

/** Lines that go on with the next are put together; each with the number of its first. */
function logicalLines(lines: readonly string[]): { text: string; line: number }[] {
  const out: { text: string; line: number }[] = [];
  let held = '';
  let first = 0;
  for (const [index, raw] of lines.entries()) {
    const text = held === '' ? raw.trim() : held + raw.trim();
    if (held === '') first = index + 1;
    const isHex = /=\s*hex(\([0-9a-f]+\))?:/i.test(text);
    if (isHex && text.endsWith('\\')) {
      held = text.slice(0, -1);
      continue;
    }
    held = '';
    out.push({ text, line: first });
  }
  if (held !== '') throw new RegError(first);
  return out.filter(({ text }) => text !== '' && !text.startsWith(';'));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function parseValue(text: string): RegValue['value'] | 'wrong' {
  if (text === '-') return undefined;
  const string = /^"((?:[^"\\]|\\.)*)"$/.exec(text);
  if (string) return { type: REG_SZ, data: textData(unescaped(string[1]!)) };
  const dword = /^dword:([0-9a-f]{1,8})$/i.exec(text);
  if (dword) {
    const data = new Uint8Array(4);
    viewOf(data).setUint32(0, parseInt(dword[1]!, 16), true);
    return { type: REG_DWORD, data };
  }
  const hex = /^hex(?:\(([0-9a-f]{1,8})\))?:((?:[0-9a-f]{1,2}(?:\s*,\s*[0-9a-f]{1,2})*)?)$/i.exec(
    text,
  );
  if (!hex) return 'wrong';
  const bytes = hex[2]! === '' ? [] : hex[2]!.split(',').map((byte) => parseInt(byte, 16));
  return { type: hex[1] ? parseInt(hex[1], 16) : REG_BINARY, data: Uint8Array.from(bytes) };
}

export function parseReg(lines: readonly string[]): RegKey[] {
  const [head, ...rest] = logicalLines(lines);
  if (!head || !HEADS.includes(head.text.replace(/^\ufeff/, ''))) throw new RegError(1);
  const keys: RegKey[] = [];
  for (const { text, line } of rest) {
    const section = /^\[(-?)(.+)\]$/.exec(text);
    if (section) {
      const path = keyPath(section[2]!);
      if (!path) throw new RegError(line);
      keys.push({ path, remove: section[1] === '-', values: [] });
      continue;
    }
    const entry = /^(@|"(?:[^"\\]|\\.)*")\s*=\s*(.*)$/.exec(text);
    const key = keys.at(-1);
    const value = entry ? parseValue(entry[2]!) : 'wrong';
    if (!entry || !key || key.remove || value === 'wrong') throw new RegError(line);
    const name = entry[1] === '@' ? '' : unescaped(entry[1]!.slice(1, -1));
    key.values.push({ name, value });
  }
  return keys;
}
