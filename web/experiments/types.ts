/**
 * What an experiment is: words, steps, and a check that says whether it happened.
 *
 * Each is a file in list/ and a row of registry.ts. A step is done at the terminal or by a public
 * method of the machine or the view, so that whoever reads can do it by hand. A check only reads
 * (bench.ts), and knows nothing of buttons. docs/decisions/0032-experiments.md says why.
 */
import type { Topology } from '../host/protocol.ts';
import type { Bench } from './bench.ts';

export interface Step {
  /** What is to be done, with what is typed between back quotes. */
  readonly say: string;
  /** What the button says; default: "Do it". */
  readonly button?: string;
  /** Does it. Absent: it is done by looking. */
  run?(bench: Bench): Promise<void>;
}

export interface Verdict {
  readonly happened: boolean;
  /** What happened, or what has not happened yet. */
  readonly words: string;
  /** What was counted. */
  readonly seen: readonly (readonly [what: string, figure: number | string])[];
}

export interface Experiment {
  /** Its address: `guide/experiments/NAME.html`. */
  readonly name: string;
  readonly title: string;
  readonly minutes: number;
  readonly topologies: readonly Topology[];
  /** With a real drive's times, where one is to see the drive at work. Default: fast. */
  readonly speed?: 'real';
  /** The page of `<neptune-view>` that shows it. */
  readonly view: string;
  /** A bench for drivers stands there, too, and in A: is the disk of sources, not the tour. */
  readonly bench?: true;
  /** In one sentence. */
  readonly shows: string;
  /** Of docs/glossary.md: what a reader of the seL4 tutorials need not know. */
  readonly words: readonly string[];
  /** Markdown, seen from docs/experiments. */
  readonly about: string;
  readonly steps: readonly Step[];
  readonly look: string;
  check(bench: Bench): Promise<Verdict>;
}

export const BOTH: readonly Topology[] = ['single', 'isolated'];

export const happened = (words: string, seen: Verdict['seen']): Verdict => ({
  happened: true,
  words,
  seen,
});

export const notYet = (words: string, seen: Verdict['seen'] = []): Verdict => ({
  happened: false,
  words: `Not yet: ${words}`,
  seen,
});
