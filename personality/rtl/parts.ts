/**
 * Code of a program that is not needed for its start: a part, in a file of its own, that comes when
 * it is first wanted.
 *
 *   part(name, own)   the part; undefined: it is on its way, ask again
 *   give(list)        what of the first file the parts are made of: the build calls it
 *   connectMaker(load)
 *                     the same as connectParts, where the program itself knows how the file of its
 *                     parts comes: `load` resolves to what makes them of that list
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

export type MakeParts = (given: readonly unknown[]) => Readonly<Record<string, unknown>>;

let given: readonly unknown[] = [];

export function give(list: readonly unknown[]): void {
  given = list;
}

export function connectMaker(from: () => Promise<MakeParts>): void {
  let made: ReturnType<MakeParts> | undefined;
  connectParts(async (name) => (made ??= (await from())(given))[name]);
}
