/**
 * One direction of a pipe against what it is to be: random writes, reads, flushes and givings-up.
 * What is read is what was told as written, in order, each byte once; a message is read as it was
 * written; whoever waits has a reason to, and in the end nobody does.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { DataQueue, type Read, type Write } from '../../drivers/filesystems/npfs/queue.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';

type Step =
  | { readonly do: 'write' | 'writeNow'; readonly length: number }
  | { readonly do: 'read' | 'take'; readonly room: number; readonly byMessage: boolean }
  | { readonly do: 'flush' }
  | { readonly do: 'cancel'; readonly which: number };

const length = fc.integer({ min: 0, max: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('write' as const, 'writeNow' as const), length }),
  fc.record({
    do: fc.constantFrom('read' as const, 'take' as const),
    room: fc.integer({ min: 0, max: 60 }),
    byMessage: fc.boolean(),
  }),
  fc.constant({ do: 'flush' as const }),
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(9) }),
);

/** Who has asked for something, and how that ended. */
interface Asked {
  ended: number | undefined;
  cancel(): void;
}

class Trial {
  readonly queue: DataQueue;
  readonly messages: boolean;
  /** Writes in order: what they hold, and how much of it has been told as written. */
  readonly writes: { data: Uint8Array; told: number; asked: Asked }[] = [];
  readonly got: number[] = [];
  readonly asked: Asked[] = [];
  #next = 0;

  constructor(quota: number, messages: boolean) {
    this.queue = new DataQueue(quota, messages);
    this.messages = messages;
  }

  run(one: Step): void {
    switch (one.do) {
      case 'write':
        return this.#write(one.length);
      case 'writeNow':
        return this.#writeNow(one.length);
      case 'flush':
        return this.#flush();
      case 'cancel': {
        const open = this.asked.filter(({ ended }) => ended === undefined);
        return open[one.which % Math.max(1, open.length)]?.cancel();
      }
      default:
        return this.#read(one.room, this.messages && one.byMessage, one.do === 'read');
    }
  }

  /** Bytes that differ from those around them, so that none is taken for another. */
  #bytes(count: number): Uint8Array {
    return new Uint8Array(count).map(() => this.#next++ % 251);
  }

  #ask(cancel: () => void): Asked {
    const asked: Asked = { ended: undefined, cancel };
    this.asked.push(asked);
    return asked;
  }

  #end(asked: Asked, status: number): void {
    assert.isUndefined(asked.ended, 'ended twice');
    asked.ended = status;
  }

  #write(count: number): void {
    const asked = this.#ask(() => this.queue.withdrawWrite(write));
    const entry = { data: this.#bytes(count), told: 0, asked };
    this.writes.push(entry);
    const write: Write = {
      data: entry.data,
      end: (status, told) => {
        entry.told = told;
        this.#end(asked, status);
      },
    };
    this.queue.write(write);
  }

  #writeNow(count: number): void {
    // As the driver sees to: whoever does not wait is alone with that.
    if (this.asked.some(({ ended }) => ended === undefined)) return;
    const data = this.#bytes(count);
    const told = this.queue.writeNow(data);
    if (this.messages) assert.include([0, count], told);
    this.writes.push({ data, told, asked: { ended: 0, cancel: () => undefined } });
  }

  #read(room: number, byMessage: boolean, waits: boolean): void {
    const asked = this.#ask(() => this.queue.withdrawRead(read));
    const read: Read = {
      room,
      byMessage,
      end: (status, data) => {
        this.#end(asked, status);
        assert.isAtMost(data.length, room);
        this.got.push(...data);
      },
    };
    if (waits) this.queue.wait(read);
    else if (!this.queue.take(read)) this.asked.splice(this.asked.indexOf(asked), 1);
  }

  #flush(): void {
    const asked = this.#ask(() => this.queue.withdrawFlush(end));
    const end = (status: number): void => this.#end(asked, status);
    this.queue.flush(end);
  }

  /** Everything that has been told, and what waits to be. */
  check(): void {
    const { available, room, quota } = this.queue;
    const open = this.writes.filter(({ asked }) => asked.ended === undefined);
    const told = this.writes.reduce((sum, each) => sum + each.told, 0);
    const waiting = open.reduce((sum, { data }) => sum + data.length, 0);
    assert.isAtMost(this.got.length, told + waiting);
    assert.isAtLeast(available, told - this.got.length);
    // Whoever waits does not fit.
    if (open.length > 0) assert.isAbove(available, quota);
    else {
      assert.equal(available, told - this.got.length);
      assert.equal(room, Math.max(0, quota - available));
    }
  }

  drain(): void {
    for (const asked of this.asked) if (asked.ended === undefined) asked.cancel();
    while (this.queue.available > 0) this.#read(60, false, false);
    const expected = this.writes.flatMap(({ data, told }) => [...data.subarray(0, told)]);
    assert.deepEqual(this.got, expected);
    for (const { ended } of this.asked) assert.isDefined(ended, 'somebody waits for ever');
  }
}

