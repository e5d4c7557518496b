/**
 * custom-elements.json: what the component shows to tools, after the Custom Elements Manifest's
 * schema.
 *
 *   makeManifest(declarations)    of what emitDeclarations() gave
 *
 * Members and their docstrings are those of the class; attributes come from the table in
 * web/element/settings.ts; events from NeptuneEventMap and the class file's `@fires`. Slots, parts,
 * custom properties and states are described where they are made, in the first comment of a file of
 * web/element: `@slot`, `@csspart`, `@cssprop`, `@cssstate`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../process.mjs';
import { membersOfElement } from './declarations.mjs';

const ELEMENT = 'web/element';
const CLASS_FILE = `${ELEMENT}/neptune-os.ts`;
const LIST_OF = {
  fires: 'events',
  slot: 'slots',
  csspart: 'cssParts',
  cssprop: 'cssProperties',
  cssstate: 'cssStates',
};

const parse = (name) =>
  ts.createSourceFile(name, readFileSync(join(ROOT, name), 'utf8'), ts.ScriptTarget.Latest, true);

/** The text of a file's first comment, without its stars. */
function firstComment(name) {
  const text = readFileSync(join(ROOT, name), 'utf8');
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
  return comment.replace(/^ ?\* ?/gm, '').trim();
}

/** `@slot name - words`; a line that follows, indented, goes on with it. `-` alone: no name. */
function tagsOf(comment) {
  const found = [];
  for (const [, tag, name, words] of comment.matchAll(
    /^@(\w+) +(\S+)[ \t]*((?:.*(?:\n[ \t]+\S.*)*)?)/gm,
  ))
    if (Object.hasOwn(LIST_OF, tag))
      found.push([
        LIST_OF[tag],
        { name: name === '-' ? '' : name, description: words.replace(/\s+/g, ' ').trim() },
      ]);
  return found;
}

function describedOutside() {
  const lists = Object.fromEntries(Object.values(LIST_OF).map((list) => [list, []]));
  for (const name of readdirSync(join(ROOT, ELEMENT)).sort())
    if (name.endsWith('.ts'))
      for (const [list, entry] of tagsOf(firstComment(`${ELEMENT}/${name}`)))
        lists[list].push(entry);
  return lists;
}

function docOf(node) {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = doc && ts.getTextOfJSDocComment(doc.comment);
  return text ? { description: text.replace(/\s+/g, ' ') } : {};
}

const typeOf = (node) => (node.type ? { type: { text: node.type.getText() } } : {});

/** { property: { attribute?, reflects } } of the table of properties. */
function attributeTable() {
  const file = parse(`${ELEMENT}/settings.ts`);
  const table = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find(({ name }) => name.text === 'properties').initializer;
  return table.properties.map(({ name, initializer }) => {
    const given = (key) =>
      initializer.properties.find((entry) => entry.name.text === key)?.initializer;
    const attribute = given('attribute');
    const none = attribute?.kind === ts.SyntaxKind.FalseKeyword;
    return {
      fieldName: name.text,
      attribute: none ? undefined : (attribute?.text ?? name.text.toLowerCase()),
      reflects: given('reflect')?.kind === ts.SyntaxKind.TrueKeyword,
    };
  });
}

function parametersOf(node) {
  return node.parameters.map((parameter) => ({
    name: parameter.name.getText(),
    ...typeOf(parameter),
    ...(parameter.questionToken ? { optional: true } : {}),
  }));
}

function membersOf(files, table) {
  const members = new Map();
  const attributes = new Map(table.map((row) => [row.fieldName, row]));
  for (const [, node] of membersOfElement(files)) {
    const name = node.name.text;
    if (ts.isMethodDeclaration(node)) {
      const returned = { return: { type: { text: node.type.getText() } } };
      const parameters = parametersOf(node);
      members.set(name, { kind: 'method', name, parameters, ...returned, ...docOf(node) });
      continue;
    }
    const row = attributes.get(name);
    const field = members.get(name) ?? { kind: 'field', name, readonly: true };
    if (!ts.isSetAccessor(node)) Object.assign(field, typeOf(node), docOf(node));
    if (!ts.isGetAccessor(node)) delete field.readonly;
    if (row?.attribute) Object.assign(field, { attribute: row.attribute, reflects: row.reflects });
    members.set(name, field);
  }
  return [...members.values()];
}

/** The type of each event, by its name. */
function eventTypes(files) {
  const map = files
    .get(`${ELEMENT}/types.ts`)
    .statements.find((node) => node.name?.text === 'NeptuneEventMap');
  return new Map(map.members.map((member) => [member.name.text, member.type.getText()]));
}

function eventsOf(files, described) {
  const types = eventTypes(files);
  for (const { name } of described)
    if (!types.has(name)) throw new Error(`package: NeptuneEventMap has no ${name}`);
  return [...types].map(([name, text]) => {
    const words = described.find((event) => event.name === name);
    if (!words) throw new Error(`package: ${CLASS_FILE} has no @fires ${name}`);
    return { ...words, type: { text } };
  });
}

export function makeManifest(files, path) {
  const declaration = files.get(CLASS_FILE).statements.find(ts.isClassDeclaration);
  const table = attributeTable();
  const members = membersOf(files, table);
  const { events, ...outside } = describedOutside();
  const name = declaration.name.text;
  const attributes = table.flatMap(({ fieldName, attribute, reflects }) => {
    if (!attribute) return [];
    const member = members.find((field) => field.name === fieldName);
    if (!member) throw new Error(`package: ${name} has no property ${fieldName}`);
    const { type, description } = member;
    const reflected = reflects ? { reflects } : {};
    return [
      { name: attribute, fieldName, type, ...(description && { description }), ...reflected },
    ];
  });
  const element = {
    kind: 'class',
    name,
    tagName: 'neptune-os',
    customElement: true,
    superclass: { name: 'HTMLElement' },
    description: firstComment(CLASS_FILE).split('\n\n')[0],
    attributes,
    members,
    events: eventsOf(files, events),
    ...outside,
  };
  const reference = { name, module: path };
  return {
    schemaVersion: '2.1.0',
    readme: 'README.md',
    modules: [
      {
        kind: 'javascript-module',
        path,
        declarations: [element],
        exports: [
          { kind: 'js', name, declaration: reference },
          { kind: 'custom-element-definition', name: 'neptune-os', declaration: reference },
        ],
      },
    ],
  };
}
