/** What a page may change of a file besides its bytes and its name. */
import {
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_ATTRIBUTE_HIDDEN,
  FILE_ATTRIBUTE_READONLY,
  FILE_ATTRIBUTE_SYSTEM,
} from '../../personality/rtl/nt.ts';
import { booleanOf, dateOf, optionsOf } from './arguments.ts';

export interface AttributeChange {
  readOnly?: boolean;
  hidden?: boolean;
  system?: boolean;
  archive?: boolean;
  /** Local time; a disk keeps it to two seconds, from 1980 to 2107. */
  modified?: Date;
}

const BITS = {
  readOnly: FILE_ATTRIBUTE_READONLY,
  hidden: FILE_ATTRIBUTE_HIDDEN,
  system: FILE_ATTRIBUTE_SYSTEM,
  archive: FILE_ATTRIBUTE_ARCHIVE,
};

/** The bits to set and to clear, and the time, 0 for none. */
export function attributeChangeOf(value: unknown): { on: number; off: number; modified: number } {
  const checks = { readOnly: booleanOf, hidden: booleanOf, system: booleanOf, archive: booleanOf };
  const { modified, ...change } = optionsOf<AttributeChange>(value, 'The change', {
    ...checks,
    modified: dateOf,
  });
  let [on, off] = [0, 0];
  for (const [name, is] of Object.entries(change) as [keyof typeof BITS, boolean][])
    if (is) on |= BITS[name];
    else off |= BITS[name];
  return { on, off, modified: modified?.getTime() ?? 0 };
}
