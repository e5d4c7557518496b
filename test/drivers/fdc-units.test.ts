/** The floppy driver's pure parts: statuses in their order, retries, sweeps of requests. */
import { assert } from 'chai';
import { nextSweep, type Queued } from '../../drivers/storage/fdc/queue.ts';
import { Retries } from '../../drivers/storage/fdc/retry.ts';
import { commandStatus, isResult } from '../../drivers/storage/fdc/status.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';

suite('floppy driver, statuses of the chip', () => {
  /** In order: of several causes the first is told. */
  const causes: readonly (readonly [name: string, st1: number, st2: number])[] = [
    ['STATUS_CRC_ERROR', 0x20, 0x20],
    ['STATUS_DATA_OVERRUN', 0x10, 0],
    ['STATUS_NONEXISTENT_SECTOR', 0x84, 0],
    ['STATUS_DEVICE_DATA_ERROR', 0, 0x43],
    ['STATUS_MEDIA_WRITE_PROTECTED', 0x02, 0],
    ['STATUS_FLOPPY_ID_MARK_NOT_FOUND', 0x01, 0],
    ['STATUS_FLOPPY_WRONG_CYLINDER', 0, 0x10],
  ];

  test('each bit alone, and the first of those that come together', () => {
    for (const [at, [name, st1, st2]] of causes.entries()) {
      for (let bit = 1; bit < 0x100; bit <<= 1) {
        if (st1 & bit) assert.equal(statusName(commandStatus([0x40, bit, 0])), name);
        if (st2 & bit) assert.equal(statusName(commandStatus([0x40, 0, bit])), name);
      }
      const later = causes.slice(at);
      const all1 = later.reduce((bits, [, one]) => bits | one, 0);
      const all2 = later.reduce((bits, [, , two]) => bits | two, 0);
      assert.equal(statusName(commandStatus([0x40, all1, all2])), name);
    }
    assert.equal(statusName(commandStatus([0x40, 0, 0])), 'STATUS_FLOPPY_UNKNOWN_ERROR');
    assert.equal(commandStatus([0x00, 0, 0]), 0);
    assert.equal(commandStatus([0x24, 0, 0]), 0, 'after an implied seek');
    assert.equal(
      statusName(commandStatus([0x00, 0, 0x40])),
      'STATUS_DEVICE_DATA_ERROR',
      'a deleted mark ends a read normally',
    );
  });

  test('bytes that make no sense', () => {
    assert.isTrue(isResult([0x00, 0, 0, 0, 0, 1, 2], 0));
    assert.isTrue(isResult([0x65, 0xb7, 0x73, 0, 0, 1, 2], 1));
    for (const [what, bytes] of Object.entries({
      'an invalid command': [0x80],
      'a short result': [0, 0, 0, 0, 0, 1],
      'an undriven bus': [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      'another drive': [0x02, 0, 0, 0, 0, 1, 2],
      polling: [0xc0, 0, 0, 0, 0, 1, 2],
      'bits that are always 0': [0x40, 0x40, 0, 0, 0, 1, 2],
    }))
      assert.isFalse(isResult(bytes, 0), what);
  });
});

suite('floppy driver, retries', () => {
  function advices(...statuses: number[]): string[] {
    const retries = new Retries();
    return statuses.map((status) => retries.after(status));
  }
  const many = (status: number, count: number) => new Array<number>(count).fill(status);

  test('of most failures three, with recalibrations between', () => {
    assert.deepEqual(advices(...many(Status.STATUS_CRC_ERROR, 4)), [
      'again',
      'recalibrate',
      'recalibrate',
      'give up',
    ]);
    const misplaced = advices(...many(Status.STATUS_FLOPPY_WRONG_CYLINDER, 4));
    assert.deepEqual(misplaced, ['recalibrate', 'recalibrate', 'recalibrate', 'give up']);
  });

  test('an overrun needs no recalibration, a time-out few tries, a protected disk none', () => {
    const overruns = advices(...many(Status.STATUS_DATA_OVERRUN, 9));
    assert.deepEqual(overruns, [...new Array<string>(8).fill('again'), 'give up']);
    assert.deepEqual(advices(...many(Status.STATUS_IO_TIMEOUT, 2)), ['again', 'give up']);
    for (const status of [
      Status.STATUS_MEDIA_WRITE_PROTECTED,
      Status.STATUS_NO_MEDIA_IN_DEVICE,
      Status.STATUS_MEDIA_CHANGED,
      Status.STATUS_VERIFY_REQUIRED,
    ])
      assert.deepEqual(advices(status), ['give up'], statusName(status));
  });

  test('progress starts the count anew, but not that of time-outs', () => {
    const retries = new Retries();
    for (let turn = 0; turn < 20; turn++) {
      assert.equal(retries.after(Status.STATUS_CRC_ERROR), 'again');
      retries.progress();
    }
    assert.equal(retries.after(Status.STATUS_IO_TIMEOUT), 'again');
    retries.progress();
    assert.equal(retries.after(Status.STATUS_IO_TIMEOUT), 'give up');
  });
});

suite('floppy driver, sweeps', () => {
  const at = (start: number, writes = false, unit = 0): Queued => {
    return { unit, place: { start, end: start + 10, writes } };
  };
  const control: Queued = { unit: 0 };
  const starts = (sweep: readonly Queued[]) => sweep.map(({ unit, place }) => [unit, place?.start]);

  test('inward from the head, then back; the other drive afterwards', () => {
    const waiting = [at(50), at(10), at(90), at(30), at(5, false, 1), at(70)];
    const sweep = nextSweep(waiting, { unit: 0, at: 40 });
    const wanted = [
      [0, 50],
      [0, 70],
      [0, 90],
      [0, 30],
      [0, 10],
      [1, 5],
    ];
    assert.deepEqual(starts(sweep), wanted);
    assert.lengthOf(waiting, 0);
  });

  test('nothing passes a control request, nor a write of the same bytes', () => {
    const waiting = [at(50), at(10), control, at(5)];
    assert.deepEqual(starts(nextSweep(waiting, { unit: 0, at: 0 })), [
      [0, 10],
      [0, 50],
    ]);
    assert.deepEqual(nextSweep(waiting, { unit: 0, at: 0 }), [control]);
    assert.deepEqual(starts(nextSweep(waiting, { unit: 0, at: 0 })), [[0, 5]]);
    const same = [at(20, true), at(25), at(5)];
    assert.deepEqual(starts(nextSweep(same, { unit: 0, at: 0 })), [[0, 20]]);
    const reads = [at(20), at(25)];
    assert.lengthOf(nextSweep(reads, { unit: 0, at: 0 }), 2, 'two reads may change places');
    assert.lengthOf(nextSweep([at(20, true), at(25, true, 1)], { unit: 0, at: 0 }), 2);
  });
});
