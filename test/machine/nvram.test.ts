/** The battery-backed memory: its registers, its two commands, and who answers them. */
import { assert } from 'chai';
import { createMachine } from '../../web/machine/index.ts';
import type { Machine, NvramRequest, NvramResult } from '../../web/machine/types.ts';

const COMMAND = 0x4e0;
const ADDRESS = 0x4e1;
const DATA = 0x4e4;
const SIZE = 0x4_0000;
const IRQ = 10;

function aim(machine: Machine, address: number): void {
  for (let byte = 0; byte < 3; byte++)
    machine.out8(ADDRESS + byte, (address >>> (8 * byte)) & 0xff);
}

suite('machine/nvram', () => {
  test('bytes and words at an address that moves on, round its end', () => {
    const machine = createMachine();
    aim(machine, 0x1_2345);
    machine.out32(DATA, 0x4433_2211);
    machine.out16(DATA, 0x6655);
    machine.out8(DATA + 3, 0x77);
    aim(machine, 0x1_2345);
    assert.equal(machine.in8(ADDRESS + 1), 0x23);
    assert.equal(machine.in8(DATA), 0x11);
    assert.equal(machine.in16(DATA), 0x3322);
    assert.equal(machine.in32(DATA), 0x7766_5544);
    aim(machine, SIZE - 1);
    machine.out16(DATA, 0xbbaa);
    assert.equal(machine.nvram[SIZE - 1], 0xaa);
    assert.equal(machine.nvram[0], 0xbb);
    aim(machine, 0xff_ffff);
    assert.equal(machine.in8(DATA), 0xaa, 'there is no more than there is');
  });

  test('a command is answered by an interrupt, which reading the status drops', () => {
    const machine = createMachine();
    const asked: NvramRequest[] = [];
    machine.onNvram = (request) => void asked.push(request);
    assert.equal(machine.in8(COMMAND), 0);
    machine.out8(COMMAND, 7);
    assert.deepEqual(asked, [], 'no such command');
    machine.out8(COMMAND, 1);
    machine.out8(COMMAND, 2);
    assert.deepEqual(asked, ['bring'], 'one at a time');
    assert.equal(machine.in8(COMMAND), 1);
    machine.nvramDone('keep', { result: 'kept' });
    assert.equal(machine.in8(COMMAND), 1, 'that was not asked');
    const contents = new Uint8Array(SIZE + 100).fill(9);
    machine.nvramDone('bring', { result: 'kept', contents });
    assert.isTrue(machine.irq(IRQ));
    assert.equal(machine.in8(COMMAND), 2);
    assert.isFalse(machine.irq(IRQ));
    assert.equal(machine.nvram[SIZE - 1], 9);
    const results: [NvramResult, number][] = [
      ['full', 0xc2],
      ['silent', 0xa2],
      ['foreign', 0x92],
      ['failed', 0x82],
      ['kept', 0x02],
    ];
    for (const [result, status] of results) {
      machine.out8(COMMAND, 2);
      machine.nvramDone('keep', { result });
      assert.equal(machine.in8(COMMAND), status, result);
    }
    machine.nvramDone('keep', { result: 'failed' });
    assert.equal(machine.in8(COMMAND), 0x02, 'nobody waits for that');
  });

  test('contents that do not come are not there', () => {
    const machine = createMachine();
    machine.onNvram = () => undefined;
    machine.out8(COMMAND, 1);
    machine.nvramDone('bring', { result: 'silent' });
    assert.equal(machine.in8(COMMAND), 0xa0);
  });

  test('with nobody behind it, it is empty and safe', () => {
    const machine = createMachine();
    for (const command of [1, 2]) {
      machine.out8(COMMAND, command);
      machine.advance(0);
      assert.equal(machine.in8(COMMAND), 2);
    }
  });
});
