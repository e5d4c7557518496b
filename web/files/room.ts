/** What the actions work with: the folder that is shown, and ways to ask and to tell. */
import type { Dialogs } from './dialogs.ts';
import type { Folder } from './folder.ts';
import type { Job } from './job.ts';
import type { Machine } from './machine.ts';

export interface Room {
  readonly folder: Folder;
  readonly dialogs: Dialogs;
  /** Throws in words where there is none. */
  readonly machine: Machine;
  /** A line for people, which stays until it is dismissed. */
  say(words: string): void;
  /** For those who do not see that it is done. */
  announce(words: string): void;
  /** Something that takes its time; one at a time. */
  run<T>(words: string, work: (job: Job) => Promise<T>): Promise<T | undefined>;
}
