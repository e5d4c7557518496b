/** Sections over files: the cache's own pages, written back, and what is refused meanwhile. */
import { assert } from 'chai';
import { openFile, readAt, writeAt } from '../../personality/ntdll/files.ts';
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { encodeDisposition, encodeLarge } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig } from '../support/rig.ts';
import { SECTION, VIEW } from '../support/section-fields.ts';

const LENGTH = 9000;
const content = new Uint8Array(LENGTH).map((_, index) => index * 7);

type Said = Record<string, string>;

async function useSection(process: NtProcess, said: Said): Promise<void> {
  const access = nt.FILE_READ_DATA | nt.FILE_WRITE_DATA | nt.DELETE;
  const file = await openFile(process, '\\??\\A:\\FILE.BIN', { access });
  const { handle } = await native.NtCreateSection(process, { ...SECTION, file });
  const { data } = await native.NtQuerySection(process, { section: handle, class: 0, length: 16 });
  assert.equal(new DataView(data.buffer, data.byteOffset).getUint32(8, true), LENGTH);
  const { status, address, length } = await native.NtMapViewOfSection(process, {
    ...VIEW,
    section: handle,
  });
  assert.equal(statusName(status), 'STATUS_SUCCESS');
  const window = process.thread.window(address, length, true);
  assert.deepEqual(window.read(0, LENGTH), content);
  // What is written here is read there, and the other way round.
  window.setUint32(5000, 0x31313131);
  assert.deepEqual([...(await readAt(process, file, 5000, 4))], [0x31, 0x31, 0x31, 0x31]);
  await writeAt(process, file, 100, new Uint8Array([9, 8, 7, 6]));
  assert.equal(window.getUint32(100), 0x06070809);
  const set = async (infoClass: number, bytes: Uint8Array) =>
    statusName(
      (await native.NtSetInformationFile(process, { handle: file, class: infoClass, data: bytes }))
        .status,
    );
  said.shorten = await set(nt.FileEndOfFileInformation, encodeLarge(10));
  said.remove = await set(nt.FileDispositionInformation, encodeDisposition(true));
  const range = { process: CURRENT_PROCESS, address, length };
  said.flush = statusName((await native.NtFlushVirtualMemory(process, range)).status);
  window.setUint32(8000, 0x32323232);
  await native.NtClose(process, { handle: file });
  await native.NtClose(process, { handle });
  const unmapped = await native.NtUnmapViewOfSection(process, range);
  said.unmap = statusName(unmapped.status);
  const readOnly = await openFile(process, '\\??\\A:\\FILE.BIN');
  const denied = await native.NtCreateSection(process, { ...SECTION, file: readOnly });
  said.denied = statusName(denied.status);
}

suite('sections over files', function () {
  this.timeout(60_000);

  test('a view is the file: read, written, flushed, unmapped', async () => {
    const said: Said = {};
    let failure: unknown;
    let ended = false;
    const mapper = nativeImage(async (process) => {
      await useSection(process, said).catch((error: unknown) => (failure = error));
      ended = true;
      return 0;
    });
    const disk = await makeImage({ kib: 1440, files: { 'X.BIN': 'x', 'FILE.BIN': content } });
    const rig = await bootRig({ disks: [disk], images: { 'mapper.exe': mapper } });
    try {
      await rig.prompt();
      await rig.asExecutive(async ({ ps, ob }) => {
        const { process } = await ps.createProcess({ image: 'mapper.exe' });
        if (process) ob.dereference(process);
      });
      while (!ended) await new Promise((resolve) => setTimeout(resolve, 5));
      if (failure) throw failure;
      assert.deepEqual(said, {
        shorten: 'STATUS_USER_MAPPED_FILE',
        remove: 'STATUS_CANNOT_DELETE',
        flush: 'STATUS_SUCCESS',
        unmap: 'STATUS_SUCCESS',
        denied: 'STATUS_ACCESS_DENIED',
      });
      await rig.run('umount A:');
      const expected = content.slice();
      expected.fill(0x31, 5000, 5004);
      expected.set([9, 8, 7, 6], 100);
      expected.fill(0x32, 8000, 8004);
      assert.deepEqual(await readFile(rig.image(), 'FILE.BIN'), expected);
      assert.equal((await fsck(rig.image())).status, 0);
    } finally {
      rig.end();
    }
  });
});
