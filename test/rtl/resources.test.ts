/** Lists of hardware resources, and who has what. */
import { assert } from 'chai';
import { Claims } from '../../personality/ntos/io/pnp/claims.ts';
import {
  decodeResources,
  encodeResources,
  toDescriptors,
  toHardware,
} from '../../personality/rtl/resources.ts';
import { NtException } from '../../personality/rtl/status.ts';

const uart = { ports: [[0x3f8, 8]] as [number, number][], interrupts: [4], dma: [] };
const floppy = { ports: [[0x3f0, 6]] as [number, number][], interrupts: [6], dma: [2] };

suite('rtl/resources', () => {
  test('the bytes are a CM_RESOURCE_LIST, and come back as they were', () => {
    const bytes = encodeResources(toDescriptors(floppy));
    const view = new DataView(bytes.buffer);
    // One list, three descriptors; the first is a port range.
    assert.deepEqual(
      [0, 16].map((at) => view.getUint32(at, true)),
      [1, 3],
    );
    assert.deepEqual(
      [view.getUint8(20), view.getUint32(24, true), view.getUint32(32, true)],
      [1, 0x3f0, 6],
    );
    assert.deepEqual(toHardware(decodeResources(bytes)), floppy);
    assert.deepEqual(decodeResources(new Uint8Array()), []);
  });

  test('a list that does not fit together is refused', () => {
    const good = encodeResources(toDescriptors(uart));
    const wrong = [
      good.subarray(0, 19),
      good.subarray(0, good.length - 1),
      good.map((byte, at) => (at === 16 ? 200 : byte)),
      good.map((byte, at) => (at === 0 ? 2 : byte)),
      good.map((byte, at) => (at === 20 ? 9 : byte)),
    ];
    for (const bytes of wrong) assert.throws(() => decodeResources(bytes), NtException);
  });

  test('no port, line or channel has two owners', () => {
    const claims = new Claims();
    const [one, two] = [{}, {}];
    assert.isTrue(claims.claim(one, uart));
    assert.isTrue(claims.claim(two, floppy));
    const none = { ports: [], interrupts: [], dma: [] };
    const over = [
      { ...none, ports: [[0x3ff, 1] as const] },
      { ...none, interrupts: [4] },
      { ...none, dma: [2] },
      { ...none, ports: [[0x100, 0x1000] as const] },
    ];
    for (const hardware of over) assert.isFalse(claims.claim({}, hardware));
    assert.isTrue(claims.claim({}, { ...none, ports: [[0x3f6, 1]] }));
    claims.release(one);
    assert.isTrue(claims.claim({}, { ...none, interrupts: [4] }));
  });
});
