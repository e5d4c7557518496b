/**
 * What a command was given, read by what it says it takes.
 *
 * Each command declares its switches and how many names it takes (commands/command.ts); this file
 * refuses everything else, so that no command ever passes over something that it does not know.
 *
 *   asksForHelp(words)               `/?` is among them
 *   readArguments(command, words)    switches and names; raises a CommandError in words
 *
 * A word that begins with `/` is one or more switches (`/s/b`); in quotes it is a name.
 */
import * as Status from '../rtl/ntstatus.ts';
import { CommandError } from './command-error.ts';
import { usageError } from './errors.ts';
import type { Word } from './words.ts';

export interface Syntax {
  readonly name: string;
  readonly usage: string;
  /**
   * Without the slash, in lower case: `s`, `-y`; `+#` takes a number, `v:` a text. Default: none.
   */
  readonly switches?: readonly string[];
  /** The least and the most names that it takes. Default: none. */
  readonly names?: readonly [least: number, most: number];
  /** A name may be empty, in quotes. */
  readonly mayBeEmpty?: true;
}

export interface Arguments {
  readonly switches: ReadonlySet<string>;
  readonly names: readonly string[];
  /** What follows the command, as typed. */
  readonly text: string;
}

function isSwitch({ text, quoted }: Word): boolean {
  // A text that a switch takes may be in quotes: /v:"TWO WORDS".
  return (!quoted || /^(?:\/[a-z]+)+:./is.test(text)) && text.startsWith('/') && text !== '/';
}

export function asksForHelp(words: readonly Word[]): boolean {
  return words.some((word) => isSwitch(word) && switchesIn(word.text).includes('?'));
}

function switchesIn(text: string): string[] {
  return text.slice(1).toLowerCase().split('/');
}

export function readArguments(command: Syntax, words: readonly Word[], text: string): Arguments {
  const { switches: known = [], names: [least, most] = [0, 0] } = command;
  const switches = new Set<string>();
  const names: string[] = [];
  for (const word of words) {
    if (isSwitch(word)) {
      for (const one of switchesIn(word.text)) {
        if (!isKnown(known, one)) throw unknownSwitch(command, one);
        switches.add(one);
      }
    } else if (word.text === '' && !command.mayBeEmpty) {
      throw new CommandError(Status.STATUS_OBJECT_NAME_INVALID, `'' given to ${command.name}`);
    } else names.push(word.text);
  }
  if (names.length < least || names.length > most) throw usageError(command.usage);
  return { switches, names, text };
}

function isKnown(known: readonly string[], one: string): boolean {
  const forms = [one, one.replace(/\d+$/, '#'), one.replace(/:.*$/s, ':')];
  return forms.some((form) => known.includes(form));
}

function unknownSwitch({ name, switches }: Syntax, one: string): CommandError {
  const known = switches ? `it knows ${switches.map((own) => `/${own}`).join(' ')}` : 'it has none';
  const what = `/${one} is no switch of ${name}, ${known}`;
  return new CommandError(Status.STATUS_INVALID_PARAMETER, what);
}
