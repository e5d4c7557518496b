/**
 * What the shell tells whoever listens to its line of what it is doing; no eye sees it.
 *
 * `AT_PROMPT` stands behind a prompt: a command line is read now. `AT_QUESTION`: something else is,
 * an answer or a key. `AT_WORK`: a line was taken. No file, name or label prints them (screen.ts).
 *
 * Source: FinalTerm's "semantic prompts", OSC 133 (B, P and C).
 */
export const AT_PROMPT = '\u001b]133;B\u0007';
export const AT_QUESTION = '\u001b]133;P;k=s\u0007';
export const AT_WORK = '\u001b]133;C\u0007';
