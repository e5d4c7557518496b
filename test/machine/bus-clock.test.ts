/** The bus, the clock, and the machine's edges. */
import { assert } from 'chai';
import { Bus } from '../../web/machine/bus.ts';
import { Clock } from '../../web/machine/clock.ts';
import { createMachine } from '../../web/machine/index.ts';

suite('machine/bus', () => {
  test('an unclaimed port reads FF in every width', () => {
    const machine = createMachine({ ram: new Uint8Array(0) });
    assert.equal(machine.in8(0x1234), 0xff);
    assert.equal(machine.in16(0x1234), 0xffff);
    assert.equal(machine.in32(0x1234), 0xffffffff);
    machine.out32(0x1234, 0);
  });

  test('wide accesses are bytes at rising ports', () => {
    const machine = createMachine({ ram: new Uint8Array(0) });
    machine.out32(0x88, 0x80706050);
    assert.deepEqual(
      [0x88, 0x89, 0x8a, 0x8b].map((port) => machine.in8(port)),
      [0x50, 0x60, 0x70, 0x80],
    );
    assert.equal(machine.in16(0x89), 0x7060);
    assert.equal(machine.in32(0x88), 0x80706050);
  });

  test('two owners of a port are a bug', () => {
    const bus = new Bus();
    const device = { readPort: () => 0, writePort: () => {} };
    bus.claim(0x10, 0x1f, device);
    assert.throws(() => bus.claim(0x1f, 0x20, device), /port 1f is claimed twice/);
  });
});

suite('machine/clock', () => {
  test('events run in order of time, then of asking, each at its time', () => {
    const clock = new Clock();
    const log: string[] = [];
    const note = (name: string) => () => log.push(`${name}@${clock.now}`);
    clock.schedule(20, note('c'));
    clock.schedule(10, note('a'));
    clock.schedule(10, note('b'));
    const cancelled = clock.schedule(15, note('x'));
    clock.cancel(cancelled);
    assert.equal(clock.untilNext(), 10);
    clock.advance(15);
    assert.deepEqual(log, ['a@10', 'b@10']);
    assert.equal(clock.untilNext(), 5);
    clock.advance(5);
    assert.deepEqual(log, ['a@10', 'b@10', 'c@20']);
    assert.isUndefined(clock.untilNext());
    assert.equal(clock.now, 20);
  });

  test('what an event asks for is run too if it is due', () => {
    const clock = new Clock();
    let depth = 0;
    const again = () => {
      if (++depth < 5) clock.schedule(1, again);
    };
    clock.schedule(0, again);
    clock.advance(3);
    assert.equal(depth, 4);
  });

  test('an advance from inside an event extends the running one', () => {
    const clock = new Clock();
    const log: number[] = [];
    clock.schedule(1, () => clock.advance(10));
    clock.schedule(8, () => log.push(clock.now));
    clock.advance(2);
    assert.deepEqual(log, [8]);
    assert.equal(clock.now, 11);
  });

  test('time does not go back, nor to the end of days', () => {
    const clock = new Clock();
    for (const bad of [-1, NaN, Infinity]) assert.throws(() => clock.advance(bad), RangeError);
  });

  test('an event that throws leaves the clock usable', () => {
    const clock = new Clock();
    clock.schedule(1, () => {
      throw new Error('boom');
    });
    assert.throws(() => clock.advance(5), 'boom');
    let ran = false;
    clock.schedule(0, () => (ran = true));
    clock.advance(0);
    assert.isTrue(ran);
  });
});

suite('machine/ram', () => {
  test('is the array given, or 32 MiB of its own', () => {
    const ram = new Uint8Array(new SharedArrayBuffer(65536));
    assert.strictEqual(createMachine({ ram }).ram, ram);
    assert.equal(createMachine().ram.length, 32 << 20);
  });
});
