/** Calls at every depth of a stack that is used up. */
import { services } from '../../../personality/rtl/services.ts';
import { MessageInfo_new } from '../../../personality/sel4/message.ts';
import { seL4_Call, seL4_NBSend } from '../../../personality/sel4/syscalls.ts';
import type { Awaitable } from '../../../personality/sel4/types.ts';
import { atEveryDepth } from '../../support/stack.ts';
import { attacker } from '../attack.ts';

/** Calls that ended well, before a dive is over. */
const ENOUGH = 20;
const DIVES = 5;

export const image = attacker(async ({ thread, serviceSlot }, found) => {
  const time = MessageInfo_new(services.NtQuerySystemTime.number, 0, 0, 0);
  for (let i = 0; i < DIVES; i++) {
    let good = 0;
    atEveryDepth(() => {
      thread.setMR(0, i);
      // No such capability: answered at once, by the kernel alone.
      void seL4_NBSend(thread, 0, 0);
      return ++good >= ENOUGH;
    });
    if (good < ENOUGH) found.push(`dive ${i}: ${good} calls came back`);
    let answer: Awaitable<number> | undefined;
    atEveryDepth(() => {
      answer = seL4_Call(thread, serviceSlot, time);
      return true;
    });
    if ((await answer) === undefined) found.push(`dive ${i}: no call was made`);
    thread.setMR(0, 7);
    if (thread.getMR(0) !== 7) found.push('the thread is not itself any more');
  }
});
