/** Names for what is brought back: nothing that is there is replaced. */
import { attributesOf } from '../ntdll/files.ts';
import * as Status from '../rtl/ntstatus.ts';
import { hasStatus } from './device.ts';
import type { Call } from './program.ts';

const TAILS = 1000;

/** The full name of a file that is not there yet; `?` becomes `_`. */
export async function freeName({ process }: Call, target: string, name: string): Promise<string> {
  const clean = name.replaceAll('?', '_');
  const dot = clean.lastIndexOf('.');
  const [base, end] = dot > 0 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ''];
  const directory = within(target);
  for (let tail = 0; tail < TAILS; tail++) {
    const full = `${directory}${base}${tail === 0 ? '' : `-${tail}`}${end}`;
    try {
      await attributesOf(process, `\\??\\${full}`);
    } catch (error) {
      if (hasStatus(error, Status.STATUS_OBJECT_NAME_NOT_FOUND)) return full;
      throw error;
    }
  }
  return `${directory}${clean}`;
}

/** A directory's name, with `\` at its end. */
export function within(directory: string): string {
  return directory.endsWith('\\') ? directory : `${directory}\\`;
}
