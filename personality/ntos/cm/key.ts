/**
 * Keys and values in memory, whole hives of them.
 *
 * A hive is a tree of keys that is loaded, saved and limited as one. Names are compared without
 * case; subkeys are sorted by their names in upper case, values come in the order in which they
 * were first set. A volatile key is never saved, and has volatile keys only below it.
 *
 * What a key or value takes is counted in a budget *before* it is there: the hive's, or for
 * volatile keys one for all of them. A cost is at least what the thing takes in a saved hive
 * (hivewrite.ts), so a hive within its budget always fits where it is kept.
 *
 *   new Hive(name, limit)               an empty one; `root` is its first key
 *   addKey, removeKey, renameKey, setValue, removeValue      statuses; nothing half done
 *   childOf(key, name), valueOf(key, name)
 *   sortedKeys(key)                     its subkeys as they are enumerated
 *   pathOf(key)                         its full name
 */
import { MAX_DEPTH, MAX_KEY_NAME, type ValueInformation } from '../../rtl/registry.ts';
import { RtlUpcase } from '../../rtl/names.ts';
import * as Status from '../../rtl/ntstatus.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export class Budget {
  used = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether there is room for it; then it is taken. */
  take(bytes: number): boolean {
    if (bytes > 0 && this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }
}

export type Value = ValueInformation;

/** Who wants to hear of changes (notify.ts). */
export interface KeyWatch {
  wants(what: number, below: boolean): boolean;
  tell(): void;
  close(): void;
}

export class Key {
  name: string;
  readonly hive: Hive;
  /** Undefined for the root of the registry. Of a hive's root: a key of another hive. */
  parent: Key | undefined;
  className: string;
  /** NT time. */
  written = 0;
  readonly volatile: boolean;
  readonly link: boolean;
  deleted = false;
  readonly keys = new Map<string, Key>();
  readonly values = new Map<string, Value>();
  /** Who wants to hear of changes here. */
  readonly watches = new Set<KeyWatch>();
  /** Handles to it are open. */
  opens = 0;
  sorted: readonly Key[] | undefined;

  constructor(hive: Hive, parent: Key | undefined, name: string, made: KeyOptions = {}) {
    this.hive = hive;
    this.parent = parent;
    this.name = name;
    this.className = made.className ?? '';
    this.volatile = made.volatile ?? false;
    this.link = made.link ?? false;
  }

  get budget(): Budget {
    return this.volatile ? this.hive.volatiles : this.hive.budget;
  }
}

export interface KeyOptions {
  readonly className?: string;
  readonly volatile?: boolean;
  readonly link?: boolean;
}

export interface HiveOptions {
  readonly name: string;
  /** Bytes that it may take when it is saved. */
  readonly limit: number;
  /** What all volatile keys have together. */
  readonly volatiles: Budget;
  /** All of its keys are volatile. */
  readonly volatile?: boolean;
}

export class Hive {
  readonly root: Key;
  readonly budget: Budget;
  readonly volatiles: Budget;
  /** Told of each change of what is saved. */
  onChange: (() => void) | undefined;
  /** Has to be waited for before anything in it is seen; undefined: it is there. */
  load: (() => Promise<void>) | undefined;
  /** Makes it safe; a status. Undefined: it is kept nowhere. */
  flush: (() => Promise<number>) | undefined;
  /**
   * Puts another one in its place from the next start on; a status. Undefined: that cannot be done.
   */
  replace: ((other: Hive) => Promise<number>) | undefined;
  /** Put there by NtLoadKey. */
  loaded = false;

  constructor({ name, limit, volatiles, volatile = false }: HiveOptions) {
    this.budget = new Budget(limit);
    this.volatiles = volatiles;
    this.root = new Key(this, undefined, name, { volatile });
  }
}

/** In saved form: a cell of so many bytes, with its header, is a multiple of 8. */
function cell(bytes: number): number {
  return (bytes + 4 + 7) & ~7;
}

/** Its record, its place in its parent's list, the heads of its own two lists. */
export function keyCost(name: string, className = ''): number {
  return cell(76 + 2 * name.length) + (className ? cell(2 * className.length) : 0) + 48;
}

export function valueCost(name: string, length: number): number {
  return cell(20 + 2 * name.length) + (length > 4 ? cell(length) : 0) + 4;
}

/** Of a key that is there, with all its values. */
export function costOf({ name, className, values }: Key): number {
  let cost = keyCost(name, className);
  for (const value of values.values()) cost += valueCost(value.name, value.data.length);
  return cost;
}

export function foldName(name: string): string {
  return RtlUpcase(name);
}

