/**
 * reg: looks at the registry, and changes it.
 *
 * Its words are those of NT's, so its switches take words behind them; it reads them itself.
 */
import { check, openFile, writeAll } from '../../ntdll/files.ts';
import {
  NtClose,
  NtDeleteKey,
  NtDeleteValueKey,
  NtFlushKey,
  NtLoadKey,
  NtReplaceKey,
  NtSaveKey,
  NtUnloadKey,
} from '../../ntdll/native.ts';
import { withPrivilege } from '../../ntdll/security.ts';
import { SeBackupPrivilege, SeRestorePrivilege } from '../../rtl/security/constants.ts';
import {
  setValueAt,
  subKeysOf,
  valueAt,
  valuesOf,
  withKey,
  withNewKey,
} from '../../ntdll/registry.ts';
import {
  DELETE,
  FILE_NON_DIRECTORY_FILE,
  FILE_OVERWRITE_IF,
  FILE_WRITE_DATA,
} from '../../rtl/nt.ts';
import { KEY_ENUMERATE_SUB_KEYS, KEY_READ, KEY_SET_VALUE, REG_SZ } from '../../rtl/registry.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { isSure } from '../ask.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { contents } from '../devices.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import { keyPath, parseData, showData, shownPath, typeName, typeNames } from '../registry/names.ts';
import { keyText, parseReg, REG_HEAD, RegError, type RegKey } from '../registry/regfile.ts';
import { linesOf } from '../text.ts';
import { splitWords } from '../words.ts';

import type { Command } from './command.ts';

const USAGE = `reg query key [/v name | /ve] [/s]
  reg add key [/v name | /ve] [/t type] [/d data] [/s separator] [/f]
  reg delete key [/v name | /ve | /va] [/f]
  reg export key file [/y]      reg import file
  reg save key file             reg load key file       reg unload key
  reg replace key new old       reg flush key
  keys begin with HKLM, HKCU, HKU or \\Registry`;

/** Which switches take a word, and which none. */
const TAKES = ['v', 't', 'd', 's'];
const TAKES_NONE = ['ve', 'va', 'f', 'y'];

interface Given {
  readonly words: readonly string[];
  readonly with: ReadonlyMap<string, string>;
}

function readWords(text: string, query: boolean): Given {
  const words: string[] = [];
  const found = new Map<string, string>();
  const all = splitWords(text);
  for (let at = 0; at < all.length; at++) {
    const { text: word, quoted } = all[at]!;
    const name = word.slice(1).toLowerCase();
    if (quoted || !word.startsWith('/')) words.push(word);
    else if (TAKES_NONE.includes(name) || (query && name === 's')) found.set(name, '');
    else if (TAKES.includes(name) && at + 1 < all.length) found.set(name, all[++at]!.text);
    else
      throw new CommandError(
        Status.STATUS_INVALID_PARAMETER,
        `/${name} given to reg ${words[0] ?? ''}`,
      );
  }
  return { words, with: found };
}

function pathOf(typed: string | undefined): string {
  const path = typed === undefined ? undefined : keyPath(typed);
  if (path === undefined) throw usageError(USAGE);
  return path;
}

/** Undefined: the key itself is meant. */
function valueName({ with: found }: Given): string | undefined {
  return found.has('ve') ? '' : found.get('v');
}

function valueLine(name: string, type: number, data: Uint8Array): string {
  const columns = [name === '' ? '(Default)' : name, typeName(type), showData(type, data)];
  return `    ${columns.join('    ')}\n`;
}

