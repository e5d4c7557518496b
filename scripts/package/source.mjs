/**
 * What the scripts of the package read of TypeScript's trees.
 *
 *   modulePath(file, specifier)  the path of a module of this project; undefined: another package
 *   declared(file)               statement by the name that it declares
 *   imported(file)               what a file imports: its own name of it -> { path, name }
 *   has(node, kind)              whether it has such a modifier
 *   isGlobal(node)               `declare global { ... }`
 *   baseOf(declaration)          the name of the class that a class extends
 */
import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../process.mjs';

export const has = (node, kind) =>
  node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;

export const isGlobal = (node) => ts.isModuleDeclaration(node) && node.name.text === 'global';

export const baseOf = (declaration) =>
  declaration.heritageClauses
    ?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0]?.expression.getText();

export const modulePath = (file, specifier) =>
  specifier.text.startsWith('.')
    ? relative(ROOT, resolve(ROOT, file.fileName, '..', specifier.text)).replaceAll('\\', '/')
    : undefined;

export function declared(file) {
  const found = new Map();
  for (const statement of file.statements) {
    const names = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name.text)
      : [isGlobal(statement) ? undefined : statement.name?.text];
    for (const name of names) if (name) found.set(name, statement);
  }
  return found;
}

export function imported(file) {
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
