/**
 * Change notification (NT: FsRtl notify): who watches directories hears of what happens in them.
 *
 *   new DirectoryWatch(options)    of one handle, from its first request to its close
 *   watch.next(room, ended)        what has happened since the last answer, at once or when it does
 *   watch.fail(status)             ends those who wait
 *   reportChanges(volume, changes) what has happened, as the I/O manager sees it
 *
 * Filter, subtree flag and buffer size are those of the handle's first request. What happens while
 * nobody waits is kept, up to that size; what does not fit, into this buffer or into the answer's,
 * makes the whole answer STATUS_NOTIFY_ENUM_DIR: look for yourself. Both names of a rename are one
 * answer. A change of a file that repeats the one before it is not kept twice.
 */
import { encodeNotify, type NotifyRecord, notifySize } from '../../../rtl/notify.ts';
import { FILE_ACTION_MODIFIED } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { foldPath } from './paths.ts';

export interface Change {
  /** FILE_ACTION_* */
  readonly action: number;
  /** From the root. */
  readonly path: string;
  /** FILE_NOTIFY_CHANGE_*: what sort of change it is. */
  readonly filter: number;
}

export interface Told {
  readonly status: number;
  readonly data?: Uint8Array;
}

export interface WatchOptions {
  /** The directory's path, which may change. */
  readonly directory: { readonly path: string };
  readonly filter: number;
  readonly tree: boolean;
  /** Bytes of records that are kept while nobody waits. */
  readonly room: number;
}

interface Waiting {
  readonly room: number;
  ended(told: Told): void;
}

export class DirectoryWatch {
  readonly #options: WatchOptions;
  readonly #waiting: Waiting[] = [];
  #records: NotifyRecord[] = [];
  #overflown = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** `ended` may be called at once; else the answer gives up the wait: STATUS_CANCELLED. */
  next(room: number, ended: (told: Told) => void): () => void {
    const waiting = { room, ended };
    this.#waiting.push(waiting);
    if (this.#records.length > 0 || this.#overflown) this.#answer();
    return () => this.#leave(waiting, { status: Status.STATUS_CANCELLED });
  }

  fail(status: number): void {
    for (const waiting of [...this.#waiting]) this.#leave(waiting, { status });
  }

  /** All of `changes` that concern it, in one answer. */
  tell(changes: readonly Change[]): void {
    const concern = changes.flatMap((change) => this.#recordOf(change) ?? []);
    for (const record of concern) this.#keep(record);
    if (concern.length > 0) this.#answer();
  }

  #recordOf({ action, path, filter }: Change): NotifyRecord | undefined {
    const { directory, tree } = this.#options;
    if ((filter & this.#options.filter) === 0) return undefined;
    const above = directory.path === '' ? '' : `${foldPath(directory.path)}\\`;
    if (!foldPath(path).startsWith(above)) return undefined;
    const name = path.slice(above.length);
    return name === '' || (!tree && name.includes('\\')) ? undefined : { action, name };
  }

  #keep(record: NotifyRecord): void {
    const last = this.#records.at(-1);
    const repeats = record.action === FILE_ACTION_MODIFIED && last?.action === record.action;
    if (repeats && last.name === record.name) return;
    this.#records.push(record);
    if (notifySize(this.#records) <= this.#options.room) return;
    this.#overflown = true;
    this.#records = [];
  }

  /** To the first who waits, if anybody does. */
  #answer(): void {
    const first = this.#waiting[0];
    if (!first) return;
    const data = encodeNotify(this.#records);
    const fits = !this.#overflown && data.length <= first.room;
    this.#records = [];
    this.#overflown = false;
    this.#leave(
      first,
      fits ? { status: Status.STATUS_SUCCESS, data } : { status: Status.STATUS_NOTIFY_ENUM_DIR },
    );
  }

  #leave(waiting: Waiting, told: Told): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    waiting.ended(told);
  }
}

export function reportChanges(
  { watches }: { readonly watches: ReadonlySet<DirectoryWatch> },
  changes: readonly Change[],
): void {
  for (const watch of watches) watch.tell(changes);
}
