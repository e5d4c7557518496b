/**
 * Symbolic links: names that stand for other names.
 *
 * Parse answers with the target and what was left of the name: the walk starts again from the root
 * (lookup.ts bounds how often).
 */
import { linkDescriptor, linkMapping } from '../se/defaults.ts';
import { makeHeader } from './header.ts';
import type { ObHeader, ObObject, ObType, ParseResult } from './types.ts';

function follow(link: SymbolicLink, rest: string): string {
  return rest === '' ? link.target : `${link.target}\\${rest}`;
}

export const symbolicLinkType: ObType = {
  name: 'SymbolicLink',
  access: linkMapping,
  security: () => linkDescriptor,
  parse(object, rest): ParseResult {
    return { reparse: follow(object as SymbolicLink, rest) };
  },
};

export class SymbolicLink implements ObObject {
  readonly header: ObHeader = makeHeader(symbolicLinkType);
  readonly target: string;

  constructor(target: string) {
    this.target = target;
  }
}
