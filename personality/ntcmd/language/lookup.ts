/**
 * A variable's value: one that was set, or one that the shell knows.
 *
 *   lookUp(shell, name)       undefined where there is none
 *   readClock(shell, text)    before: if the text may ask for the time
 *   valuesFor(shell)          what expandLine needs
 */
import { check } from '../../ntdll/files.ts';
import { NtQuerySystemTime } from '../../ntdll/native.ts';
import { RtlTimeToTimeFields } from '../../rtl/time.ts';
import type { Shell } from '../context.ts';
import { dateOf, timeOf } from '../format.ts';
import { fullName } from '../path.ts';
import type { Values } from './expand.ts';
import { modify } from './modifiers.ts';

export function lookUp({ session, directories }: Shell, name: string): string | undefined {
  const value = session.variables.get(name);
  if (value !== undefined) return value;
  switch (name.toLowerCase()) {
    case 'errorlevel':
      return String(session.level);
    case 'cd':
      return fullName(directories.current());
    case 'date':
      return dateOf(RtlTimeToTimeFields(session.time));
    case 'time': {
      const fields = RtlTimeToTimeFields(session.time);
      const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
      return `${timeOf(fields)}:${two(fields.second)}.${two(fields.milliseconds / 10)}`;
    }
    default:
      return undefined;
  }
}

export async function readClock({ process, session }: Shell, text: string): Promise<void> {
  if (/[%!$](?:date|time|d|t)/i.test(text))
    session.time = check(await NtQuerySystemTime(process, {})).time;
}

export function valuesFor(shell: Shell): Values {
  const { frame } = shell.session;
  return {
    variable: (name) => lookUp(shell, name),
    modify: (value, letters) => modify(shell.directories, value, letters),
    given: frame && {
      argument: (index) => frame.words[index] ?? '',
      all: frame.all,
      file: fullName(frame.file),
    },
  };
}
