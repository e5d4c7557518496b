/**
 * What a disk with a few files should look like to processes that share it: a plain model of opens
 * with share modes, bytes, byte-range locks (those that wait, too), deletion, renames and what is
 * told to who watches the directory. files-io-model.test.ts plays it against the system.
 *
 * A `judge...` says what a call should answer and changes nothing; what comes of a call that
 * succeeded is `opened`, `wrote` and so on.
 */
import * as nt from '../../personality/rtl/nt.ts';

export const [READ, WRITE, DELETE] = [nt.FILE_READ_DATA, nt.FILE_WRITE_DATA, nt.DELETE];
export const OK = 'STATUS_SUCCESS';
const DENIED = 'STATUS_ACCESS_DENIED';

export interface FileState {
  bytes: number[];
  doomed: boolean;
}

export interface OpenStep {
  name: string;
  access: number;
  share: number;
  disposition: number;
  deleteOnClose: boolean;
}

export interface Open extends Omit<OpenStep, 'name' | 'disposition'> {
  readonly by: number;
  readonly handle: number;
  readonly file: FileState;
}

export interface Range {
  offset: number;
  length: number;
}

export interface Lock extends Range {
  readonly owner: Open;
  readonly exclusive: boolean;
}

/** A call that may be pending; `status` is undefined as long as it is. */
export interface Request {
  status: string | undefined;
  /** Of a watch: what it is answered with. */
  records: string[];
}

interface Watch {
  /** Its first request has been made: from then on nothing is missed. */
  begun: boolean;
  kept: string[];
  pending: Request | undefined;
}

/** FILE_SHARE_* bits that an access needs of others. */
function needs(access: number): number {
  return (access & READ ? 1 : 0) | (access & WRITE ? 2 : 0) | (access & DELETE ? 4 : 0);
}

function touches(one: Range, other: Range): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}

const overwrites = (disposition: number): boolean =>
  [nt.FILE_SUPERSEDE, nt.FILE_OVERWRITE, nt.FILE_OVERWRITE_IF].includes(disposition as 0);

/** What is done to the others' file by an open that empties it. */
function neededBy(disposition: number): number {
  if (disposition === nt.FILE_SUPERSEDE) return nt.FILE_SHARE_DELETE;
  return overwrites(disposition) ? nt.FILE_SHARE_WRITE : 0;
}

export class FilesModel {
  readonly files = new Map<string, FileState>();
  readonly opens: Open[] = [];
  #locks: Lock[] = [];
  #waiting: { lock: Lock; request: Request }[] = [];
  /** By process. */
  readonly #watches = new Map<number, Watch>();

  of(by: number): Open[] {
    return this.opens.filter((open) => open.by === by);
  }

