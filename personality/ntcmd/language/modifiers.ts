/**
 * `%~dpnx1`: parts of the path that a value is.
 *
 *   f all of it   d `A:`   p `\DIR\`   n the name   x `.TXT`   none: without quotation marks
 */
import { NtException } from '../../rtl/status.ts';
import { type Directories, type FullPath, lastPart, parentOf } from '../path.ts';

export function modify(directories: Directories, value: string, letters: string): string {
  const bare = value.replace(/^\s*"|"\s*$/g, '');
  const wanted = new Set(letters.toLowerCase());
  wanted.delete('s');
  if (wanted.size === 0 || bare === '') return bare;
  let path: FullPath;
  try {
    path = directories.resolveAny(bare);
  } catch (error) {
    // A device that is not here: it has no parts.
    if (error instanceof NtException) return bare;
    throw error;
  }
  const parts = partsOf(path);
  const order = wanted.has('f')
    ? 'dpnx'
    : 'dpnx'.replace(/./g, (one) => (wanted.has(one) ? one : ''));
  return [...order].map((one) => parts[one as keyof typeof parts]).join('');
}

function partsOf(path: FullPath) {
  const name = path.directory ? '' : lastPart(path);
  const above = path.directory ? path.parts : parentOf(path).parts;
  const dot = name.lastIndexOf('.');
  return {
    d: path.drive,
    p: `\\${above.map((part) => `${part}\\`).join('')}`,
    n: dot < 0 ? name : name.slice(0, dot),
    x: dot < 0 ? '' : name.slice(dot),
  };
}
