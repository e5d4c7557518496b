/**
 * A load of file operations, decided by a seed.
 *
 *   random(seed)            a function: a whole number below its argument
 *   contentsOf(id, size)    the bytes of a file, different in each sector of each id; it stands for
 *                           itself alone, since the page has it too
 *   startOf(seed)           what a run is: the disk's kind, how many clients, how the page is
 *                           killed, so many milliseconds after so many operations have begun
 *   Load                    `next(busy)`: the next operation, of paths that are not busy; `files`,
 *                           what will be there once all are done
 *
 * An operation: { line } or { write, id, size } for the system, and `change`, what it makes of
 * which path, as history.mjs wants it; { flush: true }; { look: true }, whether anything is
 * unsaved.
 */
export function random(seed) {
  let state = (seed * 2654435761 + 1) % 2147483647 || 1;
  const next = () => (state = (state * 48271) % 2147483647);
  next();
  next();
  return (limit) => next() % limit;
}

export function contentsOf(id, size) {
  const bytes = new Uint8Array(size);
  let state = (id * 7919 + size) | 1;
  for (let at = 0; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = (state & 0xff) | 1;
  }
  return bytes;
}

/** mkfs.fat's arguments; the last is KiB. Floppies all: what the machine's drives take. */
const KINDS = [
  ['-F', '12', '360'],
  ['-F', '12', '-s', '1', '720'],
  ['-F', '12', '1440'],
  ['-F', '16', '-s', '1', '2880'],
  ['-F', '32', '-s', '1', '2880'],
];
/** The most common twice: a lost browser costs a new one. */
const WAYS = ['crash', 'crash', 'crash', 'process', 'process', 'close', 'reload', 'browser'];

export function startOf(seed) {
  const next = random(seed);
  const kind = KINDS[next(KINDS.length)];
  const way = next(20) === 0 ? 'browser' : WAYS[next(WAYS.length - 1)];
  const operations = 3 + next(30);
  // Some end in the middle of an operation, some when what was written is kept by itself.
  const ms = next(3) === 0 ? next(700) : next(25);
  return { kind, way, operations, ms, clients: 1 + next(2) };
}

const FOLDERS = ['D1', 'A second folder'];
const NAMES = ['F1.DAT', 'F2.DAT', 'F3.DAT', 'F4.DAT', 'A long name.dat', 'another LONG name.dat'];
const PATHS = [...NAMES, ...FOLDERS.flatMap((folder) => NAMES.map((name) => `${folder}\\${name}`))];

export class Load {
  #next;
  #ids = 0;
  /** Path -> contents, as all acknowledged and begun operations leave it. */
  #files = new Map();
  #folders = [...FOLDERS];
  #drive;

  constructor(seed, drive = 'A:') {
    this.#drive = drive;
    this.#next = random(seed + 1_000_003);
  }

  get files() {
    return this.#files;
  }

  /** `D1\F1.DAT` as it is typed. */
  #typed(path) {
    return `"${this.#drive}\\${path}"`;
  }

  next(busy) {
    const folder = this.#folders.shift();
    if (folder) return { line: `md ${this.#typed(folder)}`, change: {} };
    const free = (path) => !busy.has(path);
    const there = [...this.#files.keys()].filter(free);
    const paths = PATHS.filter(free);
    const dice = this.#next(100);
    if (dice < 12) return { flush: true };
    if (dice < 16) return { look: true };
    if (there.length > 0 && dice < 28) return this.#remove(this.#of(there));
    const gone = paths.filter((path) => !this.#files.has(path));
    if (there.length > 0 && gone.length > 0 && dice < 40)
      return this.#move(this.#of(there), this.#of(gone));
    if (there.length > 0 && gone.length > 0 && dice < 46)
      return this.#copy(this.#of(there), this.#of(gone));
    return this.#write(this.#of(paths));
  }

  #of(list) {
    return list[this.#next(list.length)];
  }

  #write(path) {
    const id = ++this.#ids;
    const size = this.#next(3) === 0 ? this.#next(16_000) : this.#next(2000);
    const contents = Buffer.from(contentsOf(id, size));
    this.#files.set(path, contents);
    return { write: `${this.#drive}\\${path}`, id, size, change: { [path]: contents } };
  }

  #remove(path) {
    this.#files.delete(path);
    return { line: `del ${this.#typed(path)}`, change: { [path]: undefined } };
  }

  #move(from, to) {
    const contents = this.#files.get(from);
    this.#files.delete(from);
    this.#files.set(to, contents);
    const change = { [from]: undefined, [to]: contents };
    return { line: `move ${this.#typed(from)} ${this.#typed(to)}`, change };
  }

  /** What is copied is not changed meanwhile: it is busy, too. */
  #copy(from, to) {
    const contents = this.#files.get(from);
    this.#files.set(to, contents);
    return {
      line: `copy ${this.#typed(from)} ${this.#typed(to)}`,
      change: { [to]: contents },
      uses: [from],
    };
  }
}
