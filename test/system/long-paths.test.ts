/** Paths up to NT's 32,767 units, and directories moved to where theirs would be longer. */
import { assert } from 'chai';
import { fsck, makeImage } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const LIMIT = 32_767;
/** Most letters of a name: with its backslash 256 units. */
const NAME = 255;

suite('system/long paths', function () {
  this.timeout(90_000);
  let rig: Rig;
  const name = (level: number): string => `${level}-`.padEnd(NAME, 'abcdefghij');
  /** Of so many levels. */
  const path = (levels: number): string =>
    Array.from({ length: levels }, (_, i) => name(i)).join('\\');

  suiteSetup(async () => {
    rig = await bootRig({ disks: [await makeImage({ kib: 1440, sectorsPerCluster: 1 })] });
    const levels = Math.floor(LIMIT / (NAME + 1));
    for (let level = 1; level <= levels - 1; level++) await rig.run(`md "A:\\${path(level)}"`);
  });

  suiteTeardown(() => rig.end());

  const DEPTH = Math.floor(LIMIT / (NAME + 1)) - 1;

  test('a file at the end of 32,000 units: written, listed, read, copied, renamed, deleted', async () => {
    const deep = `A:\\${path(DEPTH)}`;
    assert.isAbove(deep.length, 32_000);
    await rig.ask({
      op: 'writeFile',
      path: `${deep}\\F.TXT`,
      data: new TextEncoder().encode('deep'),
    });
    assert.equal(await rig.run(`type "${deep}\\F.TXT"`), 'deep\n');
    assert.include(await rig.run(`dir "${deep}"`), 'F.TXT');
    await rig.run(`copy "${deep}\\F.TXT" "${deep}\\G.TXT"`);
    await rig.run(`ren "${deep}\\G.TXT" H.TXT`);
    await rig.run(`move "${deep}\\H.TXT" A:\\TOP.TXT`);
    assert.equal(await rig.run('type A:\\TOP.TXT'), 'deep\n');
    await rig.run(`move A:\\TOP.TXT "${deep}\\TOP.TXT"`);
    await rig.run(`del "${deep}\\TOP.TXT"`);
    assert.include(
      (await rig.exec(`type "${deep}\\NO\\F.TXT"`)).output,
      'STATUS_OBJECT_PATH_NOT_FOUND',
    );
    await rig.run('sync');
    assert.isTrue((await fsck(rig.image())).clean);
  });

  test('nothing can be made that could not be opened', async () => {
    let deep = `A:\\${path(DEPTH)}`;
    let room = LIMIT - path(DEPTH).length;
    const made: string[] = [];
    for (; room > 1; room = LIMIT - (deep.length - 3)) {
      deep += `\\${'x'.repeat(Math.min(room - 1, NAME))}`;
      made.unshift(deep);
      await rig.run(`md "${deep}"`);
    }
    assert.lengthOf(deep, 3 + LIMIT, 'as long as a path may be');
    for (const line of [`md "${deep}\\y"`, `echo y> "${deep}\\y"`])
      assert.include((await rig.exec(line)).output, 'STATUS_NAME_TOO_LONG', line.slice(0, 4));
    for (const directory of made) await rig.run(`rd "${directory}"`);
  });

  test('a directory whose files could not be opened there is not moved, and stays as it is', async () => {
    const long = 'y'.repeat(NAME);
    await rig.run(`md "A:\\${long}"`);
    await rig.run(`md "A:\\${long}\\${long}"`);
    const before = await rig.run('dir A:\\');
    const { output } = await rig.exec(`move "A:\\${name(0)}" "A:\\${long}\\${long}"`);
    assert.include(output, 'STATUS_NAME_TOO_LONG');
    assert.equal(await rig.run('dir A:\\'), before);
    assert.equal(await rig.run(`type "A:\\${path(DEPTH)}\\F.TXT"`), 'deep\n');
    // A shorter way is one.
    await rig.run(`ren "A:\\${name(0)}" S`);
    const shorter = `A:\\S\\${path(DEPTH).slice(NAME + 1)}`;
    assert.equal(await rig.run(`type "${shorter}\\F.TXT"`), 'deep\n');
    await rig.run(`move A:\\S "A:\\${long}"`);
    const moved = `A:\\${long}\\${shorter.slice(3)}`;
    assert.equal(await rig.run(`type "${moved}\\F.TXT"`), 'deep\n');
    const below = await rig.exec(`move "A:\\${long}" "A:\\${long}\\S\\${name(1)}"`);
    assert.include(below.output, 'STATUS_INVALID_PARAMETER');
    await rig.run('sync');
    assert.isTrue((await fsck(rig.image())).clean);
  });
});
