/**
 * How often a boot enters the kernel until the first prompt: what it costs whoever waits for that,
 * as a number that no other work on the machine changes (docs/decisions/0022-boot-time.md).
 */
import { assert } from 'chai';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { inTask, pause } from '../support/in-task.ts';
import { bootRecorded, quietServices } from '../support/recorded-session.ts';

const RAM_BYTES = 32 << 20;
/** 1,500 on a quiet machine; on a busy one the prompt is heard of when more has begun. */
const BUDGET = 4_000;

suite('system: kernel entries of a boot', function () {
  this.timeout(60_000);

  test('until the prompt', async () => {
    assert.isBelow(BUDGET, RAM_BYTES / PAGE_SIZE, 'not one for each page of RAM');
    let screen = '';
    let entries: number | undefined;
    const services = quietServices((text) => {
      screen += text;
      if (screen.includes('A:\\>')) entries ??= session.system.processor.entries();
    });
    const session = await bootRecorded(1, undefined, { services });
    try {
      await inTask(() => session.start());
      while (entries === undefined) await pause(5);
      assert.isBelow(entries, BUDGET);
    } finally {
      session.system.stop();
    }
  });
});
