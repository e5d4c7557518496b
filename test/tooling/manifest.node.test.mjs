/** custom-elements.json says of the element what its code has: nothing less, nothing more. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { elementsThere } from '../../scripts/elements.mjs';
import { emitDeclarations } from '../../scripts/package/declarations.mjs';
import { makeManifest } from '../../scripts/package/manifest.mjs';
import { ROOT } from '../../scripts/process.mjs';

const folder = join(ROOT, 'web/element');
const code = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''))
  .join('\n');
const chapter = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');

/** Every first group of a pattern, once each. */
const all = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
const names = (list) => list.map(({ name }) => name).sort();

/** Methods and properties that are promised to authors, and built. */
const PROMISED =
  `diskA diskB run persist topology speed controls ready boot shutdown reset insertDisk
  ejectDisk exportDisk exec readFile writeFile list type screenText counters trace share unsaved
  firstDisks unkept disks shareBase textSize screenReader bootWhen typeLines takeFiles recording
  replay snapshot control pullDisk addImage injectFault`.split(/\s+/);

suite('tooling/manifest', () => {
  const elements = elementsThere();
  const { modules } = makeManifest(emitDeclarations(elements), elements);
  const [{ declarations, exports }] = modules;
  const [element] = declarations;

  test('the tag and its class are exported', () => {
    assert.equal(element.tagName, 'neptune-os');
    assert.deepEqual(
      exports.map(({ kind, name }) => [kind, name]),
      [
        ['js', 'NeptuneOs'],
        ['custom-element-definition', 'neptune-os'],
      ],
    );
  });

  test('attributes are those of the guide’s table', () => {
    const table = chapter.slice(chapter.indexOf('## Attributes and properties'));
    const rows = table.slice(0, table.indexOf('\n\nThey are read')).split('\n');
    const first = rows.filter((row) => /^\| `/.test(row)).map((row) => row.split('|')[1]);
    assert.deepEqual(names(element.attributes), all(first.join(), /`([\w-]+)`/g).sort());
  });

  test('members are those that are promised, with types; nothing of the framework', () => {
    const members = names(element.members);
    for (const name of PROMISED) assert.ok(members.includes(name), name);
    for (const { members: shown } of modules.flatMap((module) => module.declarations))
      for (const { name } of shown) assert.doesNotMatch(name, /^[#_]|render|update|Callback/i);
    for (const { kind, name, type, return: returned } of element.members)
      assert.ok(kind === 'method' ? returned.type.text : type.text, name);
  });

  test('events are those that the code sends', () => {
    const sent = all(code, /(?:this\.emit|new CustomEvent)\('(neptune-[\w-]+)'/g);
    // `turned` sends one for each standing.
    const expected = [...sent, 'neptune-unsaved', 'neptune-unkept'];
    assert.deepEqual(names(element.events), expected.sort());
    for (const { name, type } of element.events)
      assert.match(type.text, /^CustomEvent<\w+>$/, name);
  });

  test('slots, parts, states and custom properties are those in the code', () => {
    const slots = all(code, /<slot name="([\w-]+)"/g);
    assert.deepEqual(names(element.slots), ['', ...slots].sort());
    assert.deepEqual(names(element.cssParts), all(code, /\bpart="([\w-]+)"/g).sort());
    const table = (name) => {
      const [, rows] = new RegExp(`const ${name}[^=]* = \\[([^\\]]+)\\]`).exec(code);
      return all(rows, /'(\w+)'/g);
    };
    // The terminal's colours are named by a table.
    const written = [...all(code, /(--neptune-[\w-]*\w)(?![\w-]|\$)/g), '--neptune-selection'];
    const plain = table('PLAIN').map((name) => `--neptune-${name}`);
    const bright = table('PLAIN').map((name) => `--neptune-bright-${name}`);
    const properties = [...written, ...plain, ...bright].sort();
    assert.deepEqual(names(element.cssProperties), properties);
    const states = all(code, /markState\((?:this\.#)?internals, '(\w+)'/g);
    // And a state for each standing of the disks, by its name.
    const marked = [...states, ...table('MACHINE_STATES'), ...table('ALL')];
    assert.deepEqual(names(element.cssStates), marked.sort());
  });

  test('everything is described', () => {
    const lists = ['events', 'slots', 'cssParts', 'cssProperties', 'cssStates'];
    for (const list of lists)
      for (const { tagName, [list]: rows } of modules.flatMap((module) => module.declarations))
        for (const { name, description } of rows)
          assert.ok(description, `${tagName} ${list} ${name}`);
  });
});
