/** Requests to an agent that ends, and to the one that comes after it: each is answered once. */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusText } from '../../personality/rtl/statustext.ts';
import { platformDoor } from '../../personality/sel4/index.ts';
import { agentEnded, noAgent } from '../../web/host/agent-answers.ts';
import { AgentLine, type AgentEnd } from '../../web/host/agent-line.ts';
import type { AgentAnswer, AgentRequest } from '../../web/host/agent-protocol.ts';
import { HostQueue } from '../../web/host/host-queue.ts';

const VER: AgentRequest = { op: 'exec', line: 'ver' };
const DIR: AgentRequest = { op: 'exec', line: 'dir' };

const statusOf = (answer: AgentAnswer): unknown =>
  'error' in answer ? answer.error.status : answer.result;

function silentAgent(): AgentEnd & { asked: AgentRequest[] } {
  const asked: AgentRequest[] = [];
  return {
    asked,
    ask: (request) => {
      asked.push(request);
      return new Promise(() => undefined);
    },
  };
}

const echo = (name: string): AgentEnd => ({
  ask: (request) => Promise.resolve({ result: `${name} ${request.op}` }),
});

suite('host/agent line', () => {
  test('what is asked before there is an agent waits for it', async () => {
    const line = new AgentLine();
    const answers = [line.ask(VER), line.ask(DIR)];
    line.found(4, echo('first'));
    assert.deepEqual((await Promise.all(answers)).map(statusOf), ['first exec', 'first exec']);
  });

  test('the end of the agent answers what it was asked, and only the end of the agent', async () => {
    const line = new AgentLine();
    const silent = silentAgent();
    line.found(4, silent);
    const answers = [line.ask(VER), line.ask(DIR)];
    await Promise.resolve();
    line.lost(5);
    line.lost(-1);
    const early = await Promise.race([answers[0], Promise.resolve('nothing yet')]);
    assert.equal(early, 'nothing yet');
    line.lost(4);
    const ended = Status.STATUS_PROCESS_IS_TERMINATING;
    assert.deepEqual((await Promise.all(answers)).map(statusOf), [ended, ended]);
    const next = line.ask(VER);
    line.found(5, echo('second'));
    assert.equal(statusOf(await next), 'second exec');
    assert.lengthOf(silent.asked, 2);
  });

  test('an agent that ends in the turn in which it comes is not asked', async () => {
    const line = new AgentLine();
    const answer = line.ask(VER);
    const silent = silentAgent();
    line.found(4, silent);
    line.lost(4);
    line.found(5, echo('second'));
    assert.equal(statusOf(await answer), 'second exec');
    assert.deepEqual(silent.asked, []);
  });
});

suite('host/agent answers', () => {
  test('say what the statuses mean elsewhere', () => {
    for (const answer of [agentEnded(), noAgent()]) {
      const { error } = answer as { error: { status: number; message: string } };
      assert.isTrue(error.message.endsWith(statusText(error.status)), error.message);
    }
  });
});

suite('host/queue', () => {
  test('rings only for an agent that is there; who opens takes what came before', async () => {
    let rings = 0;
    const queue = new HostQueue(() => void rings++, platformDoor);
    const answer = queue.ask(VER);
    assert.equal(rings, 0);
    queue.open();
    queue.take()?.answer({ result: 1 });
    assert.equal(statusOf(await answer), 1);
    assert.isUndefined(queue.take());
    void queue.ask(DIR);
    assert.equal(rings, 1);
  });

  test('it gives the first, or the first that fits, and the others keep their order', () => {
    const queue = new HostQueue(() => undefined, platformDoor);
    assert.equal(queue.first, undefined);
    for (const request of [VER, DIR, VER]) void queue.ask(request);
    assert.deepEqual(queue.first?.request, VER);
    assert.deepEqual(queue.take(({ request }) => request === DIR)?.request, DIR);
    assert.isUndefined(queue.take(({ request }) => request === DIR));
    assert.deepEqual([queue.take()?.request, queue.take()?.request], [VER, VER]);
    assert.isUndefined(queue.first ?? queue.take());
  });

  test('the end answers what is taken and what waits; the next agent gets only what is new', async () => {
    let rings = 0;
    const queue = new HostQueue(() => void rings++, platformDoor);
    queue.open();
    const answers = [queue.ask(VER), queue.ask(DIR)];
    const taken = queue.take();
    queue.agentEnded();
    const ended = Status.STATUS_PROCESS_IS_TERMINATING;
    assert.deepEqual((await Promise.all(answers)).map(statusOf), [ended, ended]);
    taken?.answer({ result: 'too late' });
    rings = 0;
    const next = queue.ask(VER);
    assert.equal(rings, 0, 'nobody is there to hear it');
    queue.open();
    const item = queue.take();
    assert.deepEqual(item?.request, VER);
    assert.isUndefined(queue.take());
    item?.answer({ result: 'done' });
    assert.equal(statusOf(await next), 'done');
  });
});
