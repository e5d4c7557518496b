/**
 * Text from a stranger that people are shown before they trust it: only what can be seen counts.
 *
 *   isVisible(text)   every character of every line has a shape of its own, in its own place
 *   visibleName(text) for a name that is only shown: each other character becomes U+FFFD
 *   visibleLabel(text) the same for what is written on a disk, at most LONGEST_LABEL characters
 *
 * Decided by what Unicode says of a character, so that one which nobody has thought of is refused:
 * letters, numbers, punctuation and symbols; the space; and marks behind what they are set on. So
 * these are none: controls (Cc), directions, joiners and other format characters (Cf), lone
 * surrogates (Cs), private use (Co), unassigned (Cn), separators of lines and paragraphs (Zl, Zp),
 * spaces that are not the space bar's (Zs), and whatever is ignored by default when drawn, among it
 * fillers that count as letters and variation selectors that count as marks.
 *
 * Sources: Unicode Standard, 4.5 (General_Category), 5.21 (Default_Ignorable_Code_Point).
 */

// Two symbols are blank by their name alone: the empty Braille pattern, the null note head.
const BLANK = '\\u2800\\u{1d159}';
const SEEN = `(?![${BLANK}]|\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{N}\\p{P}\\p{S} ]`;
const MARK = '(?!\\p{Default_Ignorable_Code_Point})[\\p{Mn}\\p{Mc}]';
/** More than any language sets on one letter; a tower of them would cover the lines around. */
const MOST_MARKS = 4;

const LINES = new RegExp(`^(?:${SEEN}(?:${MARK}){0,${MOST_MARKS}}|\\n)*$`, 'u');
const ONE = new RegExp(`^(?:${SEEN}|${MARK})$`, 'u');

/** Lines end in `\n`. */
export function isVisible(text: string): boolean {
  return LINES.test(text);
}

export function visibleName(text: string): string {
  return Array.from(text, (character) => (ONE.test(character) ? character : '\ufffd')).join('');
}

const LONGEST_LABEL = 255;

export function visibleLabel(text: string): string {
  return visibleName(text).slice(0, LONGEST_LABEL);
}
