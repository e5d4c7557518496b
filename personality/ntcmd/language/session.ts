/**
 * What a shell remembers from command to command: variables, errorlevel, whether lines are echoed,
 * and which batch file runs.
 *
 *   remember(session, directories)   what setlocal keeps, and a pipe puts back; returns what
 *                                    undoes everything since
 *   levelOf(status)                  errorlevel of a status: small numbers are their own, an
 *                                    NTSTATUS that is a failure is 1
 */
import type { Environment } from '../../rtl/environment.ts';
import type { ProcessParameters } from '../../rtl/processparameters.ts';
import type { Directories, FullPath } from '../path.ts';

/** A batch file that runs, or a routine in one. */
export interface Frame {
  file: FullPath;
  /** Where its next line begins, in bytes. */
  offset: number;
  /** The name as it was typed, and what was given. */
  words: readonly string[];
  /** All but the name, as typed: `shift` leaves it. */
  all: string;
  readonly outer: Frame | undefined;
  readonly depth: number;
  /** What `endlocal` undoes. */
  readonly locals: (() => void)[];
}

const USUAL = [
  ['OS', 'Windows_NT'],
  ['PROMPT', '$P$G'],
] as const;

export class Session {
  level = 0;
  delayed = false;
  frame: Frame | undefined;
  /** Where `popd` goes back to, the last at the end. */
  readonly pushed: FullPath[] = [];
  /** NT time, read with each line that may ask for it. */
  time = 0;
  echo: boolean;

  readonly #parameters: ProcessParameters;

  /** The variables are the process's own, so that what it starts inherits them. */
  constructor(echo: boolean, parameters: ProcessParameters) {
    this.echo = echo;
    this.#parameters = parameters;
    for (const [name, value] of USUAL)
      if (this.variables.get(name) === undefined) this.variables.set(name, value);
  }

  get variables(): Environment {
    return this.#parameters.environment;
  }

  set variables(variables: Environment) {
    this.#parameters.environment = variables;
  }
}

export function remember(session: Session, directories: Directories): () => void {
  const { variables, delayed } = session;
  const back = directories.remember();
  session.variables = variables.copy();
  return () => {
    session.variables = variables;
    session.delayed = delayed;
    back();
  };
}

export function levelOf(status: number): number {
  return status >>> 30 >= 2 ? 1 : status;
}
