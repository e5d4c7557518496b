/**
 * From a driver's source to its image: types off, imports linked, in the page.
 *
 *   buildDriver(source, library)   throws a SourceError with the line and the column
 *
 * Nothing of the source is run here. Sucrase takes TypeScript's types off and keeps every line
 * where it is; acorn says what is wrong with what is left, and where its imports are. An import
 * becomes names taken of the library, on the same line, so that the image imports nothing. What is
 * refused here is refused for the sake of its author: the walls are where the image runs
 * (docs/isolation.md).
 */
import { type ImportDeclaration, type Node, parse, type Program } from 'acorn';
import { transform } from 'sucrase';
import { rightsIn } from './rights.ts';
import { type Built, type Library, SourceError } from './types.ts';

const PLACE = / \((\d+):(\d+)\)$/;

/** Both say the place at the end of their words; the first column of one is 0, of the other 1. */
function inWords<T>(make: () => T, first: number): T {
  try {
    return make();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const [, line = '1', column = String(first)] = PLACE.exec(words) ?? [];
    const plain = words.replace(PLACE, '').replace(/^Error transforming .*?: /, '');
    throw new SourceError(plain, Number(line), Number(column) + 1 - first);
  }
}

/** What can be told of a place where types were taken off before it: the text that stands there. */
const ALIKE = 12;

/**
 * Types that are gone have moved what stood behind them to the left. So the same text is looked for
 * in the source's line, from there on.
 */
function inSource(error: SourceError, source: string, code: string): SourceError {
  const at = error.column - 1;
  const text = (code.split('\n')[error.line - 1] ?? '').slice(at, at + ALIKE).trimEnd();
  const found = text === '' ? -1 : (source.split('\n')[error.line - 1] ?? '').indexOf(text, at);
  return new SourceError(error.message, error.line, (found < 0 ? at : found) + 1);
}

function placed<T>(make: () => T, source: string, code: string): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof SourceError ? inSource(error, source, code) : error;
  }
}

function wrongAt(node: Node, words: string): SourceError {
  const { line = 1, column = 0 } = node.loc?.start ?? {};
  return new SourceError(words, line, column + 1);
}

/** The system's own drivers name the same modules by their files. */
function moduleOf(specifier: string): string {
  return specifier
    .replace(/^(?:\.\.\/)+personality\/wdm\/index\.ts$/, 'wdm')
    .replace(/^(?:\.\.\/)+personality\/rtl\/([\w-]+)\.ts$/, 'rtl/$1');
}

function linked(node: ImportDeclaration, library: Library): string {
  const name = moduleOf(String(node.source.value));
  const there = Object.hasOwn(library.exports, name) ? library.exports[name] : undefined;
  if (!there)
    throw wrongAt(node.source, `There is no module "${name}". A driver has "wdm" and "rtl/…".`);
  const module = `Neptune[${JSON.stringify(name)}]`;
  const taken = node.specifiers.map((specifier) => {
    const local = specifier.local.name;
    if (specifier.type === 'ImportNamespaceSpecifier') return `const ${local} = ${module};`;
    const { imported } = specifier as { imported?: { name?: string } };
    const wanted = imported?.name ?? 'default';
    if (!there.includes(wanted)) throw wrongAt(specifier, `"${name}" has no "${wanted}".`);
    return `const ${local} = ${module}.${wanted};`;
  });
  return taken.join(' ');
}

/** Keeps the lines: what a thing is replaced by has as many ends of lines. */
function replaced(code: string, pieces: readonly (readonly [Node, string])[]): string {
  let text = '';
  let at = 0;
  for (const [node, words] of pieces) {
    const lines = code.slice(node.start, node.end).split('\n').length - 1;
    text += code.slice(at, node.start) + words + '\n'.repeat(lines);
    at = node.end;
  }
  return text + code.slice(at);
}

function hasImage(program: Program): boolean {
  return program.body.some(
    (node) =>
      node.type === 'ExportNamedDeclaration' &&
      node.declaration?.type === 'VariableDeclaration' &&
      node.declaration.declarations.some(
        ({ id }) => id.type === 'Identifier' && id.name === 'image',
      ),
  );
}

/** What can be written at any place in a module and leads out of it. */
function refuseFrom(program: Program): void {
  for (const node of program.body) {
    const isAll = node.type === 'ExportAllDeclaration';
    if (isAll || (node.type === 'ExportNamedDeclaration' && node.source))
      throw wrongAt(node, 'A driver exports what is its own.');
  }
}

export function buildDriver(source: string, library: Library): Built {
  const options = { transforms: ['typescript' as const], disableESTransforms: true };
  const { code } = inWords(() => transform(source, options), 1);
  return placed(() => linkedTo(code, library), source, code);
}

function linkedTo(code: string, library: Library): Built {
  const program = inWords(
    () => parse(code, { ecmaVersion: 2022, sourceType: 'module', locations: true }),
    0,
  );
  refuseFrom(program);
  const imports = program.body.filter((node) => node.type === 'ImportDeclaration');
  const text = replaced(
    code,
    imports.map((node) => [node, linked(node, library)] as const),
  );
  if (!hasImage(program))
    throw new SourceError('A driver ends with: export const image = driverImage(entry);', 1);
  return { image: `${library.code}\n${text}\n`, rights: rightsIn(program) };
}
