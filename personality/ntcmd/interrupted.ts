/**
 * Ctrl-C was typed: whatever runs ends here.
 *
 * It is no NTSTATUS, so that nobody on the way takes it for the failure of an operation.
 */
export class Interrupted extends Error {
  /** It is on the screen already: where a line was edited. */
  readonly shown: boolean;
  /** It was asked whether a batch file is to end: nobody asks again. */
  readonly answered: boolean;

  constructor({ shown = false, answered = false } = {}) {
    super();
    this.shown = shown || answered;
    this.answered = answered;
  }
}