async function query(shell: Shell, path: string, given: Given): Promise<void> {
  const { process, console } = shell;
  const name = valueName(given);
  const show = async (at: string): Promise<void> => {
    await shell.terminal?.check();
    const [values, keys] = await withKey(process, at, async (handle) => [
      name === undefined
        ? await valuesOf(process, handle)
        : [{ name, ...(await valueAt(process, handle, name)) }],
      name === undefined ? await subKeysOf(process, handle) : [],
    ]);
    const lines = values.map((value) => valueLine(value.name, value.type, value.data));
    await console.write(`\n${shownPath(at)}\n${lines.join('')}`);
    if (given.with.has('s')) for (const key of keys) await show(`${at}\\${key}`);
    else if (keys.length > 0)
      await console.write(`\n${keys.map((key) => `${shownPath(at)}\\${key}\n`).join('')}`);
  };
  await show(path);
}

async function add(shell: Shell, path: string, given: Given): Promise<void> {
  const { process } = shell;
  const name = valueName(given);
  const typed = given.with.get('t')?.toUpperCase();
  const type = typed === undefined ? REG_SZ : typeNames[typed];
  if (type === undefined) throw new CommandError(Status.STATUS_INVALID_PARAMETER, typed!);
  const text = given.with.get('d') ?? '';
  const data = parseData(type, text, given.with.get('s'));
  if (!data)
    throw new CommandError(Status.STATUS_INVALID_PARAMETER, `${text} as ${typeName(type)}`);
  await withNewKey(process, path, async (handle) => {
    if (name !== undefined) await setValueAt(process, handle, { name, type, data });
  });
}

/** The key with all below it. */
async function removeTree(shell: Shell, path: string): Promise<void> {
  const { process } = shell;
  await shell.terminal?.check();
  const keys = await withKey(process, path, (handle) => subKeysOf(process, handle));
  for (const key of keys) await removeTree(shell, `${path}\\${key}`);
  await withKey(
    process,
    path,
    async (handle) => check(await NtDeleteKey(process, { handle })),
    DELETE,
  );
}

async function remove(shell: Shell, path: string, given: Given): Promise<void> {
  const { process } = shell;
  const name = valueName(given);
  const all = given.with.has('va');
  const what = name === undefined ? (all ? 'All values of ' : '') : `The value ${name} of `;
  if (!(await isSure(shell, what + shownPath(path), given.with.has('f')))) return;
  if (name === undefined && !all) return removeTree(shell, path);
  await withKey(
    process,
    path,
    async (handle) => {
      const names = all ? (await valuesOf(process, handle)).map((value) => value.name) : [name!];
      for (const each of names) check(await NtDeleteValueKey(process, { handle, name: each }));
    },
    KEY_READ | KEY_SET_VALUE,
  );
}

async function exportKey(shell: Shell, path: string, file: string): Promise<void> {
  const { process } = shell;
  const target = shell.directories.resolve(file);
  const parts: string[] = [REG_HEAD];
  const visit = async (at: string): Promise<void> => {
    await shell.terminal?.check();
    const [values, keys] = await withKey(process, at, async (handle) => [
      await valuesOf(process, handle),
      await subKeysOf(process, handle),
    ]);
    const all = values.map(({ name, ...value }) => ({ name, value }));
    parts.push(keyText({ path: at, remove: false, values: all }));
    for (const key of keys) await visit(`${at}\\${key}`);
  };
  await visit(path);
  const bytes = new TextEncoder().encode(parts.join(''));
  await nameErrors(showPath(target), () => writeAll(process, ntPath(target), bytes));
}

async function importKeys(shell: Shell, file: string): Promise<void> {
  const source = shell.directories.resolveAny(file);
  const name = showPath(source);
  const lines: string[] = [];
  await nameErrors(name, async () => {
    for await (const line of linesOf(contents(shell, source))) lines.push(line);
  });
  let keys: RegKey[];
  try {
    keys = parseReg(lines);
  } catch (error) {
    if (!(error instanceof RegError)) throw error;
    const where = `${name}, line ${error.line}`;
    throw new CommandError(Status.STATUS_NOT_REGISTRY_FILE, where);
  }
  for (const key of keys) await nameErrors(shownPath(key.path), () => importKey(shell, key));
}

