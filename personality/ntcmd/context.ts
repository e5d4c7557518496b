/**
 * A shell as its commands see it: whose process, which console, which directories.
 */
import type { NtProcess } from '../ntdll/types.ts';
import type { Console } from './console.ts';
import type { Directories } from './path.ts';

export interface Shell {
  readonly process: NtProcess;
  readonly directories: Directories;
  console: Console;
  /** Set by `exit`: no more prompts. */
  done: boolean;
}
