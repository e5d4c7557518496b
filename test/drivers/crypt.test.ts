/**
 * The encrypting filter: its mode against the standard's vectors, and a disk through it on the
 * whole system: cipher text on the medium, plain text above.
 */
import { assert } from 'chai';
import { keyOf } from '../../drivers/filters/crypt/key.ts';
import { createXts } from '../../drivers/filters/crypt/xts.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));
const PHRASE = 'correct horse';

function pattern(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * seed + (i >>> 8)) & 0xff);
}

suite('crypt: XTS-AES-256', () => {
  const key = (data: string, tweak: string) => createXts(hex(data + tweak));
  // IEEE 1619-2007, annex B, vector 10.
  const ten = key(
    '2718281828459045235360287471352662497757247093699959574966967627',
    '3141592653589793238462643383279502884197169399375105820974944592',
  );
  const counting = new Uint8Array(512).map((_, i) => i & 0xff);

  test('vector 10 of the standard', () => {
    const cipher = ten.encrypt(counting, 0xff);
    assert.deepEqual(cipher.subarray(0, 16), hex('1c3b3a102f770386e4836c99e370cf9b'));
    assert.deepEqual(cipher.subarray(496), hex('c4f36ffda9fcea70b9c6e693e148c151'));
    assert.deepEqual(ten.decrypt(cipher, 0xff), counting);
  });

  test('each sector by its own number, whatever stands beside it', () => {
    const many = pattern(2048, 7);
    const whole = ten.encrypt(many, 5);
    for (let at = 0; at < 4; at++) {
      const part = many.subarray(at * 512, (at + 1) * 512);
      assert.deepEqual(whole.subarray(at * 512, (at + 1) * 512), ten.encrypt(part, 5 + at));
    }
    assert.deepEqual(ten.decrypt(whole, 5), many);
    assert.throws(() => ten.encrypt(many.subarray(1), 0), RangeError);
    assert.throws(() => createXts(new Uint8Array(32)), RangeError);
  });

  test('the same passphrase is the same key, another one is another', () => {
    const sector = ten.encrypt(counting, 1);
    const first = keyOf(bytes(PHRASE)).encrypt(sector, 1);
    assert.deepEqual(keyOf(bytes(PHRASE)).decrypt(first, 1), sector);
    assert.notDeepEqual(keyOf(bytes('correct horsf')).decrypt(first, 1), sector);
  });
});

suite('crypt: a disk', function () {
  this.timeout(60_000);
  const key = keyOf(bytes(PHRASE));
  let rig: Rig;

  const medium = () => rig.machine.medium(0)!.slice();
  const exec = async (line: string): Promise<string> => {
    const { status, output } = await rig.exec(line);
    return status === 0 ? output : `${output}${statusName(status)}`;
  };

  suiteSetup(async () => {
    const files = { 'FILE.BIN': pattern(30_000), 'SECRET.TXT': 'a secret' };
    const image = await makeImage({ kib: 1440, files });
    rig = await bootRig({ disks: [key.encrypt(image, 0)] });
    await rig.prompt();
  });
  suiteTeardown(() => rig.end());

  test('what nobody has the key of is not recognised; with it, it is a disk', async () => {
    assert.match(await exec('dir A:'), /STATUS_UNRECOGNIZED_VOLUME/);
    assert.equal(await exec('crypt A:'), 'A: is as it is on the disk.\n');
    assert.equal(await exec(`crypt A: "${PHRASE}"`), 'A: is encrypted.\n');
    assert.equal(await exec('type A:\\SECRET.TXT'), 'a secret\n');
    const path = 'A:\\FILE.BIN';
    assert.deepEqual(await rig.ask({ op: 'readFile', path }), pattern(30_000));
  });

  test('what is written is cipher text on the medium, and a file system through the key', async () => {
    const data = pattern(70_001, 5);
    await rig.ask({ op: 'writeFile', path: 'A:\\NEW.BIN', data });
    await rig.run('sync');
    const plain = key.decrypt(medium(), 0);
    assert.equal((await fsck(plain)).status, 0);
    assert.deepEqual(await readFile(plain, 'NEW.BIN'), data);
    const text = new TextDecoder('latin1').decode(medium());
    for (const word of ['FILE', 'NEW', 'SECRET', 'a secret', 'FAT12'])
      assert.notInclude(text, word);
  });

  test('a wrong key is no disk, and changes nothing; the right one finds all again', async () => {
    const before = medium();
    assert.equal(await exec('crypt A: wrong'), 'A: is encrypted.\n');
    assert.match(await exec('dir A:'), /STATUS_UNRECOGNIZED_VOLUME/);
    assert.notEqual((await rig.exec('copy NUL A:\\X')).status, 0);
    assert.equal(await exec('crypt A: /off'), 'A: is as it is on the disk.\n');
    assert.match(await exec('dir A:'), /STATUS_UNRECOGNIZED_VOLUME/);
    await rig.run('sync');
    assert.deepEqual(medium(), before);
    await rig.run(`crypt A: "${PHRASE}"`);
    assert.equal(await exec('type A:\\SECRET.TXT'), 'a secret\n');
  });

  test('the filter dies: nothing is written in plain, and with the key all is there', async () => {
    await rig.ask({ op: 'writeFile', path: 'A:\\LATE.TXT', data: bytes('written late') });
    await rig.asExecutive(({ ps, ldr }) =>
      ps.terminate(ldr.driverProcess('crypt')!, Status.STATUS_CONTROL_C_EXIT),
    );
    await exec('sync');
    assert.notInclude(new TextDecoder('latin1').decode(medium()), 'written late');
    assert.notInclude(new TextDecoder('latin1').decode(medium()), 'LATE');
    await rig.run(`crypt A: "${PHRASE}"`);
    assert.equal(await exec('type A:\\LATE.TXT'), 'written late\n');
    await rig.run('sync');
    const plain = key.decrypt(medium(), 0);
    assert.equal((await fsck(plain)).status, 0);
    assert.deepEqual(await readFile(plain, 'LATE.TXT'), bytes('written late'));
  });

  test('the disk driver dies and comes back: the filter stands above it, with its key', async () => {
    await rig.asExecutive(({ ps, ldr }) =>
      ps.terminate(ldr.driverProcess('fdc')!, Status.STATUS_CONTROL_C_EXIT),
    );
    assert.equal(await exec('type A:\\SECRET.TXT'), 'a secret\n');
    assert.equal(await exec('crypt A:'), 'A: is encrypted.\n');
  });

  test('wrong words, and a drive whose service key names no filter', async () => {
    assert.match(await exec('crypt'), /STATUS_INVALID_PARAMETER/);
    assert.match(await exec('crypt A: secret /off'), /STATUS_INVALID_PARAMETER/);
    assert.match(await exec(`crypt A: ${'x'.repeat(1025)}`), /STATUS_INVALID_PARAMETER/);
    const service = 'HKLM\\System\\CurrentControlSet\\Services\\ramdisk';
    await rig.run(`reg delete ${service} /v UpperFilters /f`);
    const image = await makeImage({ kib: 1440, files: {} });
    await rig.ask({ op: 'insertImage', drive: 'C:', image, writeProtected: false });
    assert.match(await exec('crypt C:'), /no filter that encrypts.*STATUS_NOT_SUPPORTED/);
  });
});
