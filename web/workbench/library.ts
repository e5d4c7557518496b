/** The library that drivers link against, fetched once when the first bench needs it. */
import type { Library } from './types.ts';

const ADDRESS = new URL('../../build/bench/library.json', import.meta.url);

let fetched: Promise<Library> | undefined;

export function library(): Promise<Library> {
  fetched ??= (async () => {
    const answer = await fetch(ADDRESS);
    if (!answer.ok) throw new Error(`The library could not be fetched (${answer.status}).`);
    return (await answer.json()) as Library;
  })();
  fetched.catch(() => (fetched = undefined));
  return fetched;
}
