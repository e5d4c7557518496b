/**
 * The tags for frameworks that check their templates: react.d.ts and vue.d.ts, which a project
 * names in its `types`. Made of the manifest; there is no code to them.
 *
 *   reactTypes(manifest), vueTypes(manifest)
 */

const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const capital = (name) => name[0].toUpperCase() + name.slice(1);
const fileOf = ({ path }) => path.replace(/^lib\//, './');
const rows = (indent, lines) => lines.map((line) => `${indent}${line};\n`).join('');

/** Each element with the module that has it. */
const elementsOf = ({ modules }) =>
  modules.flatMap((module) => module.declarations.map((element) => ({ ...element, module })));

/**
 * What a template sets: fields by their names, and attributes by theirs, as `keyOf` has them. In an
 * attribute a number is text as well.
 */
function settable({ name, attributes, members }, keyOf) {
  const fields = members.filter((member) => member.kind === 'field' && !member.readonly);
  const all = new Map(fields.map((field) => [field.name, `${name}['${field.name}']`]));
  for (const { name: attribute, fieldName, type } of attributes) {
    const text = /\bnumber\b/.test(type.text) ? ' | string' : '';
    const key = keyOf(attribute);
    if (text || !all.has(key)) all.set(key, `${name}['${fieldName}']${text}`);
  }
  return [...all].map(([key, type]) => `'${key}'?: ${type} | undefined`);
}

const heading = (framework, { modules }) =>
  [
    `/** The tags for ${framework}'s templates. Made of custom-elements.json by scripts/package.mjs. */`,
    ...modules.map(
      (module) =>
        `import type { ${module.declarations.map(({ name }) => name).join(', ')} } from '${fileOf(module)}';`,
    ),
  ].join('\n');

function propertiesOf(element, listener, keyOf = (name) => name) {
  const events = element.events.map((event) => {
    const type = `HTMLElementEventMap['${event.name}']`;
    return `'${listener(event.name)}'?: ((event: ${type}) => void) | undefined`;
  });
  const inside = rows('  ', [...settable(element, keyOf), ...events]);
  return `interface ${element.name}Properties {\n${inside}}\n`;
}

export function reactTypes(manifest) {
  const elements = elementsOf(manifest);
  const properties = elements.map((element) => propertiesOf(element, (name) => `on${name}`));
  const tags = elements.map(
    ({ name, tagName }) =>
      `'${tagName}': DetailedHTMLProps<HTMLAttributes<${name}>, ${name}> & ${name}Properties`,
  );
  return `${heading('React', manifest)}
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

${properties.join('\n')}
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
${rows('      ', tags)}    }
  }
}
`;
}

export function vueTypes(manifest) {
  const elements = elementsOf(manifest);
  const on = (name) => `on${capital(camel(name))}`;
  const properties = elements.map((element) => propertiesOf(element, on, camel));
  const tags = elements.map(
    ({ name, tagName }) =>
      `'${tagName}': new () => ${name} & { $props: HTMLAttributes & PublicProps & ${name}Properties }`,
  );
  return `${heading('Vue', manifest)}
import type { HTMLAttributes, PublicProps } from 'vue';

${properties.join('\n')}
declare module 'vue' {
  interface GlobalComponents {
${rows('    ', tags)}  }
}
`;
}
