/**
 * Ctrl-C was typed: whatever runs ends here.
 *
 * It is no NTSTATUS, so that nobody on the way takes it for the failure of an operation.
 */
export class Interrupted extends Error {
  /** It was asked whether a batch file is to end: it was shown, and nobody asks again. */
  readonly answered: boolean;

  constructor(answered = false) {
    super();
    this.answered = answered;
  }
}
