/**
 * From a text to the command that it names: one of the shell's own, a drive, or a batch file.
 *
 *   execute(shell, text, called)   resolves to the command's status; raises what the command
 *                                  raises. `called`: a batch file comes back to the one that
 *                                  runs; without it, it takes that one's place
 *
 * A DOS habit is kept: `cd..`, `cd\` and `dir/w` need no blank after the command.
 */
import * as Status from '../rtl/ntstatus.ts';
import { asksForHelp, readArguments } from './arguments.ts';
import type { Command } from './commands/command.ts';
import { commands } from './commands/index.ts';
import type { Shell } from './context.ts';
import { findBatch, isBatchName } from './language/batch.ts';
import { levelOf } from './language/session.ts';
import { Replace } from './language/signals.ts';
import { named } from './screen.ts';
import { checkDrive } from './volume.ts';
import { splitCommand, splitGiven, splitWords } from './words.ts';
import { helpOf } from './usage.ts';

const GLUED = /^([a-z]+)([\\/.:([\]+,;=].*)$/is;

export async function execute(shell: Shell, text: string, called: boolean): Promise<number> {
  const { name, rest } = splitCommand(text);
  if (name === '') return Status.STATUS_SUCCESS;
  if (/^[a-z]:$/i.test(name) && rest.trim() === '') return changeDrive(shell, name);
  const known = commands.get(name.toLowerCase());
  if (known) return run(shell, known, rest);
  const [, glued = '', behind = ''] = (!isBatchName(name) && GLUED.exec(name)) || [];
  const meant = commands.get(glued.toLowerCase());
  if (meant) return run(shell, meant, behind + rest);
  const file = await findBatch(shell, name);
  if (file) {
    const words = [name, ...splitGiven(rest)];
    if (shell.session.frame && !called) throw new Replace(file, words, rest.trim());
    return shell.language.batch(file, words, rest.trim());
  }
  await shell.errors.write(
    `'${named(name)}' is not a command here; 'help' lists them (STATUS_OBJECT_NAME_NOT_FOUND).\n`,
  );
  shell.session.level = 1;
  return Status.STATUS_OBJECT_NAME_NOT_FOUND;
}

async function changeDrive(shell: Shell, drive: string): Promise<number> {
  await checkDrive(shell, drive);
  shell.directories.drive = drive;
  return Status.STATUS_SUCCESS;
}

async function run(shell: Shell, command: Command, text: string): Promise<number> {
  const words = splitWords(text);
  if (asksForHelp(words)) {
    await shell.console.write(helpOf(command));
    return Status.STATUS_SUCCESS;
  }
  const given = command.verbatim
    ? { switches: new Set<string>(), names: [], text }
    : readArguments(command, words, text);
  const status = (await command.run(shell, given)) ?? Status.STATUS_SUCCESS;
  const keeps =
    status === Status.STATUS_SUCCESS ? command.keepsLevel : command.keepsLevel === 'always';
  if (!keeps) shell.session.level = levelOf(status);
  return status;
}
