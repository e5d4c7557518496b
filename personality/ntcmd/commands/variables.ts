/** set and prompt: variables of the shell. */
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { evaluate } from '../language/arithmetic.ts';
import type { Command } from './command.ts';

/** Characters of an answer to set /p, as in NT. */
const LONGEST_ANSWER = 1023;

export const set: Command = {
  name: 'set',
  usage:
    'set [name[=value]]    set /a expression    set /p name=question    set prefix lists what begins so',
  summary: 'Sets variables, or lists them.',
  verbatim: true,
  keepsLevel: 'success',
  async run(shell, { text }) {
    const option = /^\s*\/([a-z])\s*(.*)$/is.exec(text);
    if (option?.[1]?.toLowerCase() === 'a') return calculate(shell, option[2]!);
    if (option?.[1]?.toLowerCase() === 'p') return ask(shell, option[2]!);
    if (option)
      throw new CommandError(Status.STATUS_INVALID_PARAMETER, `/${option[1]} is no switch of set`);
    const given = inQuotes(text.replace(/^\s+/, ''));
    const assignment = /^([^=]+)=(.*)$/s.exec(given);
    if (!assignment) return list(shell, given.trim());
    shell.session.variables.set(assignment[1]!, assignment[2]!);
  },
};

/** `set "x=y"`: to the last quotation mark; what follows does not count. */
function inQuotes(text: string): string {
  if (!text.startsWith('"')) return text;
  const end = text.lastIndexOf('"');
  return end > 0 ? text.slice(1, end) : text.slice(1);
}

async function list({ session, console, errors }: Shell, prefix: string): Promise<number> {
  const found = session.variables.entries(prefix);
  const lines = found.map(({ name, value }) => `${name}=${value}\n`);
  if (found.length > 0 || prefix === '') {
    await console.write(lines.join(''));
    return Status.STATUS_SUCCESS;
  }
  await errors.write(`The variable ${prefix} is not set (STATUS_OBJECT_NAME_NOT_FOUND).\n`);
  return Status.STATUS_OBJECT_NAME_NOT_FOUND;
}

/** The value is shown where somebody typed it, as NT does. */
async function calculate(shell: Shell, text: string): Promise<void> {
  const value = evaluate(text, shell.session.variables);
  if (!shell.session.frame) await shell.console.write(`${value}\n`);
}

/** Nobody answers: nothing is set, and errorlevel is 1. */
async function ask(shell: Shell, text: string): Promise<number> {
  const assignment = /^([^=]+)=(.*)$/s.exec(inQuotes(text));
  if (!assignment)
    throw new CommandError(Status.STATUS_INVALID_PARAMETER, 'set /p: name=question is missing');
  const question = inQuotes(assignment[2]!);
  const { input, terminal } = shell;
  let answer: string | undefined;
  if (input) {
    if (question !== '') await shell.console.write(`${question}\n`);
    answer = await input.line();
  } else if (terminal) answer = await terminal.ask(question);
  else if (question !== '') await shell.console.write(`${question}\n`);
  if (!answer) return 1;
  shell.session.variables.set(assignment[1]!, answer.slice(0, LONGEST_ANSWER));
  return Status.STATUS_SUCCESS;
}

export const prompt: Command = {
  name: 'prompt',
  usage:
    'prompt [text]    such as prompt $P$G; $P path, $G >, $N drive, $D date, $T time, $S blank, $_ line',
  summary: 'Changes the prompt.',
  verbatim: true,
  keepsLevel: 'success',
  run(shell, { text }) {
    shell.session.variables.set('PROMPT', text.trim() || '$P$G');
    return Promise.resolve();
  },
};
