/** `if`: whether its test holds. */
import { attributesOf, listDirectory } from '../../ntdll/files.ts';
import { hasWildcards } from '../../rtl/names.ts';
import { NtException } from '../../rtl/status.ts';
import type { Shell } from '../context.ts';
import { lastPart, ntPath, parentOf } from '../path.ts';
import { unquoted } from '../words.ts';
import { lookUp } from './lookup.ts';
import type { Comparison, If } from './tree.ts';

/** `expand`: what is done to a text before it is compared. */
export async function holds(
  shell: Shell,
  { test, not, anyCase }: If,
  expand: (text: string) => string,
): Promise<boolean> {
  return (await isSo()) !== not;

  async function isSo(): Promise<boolean> {
    if (!('what' in test))
      return compares(test.kind, expand(test.left), expand(test.right), anyCase);
    const what = expand(test.what);
    if (test.kind === 'errorlevel') return shell.session.level >= (parseInt(what, 10) || 0);
    if (test.kind === 'defined') return lookUp(shell, unquoted(what)) !== undefined;
    return exists(shell, unquoted(what));
  }
}

/** As numbers where both are; `==` compares letters. */
function compares(kind: Comparison, left: string, right: string, anyCase: boolean): boolean {
  const [a, b] = [numberIn(left), numberIn(right)];
  let order: number;
  if (kind !== '==' && a !== undefined && b !== undefined) order = a - b;
  else {
    const [x, y] = anyCase ? [left.toLowerCase(), right.toLowerCase()] : [left, right];
    order = x < y ? -1 : x > y ? 1 : 0;
  }
  switch (kind) {
    case '==':
    case 'equ':
      return order === 0;
    case 'neq':
      return order !== 0;
    case 'lss':
      return order < 0;
    case 'leq':
      return order <= 0;
    case 'gtr':
      return order > 0;
    case 'geq':
      return order >= 0;
  }
}

function numberIn(text: string): number | undefined {
  const match = /^([-+]?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (!match) return undefined;
  const digits = match[2]!;
  const value = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -value : value;
}

/** `DIR\NUL` is there where the directory is. */
export async function exists(shell: Shell, typed: string): Promise<boolean> {
  try {
    const named = shell.directories.resolveAny(typed);
    const path = named.device ? parentOf(named) : named;
    if (path.parts.length > 0 && hasWildcards(lastPart(path))) {
      const parent = ntPath(parentOf(path));
      return (await listDirectory(shell.process, parent, lastPart(path))).length > 0;
    }
    await attributesOf(shell.process, ntPath(path));
    return true;
  } catch (error) {
    if (error instanceof NtException) return false;
    throw error;
  }
}
