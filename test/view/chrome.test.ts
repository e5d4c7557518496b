/**
 * Chrome's JSON trace events, against what the published format says of each phase: the check knows
 * nothing of the writer.
 */
import { assert } from 'chai';
import type { WatchedRecord } from '../../web/host/agent-protocol.ts';
import { WatchNames } from '../../personality/rtl/watchnames.ts';
import { chromeOf } from '../../web/view/export/chrome.ts';
import { Tracks } from '../../web/view/export/tracks.ts';

type Event = Readonly<Record<string, unknown>>;

/** Fields that each phase must have beside `name`, `ph`, `pid` and `tid`, and their types. */
const PHASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  M: { args: 'object' },
  X: { ts: 'number', dur: 'number', cat: 'string' },
  i: { ts: 'number', s: 'string', cat: 'string' },
  s: { ts: 'number', id: 'string', cat: 'string' },
  f: { ts: 'number', id: 'string', cat: 'string', bp: 'string' },
  b: { ts: 'number', id: 'string', cat: 'string' },
  n: { ts: 'number', id: 'string', cat: 'string' },
  e: { ts: 'number', id: 'string', cat: 'string' },
};

/** Throws where the file is not as the format has it. */
function check(text: string): Event[] {
  const { traceEvents } = JSON.parse(text) as { traceEvents: Event[] };
  const open = new Set<string>();
  for (const event of traceEvents) {
    const fields = PHASES[event['ph'] as string];
    assert.isDefined(fields, `a phase ${String(event['ph'])}`);
    assert.isString(event['name']);
    assert.isNumber(event['pid']);
    assert.isNumber(event['tid']);
    for (const [field, type] of Object.entries(fields!))
      assert.equal(typeof event[field], type, `${field} of ${JSON.stringify(event)}`);
    const id = `${String(event['cat'])} ${String(event['id'])}`;
    if (event['ph'] === 'b' || event['ph'] === 's') open.add(`${id} ${String(event['ph'])}`);
    if (event['ph'] === 'e' || event['ph'] === 'n') assert.isTrue(open.has(`${id} b`), id);
    if (event['ph'] === 'f') assert.isTrue(open.has(`${id} s`), `a flow ${id} that did not begin`);
  }
  return traceEvents;
}

function record(fields: Partial<WatchedRecord>): WatchedRecord {
  return {
    ...{ sequence: 0, kind: 'mark', code: 0, processor: 0, thread: 0, badge: 0, label: 0 },
    ...{ detail: 0, second: 0, third: 0, entry: 0, time: 0 },
    ...fields,
  };
}

suite('view/chrome', () => {
  test('a call: messages as flows, the call and its IRP from beginning to end, who ran', () => {
    const mark = (name: string, time: number, words: Record<string, number>) =>
      record({ thread: 32, time, mark: name, words });
    const events = check(
      chromeOf(
        [
          record({ sequence: 7, kind: 'send', thread: 16, third: 32, badge: 5, time: -2 >>> 0 }),
          record({ sequence: 8, kind: 'receive', thread: 32, third: 16, badge: 5, time: -1 >>> 0 }),
          record({ sequence: 9, kind: 'switch', thread: 32, detail: 16, processor: 3, time: 0 }),
          mark('service.in', 1, { service: 66, thread: 5, request: 1 }),
          mark('irp.made', 2, { major: 3, file: 0, irp: 9 }),
          mark('irp.taken', 3, { device: 1, driver: 4, irp: 9 }),
          mark('irp.done', 4, { status: 0, information: 512, irp: 9 }),
          mark('service.out', 5, { status: 0, thread: 5, request: 1 }),
          record({ sequence: 20, kind: 'switch', thread: 16, detail: 32, processor: 3, time: 8 }),
        ],
        [
          ['process', 4, 'ntcmd.exe'],
          ['thread', 5, '4'],
        ],
      ),
    );
    const of = (ph: string) => events.filter((event) => event['ph'] === ph);
    assert.deepEqual(
      of('b').map(({ name, ts, cat, id }) => [name, ts, cat, id]),
      [
        ['NtQuerySystemInformation', 3, 'request', '1'],
        ['IRP read', 4, 'irp', '9'],
      ],
    );
    assert.deepEqual(
      of('e').map(({ ts, cat }) => [ts, cat]),
      [
        [6, 'irp'],
        [7, 'request'],
      ],
    );
    assert.deepEqual(
      of('n').map(({ ts, cat }) => [ts, cat]),
      [[5, 'irp']],
    );
    const [begin] = of('s');
    const [end] = of('f');
    assert.equal(begin!['id'], end!['id']);
    assert.equal(begin!['pid'], 4, 'the sender is in its process');
    const ran = of('X').find(({ cat }) => cat === 'processor')!;
    assert.deepEqual([ran['ts'], ran['dur'], ran['tid']], [2, 8, 3]);
    const named = of('M').map(({ args }) => (args as Record<string, string>)['name']);
    assert.includeMembers(named, ['ntcmd.exe', 'kernel', 'processors', 'thread 10']);
  });

  test('what ended without a beginning is no event; of nothing, a file all the same', () => {
    const done = record({ mark: 'irp.done', words: { status: 0, information: 0, irp: 3 } });
    assert.isFalse(check(chromeOf([done], [])).some(({ ph }) => ph === 'e'));
    assert.isTrue(check(chromeOf([], [])).every(({ ph }) => ph === 'M'));
  });
});

suite('view/tracks', () => {
  test('a call is a bar on the track of its process, an IRP on that of its driver, each once', () => {
    const names = new WatchNames();
    names.add([
      ['process', 4, 'ntcmd.exe'],
      ['process', 6, 'fdc'],
      ['thread', 5, '4'],
    ]);
    const bars: unknown[][] = [];
    const tracks = new Tracks(names, (...bar) => void bars.push(bar));
    const mark = (name: string, time: number, words: Record<string, number>) =>
      record({ time, mark: name, words });
    const records = [
      mark('service.in', 1000, { service: 66, thread: 5, request: 1 }),
      mark('irp.made', 2000, { major: 3, file: 0, irp: 9 }),
      mark('irp.passed', 2500, { device: 1, driver: 6, irp: 9 }),
      mark('irp.done', 4000, { status: 0, information: 512, irp: 9 }),
    ];
    tracks.tell(records, 100);
    assert.deepEqual(bars, [['IRP read', 98, 100, 'fdc', 'Neptune Web', 'secondary']]);
    const more = [...records, mark('service.out', 6000, { status: 0, thread: 5, request: 1 })];
    tracks.tell(more, 200);
    tracks.tell(more, 300);
    assert.lengthOf(bars, 2);
    const [label, start, end, track] = bars[1]!;
    assert.deepEqual(
      [label, start, end, track],
      ['NtQuerySystemInformation', 195, 200, 'ntcmd.exe'],
    );
  });
});
