/** The Executive with each process on a processor of its own: also one that never calls again. */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { amounts, quotaTable } from '../../personality/ntos/ps/quotatable.ts';
import { HOGS } from './core-images.ts';
import { IsolatedSystem, RAM_BYTES } from './core-isolated-system.ts';

const kernel = () => WebAssembly.compileStreaming(fetch('/build/kernel.wasm'));

suite('ntos/isolated', () => {
  test('processes end on their processors, hung and greedy ones too, and the system goes on', async () => {
    const system = new IsolatedSystem(await kernel(), 'ends');
    try {
      const { delay, pages, most, ...found } = await system.result();
      assert.deepEqual(found, {
        'exits.exe': 0x77,
        'faults.exe': Status.STATUS_ACCESS_VIOLATION,
        'returns.exe': Status.STATUS_SUCCESS,
        'threads.exe': 60,
        'hangs.exe': 0x55,
        'waits.exe': 0x66,
        'lost.exe': Status.STATUS_UNHANDLED_EXCEPTION,
        again: 12,
        hogs: HOGS,
        'driver beside': Status.STATUS_SUCCESS,
        'shell beside': 0x77,
        ended: HOGS,
      });
      const all = amounts('clients', RAM_BYTES).pagefile;
      assert.isAtMost(pages!, all);
      assert.isAbove(pages!, all / 2);
      assert.equal(most, amounts('client', RAM_BYTES).pagefile);
      assert.isAtLeast(delay!, 49_000);
      assert.isBelow(delay!, 500_000);
      const faults = system.told.filter(({ kind }) => kind === 'fault');
      assert.deepEqual(
        faults.map(({ text: image }) => image),
        ['faults.exe', 'lost.exe'],
      );
    } finally {
      system.end();
    }
  }).timeout(60_000);

  test('a fork loop leaves processors for a driver and for what the system starts', async () => {
    const system = new IsolatedSystem(await kernel(), 'forks');
    try {
      const { family } = quotaTable.processes;
      const round = { forked: family, refused: family, driver: 0, shell: 0x77, left: 0 };
      const { again, ...found } = await system.result();
      assert.deepEqual(found, round);
      assert.equal(again, family, 'the processors of a family that ended are to be had again');
    } finally {
      system.end();
    }
  }).timeout(90_000);

  test('ports between processes, one of which is killed while it asks', async () => {
    const system = new IsolatedSystem(await kernel(), 'ports');
    try {
      const found = await system.result();
      assert.deepEqual(found, { answered: 50, right: 50, nagged: 20 });
    } finally {
      system.end();
    }
  }).timeout(60_000);
  test('drivers that loop, throw, lose, keep or forge requests harm nobody but themselves', async () => {
    const system = new IsolatedSystem(await kernel(), 'drivers');
    const ended = 'STATUS_DRIVER_PROCESS_TERMINATED';
    try {
      assert.deepEqual(await system.result<string>(), {
        loops: ended,
        throws: ended,
        // Found before either completion was told.
        twice: ended,
        loses: ended,
        never: ended,
        floods: 'STATUS_SUCCESS',
        forges: 'STATUS_INVALID_DEVICE_STATE',
        cancelled: 'STATUS_CANCELLED',
        past: ended,
        again: 'STATUS_SUCCESS',
      });
      const faults = system.told.filter(({ kind }) => kind === 'fault');
      const died = ['loops', 'throws', 'twice', 'loses', 'never', 'past'].map(
        (name) => `${name}.sys`,
      );
      assert.deepEqual(
        faults.map(({ text }) => text),
        died,
      );
    } finally {
      system.end();
    }
  }).timeout(90_000);
});
