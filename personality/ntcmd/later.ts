/**
 * What a shell needs once a line is entered, and not for its prompt: the language, all commands,
 * the words for what went wrong. A part of the program (rtl/parts.ts).
 */
export { statusName, statusText } from '../rtl/statustext.ts';
export { candidates } from './completion.ts';
export { Runner } from './language/runner.ts';
