/**
 * The files of a volume that are known: by path and by the file system's number, and for how long.
 *
 * A file may be known by several paths (long and short names, for each directory on the way): by
 * the ALIAS_LIMIT last found, so that a client cannot fill memory with ways to name one file. After
 * the last close an FCB is kept while it is among the KEPT_LIMIT last used; the oldest is then
 * flushed and closed with the file system.
 *
 * Invariant: `all` holds each FCB; every path in `byPath` leads to one of them, and so does the
 * number of each that the file system was asked for and the id of each that it told one of; `kept`
 * holds exactly those without open handles.
 */
import { foldPath } from './paths.ts';
import type { Fcb } from './fcb.ts';

export const KEPT_LIMIT = 128;
export const ALIAS_LIMIT = 8;

export class FileNames {
  readonly #byPath = new Map<string, Fcb>();
  readonly #byNumber = new Map<number, Fcb>();
  readonly #byId = new Map<number, Fcb>();
  readonly #all = new Set<Fcb>();
  /** Paths given to each file, oldest first; some may lead elsewhere by now. */
  readonly #aliases = new WeakMap<Fcb, string[]>();
  /** In order of their last close. */
  readonly #kept = new Set<Fcb>();

  /** `path` as checkPath gives it. */
  byPath(path: string): Fcb | undefined {
    return this.#byPath.get(foldPath(path));
  }

  byNumber(number: number): Fcb | undefined {
    return this.#byNumber.get(number);
  }

  /** By the number of its entry; 0 is none. */
  byId(id: number): Fcb | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<Fcb> {
    return this.#all.values();
  }

  get keptCount(): number {
    return this.#kept.size;
  }

  add(fcb: Fcb): void {
    this.#all.add(fcb);
    this.addNumber(fcb);
    this.identify(fcb, fcb.id);
    this.addPath(fcb.path, fcb);
  }

  /** The file system has told its number. */
  addNumber(fcb: Fcb): void {
    if (fcb.number !== 0) this.#byNumber.set(fcb.number, fcb);
  }

  /** The file has another entry now, or its first. */
  identify(fcb: Fcb, id: number): void {
    if (this.#byId.get(fcb.id) === fcb) this.#byId.delete(fcb.id);
    fcb.id = id;
    if (id !== 0) this.#byId.set(id, fcb);
  }

  addPath(path: string, fcb: Fcb): void {
    const folded = foldPath(path);
    this.#byPath.set(folded, fcb);
    const aliases = this.#aliases.get(fcb) ?? [];
    this.#aliases.set(fcb, aliases);
    aliases.push(folded);
    if (aliases.length <= ALIAS_LIMIT) return;
    const oldest = aliases.shift()!;
    if (this.#byPath.get(oldest) === fcb && !aliases.includes(oldest)) this.#byPath.delete(oldest);
  }

  remove(fcb: Fcb): void {
    this.#all.delete(fcb);
    if (this.#byNumber.get(fcb.number) === fcb) this.#byNumber.delete(fcb.number);
    if (this.#byId.get(fcb.id) === fcb) this.#byId.delete(fcb.id);
    for (const [path, other] of this.#byPath) if (other === fcb) this.#byPath.delete(path);
    this.#kept.delete(fcb);
  }

  /** Names at or below a path mean something else now. Open files keep their FCBs. */
  forgetPaths(path: string): void {
    const folded = foldPath(path);
    for (const known of this.#byPath.keys())
      if (known === folded || known.startsWith(`${folded}\\`)) this.#byPath.delete(known);
  }

  /** The last handle is closed; or it cannot go yet, and makes way for others. */
  keep(fcb: Fcb): void {
    this.#kept.delete(fcb);
    this.#kept.add(fcb);
  }

  /** The one that is to go, if there are too many. */
  get oldest(): Fcb | undefined {
    return this.#kept.size > KEPT_LIMIT ? this.#kept.values().next().value : undefined;
  }

  /** It is open again. */
  use(fcb: Fcb): void {
    this.#kept.delete(fcb);
  }

  isKept(fcb: Fcb): boolean {
    return this.#kept.has(fcb);
  }

  clear(): void {
    this.#byPath.clear();
    this.#byNumber.clear();
    this.#byId.clear();
    this.#all.clear();
    this.#kept.clear();
  }
}
