/** What a viewer is: it looks at bytes, and draws them. Bytes come from disks that anybody made. */
import type { TemplateResult } from 'lit';

export interface Viewed {
  /** Text for people already (words.ts, shown). */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What could not be read; zeros stand there. */
  readonly missing: readonly { readonly offset: number; readonly length: number }[];
}

/** A file in a viewer. */
export interface Opened {
  /** What can be chosen: goes into the bar. */
  tools(): unknown;
  view(): TemplateResult;
  /** It has been drawn. */
  drawn?(root: ParentNode): void;
  close?(): void;
}

export interface Viewer {
  readonly id: string;
  readonly label: string;
  /** Whether it is what this file is for. The first of the registry that says so shows it. */
  fits(file: Viewed): boolean;
  /** `changed`: to be drawn again. */
  open(file: Viewed, changed: () => void): Opened;
}
