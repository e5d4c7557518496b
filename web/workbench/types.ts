/** What the bench's parts tell one another. */

/** The hardware that a driver asks for, as its source says it; ranges are [first, count]. */
export interface Rights {
  readonly ports: readonly (readonly [number, number])[];
  readonly interrupts: readonly number[];
  readonly dma: readonly number[];
  readonly memory: readonly (readonly [number, number])[];
  /** The device has this hardware id, and Plug and Play hands the hardware over. */
  readonly id: string | undefined;
}

/** What a driver may import, as the build has made it (scripts/driver-library.mjs). */
export interface Library {
  /** Module -> what it exports: `wdm`, `rtl/irp`. */
  readonly exports: Readonly<Record<string, readonly string[]>>;
  /** The code of all of them: a script that defines `Neptune`. */
  readonly code: string;
  readonly starters: Readonly<Record<string, string>>;
  /** Drivers that faults load beside the one that is tried. */
  readonly helpers: Readonly<Record<string, string>>;
}

export interface Built {
  /** A module that imports nothing and exports `image`. */
  readonly image: string;
  readonly rights: Rights;
}

/** What is wrong with a source; the first line and column are 1. */
export class SourceError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column = 1) {
    super(message);
    this.name = 'SourceError';
    this.line = line;
    this.column = column;
  }
}
