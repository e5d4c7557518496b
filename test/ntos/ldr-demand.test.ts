/** Which driver is loaded for a name that leads to nothing, and how often. */
import { assert } from 'chai';
import { createDemand } from '../../personality/ntos/ldr/demand.ts';
import type { LdrNeeds } from '../../personality/ntos/ldr/needs.ts';
import { Coroutines, Waitable } from '../../personality/rtl/coroutines.ts';
import { RESTARTS } from '../../personality/rtl/restarts.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { driverRegistry } from '../../drivers/registry.ts';

const never = () => Promise.reject(new Error('nobody asks for the others'));

function makeDemand(
  load: (name: string) => Promise<number>,
  loadAuto: () => Promise<number> = never,
) {
  const coroutines = new Coroutines(() => 0);
  const ke = { now: () => 0, event: () => new Waitable(coroutines, false) };
  const other = { ...driverRegistry['null']!, devices: ['\\Device\\Two', '\\Device\\NullToo'] };
  const drivers = { ...driverRegistry, other };
  const cm = { drivers: () => Object.entries(drivers) };
  return createDemand({ ke, cm } as unknown as LdrNeeds, load, loadAuto);
}

suite('drivers loaded on demand', () => {
  test('a name of a device, or behind one, names its driver, in any case', async () => {
    const loaded: string[] = [];
    const demand = makeDemand((name) => {
      loaded.push(name);
      return Promise.resolve(Status.STATUS_SUCCESS);
    });
    assert.equal(await demand('\\device\\NULL'), Status.STATUS_SUCCESS);
    assert.equal(await demand('\\Device\\Two\\name'), Status.STATUS_SUCCESS);
    assert.equal(await demand('\\Device\\NullToo'), Status.STATUS_SUCCESS);
    assert.deepEqual(loaded, ['null', 'other', 'other']);
    for (const name of ['\\Device\\Nul', '\\Device\\Nullx', '\\Device', '\\Device\\Floppy2', ''])
      assert.isUndefined(await demand(name), name);
  });

  test('a driver that is started by itself later is loaded with its like', async () => {
    let times = 0;
    const statuses = [Status.STATUS_SUCCESS, Status.STATUS_DLL_NOT_FOUND];
    const demand = makeDemand(never, () => Promise.resolve(statuses[times++]!));
    assert.equal(await demand('\\Device\\Floppy0\\DIR\\A.TXT'), Status.STATUS_SUCCESS);
    assert.equal(await demand('\\device\\floppy1'), Status.STATUS_DLL_NOT_FOUND);
    assert.equal(times, 2);
  });

  test('who wants it while it is loaded waits for that, and what fails is said', async () => {
    let loads = 0;
    let end: (status: number) => void = () => undefined;
    const demand = makeDemand(() => {
      loads++;
      return new Promise((resolve) => (end = resolve));
    });
    const first = demand('\\Device\\Null');
    const second = demand('\\Device\\Null');
    end(Status.STATUS_DLL_NOT_FOUND);
    assert.equal(await first, Status.STATUS_DLL_NOT_FOUND);
    assert.equal(await second, Status.STATUS_SUCCESS, 'it looks again, and tries itself');
    assert.equal(loads, 1);
    const third = demand('\\Device\\Null');
    end(Status.STATUS_IMAGE_ALREADY_LOADED);
    assert.equal(await third, Status.STATUS_SUCCESS);
  });

  test('one that cannot be loaded is not tried for ever', async () => {
    let loads = 0;
    const demand = makeDemand(() => {
      loads++;
      return Promise.resolve(Status.STATUS_IO_TIMEOUT);
    });
    for (let i = 0; i < RESTARTS; i++)
      assert.equal(await demand('\\Device\\Null'), Status.STATUS_IO_TIMEOUT);
    assert.equal(await demand('\\Device\\Null'), Status.STATUS_DRIVER_UNABLE_TO_LOAD);
    assert.equal(loads, RESTARTS);
  });
});
