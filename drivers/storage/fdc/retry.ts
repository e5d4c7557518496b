/**
 * What to do after a command that failed: again, again after sending the head home, or no more.
 *
 *   const retries = new Retries()
 *   retries.after(status)   'again', 'recalibrate', 'give up'
 *   retries.progress()      some of it went through: the count starts anew, but for time-outs
 *
 * The host being too slow has nothing to do with the disk: that is only done again. All else is
 * done again once as it is and then twice from track 0; a head that is elsewhere is sent home at
 * once.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { NTSTATUS } from '../../../personality/wdm/index.ts';
import { isMisplaced, isRetryable } from './status.ts';

/** Tries in all, the first among them. */
const TRIES = 4;
const OVERRUNS = 9;
/** Each costs seconds. */
const TIMEOUTS = 2;

export type Advice = 'again' | 'recalibrate' | 'give up';

export class Retries {
  #failures = 0;
  #overruns = 0;
  #timeouts = 0;

  after(status: NTSTATUS): Advice {
    if (!isRetryable(status)) return 'give up';
    if (status === Status.STATUS_DATA_OVERRUN)
      return ++this.#overruns < OVERRUNS ? 'again' : 'give up';
    if (status === Status.STATUS_IO_TIMEOUT && ++this.#timeouts === TIMEOUTS) return 'give up';
    if (++this.#failures === TRIES) return 'give up';
    return this.#failures > 1 || isMisplaced(status) ? 'recalibrate' : 'again';
  }

  progress(): void {
    this.#failures = 0;
    this.#overruns = 0;
  }
}

/** Does it until it succeeds or nothing more is to be tried; `home` forgets where the head is. */
export async function withRetries(
  home: () => void,
  body: () => Promise<NTSTATUS>,
): Promise<NTSTATUS> {
  const retries = new Retries();
  for (;;) {
    const status = await body();
    if (status === Status.STATUS_SUCCESS) return status;
    const advice = retries.after(status);
    if (advice === 'give up') return status;
    if (advice === 'recalibrate') home();
  }
}
