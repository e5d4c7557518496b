/**
 * A shell as its commands see it: whose process, which streams, which directories, whether somebody
 * sits there, and what the command language remembers.
 */
import type { NtProcess } from '../ntdll/types.ts';
import type { ProcessParameters } from '../rtl/processparameters.ts';
import type { NtException } from '../rtl/status.ts';
import type { Console } from './console.ts';
import type { Input } from './input.ts';
import type { Session } from './language/session.ts';
import type { Directories, FullPath } from './path.ts';
import type { Terminal } from './terminal.ts';

/** What commands need of who runs them. */
export interface Language {
  /** `call`: a batch file, a routine, or a command. */
  call(text: string): Promise<number>;
  /** Runs a batch file to its end. `words`: its name and what it is given, `all`: as typed. */
  batch(file: FullPath, words: readonly string[], all: string): Promise<number>;
}

export interface Shell {
  readonly process: NtProcess;
  readonly directories: Directories;
  /** What the processes that it starts inherit: environment, current directories, handles. */
  readonly parameters: ProcessParameters;
  /** Where output goes: a file, where it is redirected. */
  console: Console;
  /** Where it is said what went wrong. */
  errors: Console;
  /** What is read instead of what is typed; undefined: nothing is. */
  input: Input | undefined;
  readonly session: Session;
  readonly language: Language;
  /** Who can be asked, also while output is redirected; undefined in `exec`. */
  readonly terminal: Terminal | undefined;
  /** Set by `exit`: no more prompts. */
  done: boolean;
  /** Asked before each command: raises Interrupted, or what ends a line that runs too long. */
  step(): Promise<void>;
  /** Prints an error as its line, and resolves to its status. */
  report(error: NtException): Promise<number>;
}
