/**
 * The ten minutes of docs/driver-bench.md, step by step: a driver's source is what the chapter
 * makes of its starter, and the prompt says what the chapter says.
 */
import { assert } from 'chai';
import { makeImage } from '../support/mtools.ts';
import { type Bench, bootBench } from '../support/bench-rig.ts';

const CHAPTER = new URL('../../docs/driver-bench.md', import.meta.url);
const PROMPT = 'A:\\>';
/** A starter that is chosen, code that is put in, or a session. */
const PIECE = /\*Start from\* `(\w+)`|```(ts|sh)\n([^]*?)```/g;
const FUNCTION = /^function (\w+)\([^]*?^}\n/gm;

/** Functions of the same name make room. */
function changed(source: string, code: string): string {
  let text = source;
  for (const [, name] of code.matchAll(FUNCTION))
    text = text.replace(new RegExp(`^function ${name}\\([^]*?^}\\n`, 'm'), '');
  return text.replace('export const image', `${code}\nexport const image`);
}

/** Each command with the lines that it is to print. */
function sessionIn(text: string): { line: string; said: string[] }[] {
  return text
    .split(PROMPT)
    .slice(1)
    .map((part) => {
      const [line = '', ...said] = part.trimEnd().split('\n');
      return { line, said };
    });
}

suite('workbench/tutorial', function () {
  this.timeout(60_000);
  let bench: Bench;

  suiteSetup(async () => {
    const files = { 'README.TXT': 'of the floppy' };
    bench = await bootBench({ disks: [await makeImage({ kib: 1440, files })] });
  });
  suiteTeardown(() => bench.rig.end());

  test('each step of the chapter is as it says', async () => {
    const chapter = await (await fetch(CHAPTER)).text();
    const [, tutorial = ''] = /^## Ten minutes[^\n]*\n([^]*?)^## /m.exec(chapter) ?? [];
    let source = '';
    const done = { starters: 0, changes: 0, commands: 0 };
    for (const [, starter, kind, text = ''] of tutorial.matchAll(PIECE)) {
      if (starter !== undefined) {
        source = await bench.starter(starter);
        done.starters++;
        await bench.load('mine', source);
      } else if (kind === 'ts') {
        source = changed(source, text);
        done.changes++;
        await bench.load('mine', source);
      } else
        for (const { line, said } of sessionIn(text)) {
          const { status, output } = await bench.rig.exec(line);
          for (const words of said) assert.include(output, words, line);
          if (!/^devio/.test(line)) assert.equal(status, 0, output);
          done.commands++;
        }
    }
    assert.deepEqual(done, { starters: 3, changes: 2, commands: 9 });
    await bench.hands.kill('mine');
    await bench.load('mine', source);
    const { output } = await bench.rig.exec('dir m:');
    assert.include(output, 'STATUS_UNRECOGNIZED_VOLUME');
    assert.equal(await bench.rig.run('type a:\\readme.txt'), 'of the floppy\n');
  });
});
