/** From a source to an image: what is linked, what is said of a wrong one, what is asked for. */
import { assert } from 'chai';
import { buildDriver } from '../../web/workbench/build.ts';
import { library } from '../../web/workbench/library.ts';
import { keyLines, rightsInWords } from '../../web/workbench/rights.ts';
import { type Built, type Library, SourceError } from '../../web/workbench/types.ts';

const END = "import { driverImage } from 'wdm';\nexport const image = driverImage(() => 0);";

suite('workbench/build', () => {
  let given: Library;
  suiteSetup(async () => {
    given = await library();
  });

  const build = (source: string): Built => buildDriver(source, given);
  const wrong = (source: string): SourceError => {
    try {
      build(source);
    } catch (error) {
      assert.instanceOf(error, SourceError);
      return error;
    }
    throw new Error('it was built');
  };

  test('each starter is a module that the loader takes', async () => {
    assert.includeMembers(Object.keys(given.starters), ['null', 'beep', 'ramdisk']);
    for (const source of Object.values(given.starters)) {
      const { image } = build(source);
      const address = URL.createObjectURL(new Blob([image], { type: 'text/javascript' }));
      const module = (await import(/* @vite-ignore */ address)) as { image?: () => unknown };
      assert.isFunction(module.image);
      const made = module.image!() as { entries: unknown[] };
      assert.lengthOf(made.entries, 2);
      assert.notMatch(image.slice(given.code.length), /^\s*import\b/m);
    }
  });

  test('the lines of a source are those of its image, behind the library', () => {
    const source = `import {\n  driverImage,\n} from 'wdm';\n\nconst here: number = 5;\n${END.split('\n')[1]!}`;
    const lines = build(source).image.split('\n');
    const before = given.code.split('\n').length;
    assert.match(lines[before + 4]!, /^const here\s*= 5;$/);
  });

  for (const [what, source, line, words] of [
    ['a type that does not end', 'const a = 1;\nlet b: {;\n', 3, /./],
    ['half an expression', `const a = 1;\n\nconst b = ;\n${END}`, 3, /Unexpected token/],
    ['a name twice', `let a = 1;\nlet a = 2;\n${END}`, 2, /already been declared/],
    [
      'a module of the network',
      `import { a } from 'https://x.example/a.js';\na();\n${END}`,
      1,
      /no module/,
    ],
    ['a module by a trick', `import { a } from '__proto__';\na();\n${END}`, 1, /no module/],
    [
      'a name that is not there',
      `import { NoSuch } from 'wdm';\nNoSuch();\n${END}`,
      1,
      /has no "NoSuch"/,
    ],
    ['all of another', `${END}\nexport * from 'wdm';`, 3, /its own/],
    ['no image', 'const a = 1;', 1, /export const image/],
    [
      'rights that are computed',
      `export const rights = { ports: [[f(), 1]] };\n${END}`,
      1,
      /never run/,
    ],
    [
      'a right that there is not',
      `\nexport const rights = { disk: [1] };\n${END}`,
      2,
      /no right "disk"/,
    ],
    ['a port too many', `export const rights = { ports: [[0xffff, 2]] };\n${END}`, 1, /65,536/],
    [
      'a line that there is not',
      `export const rights = { interrupts: [16] };\n${END}`,
      1,
      /interrupts/,
    ],
    ['an id that is a command', `export const rights = { id: 'A & del' };\n${END}`, 1, /capitals/],
  ] as const)
    test(`${what}: said, with line ${line}`, () => {
      const error = wrong(source);
      assert.equal(error.line, line);
      assert.match(error.message, words);
    });

  for (const [source, line, column] of [
    [`const a = 1;\nconst b = ;\n${END}`, 2, 11],
    // Types that are gone stood before it.
    [`const a: number = 1; const b: string = ;\n${END}`, 1, 40],
    [`import { NoSuch } from 'wdm';\nNoSuch();\n${END}`, 1, 10],
    [`let a = 1;\n  let a = 2;\n${END}`, 2, 7],
    [`export const rights = { ports: [], disk: [1] };\n${END}`, 1, 36],
  ] as const)
    test(`${source.split('\n')[line - 1]}: column ${column}`, () => {
      const error = wrong(source);
      assert.deepEqual([error.line, error.column], [line, column]);
    });

  test('what is asked for is said in words, and is all that the key has', () => {
    const { rights } = build(given.starters['beep']!);
    assert.deepEqual(rightsInWords(rights), [
      'read and write the ports 61',
      'all of it with its device, PNP0800',
    ]);
    const lines = keyLines('mine', rights);
    assert.isTrue(
      lines.some((line) => /Root\\0 \/v Resources .* \/d [0-9a-f]+61000000/.test(line)),
    );
    assert.isTrue(lines.every((line) => !/[&|<>"]/.test(line)));
    assert.deepEqual(rightsInWords(build(given.starters['null']!).rights), [
      'no hardware: it makes devices and answers their requests',
    ]);
  });

  test('building runs nothing of a source', () => {
    const seen = globalThis as { touched?: true };
    build(`(globalThis as any).touched = true;\n${END}`);
    assert.isUndefined(seen.touched);
  });
});
