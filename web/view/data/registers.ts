/** A register as it is shown: its value, and its bits in words. */
export interface Bit {
  readonly name: string;
  readonly on: boolean;
  /** What it means where it is set. */
  readonly words: string;
}

export interface Register {
  readonly name: string;
  /** Where software finds it; undefined: nowhere by itself. */
  readonly port: number | undefined;
  readonly value: number;
  /** Where its datasheet describes it. */
  readonly section: string;
  readonly bits: readonly Bit[];
}

export function bitsOf(
  value: number,
  names: readonly (readonly [bit: number, name: string, words: string])[],
): Bit[] {
  return names.map(([bit, name, words]) => ({ name, on: (value & (1 << bit)) !== 0, words }));
}
