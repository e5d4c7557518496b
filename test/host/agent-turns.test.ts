/** Two threads and what they are asked: who begins what when. */
import { assert } from 'chai';
import { platformDoor } from '../../personality/sel4/index.ts';
import type { AgentRequest } from '../../web/host/agent-protocol.ts';
import { Turns } from '../../web/host/agent-turns.ts';
import { HostQueue } from '../../web/host/host-queue.ts';

const run = (line: string): AgentRequest => ({ op: 'exec', line });
const LOOK: AgentRequest = { op: 'snapshot', kernel: false };
const KILL: AgentRequest = { op: 'control', action: 'terminate', process: 7, which: 0 };
const nameOf = (request: AgentRequest): string => ('line' in request ? request.line : request.op);

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** What began, in order; each ends when it is told to. */
class Played {
  readonly began: string[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly #queue = new HostQueue(() => this.#ring(), platformDoor);
  readonly #turns = new Turns(this.#queue);
  #idle: number;
  #rang = false;

  constructor(threads = 2) {
    this.#idle = threads;
    this.#queue.open();
  }

  /** As the kernel does: a ring wakes one that waits, or the next that comes to wait. */
  #ring(): void {
    this.#rang = this.#idle === 0;
    if (this.#rang) return;
    this.#idle--;
    void this.#turns.work(this.#does).then(() => {
      this.#idle++;
      if (this.#rang) this.#ring();
    });
  }

  readonly #does: Parameters<Turns['work']>[0] = async (item) => {
    const name = nameOf(item.request);
    this.began.push(name);
    await new Promise<void>((end) => this.#ends.set(name, end));
    item.answer({ result: name });
  };

  async ask(...requests: AgentRequest[]): Promise<void> {
    for (const request of requests) void this.#queue.ask(request);
    await settled();
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)!();
    this.#ends.delete(name);
    await settled();
  }
}

suite('host/agent turns', () => {
  test('what is asked in order begins when all before it is answered', async () => {
    const played = new Played();
    await played.ask(run('a'), run('b'), run('c'));
    assert.deepEqual(played.began, ['a']);
    await played.end('a');
    assert.deepEqual(played.began, ['a', 'b']);
    await played.end('b');
    assert.deepEqual(played.began, ['a', 'b', 'c']);
  });

  test('what looks and what ends is done beside it, one after the other', async () => {
    const played = new Played();
    await played.ask(run('a'), run('b'), LOOK, KILL);
    assert.deepEqual(played.began, ['a', 'snapshot']);
    await played.end('snapshot');
    assert.deepEqual(played.began, ['a', 'snapshot', 'control']);
    await played.end('a');
    assert.deepEqual(played.began, ['a', 'snapshot', 'control'], 'b was asked before control');
    await played.end('control');
    assert.deepEqual(played.began, ['a', 'snapshot', 'control', 'b']);
  });

  test('what is in order waits for a look that was asked before it', async () => {
    const played = new Played();
    await played.ask(LOOK, run('a'));
    assert.deepEqual(played.began, ['snapshot']);
    await played.end('snapshot');
    assert.deepEqual(played.began, ['snapshot', 'a']);
  });

  test('one thread does all of it one after the other, as it was asked', async () => {
    const played = new Played(1);
    await played.ask(run('a'), LOOK, run('b'));
    for (const name of ['a', 'snapshot', 'b']) await played.end(name);
    assert.deepEqual(played.began, ['a', 'snapshot', 'b']);
  });

  test('what is no request has its turn, and its answer', async () => {
    const queue = new HostQueue(() => undefined, platformDoor);
    const played = new Turns(queue);
    queue.open();
    const answered: unknown[] = [];
    for (const request of [null, undefined, 7, { op: {} }] as unknown as AgentRequest[])
      void queue.ask(request).then((answer) => answered.push(answer));
    await played.work((item) => Promise.resolve(item.answer({ result: item.request })));
    await settled();
    assert.lengthOf(answered, 4);
  });
});