export function childOf(key: Key, name: string): Key | undefined {
  return key.keys.get(foldName(name));
}

export function valueOf(key: Key, name: string): Value | undefined {
  return key.values.get(foldName(name));
}

const byFoldedName = ([a]: [string, Key], [b]: [string, Key]): number => (a < b ? -1 : 1);

export function sortedKeys(key: Key): readonly Key[] {
  return (key.sorted ??= [...key.keys].sort(byFoldedName).map(([, child]) => child));
}

export function pathOf(key: Key): string {
  const above = key.parent ? pathOf(key.parent) : '';
  return `${above}\\${key.name}`;
}

export function depthOf(key: Key): number {
  let depth = 0;
  for (let above = key.parent; above; above = above.parent) depth++;
  return depth;
}

export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_KEY_NAME && !/[\\\0]/.test(name);
}

function changed(key: Key, now: number): void {
  key.written = now;
  if (!key.volatile) key.hive.onChange?.();
}

/** A new subkey. Its name is not there yet. */
export function addKey(
  parent: Key,
  name: string,
  options: KeyOptions,
  now: number,
): { status: number; key?: Key } {
  if (parent.deleted) return { status: Status.STATUS_KEY_DELETED };
  if (!isKeyName(name)) return { status: Status.STATUS_INVALID_PARAMETER };
  if (parent.keys.has(foldName(name))) return { status: Status.STATUS_OBJECT_NAME_COLLISION };
  if (parent.volatile && !options.volatile) return { status: Status.STATUS_CHILD_MUST_BE_VOLATILE };
  if (depthOf(parent) >= MAX_DEPTH) return { status: Status.STATUS_INVALID_PARAMETER };
  const key = new Key(parent.hive, parent, name, options);
  if (!key.budget.take(keyCost(name, options.className)))
    return { status: Status.STATUS_REGISTRY_QUOTA_LIMIT };
  key.written = now;
  place(parent, key);
  changed(options.volatile ? key : parent, now);
  parent.written = now;
  return { status: SUCCESS, key };
}

/** Hangs a key under its parent, whatever hive it is of. */
export function place(parent: Key, key: Key): void {
  key.parent = parent;
  parent.keys.set(foldName(key.name), key);
  parent.sorted = undefined;
}

export function unplace(key: Key): void {
  if (!key.parent) return;
  key.parent.keys.delete(foldName(key.name));
  key.parent.sorted = undefined;
}

/** A key without subkeys goes, with its values. */
export function removeKey(key: Key, now: number): number {
  if (key.deleted) return SUCCESS;
  const { parent } = key;
  if (!parent || key.hive.root === key || key.keys.size > 0) return Status.STATUS_CANNOT_DELETE;
  key.budget.take(-costOf(key));
  unplace(key);
  key.deleted = true;
  changed(key, now);
  parent.written = now;
  return SUCCESS;
}

export function renameKey(key: Key, name: string, now: number): number {
  const { parent } = key;
  if (key.deleted) return Status.STATUS_KEY_DELETED;
  if (!isKeyName(name)) return Status.STATUS_INVALID_PARAMETER;
  if (!parent || key.hive.root === key) return Status.STATUS_ACCESS_DENIED;
  const there = childOf(parent, name);
  if (there && there !== key) return Status.STATUS_OBJECT_NAME_COLLISION;
  if (!key.budget.take(keyCost(name) - keyCost(key.name)))
    return Status.STATUS_REGISTRY_QUOTA_LIMIT;
  unplace(key);
  key.name = name;
  place(parent, key);
  changed(key, now);
  parent.written = now;
  return SUCCESS;
}

export function setValue(key: Key, value: Value, now: number): number {
  if (key.deleted) return Status.STATUS_KEY_DELETED;
  const folded = foldName(value.name);
  const before = key.values.get(folded);
  // The first spelling of a name stays.
  const name = before?.name ?? value.name;
  const cost = valueCost(name, value.data.length);
  const more = cost - (before ? valueCost(before.name, before.data.length) : 0);
  if (!key.budget.take(more)) return Status.STATUS_REGISTRY_QUOTA_LIMIT;
  key.values.set(folded, { ...value, name });
  changed(key, now);
  return SUCCESS;
}

export function removeValue(key: Key, name: string, now: number): number {
  if (key.deleted) return Status.STATUS_KEY_DELETED;
  const folded = foldName(name);
  const before = key.values.get(folded);
  if (!before) return Status.STATUS_OBJECT_NAME_NOT_FOUND;
  key.budget.take(-valueCost(before.name, before.data.length));
  key.values.delete(folded);
  changed(key, now);
  return SUCCESS;
}
