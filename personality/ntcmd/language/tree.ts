/**
 * What a command line means, as a tree: made by the parser, walked by the runner.
 *
 * Texts in it are as typed behind the expansion of `%x%`, with `^` resolved and quotation marks
 * kept: variables of `for` are put in while the tree is run, so that nothing in their values can
 * ever be an operator.
 *
 * From what binds least to what binds most: `&`, `||`, `&&`, `|`, then blocks and redirections. A
 * body of `if`, `else` or `for` goes on to the end of its line.
 */

export interface Redirection {
  /** 0 is input, 1 output, 2 errors. */
  readonly stream: number;
  /** `<`, `>`, `>>`, and `>&` with a stream as its target. */
  readonly kind: 'read' | 'write' | 'append' | 'join';
  readonly target: string;
}

export interface Simple {
  readonly kind: 'simple';
  /** The command and what follows it. */
  readonly text: string;
  readonly redirections: readonly Redirection[];
}

export interface Block {
  readonly kind: 'block';
  readonly body: readonly Node[];
  readonly redirections: readonly Redirection[];
}

export interface Sequence {
  readonly kind: '&';
  readonly parts: readonly Node[];
}

export interface Chain {
  readonly kind: '&&' | '||' | '|';
  readonly left: Node;
  readonly right: Node;
}

export const COMPARISONS = ['==', 'equ', 'neq', 'lss', 'leq', 'gtr', 'geq'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Test =
  | { readonly kind: 'exist' | 'defined' | 'errorlevel'; readonly what: string }
  | { readonly kind: Comparison; readonly left: string; readonly right: string };

export interface If {
  readonly kind: 'if';
  readonly not: boolean;
  readonly anyCase: boolean;
  readonly test: Test;
  readonly then: Node;
  readonly otherwise: Node | undefined;
}

export interface For {
  readonly kind: 'for';
  /** `''` a set of words, `l` numbers, `f` lines, `d` directories, `r` files of a tree. */
  readonly mode: '' | 'l' | 'f' | 'd' | 'r';
  /** Of `/f` and `/r`, quotation marks and all. */
  readonly options: string;
  /** One character. */
  readonly variable: string;
  readonly set: string;
  readonly body: Node;
}

/** `@`: not echoed. */
export interface Quiet {
  readonly kind: '@';
  readonly body: Node;
}

export type Node = Simple | Block | Sequence | Chain | If | For | Quiet;
