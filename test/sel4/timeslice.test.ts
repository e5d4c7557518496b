/** Threads of one priority on one processor whose event loop turns: each has its timeslices. */
import { assert } from 'chai';
import { MessageInfo_new, seL4_Call, seL4_Recv, seL4_Send } from '../../personality/sel4/index.ts';
import type { Entry } from '../../personality/sel4/index.ts';
import { boot, echo } from './fixtures/boot.ts';

const WANTED = 3;
/** Where nobody takes turns, the first to run has all of this. */
const LIMIT_MS = 3000;

suite('sel4/timeslice', () => {
  test('two that call their server without end take turns', async () => {
    const rounds = [0, 0];
    /** Which of the two called last, each time that it was another. */
    const turns: number[] = [];
    let end = Infinity;
    const caller: Entry = async (thread, [endpoint, who, done]) => {
      if (end === Infinity) end = performance.now() + LIMIT_MS;
      for (; turns.length < 2 * WANTED && performance.now() < end; rounds[who]!++) {
        if (turns.at(-1) !== who) turns.push(who);
        await seL4_Call(thread, endpoint, MessageInfo_new(0, 0, 0, 1));
      }
      await seL4_Send(thread, done, MessageInfo_new(0, 0, 0, 0));
    };
    await boot(
      async ({ kit, thread }) => {
        const [endpoint, done] = [kit.endpoint(), kit.endpoint()];
        kit.spawn({ ip: 1, args: [endpoint], priority: 200 });
        for (const who of [0, 1]) kit.spawn({ ip: 2, args: [endpoint, who, done] });
        await seL4_Recv(thread, done);
        await seL4_Recv(thread, done);
      },
      [echo, caller],
    );
    assert.lengthOf(turns, 2 * WANTED, `calls: ${rounds.join()}`);
    assert.isAbove(Math.min(...rounds), 100, 'a timeslice is more than a call or two');
  });
});
