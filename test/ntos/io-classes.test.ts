/** Information classes of files, directories and volumes: layouts, lengths, access, statuses. */
import { assert } from 'chai';
import {
  NtCreateEvent,
  NtDuplicateObject,
  NtFlushBuffersFile,
  NtQueryDirectoryFile,
  NtQueryEaFile,
  NtQueryFullAttributesFile,
  NtQueryInformationFile,
  NtQueryVolumeInformationFile,
  NtSetEaFile,
  NtSetInformationFile,
  NtSetVolumeInformationFile,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import { queryClasses } from '../../personality/ntos/io/service/queryclasses.ts';
import { setClasses } from '../../personality/ntos/io/service/set.ts';
import {
  volumeQueryClasses,
  volumeSetClasses,
} from '../../personality/ntos/io/service/volumeclasses.ts';
import { decodeDirectory, directoryLayouts } from '../../personality/rtl/directoryinformation.ts';
import {
  decodeFsVolume,
  decodeNetworkOpen,
  encodeFsLabel,
  encodeLarge,
} from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const LONG = 'A:\\DIR\\A long name.text';

suite('ntos/io: information classes', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  suiteSetup(async () => {
    const files = { 'DIR/A long name.text': pattern(1000), 'DIR/B': pattern(3), 'DIR/C.D': [] };
    const cold = { 'COLD/IN.TXT': pattern(1) };
    const made = Object.entries({ ...files, ...cold }).map(([name, data]) => [
      name,
      Uint8Array.from(data),
    ]);
    rig = await bootClientRig([await makeImage({ kib: 1440, files: Object.fromEntries(made) })]);
  });
  suiteTeardown(() => rig.end());

  async function query(client: Client, handle: number, infoClass: number, length = 512) {
    const input = { handle, class: infoClass, length };
    const { status, data } = await NtQueryInformationFile(client.process, input);
    return { status: statusName(status), data };
  }
  const set = async (client: Client, handle: number, infoClass: number, data: Uint8Array) =>
    statusName(
      (await NtSetInformationFile(client.process, { handle, class: infoClass, data })).status,
    );
  const words = (data: Uint8Array): number[] => [...new Uint32Array(data.slice().buffer)];
  const text = (data: Uint8Array): string =>
    String.fromCharCode(...new Uint16Array(data.slice().buffer));

  test('each class has a least length, and asks its right of the handle', () =>
    rig.client(async (client) => {
      const handle = await client.opened(LONG, { access: nt.FILE_EXECUTE });
      for (const [key, { minimum, access, of }] of Object.entries(queryClasses)) {
        const infoClass = Number(key);
        const short = await query(client, 0x7770, infoClass, minimum - 1);
        assert.equal(short.status, 'STATUS_INFO_LENGTH_MISMATCH', key);
        assert.equal((await query(client, 0x7770, infoClass)).status, 'STATUS_INVALID_HANDLE');
        const mine = of === 'driver' ? 'STATUS_INVALID_DEVICE_REQUEST' : OK;
        const expected = access === 0 ? mine : 'STATUS_ACCESS_DENIED';
        assert.equal((await query(client, handle, infoClass)).status, expected, key);
      }
      for (const [key, { minimum, access }] of Object.entries(setClasses)) {
        const [infoClass, short] = [Number(key), new Uint8Array(minimum - 1)];
        assert.equal(await set(client, 0x7770, infoClass, short), 'STATUS_INFO_LENGTH_MISMATCH');
        if (access === 0) continue;
        const denied = await set(client, handle, infoClass, new Uint8Array(minimum));
        assert.equal(denied, 'STATUS_ACCESS_DENIED', key);
      }
      for (const infoClass of [0, 1, 3, 77]) {
        assert.equal((await query(client, 0x7770, infoClass)).status, 'STATUS_INVALID_INFO_CLASS');
        const data = new Uint8Array(100);
        assert.equal(await set(client, 0x7770, infoClass, data), 'STATUS_INVALID_INFO_CLASS');
      }
    }));

  test('what each class says of a file', () =>
    rig.client(async (client) => {
      const access = nt.FILE_READ_DATA | nt.FILE_READ_ATTRIBUTES;
      const handle = await client.opened(LONG, { access });
      const at = async (infoClass: number) => (await query(client, handle, infoClass)).data;
      await client.read(handle, 0, 100);
      const granted = (access | nt.SYNCHRONIZE) >>> 0;
      assert.deepEqual(words(await at(nt.FileAccessInformation)), [granted]);
      assert.deepEqual(words(await at(nt.FilePositionInformation)), [100, 0]);
      const mode = [nt.FILE_SYNCHRONOUS_IO_NONALERT];
      assert.deepEqual(words(await at(nt.FileModeInformation)), mode);
      assert.deepEqual(words(await at(nt.FileAlignmentInformation)), [0]);
      assert.deepEqual(words(await at(nt.FileEaInformation)), [0]);
      assert.deepEqual(words(await at(nt.FileAttributeTagInformation)), [0x20, 0]);
      assert.deepEqual(words(await at(nt.FileCompressionInformation)), [1000, 0, 0, 0]);
      const stream = await at(nt.FileStreamInformation);
      assert.deepEqual(words(stream.slice(0, 24)), [0, 14, 1000, 0, 1024, 0]);
      assert.equal(text(stream.slice(24)), '::$DATA');
      const short = await at(nt.FileAlternateNameInformation);
      assert.match(text(short.slice(4)), /^ALONGN~1\.TEX$/);
      const all = await at(nt.FileAllInformation);
      assert.deepEqual(all.slice(0, 40), await at(nt.FileBasicInformation));
      assert.deepEqual(all.slice(40, 64), await at(nt.FileStandardInformation));
      assert.deepEqual(all.slice(64, 72), await at(nt.FileInternalInformation));
      assert.deepEqual(words(all.slice(76, 92)), [granted, 100, 0, ...mode]);
      assert.deepEqual(all.slice(96), await at(nt.FileNameInformation));
      const cut = await query(client, handle, nt.FileNameInformation, 20);
      assert.equal(cut.status, 'STATUS_BUFFER_OVERFLOW');
      assert.deepEqual(words(cut.data.slice(0, 4)), [2 * LONG.slice(2).length]);
      assert.equal(text(cut.data.slice(4)), '\\DIR\\A l');
      const name = { name: `\\??\\${LONG}`, root: 0 };
      const full = await NtQueryFullAttributesFile(client.process, name);
      assert.equal(decodeNetworkOpen(full.data).endOfFile, 1000);
      const none = await NtQueryFullAttributesFile(client.process, {
        ...name,
        name: '\\??\\A:\\NO',
      });
      assert.equal(statusName(none.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
      const device = await NtQueryFullAttributesFile(client.process, { ...name, name: '\\??\\A:' });
      assert.equal(statusName(device.status), 'STATUS_INVALID_DEVICE_REQUEST');
    }));

  test('setting position and mode; links and extended attributes are not supported', () =>
    rig.client(async (client) => {
      const { process } = client;
      const handle = await client.opened(LONG, { access: 1 | nt.FILE_READ_EA | nt.FILE_WRITE_EA });
      assert.equal(await set(client, handle, nt.FilePositionInformation, encodeLarge(990)), OK);
      assert.equal((await client.read(handle, -1, 100)).data.length, 10);
      const bad = await set(client, handle, nt.FilePositionInformation, encodeLarge(-1));
      assert.equal(bad, 'STATUS_INVALID_PARAMETER');
      const mode = (bits: number) =>
        set(client, handle, nt.FileModeInformation, new Uint8Array(new Uint32Array([bits]).buffer));
      const { FILE_SYNCHRONOUS_IO_ALERT: alert, FILE_SYNCHRONOUS_IO_NONALERT: plain } = nt;
      for (const wrong of [0, alert | plain, plain | nt.FILE_DELETE_ON_CLOSE])
        assert.equal(await mode(wrong), 'STATUS_INVALID_PARAMETER');
      assert.equal(await mode(alert | nt.FILE_WRITE_THROUGH), OK);
      const { data } = await query(client, handle, nt.FileModeInformation);
      assert.deepEqual(words(data), [alert | nt.FILE_WRITE_THROUGH]);
      const link = await set(client, handle, nt.FileLinkInformation, new Uint8Array(16));
      assert.equal(link, 'STATUS_NOT_SUPPORTED');
      const ea = [
        await NtQueryEaFile(process, { handle, length: 100 }),
        await NtSetEaFile(process, { handle, data: new Uint8Array(8) }),
      ];
      for (const { status } of ea) assert.equal(statusName(status), 'STATUS_EAS_NOT_SUPPORTED');
      const other = await client.opened(LONG);
      const denied = await NtQueryEaFile(process, { handle: other, length: 100 });
      assert.equal(statusName(denied.status), 'STATUS_ACCESS_DENIED');
    }));

  test('a duplicate with less access does less', () =>
    rig.client(async (client) => {
      const source = await client.opened(LONG);
      const { handle } = await NtDuplicateObject(client.process, {
        sourceProcess: CURRENT_PROCESS,
        source,
        targetProcess: CURRENT_PROCESS,
        access: nt.FILE_READ_DATA,
        attributes: 0,
        options: 0,
      });
      assert.equal((await client.read(handle, 0, 10)).status, OK);
      assert.equal(await client.write(handle, 0, pattern(10)), 'STATUS_ACCESS_DENIED');
      const flushed = await NtFlushBuffersFile(client.process, { handle });
      assert.equal(statusName(flushed.status), 'STATUS_ACCESS_DENIED');
      assert.equal(await client.write(source, 0, pattern(10)), OK);
    }));

  async function list(client: Client, handle: number, change: object = {}) {
    const input = { handle, class: 3, length: 2000, pattern: '*', restart: true, single: false };
    const { status, data } = await NtQueryDirectoryFile(client.process, { ...input, ...change });
    return { status: statusName(status), data };
  }

  test('directories: every class, patterns, one at a time, cut names', () =>
    rig.client(async (client) => {
      const handle = await client.opened('A:\\DIR');
      for (const [key, { minimum }] of Object.entries(directoryLayouts)) {
        const infoClass = Number(key);
        const { data } = await list(client, handle, { class: infoClass });
        const names = decodeDirectory(data, infoClass).map(({ name }) => name);
        assert.deepEqual(names, ['.', '..', 'A long name.text', 'B', 'C.D'], key);
        const short = await list(client, 0x7770, { class: infoClass, length: minimum - 1 });
        assert.equal(short.status, 'STATUS_INFO_LENGTH_MISMATCH');
      }
      const ids = decodeDirectory((await list(client, handle, { class: 37 })).data, 37);
      const file = await client.opened(LONG);
      const { data: internal } = await query(client, file, nt.FileInternalInformation);
      assert.equal(ids[2]!.id, Number(new DataView(internal.slice().buffer).getBigUint64(0, true)));
      const one = { single: true, pattern: '<' };
      const seen: string[] = [];
      for (let restart = true; ; restart = false) {
        const { status, data } = await list(client, handle, { ...one, restart });
        if (status !== OK) {
          assert.equal(status, 'STATUS_NO_MORE_FILES');
          break;
        }
        seen.push(...decodeDirectory(data).map(({ name }) => name));
      }
      assert.include(seen, 'B', 'names without a dot');
      assert.notInclude(seen, 'C.D');
      const cut = await list(client, handle, { class: 12, length: 20, pattern: 'A*' });
      assert.equal(cut.status, 'STATUS_BUFFER_OVERFLOW');
      assert.deepEqual([words(cut.data.slice(8, 12)), text(cut.data.slice(12))], [[32], 'A lo']);
      const after = await list(client, handle, { class: 12, restart: false });
      assert.equal(after.status, 'STATUS_NO_MORE_FILES', 'the cut one has been told');
      const rows = [
        [{ pattern: 'NO*' }, 'STATUS_NO_SUCH_FILE'],
        [{ pattern: 'A\\B' }, 'STATUS_OBJECT_NAME_INVALID'],
        [{ class: 4 }, 'STATUS_INVALID_INFO_CLASS'],
        [{ handle: 0x7770 }, 'STATUS_INVALID_HANDLE'],
        [{ handle: file }, 'STATUS_INVALID_PARAMETER'],
        [{ handle: await client.opened('A:\\DIR', { access: 0x80 }) }, 'STATUS_ACCESS_DENIED'],
      ] as const;
      for (const [change, expected] of rows)
        assert.equal((await list(client, handle, change)).status, expected);
    }));

  test('a directory that nobody has read is listed later: status block, event, memory', () =>
    rig.client(async (client) => {
      const { process } = client;
      const buffer = process.heap.allocate(4096);
      const handle = await client.opened('A:\\COLD', { asynchronous: true });
      const event = { name: '', access: EVENT_ALL_ACCESS, attributes: 0, type: 0, initial: false };
      const { handle: done } = await NtCreateEvent(process, event);
      const { address } = buffer;
      const told = { event: done, iosb: address + 2048, address };
      assert.equal((await list(client, handle, told)).status, 'STATUS_PENDING');
      const wait = { handle: done, alertable: false, timeout: -50_000_000 };
      assert.equal((await NtWaitForSingleObject(process, wait)).status, 0);
      const [status, length] = [buffer.memory.getUint32(2048), buffer.memory.getUint32(2052)];
      const names = decodeDirectory(buffer.memory.read(0, length)).map(({ name }) => name);
      assert.deepEqual([status, names], [0, ['.', '..', 'IN.TXT']]);
    }));

  test('volumes: every class, its length and right, the label', () =>
    rig.client(async (client) => {
      const { process } = client;
      const handle = await client.opened('A:', { access: nt.FILE_WRITE_DATA });
      const ask = async (infoClass: number, length = 512, from = handle) => {
        const input = { handle: from, class: infoClass, length };
        const { status, data } = await NtQueryVolumeInformationFile(process, input);
        return { status: statusName(status), data };
      };
      for (const [key, { minimum, of, access }] of Object.entries(volumeQueryClasses)) {
        const infoClass = Number(key);
        const short = await ask(infoClass, minimum - 1, 0x7770);
        assert.equal(short.status, 'STATUS_INFO_LENGTH_MISMATCH', key);
        assert.equal((await ask(infoClass, 512, 0x7770)).status, 'STATUS_INVALID_HANDLE');
        const mine = of === 'nobody' ? 'STATUS_NOT_SUPPORTED' : OK;
        const expected = access === 0 ? mine : 'STATUS_ACCESS_DENIED';
        assert.equal((await ask(infoClass)).status, expected, key);
      }
      assert.equal((await ask(2)).status, 'STATUS_INVALID_INFO_CLASS');
      const [size, full] = [await ask(3), await ask(7)].map(({ data }) => words(data));
      assert.deepEqual(full, [...size!.slice(0, 4), ...size!.slice(2)]);
      assert.deepEqual(words((await ask(4)).data), [nt.FILE_DEVICE_DISK, 0x21]);
      const label = async (data: Uint8Array, from = handle, infoClass = 2) => {
        const input = { handle: from, class: infoClass, data };
        return statusName((await NtSetVolumeInformationFile(process, input)).status);
      };
      assert.equal(await label(encodeFsLabel('CLASSES')), OK);
      assert.equal(decodeFsVolume((await ask(1)).data).label, 'CLASSES');
      const cut = await ask(1, 24);
      assert.equal(cut.status, 'STATUS_BUFFER_OVERFLOW');
      assert.equal(text(cut.data.slice(18)), 'CLA');
      assert.equal(await label(encodeFsLabel('a/b')), 'STATUS_OBJECT_NAME_INVALID');
      assert.equal(await label(new Uint8Array(7), 0x7770), 'STATUS_INFO_LENGTH_MISMATCH');
      assert.equal(await label(new Uint8Array(99), 0x7770, 1), 'STATUS_INVALID_INFO_CLASS');
      const reading = await client.opened('A:', { access: nt.FILE_READ_DATA });
      assert.equal(await label(encodeFsLabel('X'), reading), 'STATUS_ACCESS_DENIED');
      const { minimum } = volumeSetClasses[8]!;
      assert.equal(await label(new Uint8Array(minimum), handle, 8), 'STATUS_NOT_SUPPORTED');
      assert.equal((await NtFlushBuffersFile(process, { handle })).status, 0, 'a whole volume');
    }));
});
