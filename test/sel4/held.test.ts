/** A system on several processors, held by its host: one clock that stands, one permit an entry. */
import { assert } from 'chai';
import type { Door } from '../../personality/sel4/door.ts';
import { heldDoor, heldKernel } from '../../personality/sel4/held.ts';
import { HOLD_BYTES, TIMES, WORDS } from '../../personality/sel4/held-words.ts';
import type { Kernel } from '../../personality/sel4/kernel.ts';

/** A platform whose clock is moved by hand; timers are rung by hand, too. */
function platform() {
  const timers: { due: number; task: () => void }[] = [];
  let time = 1000;
  const door = {
    now: () => time,
    later(task: () => void, ms: number) {
      const timer = { due: time + ms, task };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  } as unknown as Door;
  const move = (ms: number): void => {
    time += ms;
    for (const timer of [...timers].filter(({ due }) => due <= time)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.task();
    }
  };
  return { door, move };
}

suite('sel4/held', () => {
  const buffer = new SharedArrayBuffer(HOLD_BYTES);
  const words = new Int32Array(buffer);
  const times = new Float64Array(buffer);
  setup(() => words.fill(0));

  /** As the host does it. */
  function still(is: boolean, now: number): void {
    if (is) times[TIMES.stands] = now - times[TIMES.behind]!;
    else times[TIMES.behind] = now - times[TIMES.stands]!;
    words[WORDS.still] = Number(is);
  }

  test('the clock stands while it is held, goes on from there, and no timer ends meanwhile', () => {
    const { door: real, move } = platform();
    const door = heldDoor(buffer, real);
    let rang = 0;
    door.later(() => rang++, 100);
    const taken = door.later(() => rang++, 100);
    move(60);
    assert.equal(door.now(), 1060);
    still(true, 1060);
    move(5000);
    assert.equal(door.now(), 1060);
    taken();
    still(false, 6060);
    assert.equal(door.now(), 1060);
    move(30);
    assert.equal(rang, 0);
    move(30);
    assert.equal(door.now(), 1120);
    move(60);
    assert.equal(rang, 1, 'once, and the one that was taken back never');
  });

  test('held, an entry takes a permit; let go, none', () => {
    let entries = 0;
    const bare = {
      enter: () => ++entries,
      irq: () => void entries++,
      counter: () => entries,
    } as unknown as Kernel;
    const kernel = heldKernel(buffer)(bare);
    kernel.enter(0, 0, 0, 0);
    words[WORDS.held] = 1;
    words[WORDS.permits] = 2;
    kernel.irq(0, 0);
    assert.equal(words[WORDS.permits], 1);
    kernel.enter(0, 0, 0, 0);
    assert.equal(words[WORDS.permits], 0);
    assert.equal(kernel.counter(0), 3);
    words[WORDS.held] = 0;
    kernel.enter(0, 0, 0, 0);
    assert.equal(entries, 4);
  });
});
