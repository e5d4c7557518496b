/**
 * Who wants to hear of changes.
 *
 * A watch belongs to one handle's open of a key. It says what it wants to hear of once, with the
 * first NtNotifyChangeKey on that handle; a change that comes while nobody waits is remembered for
 * the next call, so that none is missed in between.
 *
 *   report(key, what)      something of the key has changed: REG_NOTIFY_CHANGE_*
 *   watch.await(end)       `end` is called with a status, at once or later; a function that takes
 *                          it back
 */
import * as Status from '../../rtl/ntstatus.ts';
import type { Key, KeyWatch } from './key.ts';

export type End = (status: number) => void;

export class Watch implements KeyWatch {
  readonly #key: Key;
  readonly #filter: number;
  readonly #tree: boolean;
  readonly #waiting = new Set<End>();
  #pending = false;

  constructor(key: Key, filter: number, tree: boolean) {
    this.#key = key;
    this.#filter = filter;
    this.#tree = tree;
    key.watches.add(this);
  }

  wants(what: number, below: boolean): boolean {
    return (this.#filter & what) !== 0 && (!below || this.#tree);
  }

  tell(): void {
    if (this.#waiting.size === 0) this.#pending = true;
    else this.#end(Status.STATUS_NOTIFY_ENUM_DIR);
  }

  await(end: End): () => void {
    if (this.#pending) {
      this.#pending = false;
      end(Status.STATUS_NOTIFY_ENUM_DIR);
    } else this.#waiting.add(end);
    return () => void this.#waiting.delete(end);
  }

  /** The handle or the key is gone. */
  close(): void {
    this.#key.watches.delete(this);
    this.#end(Status.STATUS_NOTIFY_CLEANUP);
  }

  #end(status: number): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const end of waiting) end(status);
  }
}

export function report(key: Key, what: number): void {
  for (let at: Key | undefined = key; at; at = at.parent)
    for (const watch of [...at.watches]) if (watch.wants(what, at !== key)) watch.tell();
}

/** The key is no more. */
export function reportDeleted(key: Key): void {
  for (const watch of [...key.watches]) watch.close();
}
