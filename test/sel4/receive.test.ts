/**
 * A server that answers on its callers' stacks (Platform.receive): the caller has its answer
 * without a promise, and everything that cannot be answered so is answered as ever.
 */
import { assert } from 'chai';
import {
  MessageInfo_new,
  NO_REPLY,
  seL4_Call,
  seL4_CNode_SaveCaller,
  seL4_NBSend,
  seL4_Signal,
  seL4_TCB_Suspend,
  seL4_Wait,
} from '../../personality/sel4/index.ts';
import type { Answer, CPtr, Entry, Platform, Thread } from '../../personality/sel4/index.ts';
import { atEveryDepth } from '../support/stack.ts';
import { boot } from './fixtures/boot.ts';
import { DEPTH, ROOT, ok } from './fixtures/kit.ts';

const ONE = MessageInfo_new(0, 0, 0, 1);

/** Answers with the first word plus one. */
const plusOne =
  (thread: Thread): Answer =>
  () => {
    thread.setMR(0, thread.getMR(0) + 1);
    return ONE;
  };

/** The root task's loop: counts what `answer` was asked, and what came to the loop instead. */
async function serve(
  platform: Platform,
  endpoint: CPtr,
  answer: Answer,
  over: () => boolean,
): Promise<{ answered: number; received: number }> {
  const counts = { answered: 0, received: 0 };
  const counting: Answer = (info) => {
    counts.answered++;
    return over() ? NO_REPLY : answer(info);
  };
  let reply = NO_REPLY;
  while (!over()) {
    const info = await platform.receive(endpoint, reply, counting);
    if (info === NO_REPLY) {
      reply = NO_REPLY;
      continue;
    }
    counts.received++;
    reply = answer(info);
  }
  return counts;
}

