/**
 * The component's types in one file that needs no other: what an author's TypeScript reads.
 *
 *   emitDeclarations()       what tsc makes of web/element/index.ts: path -> parsed declarations
 *   rollUp(declarations)     the text of neptune-os.d.ts
 *   membersOfElement(files)  what authors may use of the element's class, and of those of
 *                            this project that it extends: [path, member]
 *
 * Only what the entry exports is taken, and what that names. The class is shown as an HTMLElement:
 * that it is made with lit is nobody's business, and would need lit's types.
 */
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../process.mjs';

export const ENTRY = 'web/element/index.ts';
const CLASS = 'NeptuneOs';
const CLASS_FILE = 'web/element/neptune-os.ts';
/** Called by the browser alone. */
const LIFECYCLE = /^(dis)?connected(Move)?Callback$/;

export function emitDeclarations() {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const roots = [ENTRY, 'web/element/css.d.ts'].map((name) => join(ROOT, name));
  const emitting = { noEmit: false, declaration: true, emitDeclarationOnly: true };
  // Whether the types are right is what the type check says.
  const program = ts.createProgram(roots, { ...options, ...emitting, noCheck: true, types: [] });
  const files = new Map();
  program.emit(undefined, (name, text) => {
    const path = relative(ROOT, name)
      .replaceAll('\\', '/')
      .replace(/\.d\.ts$/, '.ts');
    files.set(path, ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  });
  return files;
}

const has = (node, kind) => node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;

function publicMembers(declaration) {
  return declaration.members.filter(
    (member) =>
      member.name &&
      !ts.isPrivateIdentifier(member.name) &&
      !has(member, ts.SyntaxKind.StaticKeyword) &&
      !has(member, ts.SyntaxKind.ProtectedKeyword) &&
      !has(member, ts.SyntaxKind.PrivateKeyword) &&
      !LIFECYCLE.test(member.name.text),
  );
}

/** Those of the class that it extends come first, unless it has its own. */
export function membersOfElement(files, path = CLASS_FILE, name = CLASS) {
  const file = files.get(path);
  const declaration = declared(file).get(name);
  const own = publicMembers(declaration).map((member) => [path, member]);
  const base = declaration.heritageClauses?.[0]?.types[0]?.expression.getText();
  const from = base && imported(file).get(base);
  if (!from?.path) return own;
  const names = new Set(own.map(([, member]) => member.name.text));
  const inherited = membersOfElement(files, from.path, from.name);
  return [...inherited.filter(([, member]) => !names.has(member.name.text)), ...own];
}

/** Statement by the name that it declares. */
function declared(file) {
  const found = new Map();
  for (const statement of file.statements) {
    const names = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name.text)
      : [statement.name?.text];
    for (const name of names) if (name) found.set(name, statement);
  }
  return found;
}

const modulePath = (file, specifier) =>
  specifier.text.startsWith('.')
    ? relative(ROOT, resolve(ROOT, file.fileName, '..', specifier.text)).replaceAll('\\', '/')
    : undefined;

/** What a file imports: its own name of it -> { path, name }. */
function imported(file) {
  const found = new Map();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const path = modulePath(file, statement.moduleSpecifier);
    const named = statement.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named)) continue;
    for (const { name, propertyName } of named.elements)
      found.set(name.text, { path, name: (propertyName ?? name).text });
  }
  return found;
}

/** Types that a node names. */
function namesIn(node, found = new Set()) {
  if (ts.isImportTypeNode(node)) throw new Error(`package: a type is inferred: ${node.getText()}`);
  if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) found.add(node.typeName.text);
  if (ts.isExpressionWithTypeArguments(node)) found.add(node.expression.getText());
  if (ts.isTypeQueryNode(node)) found.add(node.exprName.getText());
  ts.forEachChild(node, (child) => void namesIn(child, found));
  return found;
}

/** A comment at the very beginning is the file's own. */
const commentOf = (node) =>
  node.pos === 0 ? '' : node.getFullText().slice(0, node.getLeadingTriviaWidth()).trimEnd();

function textOfClass(files) {
  const members = membersOfElement(files).map(([, member]) => member.getFullText().trimEnd());
  return `declare class ${CLASS} extends HTMLElement {${members.join('')}\n}`;
}

function textOf(files, node) {
  const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/$/.exec(commentOf(node))?.[0] ?? '';
  const text =
    node.name?.text === CLASS ? textOfClass(files) : node.getText().replace(/^export /, '');
  const prefix = /^(declare|interface|type)\b/.test(text) ? '' : 'declare ';
  return `${comment}${comment && '\n'}${prefix}${text}`;
}

/** What the entry exports: { values, types }, each [path, name]. */
function exported(files) {
  const values = [];
  const types = [];
  for (const statement of files.get(ENTRY).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const path = modulePath(files.get(ENTRY), statement.moduleSpecifier);
    const list = statement.isTypeOnly ? types : values;
    if (statement.exportClause)
      list.push(...statement.exportClause.elements.map(({ name }) => [path, name.text]));
    else
      for (const [name, node] of declared(files.get(path)))
        if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
          list.push([path, name]);
  }
  return { values, types };
}

/** The parts of the element's class that are shown, or the whole of anything else: [path, node]. */
const shownParts = (files, path, node) =>
  node.name?.text === CLASS && ts.isClassDeclaration(node)
    ? membersOfElement(files)
    : [[path, node]];

export function rollUp(files) {
  const { values, types } = exported(files);
  const texts = new Map();
  const homes = new Map();
  const add = (path, name) => {
    if (homes.get(name) === path) return;
    if (homes.has(name)) throw new Error(`package: two types are named ${name}`);
    const file = files.get(path);
    const node = declared(file).get(name);
    if (!node) throw new Error(`package: ${path} declares no ${name}`);
    homes.set(name, path);
    texts.set(name, textOf(files, node));
    for (const [where, part] of shownParts(files, path, node))
      for (const used of namesIn(part)) addUsed(where, used, name);
  };
  const addUsed = (path, used, name) => {
    const file = files.get(path);
    const outside = imported(file).get(used);
    if (declared(file).has(used)) add(path, used);
    else if (outside) {
      const { path: from, name: original } = outside;
      if (!from) throw new Error(`package: ${name} shows a type of another package: ${used}`);
      if (original !== used) throw new Error(`package: ${used} is another name of ${original}`);
      add(from, original);
    }
  };
  for (const [path, name] of [...values, ...types]) add(path, name);
  const globals = files
    .get('web/element/define.ts')
    .statements.filter((statement) => ts.isModuleDeclaration(statement));
  const named = (list) => list.map(([, name]) => name);
  const isType = (text) => /^(interface|type) /m.test(text);
  const shown = [...texts].filter(([, text]) => isType(text)).map(([name]) => name);
  return [
    '/** The types of neptune-os.js. Made of the sources by scripts/package.mjs. */',
    ...texts.values(),
    ...globals.map((statement) => statement.getText()),
    `export { ${named(values).join(', ')} };`,
    `export type { ${shown.join(', ')} };`,
    '',
  ].join('\n\n');
}
