/**
 * From the cache to the medium to the store, through every failure: what could not be written stays
 * where it was, what is written and not kept is said to be so, and the next action loses nothing.
 */
import { assert } from 'chai';
import type { KeepResult } from '../../web/machine/types.ts';
import type { DiskChange } from '../../web/store/types.ts';
import { makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig, type RigOptions } from '../support/rig.ts';
import { pattern } from './commands.suite.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A rig whose page answers as `answer` says, and notes what it was given. */
async function rigThatKeeps(options: RigOptions = {}) {
  const page = {
    answer: 'kept' as KeepResult,
    given: [] as { drive: number; changes: DiskChange[]; asked: boolean }[],
  };
  const rig = await bootRig({
    disks: [await makeImage({ kib: 1440, files: { 'OLD.TXT': 'old' } })],
    commit: (drive, changes, asked) => {
      page.given.push({ drive, changes, asked });
      return Promise.resolve(page.answer);
    },
    ...options,
  });
  await rig.run('dir');
  return { rig, page };
}

/** What the page was given since, put into an image. */
function applied(image: Uint8Array, given: readonly { changes: DiskChange[] }[]): Uint8Array {
  const copy = image.slice();
  for (const { changes } of given) for (const { offset, bytes } of changes) copy.set(bytes, offset);
  return copy;
}

async function refusal(rig: Rig, line: string): Promise<string> {
  const { status, output } = await rig.exec(line);
  assert.notEqual(status, 0, line);
  return output;
}

suite('system/keeping', function () {
  this.timeout(60_000);

  const WORDS: [KeepResult, RegExp][] = [
    ['full', /written, but this browser's storage is full.*\(STATUS_DISK_QUOTA_EXCEEDED\)/],
    ['failed', /written, but this browser's storage refuses.*\(STATUS_TRANSACTION_ABORTED\)/],
    [
      'silent',
      /written, but this browser's storage does not answer.*\(STATUS_TRANSACTION_TIMED_OUT\)/,
    ],
  ];
  for (const [answer, words] of WORDS) {
    test(`a store that answers "${answer}": sync, umount and shutdown say so, and all is on the medium`, async () => {
      const { rig, page } = await rigThatKeeps();
      page.answer = answer;
      await rig.run('echo one> ONE.TXT');
      assert.match(await refusal(rig, 'sync A:'), words);
      assert.match(await refusal(rig, 'sync A:'), words, 'asking again is no way around it');
      await rig.run('echo two> TWO.TXT');
      assert.match(await refusal(rig, 'umount A:'), words);
      const image = rig.image();
      assert.equal(text(await readFile(image, 'ONE.TXT')), 'one\r\n');
      assert.equal(text(await readFile(image, 'TWO.TXT')), 'two\r\n');
      assert.equal(await rig.run('type TWO.TXT'), 'two\n', 'it can be mounted again');
      await rig.run('echo three> THREE.TXT');
      assert.match(await refusal(rig, 'shutdown'), words);
      assert.equal(text(await readFile(rig.image(), 'THREE.TXT')), 'three\r\n');
      rig.end();
    });
  }

  test('a dismount asks a store that does not answer once, not for each of its flushes', async () => {
    const { rig, page } = await rigThatKeeps();
    await rig.run('echo one> ONE.TXT');
    page.answer = 'silent';
    page.given.length = 0;
    await refusal(rig, 'umount A:');
    assert.lengthOf(
      page.given.filter(({ asked }) => asked),
      1,
    );
    rig.end();
  });

  test('a shutdown that cannot write is refused, and so is what comes next; put back, all is there', async () => {
    const { rig } = await rigThatKeeps();
    const one = rig.machine.medium(0)!;
    await rig.ask({ op: 'writeFile', path: 'A:\\ONE.TXT', data: new TextEncoder().encode('one') });
    rig.machine.eject(0);
    assert.match(await refusal(rig, 'shutdown'), /STATUS_NO_MEDIA_IN_DEVICE/);
    assert.match(await refusal(rig, 'shutdown'), /STATUS_NO_MEDIA_IN_DEVICE/);
    assert.match(await refusal(rig, 'umount A:'), /STATUS_NO_MEDIA_IN_DEVICE/);
    rig.machine.insert(0, one);
    await rig.ask({ op: 'dismount', drive: 'A:' });
    assert.equal(text(await readFile(rig.image(), 'ONE.TXT')), 'one');
    rig.end();
  });

  test('of two disks one cannot be written: shutdown leaves both mounted', async () => {
    const disks = [await makeImage({ kib: 1440 }), await makeImage({ kib: 720 })];
    const { rig } = await rigThatKeeps({ disks });
    await rig.run('dir B:');
    await rig.run('echo b> B:\\B.TXT');
    const second = rig.machine.medium(1)!;
    rig.machine.eject(1);
    await rig.run('echo a> A:\\A.TXT');
    await refusal(rig, 'shutdown');
    rig.machine.insert(1, second);
    await rig.run('shutdown');
    assert.equal(text(await readFile(rig.image(0), 'A.TXT')), 'a\r\n');
    assert.equal(text(await readFile(rig.image(1), 'B.TXT')), 'b\r\n');
    rig.end();
  });

  test('a commit refused while the disk is out goes again when it is back', async () => {
    const before = await makeImage({ kib: 1440 });
    const page = { keeps: true, given: [] as { changes: DiskChange[] }[] };
    const refused: ((result: KeepResult) => void)[] = [];
    const rig = await bootRig({
      disks: [before],
      commit: (_drive, changes) => {
        page.given.push({ changes });
        if (page.keeps) return Promise.resolve('kept');
        return new Promise((answer) => refused.push(answer));
      },
    });
    await rig.run('dir');
    page.keeps = false;
    await rig.run('echo one> ONE.TXT');
    const syncing = rig.exec('sync A:');
    while (refused.length === 0) await new Promise((later) => setTimeout(later, 5));
    const disk = rig.machine.eject(0)!;
    page.keeps = true;
    for (const answer of refused.splice(0)) answer('full');
    await syncing;
    rig.machine.insert(0, disk);
    page.given.length = 0;
    await rig.run('sync A:');
    const kept = applied(before, page.given);
    assert.equal(text(await readFile(kept, 'ONE.TXT')), 'one\r\n', 'what was refused came again');
    rig.end();
  });

  test('damaged sectors are an error for their file alone, until they are written', async () => {
    const files = { 'BAD.BIN': pattern(4096, 1), 'GOOD.BIN': pattern(5000, 2) };
    const image = await makeImage({ kib: 1440, files });
    const start = find(image, pattern(4096, 1));
    const rig = await bootRig();
    rig.insert(0, image, false, [{ offset: start + 512, length: 512 }]);
    assert.match(await refusal(rig, 'copy BAD.BIN COPY.BIN'), /STATUS_CRC_ERROR/);
    const good = await rig.ask({ op: 'readFile', path: 'A:\\GOOD.BIN' });
    assert.deepEqual(good, pattern(5000, 2));
    await rig.ask({ op: 'writeFile', path: 'A:\\BAD.BIN', data: pattern(4096, 7) });
    await rig.run('umount A:');
    const again = await rig.ask({ op: 'readFile', path: 'A:\\BAD.BIN' });
    assert.deepEqual(again, pattern(4096, 7));
    rig.end();
  });
});

function find(image: Uint8Array, bytes: Uint8Array): number {
  for (let at = 0; at < image.length; at += 512)
    if (bytes.subarray(0, 512).every((byte, i) => image[at + i] === byte)) return at;
  throw new Error('it is not on the disk');
}
