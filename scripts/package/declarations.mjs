/**
 * The components' types, a file each that needs no other package: what an author's TypeScript
 * reads.
 *
 *   emitDeclarations(elements)   what tsc makes of their entries: path -> parsed declarations
 *   tagsOf(files, folder)        the tags that a folder of web/ declares: [{ tag, name, path }] of
 *                                their classes
 *   rollUp(files, element, base) { text, homes }: the text of <module>.d.ts, and the path from
 *                                which each name in it is. What `base` has, the result of another
 *                                element, is imported from its file
 *   membersOf(files, path, name) what authors may use of an element's class, and of those of
 *                                this project that it extends: [path, member]
 *
 * Only what an entry exports is taken, and what that names. A class of a tag is shown as an
 * HTMLElement: that it is made with lit is nobody's business, and would need lit's types. Another
 * class that the entry does not export is shown as an interface: nobody can make one.
 */
import { join, relative } from 'node:path';
import ts from 'typescript';
import { entryOf } from '../elements.mjs';
import { ROOT } from '../process.mjs';
import { baseOf, declared, has, imported, isGlobal, modulePath } from './source.mjs';

/** Called by the browser or by lit alone. */
const LIFECYCLE =
  /^((adopted|(dis)?connected(Move)?)Callback|(will|first|should)?update[d]?|firstUpdated|render)$/i;

