/**
 * Records on the wire: one description, from which both sides' marshalling comes.
 *
 * A schema names fields and their kinds, in wire order. Service arguments (services.ts) and IRP
 * parameters (irp.ts) are described so.
 *
 *   u32 i32 bool     a number, one word          i64         a whole number, two words, low first;
 *                    exact below 2^53 and for NT times in whole milliseconds
 *   str              text, UTF-8                 bytes       a byte string
 *   i64s             a list of i64
 */

export type Kind = 'u32' | 'i32' | 'bool' | 'i64' | 'str' | 'bytes' | 'i64s';
export type Schema = Readonly<Record<string, Kind>>;

interface KindTypes {
  u32: number;
  i32: number;
  bool: boolean;
  i64: number;
  str: string;
  bytes: Uint8Array;
  i64s: number[];
}

/** The TypeScript type of a record that a schema describes. */
export type Fields<S extends Schema> = { -readonly [K in keyof S]: KindTypes[S[K]] };