suite('sel4/receive', () => {
  test('the caller is answered at once; the kernel is entered as ever', async () => {
    const answers: unknown[] = [];
    // Fewer than the event loop could want its turn after.
    let left = 40;
    const client: Entry = async (thread, [endpoint]) => {
      for (; left > 0; left--) {
        thread.setMR(0, left);
        answers.push(seL4_Call(thread, endpoint, ONE));
        assert.equal(thread.getMR(0), left + 1);
      }
      await seL4_Call(thread, endpoint, ONE);
    };
    const kernel = await boot(
      async ({ kit, thread, platform }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint] });
        const counts = await serve(platform, endpoint, plusOne(thread), () => left === 0);
        assert.deepEqual(counts, { answered: 41, received: 0 });
      },
      [client],
    );
    assert.isTrue(answers.every((answer) => typeof answer === 'number'));
    assert.isAtLeast(kernel.counters()['kernel.ipc'] ?? 0, 80);
  });

  test('NO_REPLY: the server goes on in its own function, the caller waits', async () => {
    const seen: string[] = [];
    const client: Entry = async (thread, [endpoint]) => {
      const answer = seL4_Call(thread, endpoint, ONE);
      seen.push(answer instanceof Promise ? 'promised' : 'at once');
      await answer;
      seen.push(`got ${thread.getMR(0)}`);
      await seL4_Call(thread, endpoint, ONE);
    };
    await boot(
      async ({ kit, thread, platform }) => {
        const [endpoint, saved] = [kit.endpoint(), kit.slot()];
        kit.spawn({ ip: 1, args: [endpoint] });
        const info = await platform.receive(endpoint, NO_REPLY, () => {
          ok(seL4_CNode_SaveCaller(thread, ROOT, saved, DEPTH), 'save');
          return NO_REPLY;
        });
        assert.equal(info, NO_REPLY);
        thread.setMR(0, 77);
        await seL4_NBSend(thread, saved, ONE);
        await platform.receive(endpoint, NO_REPLY, () => NO_REPLY);
      },
      [client],
    );
    assert.deepEqual(seen, ['promised', 'got 77']);
  });

  test('what is done in an answer may wake others: they run when the caller waits', async () => {
    const order: string[] = [];
    const sleeper: Entry = async (thread, [, bell]) => {
      await seL4_Wait(thread, bell);
      order.push('sleeper');
    };
    const client: Entry = async (thread, [endpoint]) => {
      const answer = seL4_Call(thread, endpoint, ONE);
      order.push(typeof answer === 'number' ? 'client' : 'client waits');
      await answer;
      order.push('client goes on');
      await seL4_Call(thread, endpoint, ONE);
    };
    await boot(
      async ({ kit, thread, platform }) => {
        const [endpoint, bell] = [kit.endpoint(), kit.notification()];
        kit.spawn({ ip: 1, args: [endpoint, bell], priority: 120 });
        kit.spawn({ ip: 2, args: [endpoint, bell], priority: 100 });
        const answer: Answer = () => {
          void seL4_Signal(thread, bell);
          order.push('answer');
          return ONE;
        };
        await serve(platform, endpoint, answer, () => order.length > 3);
      },
      [sleeper, client],
    );
    // The sleeper has the higher priority: it is the next to run, and the client is parked.
    assert.deepEqual(order, ['answer', 'client waits', 'sleeper', 'client goes on']);
  });

  test('callers that queued up are answered in one go', async () => {
    const got: number[] = [];
    const client: Entry = async (thread, [endpoint, number]) => {
      thread.setMR(0, number);
      await seL4_Call(thread, endpoint, ONE);
      got.push(thread.getMR(0));
      await seL4_Call(thread, endpoint, ONE);
    };
    await boot(
      async ({ kit, thread, platform }) => {
        const endpoint = kit.endpoint();
        for (const number of [10, 20, 30]) kit.spawn({ ip: 1, args: [endpoint, number] });
        await serve(platform, endpoint, plusOne(thread), () => got.length === 3);
      },
      [client],
    );
    assert.sameMembers(got, [11, 21, 31]);
  });

  test('a caller with a used-up stack is answered on another', async () => {
    let promised = 0;
    let atOnce = 0;
    let over = false;
    const client: Entry = async (thread, [endpoint]) => {
      for (let round = 0; round < 20; round++) {
        let answer: unknown;
        atEveryDepth(() => {
          thread.setMR(0, round);
          answer = seL4_Call(thread, endpoint, ONE);
          return true;
        });
        if (answer instanceof Promise) promised++;
        else atOnce++;
        await answer;
        assert.equal(thread.getMR(0), round + 1);
        if (typeof seL4_Call(thread, endpoint, ONE) === 'number') atOnce++;
      }
      over = true;
      await seL4_Call(thread, endpoint, ONE);
    };
    await boot(
      async ({ kit, thread, platform }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint] });
        const counts = await serve(platform, endpoint, plusOne(thread), () => over);
        assert.equal(counts.received, promised);
      },
      [client],
    );
    assert.equal(promised, 20);
    assert.equal(atOnce, 20);
  });

  test('a caller that is stopped by its answer never goes on, and nobody waits for it', async () => {
    const seen: string[] = [];
    const client: Entry = async (thread, [endpoint, number]) => {
      seen.push(`${number} calls`);
      await seL4_Call(thread, endpoint, ONE);
      seen.push(`${number} goes on`);
      await seL4_Call(thread, endpoint, ONE);
    };
    await boot(
      async ({ kit, thread, platform }) => {
        const endpoint = kit.endpoint();
        const first = kit.spawn({ ip: 1, args: [endpoint, 1], priority: 120 });
        kit.spawn({ ip: 1, args: [endpoint, 2] });
        let calls = 0;
        const answer: Answer = () => {
          if (++calls === 1) ok(seL4_TCB_Suspend(thread, first), 'suspend');
          return ONE;
        };
        await serve(platform, endpoint, answer, () => seen.length > 2);
      },
      [client],
    );
    assert.deepEqual(seen, ['1 calls', '2 calls', '2 goes on']);
  });

  test('an answer that makes a call that waits is refused it, before anything is done', async () => {
    const refused: string[] = [];
    const client: Entry = async (thread, [endpoint]) => {
      await seL4_Call(thread, endpoint, ONE);
      await seL4_Call(thread, endpoint, ONE);
    };
    await boot(
      async ({ kit, thread, platform }) => {
        const [endpoint, other] = [kit.endpoint(), kit.endpoint()];
        kit.spawn({ ip: 1, args: [endpoint] });
        const answer: Answer = () => {
          try {
            void seL4_Call(thread, other, ONE);
          } catch (error) {
            refused.push((error as Error).message);
          }
          return ONE;
        };
        await serve(platform, endpoint, answer, () => refused.length > 0);
      },
      [client],
    );
    assert.deepEqual(refused, ['an answer makes no call that waits']);
  });

  test('an answer that throws ends the server as an exception in its function does', async () => {
    const told: unknown[] = [];
    const client: Entry = async (thread, [endpoint]) => {
      await seL4_Call(thread, endpoint, ONE);
    };
    const done = boot(
      async ({ kit, platform }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint] });
        await platform.receive(endpoint, NO_REPLY, () => {
          throw new Error('the answer');
        });
      },
      [client],
      { onUncaught: (error) => told.push(error) },
    );
    const late = new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.race([done, late]);
    assert.lengthOf(told, 1);
    assert.match(String(told[0]), /the answer/);
  });
});