export function emitDeclarations(elements) {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const roots = [...elements.map(entryOf), 'web/element/css.d.ts'].map((name) => join(ROOT, name));
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

const globalsOf = (files, folder) =>
  [...files]
    .filter(([path]) => path.startsWith(`web/${folder}/`))
    .flatMap(([path, file]) => file.statements.filter(isGlobal).map((node) => [path, node]));

export function tagsOf(files, folder) {
  return globalsOf(files, folder).flatMap(([path, { body }]) =>
    body.statements
      .filter((node) => node.name?.text === 'HTMLElementTagNameMap')
      .flatMap(({ members }) => [...members])
      .map(({ name: tag, type }) => {
        const from = imported(files.get(path)).get(type.getText());
        return { tag: tag.text, name: type.getText(), path: from?.path ?? path };
      }),
  );
}

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
export function membersOf(files, path, name) {
  const file = files.get(path);
  const declaration = declared(file).get(name);
  const own = publicMembers(declaration).map((member) => [path, member]);
  const base = baseOf(declaration);
  const from = base && imported(file).get(base);
  if (!from?.path) return own;
  const names = new Set(own.map(([, member]) => member.name.text));
  const inherited = membersOf(files, from.path, from.name);
  return [...inherited.filter(([, member]) => !names.has(member.name.text)), ...own];
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

const isTypeOnly = (node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** What the entry exports: { values, types }, each [path, name]. */
function exported(files, entry) {
  const values = [];
  const types = [];
  for (const [name, node] of declared(files.get(entry)))
    if (has(node, ts.SyntaxKind.ExportKeyword))
      (isTypeOnly(node) ? types : values).push([entry, name]);
  for (const statement of files.get(entry).statements) {
    if (!ts.isExportDeclaration(statement)) continue;
    const list = statement.isTypeOnly ? types : values;
    if (!statement.moduleSpecifier) {
      for (const { name } of statement.exportClause.elements) {
        const from = imported(files.get(entry)).get(name.text);
        if (from) list.push([from.path, from.name]);
      }
      continue;
    }
    const path = modulePath(files.get(entry), statement.moduleSpecifier);
    if (statement.exportClause)
      list.push(...statement.exportClause.elements.map(({ name }) => [path, name.text]));
    else
      for (const [name, node] of declared(files.get(path)))
        if (isTypeOnly(node)) list.push([path, name]);
  }
  return { values, types };
}

/** Collects declarations, and those that they name, by the names that they have. */
class Roll {
  texts = new Map();
  homes = new Map();
  /** Names that come from the other element's file. */
  others = new Set();
  #files;
  #tags;
  #base;
  #made;

  /** `made`: names of classes that others may make. */
  constructor(files, tags, base, made) {
    this.#files = files;
    this.#tags = tags;
    this.#base = base;
    this.#made = made;
  }

  /** Of a file that hands on all that others export. */
  #addFrom(path, name) {
    const file = this.#files.get(path);
    const home = file.statements
      .filter((node) => ts.isExportDeclaration(node) && !node.exportClause)
      .map(({ moduleSpecifier }) => modulePath(file, moduleSpecifier))
      .find((from) => from && declared(this.#files.get(from)).has(name));
    if (!home) throw new Error(`package: ${path} declares no ${name}`);
    this.add(home, name);
  }

  add(path, name) {
    if (this.#base?.homes.get(name) === path) return void this.others.add(name);
    if (this.homes.get(name) === path) return;
    if (this.homes.has(name)) throw new Error(`package: two types are named ${name}`);
    const node = declared(this.#files.get(path)).get(name);
    if (!node) return this.#addFrom(path, name);
    const isElement = this.#tags.some((tag) => tag.path === path && tag.name === name);
    const isHidden = ts.isClassDeclaration(node) && !isElement && !this.#made.has(name);
    const members = isElement || isHidden ? membersOf(this.#files, path, name) : undefined;
    this.homes.set(name, path);
    this.texts.set(name, textOf(node, members, isHidden));
    for (const [where, part] of members ?? [[path, node]]) this.addUsed(where, part, name);
  }

  addUsed(path, node, user) {
    const file = this.#files.get(path);
    for (const used of namesIn(node)) {
      const outside = imported(file).get(used);
      if (declared(file).has(used)) this.add(path, used);
      else if (outside) {
        const { path: from, name: original } = outside;
        if (!from) throw new Error(`package: ${user} shows a type of another package: ${used}`);
        if (original !== used) throw new Error(`package: ${used} is another name of ${original}`);
        this.add(from, original);
      }
    }
  }
}

/** `members`: of an element's class, or of one that is shown as an interface. */
function textOf(node, members, isHidden) {
  const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/$/.exec(commentOf(node))?.[0] ?? '';
  const inside = members?.map(([, member]) => member.getFullText().trimEnd()).join('');
  const text = members
    ? isHidden
      ? `interface ${node.name.text} {${inside}\n}`
      : `declare class ${node.name.text} extends HTMLElement {${inside}\n}`
    : node.getText().replace(/^export /, '');
  const prefix = /^(declare|interface|type)\b/.test(text) ? '' : 'declare ';
  return `${comment}${comment && '\n'}${prefix}${text}`;
}

const list = (names) => [...names].sort().join(', ');

export function rollUp(files, element, base) {
  const { values, types } = exported(files, entryOf(element));
  const made = new Set(values.map(([, name]) => name));
  const roll = new Roll(files, tagsOf(files, element.folder), base, made);
  for (const [path, name] of [...values, ...types]) roll.add(path, name);
  const globals = globalsOf(files, element.folder);
  for (const [path, node] of globals) roll.addUsed(path, node, 'global');
  const isType = (text) => /^(interface|type) /m.test(text);
  const shown = [...roll.texts].filter(([, text]) => isType(text)).map(([name]) => name);
  const text = [
    `/** The types of ${element.module}.js. Made of the sources by scripts/package.mjs. */`,
    ...(roll.others.size > 0
      ? [`import type { ${list(roll.others)} } from './${base.module}.js';`]
      : []),
    ...roll.texts.values(),
    ...globals.map(([, statement]) => statement.getText()),
    `export { ${values.map(([, name]) => name).join(', ')} };`,
    `export type { ${shown.join(', ')} };`,
    '',
  ].join('\n\n');
  return { module: element.module, homes: roll.homes, text };
}
