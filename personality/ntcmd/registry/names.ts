/**
 * Keys and types as people write them.
 *
 *   keyPath(typed)       `HKLM\Software\X` as the name that the system knows
 *   shownPath(path)      the other way round
 *   typeNames            REG_SZ ...
 *   parseData(type, text, separator)    data from what was typed; undefined: it is none
 *   showData(type, data)
 */
import * as reg from '../../rtl/registry.ts';

const ROOTS: readonly (readonly [string, string, string])[] = [
  ['HKLM', 'HKEY_LOCAL_MACHINE', '\\Registry\\Machine'],
  ['HKCU', 'HKEY_CURRENT_USER', '\\Registry\\User\\.Default'],
  ['HKU', 'HKEY_USERS', '\\Registry\\User'],
];

export const typeNames: Readonly<Record<string, number>> = {
  REG_NONE: reg.REG_NONE,
  REG_SZ: reg.REG_SZ,
  REG_EXPAND_SZ: reg.REG_EXPAND_SZ,
  REG_BINARY: reg.REG_BINARY,
  REG_DWORD: reg.REG_DWORD,
  REG_DWORD_BIG_ENDIAN: reg.REG_DWORD_BIG_ENDIAN,
  REG_LINK: reg.REG_LINK,
  REG_MULTI_SZ: reg.REG_MULTI_SZ,
  REG_RESOURCE_LIST: 8,
  REG_QWORD: reg.REG_QWORD,
};

/** Undefined: it begins with none of the roots. */
export function keyPath(typed: string): string | undefined {
  const trimmed = typed.replace(/\\+$/, '');
  if (/^\\registry(\\|$)/i.test(trimmed)) return trimmed;
  const [first = ''] = trimmed.split('\\');
  const root = ROOTS.find(([short, long]) => [short, long].includes(first.toUpperCase()));
  return root && root[2] + trimmed.slice(first.length);
}

export function shownPath(path: string): string {
  const upper = path.toUpperCase();
  for (const [, long, root] of ROOTS)
    if (upper === root.toUpperCase() || upper.startsWith(`${root.toUpperCase()}\\`))
      return long + path.slice(root.length);
  return path;
}

export function typeName(type: number): string {
  return (
    Object.entries(typeNames).find(([, number]) => number === type)?.[0] ?? `0x${type.toString(16)}`
  );
}

function isText(type: number): boolean {
  return type === reg.REG_SZ || type === reg.REG_EXPAND_SZ || type === reg.REG_LINK;
}

function number(text: string, most: bigint): bigint | undefined {
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const value = BigInt(text);
  return value <= most ? value : undefined;
}

function littleEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, byte) => Number((value >> BigInt(8 * byte)) & 0xffn));
}

function hexBytes(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\s,]/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function parseData(type: number, text: string, separator = '\\0'): Uint8Array | undefined {
  switch (type) {
    case reg.REG_SZ:
    case reg.REG_EXPAND_SZ:
      return reg.textData(text);
    case reg.REG_LINK:
      return reg.textData(text).subarray(0, 2 * text.length);
    case reg.REG_MULTI_SZ:
      return reg.textData(text.split(separator).filter((part) => part !== ''));
    case reg.REG_DWORD: {
      const word = number(text, 0xffff_ffffn);
      return word === undefined ? undefined : littleEndian(word, 4);
    }
    case reg.REG_DWORD_BIG_ENDIAN: {
      const word = number(text, 0xffff_ffffn);
      return word === undefined ? undefined : littleEndian(word, 4).reverse();
    }
    case reg.REG_QWORD: {
      const word = number(text, 0xffff_ffff_ffff_ffffn);
      return word === undefined ? undefined : littleEndian(word, 8);
    }
    default:
      return hexBytes(text);
  }
}

export function showData(type: number, data: Uint8Array): string {
  if (isText(type)) return reg.textOf(data);
  if (type === reg.REG_MULTI_SZ) return reg.textsOf(data).join('\\0');
  const hex = (bytes: Uint8Array): string =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const isNumber =
    (type === reg.REG_DWORD && data.length === 4) || (type === reg.REG_QWORD && data.length === 8);
  if (isNumber) return `0x${BigInt(`0x${hex(data.slice().reverse())}`).toString(16)}`;
  return hex(data).toUpperCase();
}
