/**
 * Sections of a file whose size changes meanwhile: a section never has pages that its file has
 * lost.
 */
import { assert } from 'chai';
import * as native from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { decodeStandard, encodeLarge } from '../../personality/rtl/information.ts';
import type { FileCache } from '../../personality/ntos/cc/filecache.ts';
import type { FileObject } from '../../personality/ntos/io/file/fileobject.ts';
import * as memory from '../../personality/rtl/memory.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { SECTION } from '../support/section-fields.ts';
import { bootClientRig, type ClientRig } from './io-client.ts';

const NAME = 'A:\\FILE.BIN';
const LONG = 20_000;
const SHORT = 100;

async function resize(process: NtProcess, handle: number, size: number): Promise<number> {
  const input = { handle, class: nt.FileEndOfFileInformation, data: encodeLarge(size) };
  return (await native.NtSetInformationFile(process, input)).status;
}

async function sizeOf(process: NtProcess, handle: number): Promise<number> {
  const query = { handle, class: nt.FileStandardInformation, length: 24 };
  return decodeStandard((await native.NtQueryInformationFile(process, query)).data).endOfFile;
}

async function section(process: NtProcess, file: number) {
  return native.NtCreateSection(process, {
    ...SECTION,
    file,
  });
}

async function sectionSize(process: NtProcess, handle: number): Promise<number> {
  const query = { section: handle, class: memory.SectionBasicInformation, length: 16 };
  const { data } = await native.NtQuerySection(process, query);
  return new DataView(data.buffer, data.byteOffset).getUint32(8, true);
}

async function until(process: NtProcess, done: () => boolean): Promise<void> {
  while (!done()) await native.NtDelayExecution(process, { alertable: false, interval: -10_000 });
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

suite('ntos/io: sections and sizes', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  suiteSetup(async () => {
    rig = await bootClientRig([await makeImage({ kib: 1440, files: { X: 'x' } })]);
  });
  suiteTeardown(() => rig.end());

  /** With the cache of the file that a client has open. */
  function cached<T>(body: (cache: FileCache) => Promise<T>): Promise<T> {
    return rig.asExecutive(({ ps }) => {
      const clients = ps.processes().filter(({ image }) => image === 'tester.exe');
      const handles = clients.flatMap((client) => [...client.handles.entries()]);
      const files = handles.map(([, { object }]) => object as FileObject);
      return body(files.find(({ fcb }) => fcb)!.fcb!.cache);
    });
  }

  test('a section over a file that is being shortened waits, and has the new size', async () => {
    let stage: 'ready' | 'shorten' | 'map' | undefined;
    let shortened = -1;
    const shortening = rig.client(async (client) => {
      const file = await client.opened(NAME, { disposition: nt.FILE_CREATE });
      assert.equal(await client.write(file, 0, new Uint8Array(LONG)), 'STATUS_SUCCESS');
      stage = 'ready';
      await until(client.process, () => stage === 'shorten');
      shortened = await resize(client.process, file, SHORT);
    });
    while (stage !== 'ready') await pause();
    // A new size waits for those who read from the disk.
    await cached(({ volume }) => volume.lock.acquire(false));
    stage = 'shorten';
    while (!(await cached(async ({ cutting }) => cutting))) await pause();
    const mapping = rig.client(async (client) => {
      const file = await client.opened(NAME);
      stage = 'map';
      const made = await section(client.process, file);
      assert.equal(statusName(made.status), 'STATUS_SUCCESS');
      await until(client.process, () => shortened >= 0);
      return [await sectionSize(client.process, made.handle), await sizeOf(client.process, file)];
    });
    while (stage === 'shorten') await pause();
    await pause();
    await cached(async ({ volume }) => volume.lock.release(false));
    await shortening;
    assert.equal(statusName(shortened), 'STATUS_SUCCESS');
    assert.deepEqual(await mapping, [SHORT, SHORT]);
  });
});
