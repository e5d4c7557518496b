/**
 * The grammar of `if` and `for`: what stands between the word and the body.
 *
 *   if  := if [/i] [not] test list [ else list ]      `else` follows a `)` on its line
 *   for := for [/l | /f ["options"] | /d] %x in ( set ) do list
 */
import { type Source, SyntaxProblem } from './source.ts';
import { COMPARISONS, type Comparison, type For, type If, type Node, type Test } from './tree.ts';

/** What the clauses need of the parser. */
export interface Grammar {
  readonly source: Source;
  body(): Promise<Node>;
  word(): Promise<string>;
}

const SINGLE = /(exist|defined|errorlevel)(?=[\s,;="])/iy;

export async function parseIf(parser: Grammar): Promise<If> {
  const { source } = parser;
  let anyCase = false;
  let not = false;
  for (;;) {
    source.skipDelimiters();
    const flag = source.take(/(\/i|not)(?=[\s,;="])/iy)?.toLowerCase();
    if (flag === '/i') anyCase = true;
    else if (flag === 'not') not = !not;
    else break;
  }
  const test = await parseTest(parser);
  const then = await parser.body();
  source.skipBlanks();
  const otherwise = source.take(/else(?=[\s(]|$)/iy) ? await parser.body() : undefined;
  return { kind: 'if', not, anyCase, test, then, otherwise };
}

async function parseTest(parser: Grammar): Promise<Test> {
  const { source } = parser;
  const single = source.take(SINGLE)?.toLowerCase() as 'exist' | 'defined' | 'errorlevel';
  if (single !== undefined) {
    source.skipDelimiters();
    return { kind: single, what: await operand(parser) };
  }
  const left = await operand(parser);
  source.skipBlanks();
  const words = COMPARISONS.slice(1).join('|');
  const kind = source.take(new RegExp(`==|(?:${words})(?=[\\s,;=])`, 'iy'))?.toLowerCase();
  if (kind === undefined) throw new SyntaxProblem("a comparison is missing after 'if'");
  source.skipDelimiters();
  return { kind: kind as Comparison, left, right: await operand(parser) };
}

async function operand(parser: Grammar): Promise<string> {
  const text = await parser.word();
  if (text === '') throw new SyntaxProblem("something to compare is missing after 'if'");
  return text;
}

/** What may stand before the variable: how lines are cut, where a tree begins. */
const OPTIONS: Partial<Record<For['mode'], RegExp>> = {
  f: /"[^"]*"?/y,
  r: /"[^"]*"?|[^\s%"(),;=][^\s"(),;=]*/y,
};

export async function parseFor(parser: Grammar): Promise<For> {
  const { source } = parser;
  source.skipDelimiters();
  const flag = source.take(/\/[a-z](?=[\s,;="])/iy)?.toLowerCase() ?? '';
  const mode = flag.slice(1) as For['mode'];
  if (!['', 'l', 'f', 'd', 'r'].includes(mode)) throw new SyntaxProblem(`for has no ${flag} here`);
  source.skipDelimiters();
  const options = OPTIONS[mode] ? (source.take(OPTIONS[mode]) ?? '') : '';
  source.skipDelimiters();
  const variable = source.take(/%[^\s%&|<>()=,;"^](?=[\s,;=])/y)?.[1];
  if (variable === undefined)
    throw new SyntaxProblem(
      "'for' needs a variable of one letter, such as %x, %%x in a batch file",
    );
  source.skipDelimiters();
  if (!source.take(/in(?=[\s,;=(])/iy)) throw new SyntaxProblem("'in' is missing after 'for'");
  const set = await parseSet(parser);
  source.skipDelimiters();
  if (!source.take(/do(?=[\s,;=(]|$)/iy)) throw new SyntaxProblem("'do' is missing after 'for'");
  return { kind: 'for', mode, options, variable, set, body: await parser.body() };
}

/** In parentheses; it may go on over lines. */
async function parseSet({ source }: Grammar): Promise<string> {
  source.skipDelimiters();
  if (!source.take(/\(/y)) throw new SyntaxProblem("a '(' is missing after 'in'");
  let text = '';
  let open = '';
  for (;;) {
    const { character } = source;
    if (source.atEnd) {
      open = '';
      text += ' ';
      if (!(await source.nextLine())) throw new SyntaxProblem("a ')' is missing");
    } else if (character === ')' && open === '') break;
    else if (character === '^' && open !== '"') text += await source.escaped();
    else {
      if (character === open) open = '';
      // A command in single quotation marks may have parentheses.
      else if (character === '"' || (character === "'" && text.trim() === '')) open ||= character;
      text += character;
      source.skip();
    }
  }
  source.skip();
  return text.trim();
}
