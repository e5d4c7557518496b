/** What rounds say. */
export interface Figures {
  readonly least: number;
  readonly median: number;
  /** Three of four rounds were quicker. */
  readonly upper: number;
}

/** Of at least one round. */
export function figuresOf(rounds: readonly number[]): Figures {
  const sorted = [...rounds].sort((one, other) => one - other);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
  return { least: at(0), median: at(0.5), upper: at(0.75) };
}