  #nameOf(file: FileState): string {
    return [...this.files].find(([, other]) => other === file)![0];
  }

  // ---- opening and closing ----

  judgeOpen({ name, access, share, disposition }: OpenStep): string {
    const file = this.files.get(name);
    if (!file) {
      const makes = disposition !== nt.FILE_OPEN && disposition !== nt.FILE_OVERWRITE;
      return makes ? OK : 'STATUS_OBJECT_NAME_NOT_FOUND';
    }
    if (file.doomed) return 'STATUS_DELETE_PENDING';
    if (disposition === nt.FILE_CREATE) return 'STATUS_OBJECT_NAME_COLLISION';
    const wanted = needs(access) | neededBy(disposition);
    const clash = this.opens
      .filter((open) => open.file === file)
      .some((other) => wanted & ~other.share || needs(other.access) & ~share);
    return clash ? 'STATUS_SHARING_VIOLATION' : OK;
  }

  /** What NtCreateFile says that it did: FILE_OPENED and so on. */
  opened(by: number, handle: number, step: OpenStep): number {
    const { name, access, share, disposition, deleteOnClose } = step;
    const known = this.files.get(name);
    const file = known ?? { bytes: [], doomed: false };
    this.opens.push({ by, handle, file, access, share, deleteOnClose });
    if (!known) {
      this.files.set(name, file);
      this.#tell([`+${name}`]);
      return nt.FILE_CREATED;
    }
    if (!overwrites(disposition)) return nt.FILE_OPENED;
    file.bytes = [];
    return disposition === nt.FILE_SUPERSEDE ? nt.FILE_SUPERSEDED : nt.FILE_OVERWRITTEN;
  }

  closed(open: Open): void {
    const { file } = open;
    this.opens.splice(this.opens.indexOf(open), 1);
    this.#giveUp((lock) => lock.owner === open, 'STATUS_RANGE_NOT_LOCKED');
    this.#locks = this.#locks.filter(({ owner }) => owner !== open);
    this.#grant();
    if (open.deleteOnClose) file.doomed = true;
    if (!file.doomed || this.opens.some((other) => other.file === file)) return;
    const name = this.#nameOf(file);
    this.files.delete(name);
    this.#tell([`-${name}`]);
  }

  // ---- bytes ----

  judgeRead(open: Open, range: Range): string {
    if ((open.access & READ) === 0) return DENIED;
    const foreign = this.#over(open.file, range).some((l) => l.exclusive && l.owner !== open);
    if (foreign) return 'STATUS_FILE_LOCK_CONFLICT';
    return range.offset >= open.file.bytes.length ? 'STATUS_END_OF_FILE' : OK;
  }

  judgeWrite(open: Open, range: Range): string {
    if ((open.access & WRITE) === 0) return DENIED;
    const free = this.#over(open.file, range).every((l) => l.exclusive && l.owner === open);
    return free ? OK : 'STATUS_FILE_LOCK_CONFLICT';
  }

  wrote({ file }: Open, { offset, length }: Range, byte: number): void {
    this.resized(file, Math.max(file.bytes.length, offset + length));
    file.bytes.fill(byte, offset, offset + length);
  }

  judgeResize({ access }: Open): string {
    return (access & WRITE) === 0 ? DENIED : OK;
  }

  resized(file: FileState, size: number): void {
    while (file.bytes.length < size) file.bytes.push(0);
    file.bytes.length = size;
  }

  // ---- locks ----

  #over(file: FileState, range: Range): Lock[] {
    return this.#locks.filter((lock) => lock.owner.file === file && touches(lock, range));
  }

  #mayLock(lock: Lock): boolean {
    const { owner, exclusive } = lock;
    return !this.#over(owner.file, lock).some(
      (other) => exclusive || (other.exclusive && other.owner !== owner),
    );
  }

  mayLockAtAll({ access }: Open): boolean {
    return (access & (READ | WRITE)) !== 0;
  }

  /** OK, or why not; one that waits is pending. */
  lock(lock: Lock, request: Request | undefined): string {
    if (!this.mayLockAtAll(lock.owner)) return DENIED;
    if (this.#mayLock(lock)) {
      this.#locks.push(lock);
      return OK;
    }
    if (!request) return 'STATUS_LOCK_NOT_GRANTED';
    this.#waiting.push({ lock, request });
    return 'STATUS_PENDING';
  }

  unlock(open: Open, { offset, length }: Range): string {
    if (!this.mayLockAtAll(open)) return DENIED;
    const fits = this.#locks.filter(
      (lock) => lock.owner === open && lock.offset === offset && lock.length === length,
    );
    const found = fits.find(({ exclusive }) => exclusive) ?? fits[0];
    if (!found) return 'STATUS_RANGE_NOT_LOCKED';
    this.#locks.splice(this.#locks.indexOf(found), 1);
    this.#grant();
    return OK;
  }

  cancelled(open: Open): void {
    this.#giveUp((lock) => lock.owner === open, 'STATUS_CANCELLED');
  }

  #giveUp(which: (lock: Lock) => boolean, status: string): void {
    for (const { request } of this.#waiting.filter(({ lock }) => which(lock)))
      request.status = status;
    this.#waiting = this.#waiting.filter(({ lock }) => !which(lock));
  }

  #grant(): void {
    for (const each of [...this.#waiting]) {
      if (!this.#mayLock(each.lock)) continue;
      this.#waiting.splice(this.#waiting.indexOf(each), 1);
      this.#locks.push(each.lock);
      each.request.status = OK;
    }
  }

  // ---- names ----

  judgeDelete({ access }: Open): string {
    return (access & DELETE) === 0 ? DENIED : OK;
  }

  /** One that is to be deleted is not renamed: it is not asked for. */
  judgeRename({ access, file }: Open, name: string, replace: boolean): string {
    if ((access & DELETE) === 0) return DENIED;
    const target = this.files.get(name);
    if (!target || target === file) return OK;
    if (!replace) return 'STATUS_OBJECT_NAME_COLLISION';
    return this.opens.some((open) => open.file === target) ? DENIED : OK;
  }

  renamed({ file }: Open, name: string): void {
    const before = this.#nameOf(file);
    const target = this.files.get(name);
    if (target && target !== file) this.#tell([`-${name}`]);
    this.files.delete(before);
    this.files.set(name, file);
    this.#tell([`<${before}`, `>${name}`]);
  }

  // ---- watching ----

  #watchOf(by: number): Watch {
    const watch = this.#watches.get(by) ?? { begun: false, kept: [], pending: undefined };
    this.#watches.set(by, watch);
    return watch;
  }

  isWatched(by: number): boolean {
    return this.#watchOf(by).pending !== undefined;
  }

  /** A next answer is asked for; what has happened meanwhile is told soon. */
  watch(by: number, request: Request): void {
    const watch = this.#watchOf(by);
    watch.begun = true;
    watch.pending = request;
    if (watch.kept.length > 0) this.#answer(watch);
  }

  /** Its request ends without an answer; whether there was one. */
  watchEnded(by: number, status: string): boolean {
    const watch = this.#watchOf(by);
    const { pending } = watch;
    if (pending) pending.status = status;
    watch.pending = undefined;
    return pending !== undefined;
  }

  #answer(watch: Watch): void {
    watch.pending!.records = watch.kept.splice(0);
    watch.pending!.status = OK;
    watch.pending = undefined;
  }

  #tell(records: string[]): void {
    for (const watch of this.#watches.values()) {
      if (!watch.begun) continue;
      watch.kept.push(...records);
      if (watch.pending) this.#answer(watch);
    }
  }
}
