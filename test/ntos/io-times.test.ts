/** Times that a FAT disk has no date for: of a clock that is wrong, and set by a program. */
import { assert } from 'chai';
import {
  NtFlushBuffersFile,
  NtQueryInformationFile,
  NtSetInformationFile,
} from '../../personality/ntdll/native.ts';
import { decodeBasic, encodeBasic } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { RtlTimeFieldsToTime } from '../../personality/rtl/time.ts';
import { platformDoor } from '../../personality/sel4/door.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootClientRig, type Client, pattern, RW } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const ATTRIBUTES = nt.FILE_READ_ATTRIBUTES | nt.FILE_WRITE_ATTRIBUTES;
const access = RW | ATTRIBUTES;
const NOON = { month: 3, day: 4, hour: 12, minute: 0, second: 0, milliseconds: 0 };

suite('ntos/io times', function () {
  this.timeout(60_000);

  async function basicOf({ process }: Client, handle: number) {
    const input = { handle, class: nt.FileBasicInformation, length: 40 };
    return decodeBasic((await NtQueryInformationFile(process, input)).data);
  }

  test('a clock that is wrong by decades keeps nothing from the disk', async () => {
    const door = { ...platformDoor, date: () => RtlTimeFieldsToTime({ year: 1975, ...NOON }) };
    const files = { 'OLD.BIN': pattern(5000) };
    const image = await makeImage({ kib: 360, files });
    const rig = await bootClientRig([image], {}, {}, false, { door });
    await rig.client(async (client) => {
      const { process } = client;
      const flushed = async (handle: number) =>
        statusName((await NtFlushBuffersFile(process, { handle })).status);
      const old = await client.opened('A:\\OLD.BIN', { access });
      const { written } = await basicOf(client, old);
      assert.equal(await client.write(old, 0, pattern(5000, 7)), OK);
      assert.equal(await flushed(old), OK);
      assert.equal((await basicOf(client, old)).written, written, 'that of the disk');
      const made = await client.opened('A:\\NEW.BIN', { access, disposition: nt.FILE_CREATE });
      assert.equal(await client.write(made, 0, pattern(100)), OK);
      assert.equal(await flushed(made), OK);
      const facts = await basicOf(client, made);
      const first = { ...NOON, month: 1, day: 1, hour: 0 };
      const earliest = RtlTimeFieldsToTime({ year: 1980, ...first });
      assert.deepInclude(facts, { created: earliest, written: earliest });
      await client.close(old);
      await client.close(made);
    });
    await rig.run('umount A:');
    assert.deepEqual(await readFile(rig.image(), 'OLD.BIN'), pattern(5000, 7));
    assert.isTrue((await fsck(rig.image())).clean);
    rig.end();
  });

  test('a program is told that a time cannot be set', async () => {
    const rig = await bootClientRig([await makeImage({ kib: 360, files: { 'OLD.BIN': 'x' } })]);
    await rig.client(async (client) => {
      const { process } = client;
      const handle = await client.opened('A:\\OLD.BIN', { access: ATTRIBUTES });
      const before = await basicOf(client, handle);
      for (const year of [1979, 2108]) {
        const written = RtlTimeFieldsToTime({ year, ...NOON });
        const none = { created: 0, accessed: 0, changed: 0, attributes: nt.FILE_ATTRIBUTE_HIDDEN };
        const data = encodeBasic({ ...none, written });
        const input = { handle, class: nt.FileBasicInformation, data };
        const { status } = await NtSetInformationFile(process, input);
        assert.equal(statusName(status), 'STATUS_INVALID_PARAMETER', `${year}`);
      }
      assert.deepEqual(await basicOf(client, handle), before);
      await client.close(handle);
    });
    rig.end();
  });
});