async function importKey(shell: Shell, { path, remove: gone, values }: RegKey): Promise<void> {
  const { process } = shell;
  await shell.terminal?.check();
  if (gone) return removeTree(shell, path);
  await withNewKey(process, path, async (handle) => {
    for (const { name, value } of values)
      if (value) await setValueAt(process, handle, { name, ...value });
      else check(await NtDeleteValueKey(process, { handle, name }));
  });
}

/** What `write` puts into a file is what the key's hive holds. */
interface Answer {
  readonly status: number;
}

async function into(
  shell: Shell,
  path: string,
  file: string,
  write: (input: { handle: number; file: number }) => Answer | Promise<Answer>,
): Promise<void> {
  const { process } = shell;
  const target = shell.directories.resolve(file);
  await withKey(
    process,
    path,
    (handle) =>
      nameErrors(showPath(target), async () => {
        const out = await openFile(process, ntPath(target), {
          access: FILE_WRITE_DATA,
          disposition: FILE_OVERWRITE_IF,
          options: FILE_NON_DIRECTORY_FILE,
        });
        try {
          check(await write({ handle, file: out }));
        } finally {
          await NtClose(process, { handle: out });
        }
      }),
    KEY_ENUMERATE_SUB_KEYS,
  );
}

function save(shell: Shell, path: string, file: string): Promise<void> {
  const { process } = shell;
  return into(shell, path, file, (input) =>
    withPrivilege(process, SeBackupPrivilege, () => NtSaveKey(process, input)),
  );
}

function replace(shell: Shell, path: string, file: string, old: string): Promise<void> {
  const { process, directories } = shell;
  const hive = { file: ntPath(directories.resolve(file)), fileRoot: 0 };
  return into(shell, path, old, ({ handle, file: out }) => {
    const change = () => NtReplaceKey(process, { ...hive, handle, old: out });
    return withPrivilege(process, SeRestorePrivilege, change);
  });
}

/** By its first word: how many more it takes, and what it does. */
const VERBS: Readonly<
  Record<string, readonly [number, (shell: Shell, given: Given) => Promise<unknown>]>
> = {
  query: [1, (shell, given) => query(shell, pathOf(given.words[1]), given)],
  add: [1, (shell, given) => add(shell, pathOf(given.words[1]), given)],
  delete: [1, (shell, given) => remove(shell, pathOf(given.words[1]), given)],
  export: [2, (shell, { words }) => exportKey(shell, pathOf(words[1]), words[2]!)],
  import: [1, (shell, { words }) => importKeys(shell, words[1]!)],
  save: [2, (shell, { words }) => save(shell, pathOf(words[1]), words[2]!)],
  load: [
    2,
    async ({ process, directories }, { words }) => {
      const file = ntPath(directories.resolve(words[2]!));
      const name = pathOf(words[1]);
      const load = () => NtLoadKey(process, { name, root: 0, file, fileRoot: 0 });
      check(await withPrivilege(process, SeRestorePrivilege, load));
    },
  ],
  unload: [
    1,
    async ({ process }, { words }) => {
      const unload = () => NtUnloadKey(process, { name: pathOf(words[1]), root: 0 });
      check(await withPrivilege(process, SeRestorePrivilege, unload));
    },
  ],
  replace: [3, (shell, { words }) => replace(shell, pathOf(words[1]), words[2]!, words[3]!)],
  flush: [
    1,
    ({ process }, { words }) =>
      withKey(process, pathOf(words[1]), async (handle) =>
        check(await NtFlushKey(process, { handle })),
      ),
  ],
};

export const reg: Command = {
  name: 'reg',
  usage: USAGE,
  summary: 'Looks at the registry, and changes it.',
  verbatim: true,
  async run(shell, { text }) {
    const verb = splitWords(text)[0]?.text.toLowerCase() ?? '';
    const found = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (!found) throw usageError(USAGE);
    const given = readWords(text, verb === 'query');
    if (given.words.length !== found[0] + 1) throw usageError(USAGE);
    await nameErrors(given.words[1]!, () => found[1](shell, given));
  },
};
