/**
 * The moments in which a page may go without another word: it is hidden, or it is left.
 *
 *   watchLeaving(hurry)   calls `hurry` at each, until what it returns is called
 */
export function watchLeaving(hurry: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') hurry();
  };
  document.addEventListener('visibilitychange', hidden, { signal });
  addEventListener('pagehide', hurry, { signal });
  return () => listening.abort();
}
