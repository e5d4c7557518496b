/**
 * What leaves the command that runs, for whoever is outside of it.
 *
 * None is an NTSTATUS, so that nobody on the way takes it for the failure of an operation.
 */
import type { FullPath } from '../path.ts';

/** `goto`: the batch file goes on elsewhere. */
export class Goto extends Error {
  readonly label: string;

  constructor(label: string) {
    super();
    this.label = label;
  }
}

/** `exit /b`: the batch file, or the routine in it, ends. */
export class ExitBatch extends Error {
  readonly status: number;

  constructor(status: number) {
    super();
    this.status = status;
  }
}

/** `exit`: the shell ends. */
export class ExitShell extends ExitBatch {}

/** A batch file without `call`: it takes the place of the one that named it. */
export class Replace extends Error {
  readonly file: FullPath;
  readonly words: readonly string[];
  readonly all: string;

  constructor(file: FullPath, words: readonly string[], all: string) {
    super();
    this.file = file;
    this.words = words;
    this.all = all;
  }
}

/** Nothing more of the line is run; why was said already, or `message` says it. */
export class Stop extends Error {
  readonly status: number;

  constructor(status: number, message = '') {
    super(message);
    this.status = status;
  }
}
