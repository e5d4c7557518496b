/**
 * Write protection of a mounted disk that comes and goes: what is dirty is kept, nothing is
 * written, and nobody has to mount it anew.
 *
 *   slideTab(disk)   throws where that is not so; resolves to the disk as it is then
 */
import { assert } from 'chai';
import { NtFlushBuffersFile } from '../../../personality/ntdll/native.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { pattern } from '../../ntos/io-client.ts';
import { behindDoor } from './door.ts';

const OK = 'STATUS_SUCCESS';
const PROTECTED = 'STATUS_MEDIA_WRITE_PROTECTED';

export function slideTab(disk: Uint8Array): Promise<Uint8Array> {
  return behindDoor(disk, async (rig) => {
    const { machine } = rig;
    const own = machine.medium(0)!;
    /** Taken out, its tab slid, and put back. */
    const slide = (writeProtected: boolean) => {
      machine.eject(0);
      machine.insert(0, own, { writeProtected });
    };
    await rig.client(async (client) => {
      const flush = async (handle: number) =>
        statusName((await NtFlushBuffersFile(client.process, { handle })).status);
      const made = { disposition: nt.FILE_CREATE };
      const handle = await client.opened('A:\\TAB.BIN', made);
      assert.equal(await client.write(handle, 0, pattern(5000, 3)), OK);
      machine.fault.protect(0, true);
      const before = own.slice();
      assert.equal(await flush(handle), PROTECTED);
      assert.deepEqual(own, before, 'nothing was written');
      assert.deepEqual((await client.read(handle, 0, 5000)).data, pattern(5000, 3), 'it is kept');
      machine.fault.protect(0, false);
      assert.equal(await flush(handle), OK);

      slide(true);
      assert.equal(await client.write(handle, 0, pattern(5000, 7)), OK);
      assert.equal(await flush(handle), PROTECTED);
      assert.equal((await client.open('A:\\MORE.BIN', made)).status, PROTECTED);
      slide(false);
      assert.equal(await flush(handle), OK);
      const more = await client.opened('A:\\MORE.BIN', made);
      assert.equal(await client.write(more, 0, pattern(100, 9)), OK);
      assert.equal(await flush(more), OK);
      await client.close(more);
      await client.close(handle);
    });
    return own.slice();
  });
}
