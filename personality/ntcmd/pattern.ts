/**
 * Patterns of findstr, matched in one go through a line: time is the product of both lengths at
 * worst, whatever somebody thought of.
 *
 *   compile(text, literal, anyCase)   a pattern; `literal`: its characters are themselves
 *   isIn(pattern, line)
 *
 *   .  any character   x*  x, any number of times   ^ $  ends of the line   [a-z] [^a-z]  a set
 *   \<  \>  ends of a word   \x  x itself
 */
interface One {
  readonly accepts: (character: string) => boolean;
  readonly many: boolean;
}

/** Whether it holds between two units; undefined: there is no character on that side. */
type Place = (before: string | undefined, behind: string | undefined) => boolean;

export type Pattern = readonly (One | Place)[];

const PART = /\\([<>])|\\([^])|\[(\^?)(\]?[^\]]*)\]|(\^)|(\$)|([^])/gy;

const isWord = (one: string | undefined): boolean =>
  one !== undefined && /[\p{L}\p{N}_]/u.test(one);
const wordBegins: Place = (before, behind) => !isWord(before) && isWord(behind);
const wordEnds: Place = (before, behind) => isWord(before) && !isWord(behind);
const lineBegins: Place = (before) => before === undefined;
const lineEnds: Place = (_before, behind) => behind === undefined;

export function compile(text: string, literal: boolean, anyCase: boolean): Pattern {
  const itself = (wanted: string): One => {
    const both = anyCase ? wanted.toLowerCase() : wanted;
    return { accepts: (one) => (anyCase ? one.toLowerCase() : one) === both, many: false };
  };
  if (literal) return [...text].map(itself);
  const items: (One | Place)[] = [];
  for (const match of text.matchAll(PART)) {
    const [, edge, escaped, not, set, start, end, plain] = match;
    const last = items.at(-1);
    if (edge) items.push(edge === '<' ? wordBegins : wordEnds);
    else if (escaped) items.push(itself(escaped));
    else if (set !== undefined) items.push(oneOf(set, not === '^', anyCase));
    else if (start) items.push(items.length === 0 ? lineBegins : itself('^'));
    else if (end) items.push(match.index + 1 === text.length ? lineEnds : itself('$'));
    else if (plain === '.') items.push({ accepts: () => true, many: false });
    else if (plain === '*' && last && typeof last === 'object')
      items[items.length - 1] = { ...last, many: true };
    else items.push(itself(plain!));
  }
  return items;
}

function oneOf(set: string, not: boolean, anyCase: boolean): One {
  const ranges = [...set.matchAll(/([^])-([^])|([^])/g)].map(([, from, to, one]) => [
    from ?? one!,
    to ?? one!,
  ]);
  const holds = (one: string): boolean => ranges.some(([from, to]) => one >= from! && one <= to!);
  const either = (one: string): boolean =>
    holds(one) || (anyCase && (holds(one.toLowerCase()) || holds(one.toUpperCase())));
  return { accepts: (one) => either(one) !== not, many: false };
}

/** All places of the pattern that could be reached are gone on with at once. */
export function isIn(pattern: Pattern, line: string): boolean {
  let places = new Set<number>();
  for (let at = 0; at <= line.length; at++) {
    const here = line[at];
    places.add(0);
    const reached = close(pattern, places, line[at - 1], here);
    if (reached.has(pattern.length)) return true;
    places = new Set();
    if (here === undefined) return false;
    for (const place of reached) {
      const item = pattern[place];
      if (typeof item !== 'object' || !item.accepts(here)) continue;
      places.add(item.many ? place : place + 1);
    }
  }
  return false;
}

/** With all that is reached without a character. A set grows while it is walked. */
function close(
  pattern: Pattern,
  places: Set<number>,
  before: string | undefined,
  behind: string | undefined,
): Set<number> {
  for (const place of places) {
    const item = pattern[place];
    if (item === undefined) continue;
    if (typeof item === 'object' ? item.many : item(before, behind)) places.add(place + 1);
  }
  return places;
}
