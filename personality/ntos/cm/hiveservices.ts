/**
 * Hives in files: NtSaveKey, NtLoadKey, NtUnloadKey, NtReplaceKey.
 *
 * All take a privilege (NT: SeBackupPrivilege, SeRestorePrivilege). A file that is loaded is
 * read as a whole and closed; what is changed in its keys later lasts until it is unloaded, and is
 * in no file until it is saved. So NtFlushKey answers STATUS_NOT_SUPPORTED for them.
 */
import { REG_NOTIFY_CHANGE_NAME } from '../../rtl/registry.ts';
import { SeBackupPrivilege, SeRestorePrivilege } from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread } from '../ps/types.ts';
import { lacksPrivilege } from '../se/privilege.ts';
import { decodeHive, graft } from './hiveread.ts';
import { encodeHive } from './hivewrite.ts';
import { childOf, costOf, Hive, isKeyName, type Key, place, unplace } from './key.ts';
import { keyOf } from './keyobject.ts';
import { report, reportDeleted } from './notify.ts';
import type { CmContext } from './context.ts';
import { findKey } from './walk.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** Bytes of a hive file that can be loaded, and what its keys may grow to. */
const LARGEST = 1 << 20;
/** Hives that are loaded at the same time. */
const MOST = 8;

interface LoadInput {
  readonly name: string;
  readonly root: number;
  readonly file: string;
  readonly fileRoot: number;
}

/** Hives hang below `\Registry\Machine` and `\Registry\User` only. */
function mayHang(context: CmContext, parent: Key): boolean {
  return parent.parent === context.root;
}

function loadedHives({ root }: CmContext): Key[] {
  return [...root.keys.values()].flatMap(({ keys }) =>
    [...keys.values()].filter(({ hive }) => hive.loaded),
  );
}

async function loadKey(
  context: CmContext,
  caller: NtThread,
  { name, root, file, fileRoot }: LoadInput,
): Promise<{ status: number }> {
  const found = await findKey(context, caller, name, root, false);
  // NT says of a name that is taken that it may not be.
  if (found.key) return { status: Status.STATUS_ACCESS_DENIED };
  const { parent, name: own = '' } = found;
  if (!parent) return { status: found.status };
  if (!mayHang(context, parent) || !isKeyName(own))
    return { status: Status.STATUS_INVALID_PARAMETER };
  if (loadedHives(context).length >= MOST) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
  const { status, bytes } = await context.needs.io.readWholeFile(caller, file, fileRoot, LARGEST);
  if (!bytes) return { status };
  const tree = decodeHive(bytes);
  if (!tree) return { status: Status.STATUS_REGISTRY_CORRUPT };
  const { volatiles } = context;
  const hive = new Hive({ name: own, limit: LARGEST, volatiles });
  hive.loaded = true;
  hive.flush = () => Promise.resolve(Status.STATUS_NOT_SUPPORTED);
  const grafted = graft(hive.root, tree);
  if (grafted !== SUCCESS) return { status: grafted };
  // Somebody may have been faster, while the file was read.
  if (parent.deleted || childOf(parent, own)) return { status: Status.STATUS_ACCESS_DENIED };
  place(parent, hive.root);
  report(parent, REG_NOTIFY_CHANGE_NAME);
  return { status: SUCCESS };
}

function everyKey(key: Key): Key[] {
  return [key, ...[...key.keys.values()].flatMap(everyKey)];
}

async function unloadKey(
  context: CmContext,
  caller: NtThread,
  { name, root }: { name: string; root: number },
): Promise<{ status: number }> {
  const { status, key } = await findKey(context, caller, name, root, false);
  if (!key) return { status };
  if (!key.hive.loaded || key.hive.root !== key) return { status: Status.STATUS_INVALID_PARAMETER };
  const keys = everyKey(key);
  if (keys.some(({ opens }) => opens > 0)) return { status: Status.STATUS_CANNOT_DELETE };
  const { parent } = key;
  unplace(key);
  for (const each of keys) {
    each.deleted = true;
    reportDeleted(each);
    if (each.volatile) each.budget.take(-costOf(each));
  }
  if (parent) report(parent, REG_NOTIFY_CHANGE_NAME);
  return { status: SUCCESS };
}

/**
 * What the hive holds now goes to a file, and what stands in another one takes its place at the
 * next start. Nothing has changed where that fails.
 */
async function replaceKey(
  { needs: { io, ke }, volatiles }: CmContext,
  caller: NtThread,
  key: Key,
  { file, fileRoot, old }: { file: string; fileRoot: number; old: number },
): Promise<number> {
  const { hive } = key;
  if (hive.root !== key) return Status.STATUS_INVALID_PARAMETER;
  if (!hive.replace) return Status.STATUS_NOT_SUPPORTED;
  const { limit } = hive.budget;
  const { status, bytes } = await io.readWholeFile(caller, file, fileRoot, LARGEST);
  if (!bytes) return status;
  const tree = decodeHive(bytes);
  if (!tree) return Status.STATUS_REGISTRY_CORRUPT;
  const other = new Hive({ name: key.name, limit, volatiles });
  const grafted = graft(other.root, tree);
  if (grafted !== SUCCESS) return grafted;
  const saved = await io.writeWholeFile(caller, old, encodeHive(key, key.name, ke.systemTime()));
  return saved === SUCCESS ? hive.replace(other) : saved;
}

export function registerHiveServices(context: CmContext): void {
  const { ke, io } = context.needs;

  ke.register('NtSaveKey', async (caller, { handle, file }) => {
    const refused = lacksPrivilege(caller, SeBackupPrivilege);
    if (refused) return refused;
    const { status, key } = keyOf(context, caller, handle, 0);
    if (!key) return { status };
    const bytes = encodeHive(key, key.name, ke.systemTime());
    return { status: await io.writeWholeFile(caller, file, bytes) };
  });

  ke.register('NtReplaceKey', async (caller, { handle, ...input }) => {
    const refused = lacksPrivilege(caller, SeRestorePrivilege);
    if (refused) return refused;
    const { status, key } = keyOf(context, caller, handle, 0);
    return { status: key ? await replaceKey(context, caller, key, input) : status };
  });

  ke.register('NtLoadKey', async (caller, input) => {
    return lacksPrivilege(caller, SeRestorePrivilege) ?? (await loadKey(context, caller, input));
  });

  ke.register('NtUnloadKey', async (caller, input) => {
    return lacksPrivilege(caller, SeRestorePrivilege) ?? (await unloadKey(context, caller, input));
  });
}
