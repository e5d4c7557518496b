/** As people write them: numbers as `0x1f`; rights as RWGP (read, write, grant, grant reply). */
import {
  seL4_CanGrant,
  seL4_CanGrantReply,
  seL4_CanRead,
  seL4_CanWrite,
} from '../../kernel-as/abi.ts';

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

const LETTERS: readonly (readonly [right: number, letter: string])[] = [
  [seL4_CanRead, 'R'],
  [seL4_CanWrite, 'W'],
  [seL4_CanGrant, 'G'],
  [seL4_CanGrantReply, 'P'],
];

export const rightsWords = (rights: number): string =>
  LETTERS.map(([bit, letter]) => ((rights & bit) === 0 ? '' : letter)).join('');

export const textOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
