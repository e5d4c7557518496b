/**
 * Whether the browser spares what this site stores: when a computer's disk is full it deletes what
 * sites have stored, but not of those that it has promised it to.
 *
 *   sparing()       undefined: it does not say
 *   askToSpare()    asks for the promise; some browsers ask their user, others decide alone.
 *                   Resolves to what is so then
 *
 * Source: Storage (WHATWG), "persistent-storage", `persisted()` and `persist()`.
 */
async function ask(what: 'persisted' | 'persist'): Promise<boolean | undefined> {
  try {
    // Not there in a page that came over http:.
    const storage = navigator.storage as Partial<StorageManager> | undefined;
    return await storage?.[what]?.();
  } catch {
    return undefined; // a frame without an origin
  }
}

export const sparing = (): Promise<boolean | undefined> => ask('persisted');

export const askToSpare = (): Promise<boolean | undefined> => ask('persist');
