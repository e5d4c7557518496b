/**
 * A server that answers on its callers' stacks (Platform.receive), as the Executive does: the root
 * task is the server, and a thread of the same processor measures.
 */
import {
  MessageInfo_get_label,
  MessageInfo_new,
  NO_REPLY,
  seL4_Call,
  seL4_NBSend,
  seL4_Signal,
  seL4_Wait,
} from '../../../personality/sel4/index.ts';
import type { CPtr, Entry, Platform, Thread } from '../../../personality/sel4/index.ts';
import type { Kit } from '../../sel4/fixtures/kit.ts';
import { bench } from './measure.ts';
import type { Bench } from './measure.ts';

/** The label of the message that says that all calls have been made. */
const OVER = 1;
let wanted = 0;

export const caller: Entry = async (thread, [endpoint, bell]) => {
  for (;;) {
    await seL4_Wait(thread, bell);
    for (let i = 0; i < wanted; i++) {
      const answer = seL4_Call(thread, endpoint, 0);
      if (typeof answer !== 'number') await answer;
    }
    await seL4_NBSend(thread, endpoint, MessageInfo_new(OVER, 0, 0, 0));
  }
};

async function serve(platform: Platform, endpoint: CPtr): Promise<void> {
  const isOver = (info: number): boolean => MessageInfo_get_label(info) === OVER;
  let over = false;
  const answer = (info: number): number => ((over = isOver(info)) ? NO_REPLY : 0);
  for (let reply = NO_REPLY; !over;) {
    const info = await platform.receive(endpoint, reply, answer);
    reply = info === NO_REPLY ? NO_REPLY : answer(info);
  }
}

/** `ip`: the entry of `caller`. */
export function answers(kit: Kit, thread: Thread, platform: Platform, ip: number): Bench {
  const [endpoint, bell] = [kit.endpoint(), kit.notification()];
  kit.spawn({ ip, args: [endpoint, bell], priority: 200 });
  return bench("call + reply, on the caller's stack", async (count) => {
    wanted = count;
    await seL4_Signal(thread, bell);
    await serve(platform, endpoint);
  });
}