suite('npfs: one direction of a pipe', () => {
  const quota = fc.constantFrom(0, 1, 25, 100);

  for (const messages of [false, true])
    test(messages ? 'messages' : 'a stream', () => {
      fc.assert(
        fc.property(quota, fc.array(step, { maxLength: 60 }), (most, steps) => {
          const trial = new Trial(most, messages);
          for (const one of steps) {
            trial.run(one);
            trial.check();
          }
          trial.drain();
        }),
        { numRuns: 500 },
      );
    });

  test('each message is read as it was written, however small the pieces', () => {
    const sizes = fc.array(length, { maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 50 }), (lengths, room) => {
        const queue = new DataQueue(30, true);
        lengths.forEach((count, at) =>
          queue.write({ data: new Uint8Array(count).fill(at), end: () => undefined }),
        );
        const read: Uint8Array[] = [];
        let parts: number[] = [];
        const end: Read['end'] = (status, data) => {
          parts.push(...data);
          if (status === Status.STATUS_BUFFER_OVERFLOW) return;
          read.push(Uint8Array.from(parts));
          parts = [];
        };
        while (queue.take({ room, byMessage: true, end }));
        const expected = lengths.map((count, at) => new Uint8Array(count).fill(at));
        assert.deepEqual(read, expected);
      }),
    );
  });

  test('a flush ends when what it found has been read, whoever writes meanwhile', () => {
    const queue = new DataQueue(100, true);
    const ended: string[] = [];
    const write = (text: string): void =>
      queue.write({ data: new TextEncoder().encode(text), end: () => ended.push(text) });
    write('before');
    queue.flush(() => ended.push('flushed'));
    write('after');
    assert.deepEqual(ended, ['before', 'after']);
    queue.take({ room: 2, byMessage: true, end: () => ended.push('part') });
    queue.take({ room: 9, byMessage: true, end: () => ended.push('rest') });
    assert.deepEqual(ended, ['before', 'after', 'part', 'rest', 'flushed']);
  });

  test('whoever wrote what was read last is known: partly, by messages, at once, or waited for', () => {
    const queue = new DataQueue(10, true);
    const write = (text: string, client: number): void =>
      queue.write({ data: new TextEncoder().encode(text), client, end: () => undefined });
    const read = (room: number, byMessage = true): number => {
      queue.take({ room, byMessage, end: () => undefined });
      return queue.client;
    };
    write('one', 1);
    assert.equal(queue.client, 0, 'nothing was read');
    write('two waits for room', 2);
    queue.peek(3);
    assert.equal(queue.client, 0, 'nor looked at');
    assert.deepEqual([read(1), read(9), read(2), read(99)], [1, 1, 2, 2]);
    queue.wait({ room: 9, byMessage: true, end: () => undefined });
    assert.equal(queue.writeNow(new Uint8Array(3), 3), 3);
    assert.equal(queue.client, 3);
    write('ab', 4);
    write('c', 6);
    assert.equal(read(2, false), 4, 'nothing of the next one');
    assert.equal(read(1, false), 6);
    write('a', 4);
    write('b', 0);
    assert.equal(read(2, false), 0, 'the last of several, who was nobody');
    write('c', 5);
    read(1);
    queue.clear(Status.STATUS_PIPE_DISCONNECTED);
    assert.equal(queue.client, 0);
  });
});
