/** Filters by the registry: who is told of a device, in which order, and what a filter may not. */
import { assert } from 'chai';
import { NtDelayExecution } from '../../personality/ntdll/native.ts';
import { driverImage, IoAttachDevice, IoCreateDevice } from '../../personality/wdm/index.ts';
import { FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { act, bootPnp, load, stateOf, STATUS_SUCCESS, toy, unload } from './pnp-rig.ts';

const TOY = 'ROOT\\TOY\\0';
const rootDevices = [{ id: 'TOY' }];
const name = '\\Device\\Toy';

suite('ntos/io: filters', function () {
  this.timeout(60_000);

  /** A toy whose notes begin with its own name. */
  function named(who: string, all: string[], options: Parameters<typeof toy>[1] = {}) {
    const notes: string[] = [];
    notes.push = (...items: string[]) => all.push(...items.map((item) => `${who} ${item}`));
    return toy(notes, options);
  }

  test('lower ones are told first, upper ones when the device has its hardware', async () => {
    const all: string[] = [];
    const rig = await bootPnp({
      toy: {
        code: named('toy', all, { name }),
        rootDevices,
        lowerFilters: ['low'],
        upperFilters: ['up', 'late'],
      },
      low: { code: named('low', all) },
      up: { code: named('up', all) },
      late: { code: named('late', all), start: 'demand', devices: ['\\Device\\Late'] },
    });
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    assert.deepEqual(all.splice(0), [
      'low AddDevice',
      'toy AddDevice',
      'toy START_DEVICE',
      'low START_DEVICE',
      'toy QUERY_DEVICE_RELATIONS',
      'low QUERY_DEVICE_RELATIONS',
      'up AddDevice',
    ]);
    assert.equal(await load(rig, 'late'), 'STATUS_SUCCESS');
    assert.deepEqual(all.splice(0), ['late AddDevice'], 'loaded by somebody else');
    assert.equal(await act(rig, TOY, 'stop'), 'STATUS_SUCCESS');
    const order = ['late', 'up', 'toy', 'low'];
    assert.deepEqual(
      all.splice(0),
      ['QUERY_STOP_DEVICE', 'STOP_DEVICE'].flatMap((what) => order.map((who) => `${who} ${what}`)),
    );
    assert.equal(await act(rig, TOY, 'start'), 'STATUS_SUCCESS');
    all.length = 0;
    // A filter that dies is out of the stack, and comes above it when it is there again.
    await rig.asExecutive(({ ps, ldr }) => ps.terminate(ldr.driverProcess('up')!, 1));
    assert.equal(await load(rig, 'up'), 'STATUS_SUCCESS');
    assert.deepEqual(all.splice(0), ['up AddDevice']);
    assert.equal(await unload(rig, 'toy'), 'STATUS_SUCCESS');
    assert.deepEqual(
      all.filter((each) => each.endsWith(' REMOVE_DEVICE')),
      ['up', 'late', 'toy', 'low'].map((who) => `${who} REMOVE_DEVICE`),
    );
    assert.equal(await stateOf(rig, TOY), 'removed');
    rig.end();
  });

  test('whoever of a stack dies, all of it is there when he is back', async () => {
    const all: string[] = [];
    const code = (who: string) => named(who, all, who === 'toy' ? { name } : {});
    const rig = await bootPnp({
      toy: { code: code('toy'), rootDevices, lowerFilters: ['low'], upperFilters: ['up'] },
      low: { code: code('low') },
      up: { code: code('up') },
    });
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    const kill = (who: string) =>
      rig.asExecutive(({ ps, ldr }) => ps.terminate(ldr.driverProcess(who)!, 1));
    const order = ['up', 'toy', 'low'];
    const told = (what: string, who = order) => who.map((each) => `${each} ${what}`);
    /** Who hears of a request, from above. */
    const whole = async (what: string) => {
      all.length = 0;
      assert.equal(await act(rig, TOY, 'stop'), 'STATUS_SUCCESS', what);
      assert.deepEqual(all, [...told('QUERY_STOP_DEVICE'), ...told('STOP_DEVICE')], what);
      assert.equal(await act(rig, TOY, 'start'), 'STATUS_SUCCESS', what);
      await rig.client(async (client) => client.close(await client.opened(name)));
    };
    for (const dies of ['toy', 'toy', 'up', 'low', 'toy', 'low', 'up']) {
      all.length = 0;
      await kill(dies);
      assert.equal(await load(rig, dies), 'STATUS_SUCCESS', dies);
      assert.equal(await stateOf(rig, TOY), 'started', dies);
      // Of the others each is told once that the device goes, but where an upper filter died.
      const left = order.filter((each) => each !== dies);
      const removed = all.filter((each) => each.endsWith(' REMOVE_DEVICE'));
      assert.deepEqual(removed, dies === 'up' ? [] : told('REMOVE_DEVICE', left), dies);
      await whole(`after the death of ${dies}`);
    }
    // Two at once.
    await kill('low');
    await kill('toy');
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    await whole('after both');
    // A device that is in use is not taken down for a lower filter that comes back.
    let [opened, enough] = [false, false];
    const user = rig.client(async (client) => {
      const handle = await client.opened(name);
      opened = true;
      while (!enough) await NtDelayExecution(client.process, { interval: 1000, alertable: false });
      await client.close(handle);
    });
    while (!opened) await rig.counters();
    await kill('low');
    all.length = 0;
    assert.equal(await load(rig, 'low'), 'STATUS_SUCCESS');
    assert.equal(await stateOf(rig, TOY), 'started');
    assert.notInclude(all, 'low AddDevice');
    enough = true;
    await user;
    assert.equal(await act(rig, TOY, 'remove'), 'STATUS_SUCCESS');
    assert.equal(await act(rig, TOY, 'start'), 'STATUS_SUCCESS');
    assert.include(all, 'low AddDevice', 'it is there from the next start on');
    rig.end();
  });

  test('whom no key names is not told, and does not get above the device by itself', async () => {
    const all: string[] = [];
    const found: string[] = [];
    const thief = driverImage(async (driver) => {
      const device = await IoCreateDevice(driver, {
        name: '',
        type: FILE_DEVICE_NULL,
        extension: undefined,
      });
      await IoAttachDevice(device, name).catch((error: unknown) => {
        if (!(error instanceof NtException)) throw error;
        found.push(statusName(error.status));
      });
      return STATUS_SUCCESS;
    });
    const rig = await bootPnp({
      toy: { code: named('toy', all, { name }), rootDevices, upperFilters: ['absent'] },
      thief: { code: thief },
      other: { code: named('other', all) },
    });
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS', 'a filter that is not there is none');
    await load(rig, 'thief');
    await load(rig, 'other');
    assert.deepEqual(found, [statusName(Status.STATUS_ACCESS_DENIED)]);
    assert.notInclude(all, 'other AddDevice');
    rig.end();
  });
});
