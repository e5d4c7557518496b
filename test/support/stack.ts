/**
 * Calls at every depth of a stack that is used up.
 *
 *   atEveryDepth(attempt)   uses up the stack, then does `attempt` at every depth on the way back,
 *                           nearest to the end first, until it gives true. That the stack was used
 *                           up is the caller's own business; any other error is thrown
 */

/** SpiderMonkey has an error of its own. */
function isStackUsedUp(error: unknown): boolean {
  return error instanceof RangeError || (error as Error | undefined)?.name === 'InternalError';
}

export function atEveryDepth(attempt: () => boolean): void {
  let done = false;
  const dive = (): void => {
    try {
      dive();
    } catch (error) {
      if (!isStackUsedUp(error)) throw error;
    }
    if (done) return;
    try {
      done = attempt();
    } catch (error) {
      done = !isStackUsedUp(error);
      if (done) throw error;
    }
  };
  dive();
}
