/** An NTSTATUS with the thing that it is about: a path, a drive, a command's usage. */
import { NtException } from '../rtl/status.ts';

export class CommandError extends NtException {
  readonly what: string;

  constructor(status: number, what: string) {
    super(status, what);
    this.what = what;
  }
}
