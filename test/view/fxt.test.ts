/** The trace in the Fuchsia trace format, read by a reader that knows nothing of the writer. */
import { assert } from 'chai';
import type { WatchedRecord } from '../../web/host/agent-protocol.ts';
import { fxtOf } from '../../personality/rtl/fxt.ts';
import { readFxt } from '../support/read-fxt.ts';

function record(fields: Partial<WatchedRecord>): WatchedRecord {
  return {
    ...{ sequence: 0, kind: 'mark', code: 0, processor: 0, thread: 0, badge: 0, label: 0 },
    ...{ detail: 0, second: 0, third: 0, entry: 0, time: 0 },
    ...fields,
  };
}

const T = 0x1_0000_0000;

suite('view/fxt', () => {
  test('a call: its threads in their processes, messages as flows, a mark with its words', () => {
    const records = [
      record({
        sequence: 7,
        kind: 'send',
        thread: 16,
        third: 32,
        badge: 5,
        label: 66,
        time: -1 >>> 0,
      }),
      record({
        sequence: 8,
        kind: 'receive',
        thread: 32,
        third: 16,
        badge: 5,
        label: 66,
        time: -1 >>> 0,
      }),
      record({ sequence: 9, kind: 'switch', thread: 32, detail: 16, processor: 3, time: 1 }),
      record({
        ...{ sequence: 10, thread: 32, time: 2, mark: 'service.in' },
        words: { service: 66, thread: 5, request: 1 },
      }),
    ];
    const read = readFxt(
      fxtOf(records, [
        ['process', 4, 'größe.exe'],
        ['thread', 5, '4'],
      ]),
    );
    assert.deepEqual(read.slice(0, 2), [
      { type: 'magic', value: 0x0016_5478_4604_0010n },
      { type: 'initialization', ticks: 1e9 },
    ]);
    const objects = read.filter(({ type }) => type === 'object');
    assert.deepEqual(
      objects.map(({ object, koid, name, about }) => [object, koid, name, about]),
      [
        [1, 2 * T, 'kernel', {}],
        [1, 4, 'größe.exe', {}],
        [2, T + 16, 'thread 10', { process: 4 }],
        [2, T + 32, 'thread 20', { process: 2 * T }],
      ],
    );
    const said = { entry: 0, badge: 5, label: 66, detail: 0 };
    const sender = { time: 0, process: 4, thread: T + 16 };
    const receiver = { time: 0, process: 2 * T, thread: T + 32 };
    const message = { category: 'neptune', name: 'message', about: {}, rest: 7 };
    assert.deepEqual(read.slice(2 + objects.length), [
      { type: 'complete', category: 'neptune', name: 'send', ...sender, about: said, rest: 500 },
      { type: 'flow', ...message, ...sender },
      {
        ...{ type: 'complete', category: 'neptune', name: 'receive', ...receiver },
        ...{ about: said, rest: 500 },
      },
      { type: 'flowed', ...message, ...receiver },
      // The clock of records has 32 bits: it went over, and time goes on.
      { type: 'switch', cpu: 3, state: 3, ids: [2000, 4, T + 16, 2 * T, T + 32] },
      {
        ...{ type: 'instant', category: 'neptune', name: 'service.in', ...receiver, time: 3000 },
        about: { service: 66, thread: 5, request: 1 },
      },
    ]);
  });

  test('of nothing, a file all the same', () => {
    const types = readFxt(fxtOf([], [])).map(({ type }) => type);
    assert.deepEqual(types, ['magic', 'initialization', 'object']);
  });
});
