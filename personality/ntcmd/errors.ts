/**
 * Says what an error is about: the statuses of a whole operation get the name of its file.
 */
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { CommandError } from './command-error.ts';
import { synopsisOf } from './usage.ts';

/**
 * Runs `body`; an NTSTATUS that it raises becomes a CommandError about `what`, unless it says
 * already what it is about.
 */
export async function nameErrors<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof NtException && !(error instanceof CommandError))
      throw new CommandError(error.status, what);
    throw error;
  }
}

/** A command was given too few or too many names. */
export function usageError(usage: string): CommandError {
  return new CommandError(Status.STATUS_INVALID_PARAMETER, `Usage: ${synopsisOf(usage)}`);
}
