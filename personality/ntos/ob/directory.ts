/**
 * Directories of the name space: objects by name, compared without case, in the order they came.
 *
 * A directory owns one reference to each of its members. It parses one component of a name at a
 * time.
 *
 *   Directory                    the object
 *   directoryType                its type: parse finds the member
 *   splitName(name)              first component and the rest
 *   foldName(name)               what names are compared by
 *   nameSpaceAge()               goes up whenever a name comes or goes, in any name space
 */
import { RtlUpcase } from '../../rtl/names.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { directoryDescriptor, directoryMapping } from '../se/defaults.ts';
import { makeHeader } from './header.ts';
import type { ObHeader, ObObject, ObType, ParseResult } from './types.ts';

/** Longest component, in characters. */
const NAME_LIMIT = 255;

export function foldName(name: string): string {
  return RtlUpcase(name);
}

/** `first` up to the next backslash; `rest` behind it, without leading backslashes. */
export function splitName(name: string): { first: string; rest: string } {
  const end = name.indexOf('\\');
  if (end < 0) return { first: name, rest: '' };
  let next = end + 1;
  while (name[next] === '\\') next++;
  return { first: name.slice(0, end), rest: name.slice(next) };
}

/** Whether a component can be a member's name. */
export function isValidComponent(name: string): boolean {
  return name.length > 0 && name.length <= NAME_LIMIT && !/[\\/\0]/.test(name);
}

export const directoryType: ObType = {
  name: 'Directory',
  access: directoryMapping,
  security: () => directoryDescriptor,
  parse(object, rest): ParseResult {
    const { first, rest: remaining } = splitName(rest);
    const member = (object as Directory).find(first);
    if (member) return { object: member, rest: remaining };
    return {
      status:
        remaining === ''
          ? Status.STATUS_OBJECT_NAME_NOT_FOUND
          : Status.STATUS_OBJECT_PATH_NOT_FOUND,
    };
  },
};

let age = 0;

/** What was found by name is still there while this is the same. */
export function nameSpaceAge(): number {
  return age;
}

/** So many spellings of its members' names a directory remembers. */
const SPELLINGS = 64;

export class Directory implements ObObject {
  readonly header: ObHeader = makeHeader(directoryType);
  readonly #members = new Map<string, ObObject>();
  /** By names as they were asked for: those need no folding again. */
  readonly #spelled = new Map<string, ObObject>();

  find(name: string): ObObject | undefined {
    return this.#spelled.get(name) ?? this.#findFolded(name);
  }

  #findFolded(name: string): ObObject | undefined {
    const member = this.#members.get(foldName(name));
    if (member && this.#spelled.size < SPELLINGS) this.#spelled.set(name, member);
    return member;
  }

  #changed(): void {
    this.#spelled.clear();
    age++;
  }

  /** The caller gives a reference along. */
  add(name: string, object: ObObject): void {
    this.#changed();
    this.#members.set(foldName(name), object);
    object.header.name = name;
    object.header.directory = this;
  }

  /** The caller gets the reference. */
  take(object: ObObject): void {
    this.#changed();
    this.#members.delete(foldName(object.header.name));
    object.header.directory = undefined;
  }

  members(): IterableIterator<ObObject> {
    return this.#members.values();
  }

  /** The member at a position of the listing. */
  at(index: number): ObObject | undefined {
    let position = 0;
    for (const member of this.#members.values()) if (position++ === index) return member;
    return undefined;
  }
}
