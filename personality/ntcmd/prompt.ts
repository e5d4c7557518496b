/**
 * The prompt: what the variable PROMPT says, which `prompt` sets.
 *
 *   $P drive and path   $G >   $L <   $N drive   $D date   $T time   $V version   $B |   $Q =
 *   $A &   $C (   $F )   $S blank   $_ a new line   $$ $     others: nothing
 *
 * Only the last line of it waits for keys. A long path is shown by its last part.
 */
import { RtlTimeToTimeFields } from '../rtl/time.ts';
import type { Shell } from './context.ts';
import { dateOf, timeOf } from './format.ts';
import { readClock } from './language/lookup.ts';
import { named } from './screen.ts';
import { VERSION } from './version.ts';

/** Units of a path in the prompt: what waits for a prompt looks at so much. */
const LONGEST = 300;
const USUAL = '$P$G';
const SIGNS: Readonly<Record<string, string>> = {
  G: '>',
  L: '<',
  B: '|',
  Q: '=',
  A: '&',
  C: '(',
  F: ')',
  S: ' ',
  _: '\n',
  $: '$',
  V: VERSION,
};

export async function promptOf(shell: Shell): Promise<string> {
  const pattern = shell.session.variables.get('PROMPT') ?? USUAL;
  await readClock(shell, pattern);
  return pattern.replace(/\$(.)?/gs, (_, code = '') =>
    meaning(shell, (code as string).toUpperCase()),
  );
}

function meaning({ directories, session }: Shell, code: string): string {
  const { drive, parts } = directories.current();
  switch (code) {
    case 'P': {
      const path = named(parts.join('\\'));
      return `${drive}\\${path.length > LONGEST ? `...\\${path.slice(-LONGEST)}` : path}`;
    }
    case 'N':
      return drive[0]!;
    case 'D':
      return dateOf(RtlTimeToTimeFields(session.time));
    case 'T':
      return timeOf(RtlTimeToTimeFields(session.time));
    default:
      return SIGNS[code] ?? '';
  }
}
