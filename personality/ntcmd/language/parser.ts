/**
 * From lines to a tree: the grammar of the command language.
 *
 *   parse(line, more)   the tree; undefined for a line that says nothing. Raises SyntaxProblem.
 *                       `more` brings further lines, for blocks and `^` at the end of a line
 *
 *   line    := list
 *   list    := or { & or } [ & ]                  in a block, also by lines
 *   or      := and { || and }
 *   and     := pipe { && pipe }
 *   pipe    := command { | command }
 *   command := { redirection | @ } ( ( lines ) { redirection } | if | for | simple )
 *
 * Special characters are none in quotation marks, nor behind `^`. `)` is one in a block only, `(`
 * where a command may begin. `rem` and labels take the rest of their line, whatever is in it.
 */
import { parseFor, parseIf } from './clauses.ts';
import { type MoreLines, Source, SyntaxProblem } from './source.ts';
import type { Block, Chain, Node, Redirection, Simple } from './tree.ts';

/** Blocks in blocks, bodies in bodies. */
const DEEPEST = 100;
/** Commands that one operator joins in a row. */
const MOST_JOINED = 500;
const KEYWORD = /(if|for|rem)(?=[\s,;=/"]|$)/iy;

export async function parse(line: string, more: MoreLines): Promise<Node | undefined> {
  const source = new Source(line, more);
  const node = await new Parser(source).list();
  source.skipBlanks();
  if (!source.atEnd) throw unexpected(source);
  return node;
}

export function unexpected({ rest }: Source): SyntaxProblem {
  const what = /^(?:&&|\|\||\S[^\s&|<>()]*)/.exec(rest)?.[0];
  return new SyntaxProblem(
    what === undefined ? 'something is missing at its end' : `'${what}' was not expected`,
  );
}

export class Parser {
  readonly source: Source;
  /** Blocks that are open: there `)` is an end. */
  #open = 0;
  #depth = 0;

  constructor(source: Source) {
    this.source = source;
  }

  /** To the end of the line, or of the block; undefined where there is nothing. */
  async list(): Promise<Node | undefined> {
    if (++this.#depth > DEEPEST) throw new SyntaxProblem(`it is more than ${DEEPEST} deep`);
    const parts: Node[] = [];
    while (!this.#ends()) {
      parts.push(await this.#chain('||', () => this.#chain('&&', () => this.#pipe())));
      this.source.skipBlanks();
      if (!this.#operator('&')) break;
    }
    this.#depth--;
    return parts.length > 1 ? { kind: '&', parts } : parts[0];
  }

  /** What must be there: a body. */
  async body(): Promise<Node> {
    const node = await this.list();
    if (!node) throw unexpected(this.source);
    return node;
  }

  /** Labels are skipped. */
  #ends(): boolean {
    const { source } = this;
    source.skipDelimiters();
    if (source.character === ':') source.skipLine();
    return source.atEnd || (this.#open > 0 && source.character === ')');
  }

  #operator(text: string): boolean {
    const { source } = this;
    const doubled = text.length === 1 && source.startsWith(text + text);
    if (doubled || !source.startsWith(text)) return false;
    source.skip(text.length);
    return true;
  }

  async #chain(kind: Chain['kind'], next: () => Promise<Node>): Promise<Node> {
    let left = await next();
    for (let count = 1; ; count++) {
      this.source.skipBlanks();
      if (!this.#operator(kind)) return left;
      if (count >= MOST_JOINED)
        throw new SyntaxProblem(`it has more than ${MOST_JOINED} '${kind}'`);
      left = { kind, left, right: await next() };
    }
  }

  #pipe(): Promise<Node> {
    return this.#chain('|', () => this.#command());
  }

  async #command(): Promise<Node> {
    const { source } = this;
    const redirections: Redirection[] = [];
    let quiet = false;
    for (;;) {
      source.skipDelimiters();
      const stream = source.take(/\d(?=[<>])/y);
      if (/[<>]/.test(source.character)) redirections.push(await this.#redirection(stream));
      else if (source.character !== '@') break;
      else {
        source.skip();
        quiet = true;
      }
    }
    const body = await this.#plain(redirections);
    return quiet ? { kind: '@', body } : body;
  }

  /** A command without what may stand before it. */
  async #plain(redirections: Redirection[]): Promise<Node> {
    const { source } = this;
    if (source.atEnd || /[&|)]/.test(source.character)) throw unexpected(source);
    if (source.character === '(') return this.#block(redirections);
    const keyword = source.take(KEYWORD)?.toLowerCase();
    if (keyword === 'rem') return this.#remark();
    if (keyword === undefined) return this.#simple(redirections);
    if (++this.#depth > DEEPEST) throw new SyntaxProblem(`it is more than ${DEEPEST} deep`);
    const node = keyword === 'if' ? await parseIf(this) : await parseFor(this);
    this.#depth--;
    return redirections.length > 0 ? { kind: 'block', body: [node], redirections } : node;
  }

  #remark(): Simple {
    const text = `rem${this.source.rest}`;
    this.source.skipLine();
    return { kind: 'simple', text, redirections: [] };
  }

  async #block(redirections: Redirection[]): Promise<Block> {
    const { source } = this;
    source.skip();
    this.#open++;
    const body: Node[] = [];
    for (;;) {
      const node = await this.list();
      if (node) body.push(node);
      source.skipBlanks();
      if (source.character === ')') break;
      if (!source.atEnd) throw unexpected(source);
      if (!(await source.nextLine())) throw new SyntaxProblem("a ')' is missing");
    }
    source.skip();
    this.#open--;
    for (;;) {
      source.skipBlanks();
      const stream = source.take(/\d(?=[<>])/y);
      if (!/[<>]/.test(source.character)) return { kind: 'block', body, redirections };
      redirections.push(await this.#redirection(stream));
    }
  }

  async #simple(redirections: Redirection[]): Promise<Simple> {
    const { source } = this;
    let text = '';
    let open = false;
    while (!source.atEnd) {
      const { character } = source;
      if (!open && (/[&|]/.test(character) || (character === ')' && this.#open > 0))) break;
      if (!open && /[<>]/.test(character)) {
        // A digit of its own right before it says which stream.
        const stream = /(?:^|[\s,;="()])(\d)$/.exec(text)?.[1];
        if (stream) text = text.slice(0, -1);
        redirections.push(await this.#redirection(stream));
      } else if (!open && character === '^') text += await source.escaped();
      else {
        if (character === '"') open = !open;
        text += character;
        source.skip();
      }
    }
    return { kind: 'simple', text, redirections };
  }

  /** At its `<` or `>`. */
  async #redirection(stream: string | undefined): Promise<Redirection> {
    const { source } = this;
    const operator = source.take(/<|>>|>/y)!;
    const kinds = { '<': 'read', '>': 'write', '>>': 'append' } as const;
    const kind = kinds[operator as keyof typeof kinds];
    const number = Number(stream ?? (kind === 'read' ? 0 : 1));
    const joined = source.take(/&\s*\d/y);
    if (joined) return { stream: number, kind: 'join', target: joined.at(-1)! };
    source.skipDelimiters();
    const target = await this.word();
    if (target === '') throw new SyntaxProblem(`a file name is missing after ${operator}`);
    return { stream: number, kind, target };
  }

  /** To a blank or an operator; quotation marks stay. `stop`: what ends it besides. */
  async word(stop = /[\s,;=&|<>]/): Promise<string> {
    const { source } = this;
    let text = '';
    let open = false;
    while (!source.atEnd) {
      const { character } = source;
      if (!open && (stop.test(character) || (character === ')' && this.#open > 0))) break;
      if (!open && character === '^') text += await source.escaped();
      else {
        if (character === '"') open = !open;
        text += character;
        source.skip();
      }
    }
    return text;
  }
}
