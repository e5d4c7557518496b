/**
 * Code of a program that is not needed for its start: a part, in a file of its own, that comes when
 * it is first wanted.
 *
 *   part(name, own)   the part; undefined: it is on its way, ask again
 *   connectParts(load)
 *                     where parts come from: the build calls it (scripts/parts.mjs). Unbuilt, a
 *                     part is the module that `own` imports
 *
 * A part gets from the program's first file what both use, and brings code alone: who has loaded
 * it can do what it could before.
 */

/** Resolves in a moment: with undefined where the part is not here yet. Rejects in words. */
export type LoadPart = (name: string) => Promise<unknown>;

let load: LoadPart | undefined;

export function connectParts(from: LoadPart): void {
  load = from;
}

export function part<T>(name: string, own: () => Promise<T>): Promise<T | undefined> {
  return load ? (load(name) as Promise<T | undefined>) : own();
}
