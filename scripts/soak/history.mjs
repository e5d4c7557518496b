/**
 * What a disk may look like after its page was killed: a plain model of files that are written,
 * removed and renamed while somebody flushes.
 *
 *   const history = new History()
 *   const end = history.begin(change)   a change has begun: { path: contents | undefined, ... };
 *                                       `end()` when it was acknowledged
 *   const flushed = history.flush()     a flush has begun; `flushed()` when it succeeded
 *   history.judge(found)                complaints about a disk with these files, path -> bytes
 *   history.whole()                     path -> contents that must be there, byte for byte
 *
 * What was acknowledged before a flush began that succeeded is the least that must be there. Where
 * nothing was begun since, the file is that, byte for byte, or is not there. Where something was,
 * each sector of it is one that the file had at that place, or zeros; it may be missing only where
 * it was removed; and a file that was renamed is whole under one of its names.
 */
const SECTOR = 512;

export class History {
  #clock = 0;
  /** Path -> changes, in order; a path's changes do not overlap. */
  #files = new Map();
  #flushed = 0;

  begin(change) {
    const start = ++this.#clock;
    const paths = Object.keys(change);
    const records = paths.map((path) => {
      const record = { start, end: Infinity, contents: change[path], paths };
      this.#of(path).push(record);
      return record;
    });
    return () => {
      const end = ++this.#clock;
      for (const record of records) record.end = end;
    };
  }

  flush() {
    const start = ++this.#clock;
    return () => (this.#flushed = Math.max(this.#flushed, start));
  }

  #of(path) {
    const found = this.#files.get(path) ?? [{ start: 0, end: 0, contents: undefined, paths: [] }];
    this.#files.set(path, found);
    return found;
  }

  /** What was there at the last flush, and what was begun since. */
  #since(path) {
    const records = this.#files.get(path);
    const at = records.findLastIndex(({ end }) => end <= this.#flushed);
    return records.slice(at);
  }

  whole() {
    const found = new Map();
    for (const path of this.#files.keys()) {
      const [record, ...later] = this.#since(path);
      if (later.length === 0 && record.contents) found.set(path, record.contents);
    }
    return found;
  }

  judge(found) {
    const wrong = [];
    for (const path of this.#files.keys()) wrong.push(...this.#judgeFile(path, found));
    for (const path of found.keys())
      if (!this.#files.has(path)) wrong.push(`${path}: whose is it?`);
    return wrong;
  }

  #judgeFile(path, found) {
    const [base, ...later] = this.#since(path);
    const bytes = found.get(path);
    if (later.length === 0) return judgeFlushed(path, base.contents, bytes);
    const states = [base, ...later].map(({ contents }) => contents);
    if (bytes) return judgeMixed(path, states, bytes);
    if (states.every((contents) => contents)) return [`${path}: missing`];
    const [only] = later;
    const moved = later.length === 1 && base.contents && only.paths.length === 2;
    return moved ? this.#judgeMoved(path, base.contents, only, found) : [];
  }

  /** The new name is there before the old one goes. */
  #judgeMoved(path, contents, { paths }, found) {
    const other = paths.find((each) => each !== path);
    const since = this.#since(other);
    if (since.length !== 2) return [];
    const bytes = found.get(other);
    return bytes?.equals(contents) ? [] : [`${path}: renamed to ${other}, and whole nowhere`];
  }
}

function judgeFlushed(path, expected, bytes) {
  if (!expected) return bytes ? [`${path}: removed before the flush, and there`] : [];
  if (!bytes) return [`${path}: flushed, and missing`];
  if (bytes.equals(expected)) return [];
  const at = bytes.findIndex((byte, i) => byte !== expected[i]);
  return [`${path}: flushed, and not whole: ${bytes.length} bytes, differs at ${at}`];
}

function judgeMixed(path, states, bytes) {
  const versions = states.filter((contents) => contents);
  const longest = Math.max(0, ...versions.map(({ length }) => length));
  if (bytes.length > longest) return [`${path}: ${bytes.length} bytes, never that long`];
  for (let at = 0; at < bytes.length; at += SECTOR) {
    const sector = bytes.subarray(at, at + SECTOR);
    const known = (version) => startsAlike(sector, version.subarray(at, at + SECTOR));
    if (!versions.some(known) && sector.some((byte) => byte !== 0))
      return [`${path}: at ${at} something that it never had`];
  }
  return [];
}

function startsAlike(one, other) {
  const length = Math.min(one.length, other.length);
  return length > 0 && one.subarray(0, length).equals(other.subarray(0, length));
}
