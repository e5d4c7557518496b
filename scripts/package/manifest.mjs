/**
 * custom-elements.json: what the components show to tools, after the Custom Elements Manifest's
 * schema.
 *
 *   makeManifest(files, elements)    of what emitDeclarations() gave
 *
 * Members and their docstrings are those of each tag's class and of those that it extends;
 * attributes come from the classes' tables of properties; events from the folder's interfaces that
 * end in `EventMap` and from `@fires`. Slots, parts, custom properties and states are described
 * where they are made (described.mjs): those of a class's own file are that element's, those of the
 * other files of a folder the element's that the module is named after.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../process.mjs';
import { membersOf, tagsOf } from './declarations.mjs';
import { describedBy, filesOf, firstComment } from './described.mjs';
import { baseOf, declared, has, imported } from './source.mjs';

const parse = (name) =>
  ts.createSourceFile(name, readFileSync(join(ROOT, name), 'utf8'), ts.ScriptTarget.Latest, true);

function docOf(node) {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = doc && ts.getTextOfJSDocComment(doc.comment);
  return text ? { description: text.replace(/\s+/g, ' ') } : {};
}

const typeOf = (node) => (node.type ? { type: { text: node.type.getText() } } : {});

/** A class, and those of this project that it extends: [path, declaration], the first last. */
function classes(path, name) {
  const file = parse(path);
  const declaration = declared(file).get(name);
  const from = imported(file).get(baseOf(declaration));
  return [...(from?.path ? classes(from.path, from.name) : []), [path, declaration]];
}

/** The object literal of a value, also of one that is imported. */
function literalOf(path, value) {
  if (!value || ts.isObjectLiteralExpression(value)) return value;
  if (!ts.isIdentifier(value)) throw new Error(`package: ${path}: properties are no table`);
  const file = parse(path);
  const from = imported(file).get(value.text);
  const where = from?.path ?? path;
  const { declarationList } = declared(from ? parse(where) : file).get(from?.name ?? value.text);
  const row = declarationList.declarations.find(({ name }) => name.text === value.text);
  return literalOf(where, row.initializer);
}

/** { fieldName, attribute?, reflects } of one class's table of properties. */
function tableOf([path, declaration]) {
  const member = declaration.members.find(
    (node) => node.name?.text === 'properties' && has(node, ts.SyntaxKind.StaticKeyword),
  );
  const table = literalOf(path, member?.initializer);
  return [...(table?.properties ?? [])].filter(ts.isPropertyAssignment).map((row) => {
    const given = (key) =>
      row.initializer.properties.find((entry) => entry.name.text === key)?.initializer;
    const attribute = given('attribute');
    const none = attribute?.kind === ts.SyntaxKind.FalseKeyword;
    return {
      fieldName: row.name.text,
      attribute: none ? undefined : (attribute?.text ?? row.name.text.toLowerCase()),
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

function fieldsAndMethods(nodes, table) {
  const members = new Map();
  const attributes = new Map(table.map((row) => [row.fieldName, row]));
  for (const node of nodes) {
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
    const fixed = ts.isGetAccessor(node) || has(node, ts.SyntaxKind.ReadonlyKeyword);
    if (!fixed) delete field.readonly;
    if (row?.attribute) Object.assign(field, { attribute: row.attribute, reflects: row.reflects });
    members.set(name, field);
  }
  return [...members.values()];
}

/** The type of each event that a folder declares, by its name. */
function eventTypes(files, folder) {
  const maps = [...files]
    .filter(([path]) => path.startsWith(`web/${folder}/`))
    .flatMap(([, { statements }]) => [...statements])
    .filter((node) => ts.isInterfaceDeclaration(node) && node.name.text.endsWith('EventMap'));
  const members = maps.flatMap((map) => [...map.members]);
  return new Map(members.map((member) => [member.name.text, member.type.getText()]));
}

function eventsOf(types, described) {
  return described.map((event) => {
    const text = types.get(event.name);
    if (!text) throw new Error(`package: no EventMap has ${event.name}`);
    return { ...event, type: { text } };
  });
}

function attributesOf(name, table, members) {
  return table.flatMap(({ fieldName, attribute, reflects }) => {
    if (!attribute) return [];
    const member = members.find((field) => field.name === fieldName);
    if (!member) throw new Error(`package: ${name} has no property ${fieldName}`);
    const { type, description } = member;
    const reflected = reflects ? { reflects } : {};
    return [
      { name: attribute, fieldName, type, ...(description && { description }), ...reflected },
    ];
  });
}

function declarationOf(files, { folder, module }, tags, { tag, name, path }) {
  const chain = classes(path, name);
  const table = chain.flatMap(tableOf);
  const nodes = membersOf(files, path, name).map(([, member]) => member);
  const members = fieldsAndMethods(nodes, table);
  const others = tags.map((one) => one.path).filter((one) => one !== path);
  const shared = tag === module ? filesOf(folder).filter((one) => !others.includes(one)) : [];
  const own = chain.map(([where]) => where);
  const { events, ...outside } = describedBy([...new Set([...shared, ...own])]);
  return {
    kind: 'class',
    name,
    tagName: tag,
    customElement: true,
    superclass: { name: 'HTMLElement' },
    description: firstComment(path).split('\n\n')[0],
    attributes: attributesOf(name, table, members),
    members,
    events: eventsOf(eventTypes(files, folder), events),
    ...outside,
  };
}

function moduleOf(files, element) {
  const path = `lib/${element.module}.js`;
  const tags = tagsOf(files, element.folder);
  const declarations = tags.map((tag) => declarationOf(files, element, tags, tag));
  const told = new Set(declarations.flatMap(({ events }) => events.map(({ name }) => name)));
  for (const event of eventTypes(files, element.folder).keys())
    if (!told.has(event)) throw new Error(`package: web/${element.folder} has no @fires ${event}`);
  return {
    kind: 'javascript-module',
    path,
    declarations,
    exports: declarations.flatMap(({ name, tagName }) => {
      const declaration = { name, module: path };
      return [
        { kind: 'js', name, declaration },
        { kind: 'custom-element-definition', name: tagName, declaration },
      ];
    }),
  };
}

export function makeManifest(files, elements) {
  return {
    schemaVersion: '2.1.0',
    readme: 'README.md',
    modules: elements.map((element) => moduleOf(files, element)),
  };
}
