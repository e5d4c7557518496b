/** Every command by its name, other names for it included. */
import * as Status from '../../rtl/ntstatus.ts';
import { helpOf } from '../usage.ts';
import { CommandError } from '../command-error.ts';
import { attrib } from './attrib.ts';
import { beep } from './beep.ts';
import { call, endlocal, exit, goto, pause, rem, setlocal, shift } from './batch.ts';
import { caps } from './caps.ts';
import { cd, popd, pushd } from './cd.ts';
import type { Command } from './command.ts';
import { crypt } from './crypt.ts';
import { copy } from './copy.ts';
import { del } from './del.ts';
import { devio } from './devio.ts';
import { dir } from './dir.ts';
import { chkdsk, defrag, format, label, recover, undelete } from './disktools.ts';
import { loaddrv, lsdrv, unloaddrv } from './drivers.ts';
import { edit } from './edit.ts';
import { fc } from './fc.ts';
import { find } from './find.ts';
import { findstr } from './findstr.ts';
import { handles } from './handles.ts';
import { hexdump } from './hexdump.ts';
import { irps } from './irps.ts';
import { md, rd } from './directories.ts';
import { move } from './move.ts';
import { keys } from './keys.ts';
import { kill, ps } from './ps.ts';
import { reg } from './reg.ts';
import { ren } from './ren.ts';
import { cls, date, echo, time, ver } from './screen.ts';
import { icacls, restrict, whoami } from './security.ts';
import { shutdown } from './shutdown.ts';
import { sort } from './sort.ts';
import { start } from './start.ts';
import { trace } from './trace.ts';
import { tree } from './tree.ts';
import { more, type } from './type.ts';
import { prompt, set } from './variables.ts';
import { mount, sync, umount, vol } from './volumes.ts';
import { cache, objdir } from './watch.ts';
import { xcopy } from './xcopy.ts';

const all: readonly Command[] = [
  attrib,
  beep,
  cache,
  call,
  caps,
  cd,
  chkdsk,
  cls,
  copy,
  crypt,
  date,
  defrag,
  del,
  devio,
  dir,
  echo,
  edit,
  endlocal,
  exit,
  fc,
  find,
  findstr,
  format,
  goto,
  handles,
  hexdump,
  icacls,
  irps,
  keys,
  kill,
  label,
  loaddrv,
  lsdrv,
  md,
  more,
  mount,
  move,
  objdir,
  pause,
  popd,
  prompt,
  ps,
  pushd,
  rd,
  recover,
  reg,
  rem,
  ren,
  restrict,
  set,
  setlocal,
  shift,
  shutdown,
  sort,
  start,
  sync,
  time,
  trace,
  tree,
  type,
  umount,
  undelete,
  unloaddrv,
  ver,
  vol,
  whoami,
  xcopy,
];

const help: Command = {
  name: 'help',
  usage: 'help [command]',
  summary: 'Lists the commands, or tells how one is used.',
  names: [0, 1],
  async run(shell, { names: [name] }) {
    const known = name === undefined ? undefined : commands.get(name.toLowerCase());
    if (name !== undefined && !known)
      throw new CommandError(Status.STATUS_OBJECT_NAME_NOT_FOUND, name);
    if (known) return shell.console.write(helpOf(known));
    const lines = [...all, help]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((command) => `${command.name.padEnd(10)} ${command.summary}\n`);
    await shell.console.write(lines.join(''));
  },
};

export const commands: ReadonlyMap<string, Command> = new Map([
  ...[...all, help].map((command) => [command.name, command] as const),
  ['chdir', cd],
  ['mkdir', md],
  ['rmdir', rd],
  ['rename', ren],
  ['erase', del],
]);
