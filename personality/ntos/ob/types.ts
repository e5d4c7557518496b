/**
 * What ob gives to the other components: object types, names, references, handles.
 *
 * An object is any JS object with a `header` made by `ob.header(type)`. Counts: `pointers` is one
 * for each `reference`, each handle and
 * the name in a directory; at zero the type's `delete` runs. A permanent object keeps its name
 * without handles; the name of a temporary
 * one goes with its last handle.
 *
 * Names: `\` separated, absolute from the root directory or relative to a `root` object; compared
 * without case.
 */
import type { Awaitable } from '../../sel4/types.ts';
import type { Process } from '../ps/types.ts';
import type { Dispatcher } from '../ke/wait/dispatcher.ts';
import type { Resource } from '../ps/quotatable.ts';
import type { SecurityDescriptor } from '../../rtl/security/descriptor.ts';
import type { GenericMapping } from '../se/access.ts';
import type { Token } from '../se/token.ts';
import type { ObjectCharge } from './charge.ts';

export interface ObHeader {
  readonly type: ObType;
  /** Last component, as given at insertion; '' for nameless objects. */
  name: string;
  directory: ObObject | undefined;
  permanent: boolean;
  pointers: number;
  handles: number;
  /** What its maker pays for it; undefined: the Executive's own. */
  charge: ObjectCharge | undefined;
  /** Undefined: the default of its type. */
  security: SecurityDescriptor | undefined;
}

export interface ObObject {
  readonly header: ObHeader;
}

/**
 * One step of a name: on to `object` with `rest`; start again from the root with `reparse`; or
 * `stop`: `open` of this object gets the
 * rest. A status ends the walk. `rest` has no leading backslash.
 */
export type ParseResult =
  | { readonly object: ObObject; readonly rest: string }
  | { readonly reparse: string }
  | { readonly stop: true }
  | { readonly status: number };

/** Who opens, and what for. */
export interface OpenContext {
  readonly process: Process;
  readonly access: number;
  /** On whose behalf; absent: the process's own token. */
  readonly token?: Token;
  /** What the service passes through to the type's `open` (io: the parameters of NtCreateFile). */
  readonly parameters?: unknown;
}

/** The object opened comes referenced once for the caller. `reparse` starts again from the root. */
export interface OpenResult {
  readonly status: number;
  readonly object?: ObObject;
  readonly reparse?: string;
  readonly information?: number;
  /** What `parameters` asked for instead of an object. */
  readonly answer?: unknown;
  /** The absolute name that leads to nothing, symbolic links followed. */
  readonly missing?: string;
}

/**
 * Methods take the object as `ObObject`: a type's own file narrows it (a type is only asked about
 * its own objects).
 */
export interface ObType {
  readonly name: string;
  /** Its rights; absent: handles have ALL_ACCESS. */
  readonly access?: GenericMapping;
  /** The descriptor of objects that have none of their own; absent: defaultDescriptor's. */
  security?(object: ObObject): SecurityDescriptor;
  /** The rights that the token has after all; `mask` is what the descriptor grants it. */
  adjust?(object: ObObject, token: Token, mask: number): number;
  /** Whose descriptor counts for it; absent: its own. */
  securedBy?(object: ObObject): ObObject;
  /** The rights that an open asks for are asked of the object whose `open` is called. */
  readonly guardsOpen?: boolean;
  /** What a handle to such an object is charged as, besides a handle. */
  readonly charge?: Resource;
  /**
   * Synchronous, looks only at names that are already there, takes no reference. `rest` is not ''.
   */
  parse?(object: ObObject, rest: string): ParseResult;
  /**
   * Opens `rest` below the object ('' for itself); may answer with an object of another type.
   * Absent: the object itself, if rest is ''.
   */
  open?(object: ObObject, rest: string, context: OpenContext): Awaitable<OpenResult>;
  /** The last handle is closed, for that service call: called before its reference goes. */
  close?(object: ObObject, process: Process, request: number): Awaitable<void>;
  /** A process has closed the last of its handles, while others still have some. */
  leave?(object: ObObject, process: Process): void;
  /** The last reference is gone. */
  delete?(object: ObObject): void;
  /** Its name for NtQueryObject; absent: the one in the name space. */
  queryName?(object: ObObject): string;
  /** What a wait for the object waits on. */
  dispatcher?(object: ObObject): Dispatcher;
}

export interface HandleEntry {
  readonly object: ObObject;
  readonly access: number;
  /** OBJ_INHERIT. */
  inherit: boolean;
  /** NtClose refuses it. */
  protect: boolean;
}

/** Handles of a process: multiples of 4, from 4. */
export interface HandleTable {
  readonly size: number;
  get(handle: number): HandleEntry | undefined;
  entries(): IterableIterator<[number, HandleEntry]>;
}

export interface LookupResult {
  readonly status: number;
  readonly object?: ObObject;
}

export interface Ob {
  readonly root: ObObject;
  header(type: ObType): ObHeader;
  /**
   * Gives an object its full name. NAME_COLLISION, PATH_NOT_FOUND, NAME_INVALID; ACCESS_DENIED,
   * where `token` may not make it there (absent: the Executive does it). References it once.
   */
  insert(path: string, object: ObObject, permanent: boolean, token?: Token): number;
  /** Takes the name away (and its reference). */
  remove(object: ObObject): void;
  /** The name goes with the last handle: now, if there is none. */
  makeTemporary(object: ObObject): void;
  /** Makes a permanent directory, and those above it. */
  createDirectory(path: string): ObObject;
  /**
   * Parse only, symbolic links included: the object itself, not referenced. Never waits. `token`:
   * who must be allowed to go through the directories; absent: the Executive looks.
   */
  lookup(path: string, token?: Token): LookupResult;
  /** Walks the name and opens what it leads to. `root` undefined: an absolute name. */
  open(name: string, root: ObObject | undefined, context: OpenContext): Awaitable<OpenResult>;
  /** Full name, or '' where an object has none. */
  nameOf(object: ObObject): string;
  reference(object: ObObject): void;
  dereference(object: ObObject): void;
  /**
   * Charges a handle to an object of that type before the work that finds or makes the object, so
   * that nothing is done for a process that has too many. `createHandle` or `cancelHandle` ends it.
   */
  reserveHandle(process: Process, type: ObType): number;
  /** What `reserveHandle` would answer, for work that is done at once: nothing is charged. */
  checkHandle(process: Process, type: ObType): number;
  cancelHandle(process: Process, type: ObType): void;
  /**
   * A handle to the object, with a reference of its own; 0 with the status why not: the process has
   * ended, or has too many. `reserved`: it was charged by `reserveHandle`, for the same type.
   */
  createHandle(
    process: Process,
    object: ObObject,
    access: number,
    reserved?: boolean,
    inherit?: boolean,
  ): { status: number; handle: number };
  /**
   * The other process gets what is inherited, under the same numbers; it has no handles yet. It may
   * have some of them where it is refused one.
   */
  inheritHandles(from: Process, to: Process): number;
  /** The object, if the handle is of that type and has that access. */
  referenceByHandle(
    process: Process,
    handle: number,
    type: ObType | undefined,
    access: number,
  ): { status: number; object?: ObObject };
  /** STATUS_HANDLE_NOT_CLOSABLE: it is protected from that. */
  closeHandle(process: Process, handle: number, request?: number): Awaitable<number>;
  /** At the end of a process. */
  closeAllHandles(process: Process): Promise<void>;
}
