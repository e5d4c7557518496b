/**
 * The command line that formats a disk, of what a page asks for.
 *
 *   formatLine(drive, options)   throws a TypeError in words
 *
 * The label is between quotation marks; a `%` would be a variable there, and is refused with what
 * no label has. What else is wrong the program says.
 */
import { FLOPPY_FORMATS } from '../store/formats.ts';
import { booleanOf, optionsOf, textOf } from './arguments.ts';

export interface FormatOptions {
  /** The format that the disk must have, such as `1.44M`. */
  format?: string;
  /** Of the volume: at most 11 characters of the code page. */
  label?: string;
  /** Default: by the size of the disk. */
  fat?: 12 | 16 | 32;
  /** The tracks of a floppy stay as they are. */
  quick?: boolean;
}

export function formatLine(drive: unknown, options: unknown): string {
  const letter = /^([a-z]):?[\\/]*$/i.exec(textOf(drive, 'The drive'))?.[1];
  if (!letter) throw new TypeError('The drive must be a letter, such as "A:".');
  const { format, label, fat, quick } = optionsOf<FormatOptions>(options, 'The options', {
    format(given, what) {
      const found = FLOPPY_FORMATS.find(({ name }) => name === given);
      const names = FLOPPY_FORMATS.map(({ name }) => name).join(' ');
      if (!found) throw new TypeError(`${what} must be one of ${names}.`);
      return found.name;
    },
    label(given, what) {
      const text = textOf(given, what);
      if (/["%\p{C}]/u.test(text))
        throw new TypeError(`${what} has a character that none can have.`);
      return text;
    },
    fat(given, what) {
      if (given !== 12 && given !== 16 && given !== 32)
        throw new TypeError(`${what} must be 12, 16 or 32.`);
      return given;
    },
    quick: booleanOf,
  });
  const words = [
    format && `/f:${format.slice(0, -1)}`,
    label && `/v:"${label}"`,
    fat && `/fs:fat${fat}`,
    quick && '/q',
  ];
  return ['format', `${letter}:`, '/y', ...words.filter(Boolean)].join(' ');
}
