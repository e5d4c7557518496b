/**
 * Copies of data, counted where all must go: in the language's own functions. Libraries keep these
 * for themselves when they are loaded, so this comes first; what is timed does without.
 *
 *   countCopies()    from now on, in what is loaded from now on
 *   copiedBytes()    in stretches of a sector at least: shorter ones are words and names
 */
const DATA = 512;
let copied = 0;

type Method = (this: unknown, ...input: never[]) => unknown;

function counting(method: Method, lengthOf: (input: readonly unknown[]) => number): Method {
  return function (this: unknown, ...input) {
    const length = lengthOf(input);
    if (length >= DATA) copied += length;
    return method.apply(this, input);
  };
}

export function countCopies(): void {
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Record<string, Method>;
  const { set, copyWithin } = typedArray as { set: Method; copyWithin: Method };
  typedArray.set = counting(set, ([source]) => (source as Uint8Array).length);
  typedArray.copyWithin = counting(copyWithin, ([, start, end]) => Number(end) - Number(start));
}

export const copiedBytes = (): number => copied;
