/**
 * A file past the cache (FILE_NO_INTERMEDIATE_BUFFERING), through the cache and through a view of a
 * section at once: whoever has written, all see the same; and what it asks of the disk.
 */
import { assert } from 'chai';
import * as native from '../../personality/ntdll/native.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { SECTION, VIEW } from '../support/section-fields.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const INVALID = 'STATUS_INVALID_PARAMETER';
const LENGTH = 20_000;
const DIRECT = { options: nt.FILE_NO_INTERMEDIATE_BUFFERING };

async function mapped({ process }: Client, file: number) {
  const section = await native.NtCreateSection(process, {
    ...SECTION,
    file,
  });
  const { status, address, length } = await native.NtMapViewOfSection(process, {
    ...VIEW,
    section: section.handle,
  });
  assert.equal(statusName(status), OK);
  return process.thread.window(address, length, true);
}

/** In some sectors that follow each other. */
function holds(image: Uint8Array, bytes: Uint8Array): boolean {
  for (let at = 0; at + bytes.length <= image.length; at += 512)
    if (bytes.every((byte, index) => image[at + index] === byte)) return true;
  return false;
}

suite('ntos/io past the cache', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  setup(async () => {
    const files = { 'FILE.BIN': pattern(LENGTH), 'OTHER.BIN': pattern(4096, 3) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
  });
  teardown(() => rig.end());

  const reads = async () => (await rig.counters())['io.irp.floppy.read'] ?? 0;

  test('two handles and a section see one file; sectors only, and each time the disk', async () => {
    const expected = pattern(LENGTH);
    await rig.client(async (client) => {
      const cached = await client.opened('A:\\FILE.BIN');
      const direct = await client.opened('A:\\FILE.BIN', DIRECT);
      const view = await mapped(client, cached);
      const same = async (offset: number, length: number, what: string) => {
        const end = Math.min(offset + length, expected.length);
        const bytes = expected.slice(offset, end);
        assert.deepEqual(
          (await client.read(cached, offset, length)).data,
          bytes,
          `${what}: cached`,
        );
        assert.deepEqual(
          (await client.read(direct, offset, length)).data,
          bytes,
          `${what}: direct`,
        );
        if (end <= LENGTH)
          assert.deepEqual(view.read(offset, end - offset), bytes, `${what}: view`);
      };
      await same(0, 8192, 'as it was');
      await same(19_968, 512, 'its last sector, which is not whole');
      expected.fill(1, 700, 5000);
      assert.equal(await client.write(cached, 700, expected.slice(700, 5000)), OK);
      await same(512, 4608, 'written through the cache');
      expected.fill(2, 4096, 9216);
      assert.equal(await client.write(direct, 4096, expected.slice(4096, 9216)), OK);
      await same(3584, 6144, 'written past it');
      view.write(10_000, new Uint8Array(300).fill(3));
      expected.fill(3, 10_000, 10_300);
      await same(9728, 1024, 'written by a view');
      for (const [offset, length] of [
        [1, 512],
        [512, 100],
      ] as const) {
        assert.equal((await client.read(direct, offset, length)).status, INVALID);
        assert.equal(await client.write(direct, offset, new Uint8Array(length)), INVALID);
      }
      assert.equal((await client.read(direct, 20_480, 512)).status, 'STATUS_END_OF_FILE');
    });
    // What is in the cache does not count for who does not use it.
    const before = await reads();
    await rig.client(async (client) => {
      const { data } = await client.read(await client.opened('A:\\FILE.BIN', DIRECT), 0, 4096);
      assert.deepEqual(data, expected.slice(0, 4096));
    });
    assert.equal(await reads(), before + 1);
    await rig.run('umount A:');
    assert.deepEqual(await readFile(rig.image(), 'FILE.BIN'), expected);
    assert.isTrue((await fsck(rig.image())).clean);
  });

  test('a write makes the file longer, zeros in between, and is on the disk when it answers', async () => {
    await rig.client(async (client) => {
      const direct = await client.opened('A:\\OTHER.BIN', DIRECT);
      assert.equal(await client.write(direct, 6144, pattern(1024, 9)), OK);
      assert.isTrue(holds(rig.image(), pattern(1024, 9)));
      const cached = await client.opened('A:\\OTHER.BIN');
      const { data } = await client.read(cached, 0, 9000);
      assert.equal(data.length, 7168);
      assert.deepEqual(data.slice(0, 4096), pattern(4096, 3));
      assert.isTrue(data.slice(4096, 6144).every((byte) => byte === 0));
      assert.deepEqual(data.slice(6144), pattern(1024, 9));
    });
    await rig.run('umount A:');
    assert.equal((await readFile(rig.image(), 'OTHER.BIN')).length, 7168);
    assert.isTrue((await fsck(rig.image())).clean);
  });
});
