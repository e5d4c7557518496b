/**
 * A shell as its commands see it: whose process, which console, which directories, and whether
 * somebody sits there.
 */
import type { NtProcess } from '../ntdll/types.ts';
import type { Console } from './console.ts';
import type { Directories } from './path.ts';
import type { Terminal } from './terminal.ts';

export interface Shell {
  readonly process: NtProcess;
  readonly directories: Directories;
  /** Where output goes: a file, where it is redirected. */
  console: Console;
  /** Who can be asked, also while output is redirected; undefined in `exec`. */
  readonly terminal: Terminal | undefined;
  /** Set by `exit`: no more prompts. */
  done: boolean;
}
