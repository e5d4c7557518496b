/**
 * What the shell tells whoever listens to its line of what it is doing; no eye sees it.
 *
 * `AT_PROMPT` stands behind a prompt: a command line is read now. `AT_QUESTION`: something else is,
 * an answer or a key. `AT_WORK`: a line was taken. `atEnd`: a command line has ended, with this
 * NTSTATUS; one too long to be told is told without itself. No file, name or label prints them
 * (screen.ts).
 *
 * Source: FinalTerm's "semantic prompts", OSC 133 (B, P, C and D); kitty's `cmdline_url`.
 */
export const AT_PROMPT = '\u001b]133;B\u0007';
export const AT_QUESTION = '\u001b]133;P;k=s\u0007';
export const AT_WORK = '\u001b]133;C\u0007';

/** Of a line as it is told: what is longer is not held by who listens. */
const MOST = 3000;

export function atEnd(line: string, status: number): string {
  const told = encodeURIComponent(line.replace(/\p{Cs}/gu, '\ufffd'));
  const named = told.length > MOST ? '' : `;cmdline_url=${told}`;
  return `\u001b]133;D;${status >>> 0}${named}\u0007`;
}
