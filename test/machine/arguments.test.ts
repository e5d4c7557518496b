/** Wrong arguments of the machine's owner are errors at the call, and change nothing. */
import { assert } from 'chai';
import { createMachine } from '../../web/machine/index.ts';

const NO_BYTES: unknown[] = [
  undefined,
  null,
  7,
  'image',
  [1, 2, 3],
  { length: 737_280 },
  new ArrayBuffer(737_280),
  new DataView(new ArrayBuffer(737_280)),
  new Uint16Array(368_640),
  new Blob(['x']),
];

suite('machine/arguments', () => {
  test('a medium and the line take bytes and nothing else', () => {
    const machine = createMachine();
    const image = new Uint8Array(737_280);
    machine.insert(0, image);
    for (const value of NO_BYTES) {
      assert.throws(() => machine.insert(0, value as Uint8Array), TypeError, /Uint8Array/);
      assert.throws(() => machine.serialInput(value as Uint8Array), TypeError, /Uint8Array/);
    }
    assert.strictEqual(machine.medium(0), image);
  });

  test('there is no drive of another number, and no time that is none', () => {
    const machine = createMachine();
    const image = new Uint8Array(737_280);
    for (const drive of [-1, 2, 4, 0.5, NaN, Infinity, '0x', null, undefined]) {
      assert.throws(() => machine.insert(drive as number, image), RangeError);
      assert.isUndefined(machine.eject(drive as number));
      assert.isUndefined(machine.medium(drive as number));
    }
    for (const time of [-1, NaN, Infinity, '1', undefined, {}])
      assert.throws(() => machine.advance(time as number), RangeError);
    machine.insert(0, image);
    machine.advance(0);
  });
});
