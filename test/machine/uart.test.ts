/** The 16550: registers, FIFOs, interrupt causes and their order, and input that waits. */
import { assert } from 'chai';
import { createMachine, type Machine } from '../../web/machine/index.ts';

const [RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => 0x3f8 + i) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

function setup(timing: 'fast' | 'real' = 'fast') {
  const machine = createMachine({ ram: new Uint8Array(0), timing });
  const sent: number[] = [];
  machine.onSerialOutput = (byte) => sent.push(byte);
  machine.out8(MCR, 0x0b);
  return { machine, sent };
}

const bytes = (text: string) => new TextEncoder().encode(text);

function drain(machine: Machine): string {
  let text = '';
  while (machine.in8(LSR) & 1) text += String.fromCharCode(machine.in8(RBR));
  return text;
}

suite('machine/uart', () => {
  test('idle: empty transmitter, no cause, inputs on', () => {
    const { machine } = setup();
    assert.equal(machine.in8(LSR), 0x60);
    assert.equal(machine.in8(IIR), 0x01);
    assert.equal(machine.in8(MSR) & 0xf0, 0xb0);
    machine.out8(SCR, 0x5a);
    assert.equal(machine.in8(SCR), 0x5a);
  });

  test('the divisor hides behind DLAB', () => {
    const { machine, sent } = setup();
    machine.out8(LCR, 0x83);
    machine.out8(RBR, 0x34);
    machine.out8(IER, 0x12);
    assert.equal(machine.in16(RBR), 0x1234);
    machine.out8(LCR, 0x03);
    assert.equal(machine.in8(IER), 0);
    machine.advance(0);
    assert.deepEqual(sent, []);
  });

  test('a byte goes out on the clock; THRE tells', () => {
    const { machine, sent } = setup();
    machine.out8(RBR, 0x41);
    assert.equal(machine.in8(LSR) & 0x60, 0);
    assert.deepEqual(sent, []);
    machine.advance(0);
    assert.deepEqual(sent, [0x41]);
    assert.equal(machine.in8(LSR) & 0x60, 0x60);
  });

  test('sixteen fit into the FIFO, a seventeenth is lost', () => {
    const { machine, sent } = setup();
    machine.out8(IIR, 0x07);
    for (let i = 0; i < 17; i++) machine.out8(RBR, i);
    machine.advance(0);
    assert.deepEqual(
      sent,
      Array.from({ length: 16 }, (_, i) => i),
    );
  });

  test('transmitter interrupt: on enable, on empty; put away by IIR', () => {
    const { machine } = setup();
    machine.out8(IER, 2);
    assert.isTrue(machine.irq(4));
    assert.equal(machine.in8(IIR), 0x02);
    assert.isFalse(machine.irq(4));
    assert.equal(machine.in8(IIR), 0x01);
    machine.out8(RBR, 1);
    assert.isFalse(machine.irq(4));
    machine.advance(0);
    assert.isTrue(machine.irq(4));
    machine.out8(RBR, 2);
    assert.isFalse(machine.irq(4), 'a write puts it away too');
  });

  test('without a FIFO: one byte, one interrupt, the rest waits', () => {
    const { machine } = setup();
    machine.out8(IER, 1);
    machine.serialInput(bytes('abc'));
    assert.isFalse(machine.irq(4));
    for (const letter of 'abc') {
      machine.advance(0);
      assert.isTrue(machine.irq(4));
      assert.equal(machine.in8(IIR), 0x04);
      assert.equal(machine.in8(RBR), letter.charCodeAt(0));
      assert.isFalse(machine.irq(4));
    }
    assert.equal(machine.in8(LSR) & 1, 0);
  });

  test('FIFO: trigger level, then the time-out for the rest', () => {
    const { machine } = setup('real');
    machine.out8(LCR, 0x83);
    machine.out8(RBR, 1);
    machine.out8(IER, 0);
    machine.out8(LCR, 0x03);
    machine.out8(IIR, 0x87);
    machine.out8(IER, 1);
    const character = (10 * 16) / 1.8432;
    machine.serialInput(bytes('0123456789'));
    machine.advance(7.5 * character);
    assert.equal(machine.in8(IIR), 0xc1);
    machine.advance(character);
    assert.equal(machine.in8(IIR), 0xc4);
    for (let i = 0; i < 8; i++) machine.in8(RBR);
    machine.advance(3 * character);
    assert.equal(machine.in8(IIR), 0xc1);
    machine.advance(5 * character);
    assert.equal(machine.in8(IIR), 0xcc);
    assert.equal(drain(machine), '89');
    assert.equal(machine.in8(IIR), 0xc1);
  });

  test('a long paste arrives whole', () => {
    const { machine } = setup();
    machine.out8(IIR, 0xc7);
    machine.out8(IER, 1);
    const text = 'The quick brown fox. '.repeat(50);
    machine.serialInput(bytes(text));
    let got = '';
    for (let turn = 0; turn < 1000 && got.length < text.length; turn++) {
      machine.advance(machine.nextEvent() ?? assert.fail('input stopped'));
      if (machine.irq(4)) got += drain(machine);
    }
    assert.equal(got, text);
    assert.equal(machine.in8(LSR) & 2, 0, 'no overrun');
    assert.equal(machine.counters()['machine.uart.byte'], text.length);
  });

  test('received data comes before the transmitter', () => {
    const { machine } = setup();
    machine.out8(IER, 3);
    machine.serialInput(bytes('x'));
    machine.advance(0);
    assert.equal(machine.in8(IIR), 0x04);
    machine.in8(RBR);
    assert.equal(machine.in8(IIR), 0x02);
    assert.equal(machine.in8(IIR), 0x01);
  });

  test('OUT2 gates the interrupt', () => {
    const { machine } = setup();
    machine.out8(MCR, 0x03);
    machine.out8(IER, 2);
    assert.isFalse(machine.irq(4));
    machine.out8(MCR, 0x0b);
    assert.isTrue(machine.irq(4));
  });

  test('loopback: bytes and modem lines come back, the line is left alone', () => {
    const { machine, sent } = setup();
    machine.out8(MCR, 0x1a);
    machine.in8(MSR);
    machine.out8(MCR, 0x1f);
    assert.equal(machine.in8(MSR), 0xf0 | 0x02);
    machine.out8(RBR, 0x77);
    machine.advance(0);
    assert.equal(machine.in8(RBR), 0x77);
    machine.out8(RBR, 1);
    machine.advance(0);
    machine.out8(RBR, 2);
    machine.advance(0);
    assert.equal(machine.in8(LSR) & 2, 2, 'overrun');
    assert.equal(machine.in8(LSR) & 2, 0, 'reading clears it');
    assert.deepEqual(sent, []);
  });
});
