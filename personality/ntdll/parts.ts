/**
 * Parts of a program (rtl/parts.ts), for one whose thread makes system calls.
 *
 *   havePart(process, name, own)   waits for it as for any device: others go on meanwhile
 *
 * NtException where it could not be had, in words.
 */
import { part } from '../rtl/parts.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import { NtDelayExecution } from './native.ts';
import type { NtProcess } from './types.ts';

/** Between two questions, in units of 100 ns; below zero: from now on. */
const PAUSE = -200_000;

export class PartMissing extends NtException {
  readonly words: string;

  constructor(error: unknown) {
    super(Status.STATUS_DLL_NOT_FOUND);
    const reason = error instanceof Error ? error.message : String(error);
    this.words = `The commands could not be loaded: ${reason}`;
  }
}

export async function havePart<T>(
  process: NtProcess,
  name: string,
  own: () => Promise<T>,
): Promise<T> {
  for (;;) {
    let found: T | undefined;
    try {
      found = await part(name, own);
    } catch (error) {
      throw new PartMissing(error);
    }
    if (found) return found;
    await NtDelayExecution(process, { alertable: false, interval: PAUSE });
  }
}
