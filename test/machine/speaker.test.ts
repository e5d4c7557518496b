/** The speaker: port 61, counter 2, and what is heard of them. */
import { assert } from 'chai';
import { createMachine, type Machine } from '../../web/machine/index.ts';

const HZ = 1_193_182;

/** [hertz, virtual microseconds] of every change. */
function setup(): { machine: Machine; heard: [number, number][] } {
  const machine = createMachine({ ram: new Uint8Array(0) });
  const heard: [number, number][] = [];
  machine.onSpeaker = (hertz, at) => heard.push([Math.round(hertz), at]);
  return { machine, heard };
}

function count(machine: Machine, value: number, control = 0xb6): void {
  machine.out8(0x43, control);
  machine.out8(0x42, value);
  machine.out8(0x42, value >> 8);
}

suite('machine/speaker', () => {
  /** IBM AT technical reference, "Speaker": bit 0 gates the timer, bit 1 its way to the speaker. */
  test('it sounds while gate and data are on, at the frequency of counter 2', () => {
    const { machine, heard } = setup();
    count(machine, HZ / 440);
    machine.advance(100);
    assert.deepEqual(heard, []);
    machine.out8(0x61, 1);
    assert.deepEqual(heard, [], 'the data bit is off');
    machine.advance(100);
    machine.out8(0x61, 3);
    machine.out8(0x61, 3);
    machine.advance(250_000);
    machine.out8(0x61, 2);
    assert.deepEqual(heard, [
      [440, 200],
      [0, 250_200],
    ]);
    assert.equal(machine.counters()['machine.speaker.tone'], 1);
  });

  test('another count is another tone; a control word is silence until its count is there', () => {
    const { machine, heard } = setup();
    machine.out8(0x61, 3);
    count(machine, HZ / 1000);
    machine.advance(1000);
    machine.out8(0x42, 0x00);
    machine.out8(0x42, 0x08);
    machine.advance(1000);
    count(machine, 100, 0xb0);
    assert.deepEqual(heard, [
      [1000, 0],
      [Math.round(HZ / 0x800), 1000],
      [0, 2000],
    ]);
  });

  test('nothing is due for it: it costs no event', () => {
    const { machine } = setup();
    machine.out8(0x61, 3);
    count(machine, 1000);
    assert.isUndefined(machine.nextEvent());
  });

  /** IBM AT technical reference, "System board I/O": bits 4 and 5 are read only. */
  test('port 61 keeps its low four bits; a write does not reach the others', () => {
    const { machine } = setup();
    machine.out8(0x61, 0xfc);
    assert.equal(machine.in8(0x61) & 0xcf, 0x0c);
  });
});
