/** Information structures: there and back, at the offsets of the published headers. */
import { assert } from 'chai';
import fc from 'fast-check';
import * as directory from '../../personality/rtl/directoryinformation.ts';
import * as info from '../../personality/rtl/information.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';

const TIME = 133_594_960_898_700_000;
const times = { created: TIME, accessed: TIME + 10_000, written: TIME + 20_000 };

const entry: directory.DirectoryEntry = {
  index: 0,
  ...times,
  changed: TIME,
  endOfFile: 5_000_000_000,
  allocation: 5_000_000_512,
  attributes: 0x21,
  shortName: 'LONGNA~1.TXT',
  name: 'long näme.txt',
};

suite('rtl/information', () => {
  test('what is encoded is decoded', () => {
    const basic = { ...times, changed: -1, attributes: 0x27 };
    assert.deepEqual(info.decodeBasic(info.encodeBasic(basic)), basic);
    const standard = {
      allocation: 8192,
      endOfFile: 2 ** 40,
      links: 1,
      deletePending: true,
      directory: false,
    };
    assert.deepEqual(info.decodeStandard(info.encodeStandard(standard)), standard);
    const open = { ...times, changed: 0, allocation: 512, endOfFile: 1, attributes: 0x10 };
    assert.deepEqual(info.decodeNetworkOpen(info.encodeNetworkOpen(open)), open);
    for (const value of [0, 1, -1, 2 ** 32 - 1, 2 ** 52 + 1])
      assert.equal(info.decodeLarge(info.encodeLarge(value)), value);
    for (const flag of [true, false])
      assert.equal(info.decodeDisposition(info.encodeDisposition(flag)), flag);
    const rename = { replace: true, root: 44, name: '\\??\\A:\\ü' };
    assert.deepEqual(info.decodeRename(info.encodeRename(rename)), rename);
    const volume = { created: TIME, serial: 0xdeadbeef, label: 'LABEL' };
    assert.deepEqual(info.decodeFsVolume(info.encodeFsVolume(volume)), volume);
    assert.equal(info.decodeFsLabel(info.encodeFsLabel('Ä')), 'Ä');
    const size = { totalUnits: 2847, freeUnits: 7, sectorsPerUnit: 1, bytesPerSector: 512 };
    assert.deepEqual(info.decodeFsSize(info.encodeFsSize(size)), size);
    const attribute = { attributes: 6, maximumComponent: 255, name: 'FAT12' };
    assert.deepEqual(info.decodeFsAttribute(info.encodeFsAttribute(attribute)), attribute);
    const geometry = {
      cylinders: 80,
      mediaType: 2,
      tracksPerCylinder: 2,
      sectorsPerTrack: 18,
      bytesPerSector: 512,
    };
    assert.deepEqual(info.decodeGeometry(info.encodeGeometry(geometry)), geometry);
  });

  test('offsets of FILE_BOTH_DIR_INFORMATION', () => {
    const { bytes, count } = directory.encodeDirectory([entry, entry], 1000);
    assert.equal(count, 2);
    const view = new DataView(bytes.buffer);
    assert.equal(view.getUint32(0, true), 120, 'the next entry, aligned to 8');
    assert.equal(view.getBigInt64(8, true), BigInt(TIME));
    assert.equal(view.getBigInt64(40, true), 5_000_000_000n);
    assert.equal(view.getUint32(56, true), 0x21);
    assert.equal(view.getUint32(60, true), 26);
    assert.equal(view.getUint8(68), 24);
    assert.equal(view.getUint16(70, true), 0x4c);
    assert.equal(view.getUint16(94, true), 0x6c);
    assert.equal(view.getUint32(120, true), 0, 'the last has no next');
    assert.deepEqual(directory.decodeDirectory(bytes), [entry, entry]);
  });

  test('as many entries as fit, and no byte more than there is room for', () => {
    const names = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(names, fc.nat(1500), (list, limit) => {
        const entries = list.map((name) => ({ ...entry, name }));
        const { bytes, count, cut } = directory.encodeDirectory(entries, limit);
        assert.isAtMost(bytes.length, limit);
        if (cut) return assert.deepEqual([bytes.length, count], [limit, 1]);
        assert.deepEqual(directory.decodeDirectory(bytes), entries.slice(0, count));
        if (count < entries.length) {
          const next = entries[count]!.name.length * 2 + 94;
          assert.isAbove(((bytes.length + 7) & ~7) + next, limit);
        }
      }),
    );
    assert.deepEqual(directory.decodeDirectory(new Uint8Array(0)), []);
  });

  test('whatever the bytes, decoding ends, with a status if need be', () => {
    const decoders = [
      info.decodeBasic,
      info.decodeStandard,
      info.decodeNetworkOpen,
      info.decodeLarge,
      info.decodeDisposition,
      info.decodeRename,
      directory.decodeDirectory,
      info.decodeFsVolume,
      info.decodeFsLabel,
      info.decodeFsSize,
      info.decodeFsAttribute,
      info.decodeGeometry,
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const decode of decoders) {
          try {
            decode(bytes);
          } catch (error) {
            assert.instanceOf(error, NtException);
            assert.equal((error as NtException).status, Status.STATUS_INFO_LENGTH_MISMATCH);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
