/** Conversions that make calls in the middle of a call. */
import { SLOT_SERVICE } from '../../../personality/rtl/layout.ts';
import { services } from '../../../personality/rtl/services.ts';
import { MessageInfo_new } from '../../../personality/sel4/message.ts';
import { seL4_Call, seL4_Yield } from '../../../personality/sel4/syscalls.ts';
import { attacker } from '../attack.ts';

export const image = attacker(async ({ thread, serviceSlot }, found) => {
  const time = MessageInfo_new(services.NtQuerySystemTime.number, 0, 0, 0);
  let inCall: Promise<unknown> | undefined;
  let conversions = 0;
  /** Makes a call of its own whenever it is converted. */
  const nested = (value: number): number =>
    ({
      valueOf() {
        conversions++;
        const answer = seL4_Call(thread, SLOT_SERVICE, time);
        // Where the processor waits inside the call, it is over now, and the thread its own again.
        if (typeof answer !== 'number') inCall = answer;
        return value;
      },
    }) as unknown as number;

  const uses: [string, () => unknown][] = [
    ['invoke', () => thread.invoke(nested(1), 0)],
    ['invoke info', () => thread.invoke(1, nested(0))],
    ['enter', () => thread.enter(nested(-1), serviceSlot, time)],
    ['enter cptr', () => thread.enter(-1, nested(serviceSlot), time)],
    ['enter info', () => thread.enter(-1, serviceSlot, nested(time))],
    ['setMR', () => thread.setMR(nested(0), 1)],
    ['setMR value', () => thread.setMR(0, nested(1))],
    ['getMR', () => thread.getMR(nested(0))],
    ['setCap', () => thread.setCap(0, nested(1))],
    ['setReceivePath', () => thread.setReceivePath(nested(1), 0, 0)],
  ];
  for (const [name, use] of uses) {
    inCall = undefined;
    conversions = 0;
    try {
      await use();
      if (inCall) found.push(`${name} went on while its thread was in a call`);
    } catch {
      // A thread makes calls only while it is current: refused.
    }
    await inCall;
    if (conversions !== 1) found.push(`${name} converted ${conversions} times`);
  }
  await seL4_Yield(thread);
  thread.setMR(0, 7);
  if (thread.getMR(0) !== 7) found.push('the thread is not itself any more');
});
