/** A thread stopped in the middle of a call: its call is dropped, and made again on resume. */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_Call,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Recv,
  seL4_Reply,
  seL4_TCB_Suspend,
} from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench } from './harness/bench.ts';
import { remove } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const BADGE = 9;

async function assertNothingThere(bench: Bench, endpoint: number): Promise<void> {
  await seL4_NBRecv(bench.thread, endpoint);
  assert.equal(bench.thread.badge, 0, 'nobody sends');
}

async function stopMidCall(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const badged = bench.badged(endpoint, BADGE);
  let answers = 0;
  const caller = bench.start(
    async (self) => {
      for (;;) {
        const info = await seL4_Call(self, badged, MessageInfo_new(3, 0, 0, 0));
        assert.equal(MessageInfo_get_label(info), 4, 'the answer');
        answers++;
      }
    },
    { priority: OUR_PRIORITY + 1 },
  );
  const suspend = () => assert.equal(seL4_TCB_Suspend(thread, caller.tcb), seL4_NoError);
  const resume = async () => {
    bench.resume(caller);
    await settle(thread);
  };
  const receive = async () => {
    assert.equal(MessageInfo_get_label(await seL4_Recv(thread, endpoint)), 3);
    assert.equal(thread.badge, BADGE);
  };
  await settle(thread);

  suspend();
  await assertNothingThere(bench, endpoint);
  await resume();
  await receive();

  suspend();
  await seL4_Reply(thread, MessageInfo_new(4, 0, 0, 0));
  await resume();
  assert.equal(answers, 0, 'a reply capability ends with the wait for it');
  await receive();
  await seL4_Reply(thread, MessageInfo_new(4, 0, 0, 0));
  assert.equal(answers, 1, 'the call made again is answered');

  suspend();
  assert.equal(remove(thread, caller.tcb), seL4_NoError, 'deleting it');
  await assertNothingThere(bench, endpoint);
}

export const programs: Program[] = [
  {
    id: 'IPC0010',
    checks: 'suspend, resume, suspend and delete a thread in the middle of a call',
    run: stopMidCall,
  },
];
