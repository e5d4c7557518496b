/** Service keys: what is written for a driver is read again, and nonsense is no driver. */
import { assert } from 'chai';
import fc from 'fast-check';
import { decodeResources, encodeResources } from '../../../personality/ntos/cm/resources.ts';
import { Budget, childOf, Hive, setValue } from '../../../personality/ntos/cm/key.ts';
import { driverOf, driversOf, makeSystem } from '../../../personality/ntos/cm/system.ts';
import { REG_DWORD, REG_SZ, textData } from '../../../personality/rtl/registry.ts';
import { driverRegistry } from '../../../drivers/registry.ts';

function systemHive(): Hive {
  const hive = new Hive({ name: 'System', limit: 1 << 20, volatiles: new Budget(0) });
  makeSystem(hive, driverRegistry, 0);
  return hive;
}

const keyOf = (hive: Hive, path: string) =>
  path.split('\\').reduce((key, name) => childOf(key, name)!, hive.root);

suite('ntos/cm/service', () => {
  test('every driver of the system is what its entry says', () => {
    const hive = systemHive();
    assert.sameMembers(
      driversOf(hive).map(([name]) => name),
      Object.keys(driverRegistry),
    );
    for (const [name, entry] of Object.entries(driverRegistry)) {
      const rest = { filters: [], devices: [], hardwareIds: [], start: 'demand', restart: false };
      const none = { ports: [], interrupts: [], dma: [] };
      const rootDevices = (entry.rootDevices ?? []).map((device) => ({ ...none, ...device }));
      const { links, ...own } = { links: {}, ...rest, ...entry, rootDevices };
      assert.deepEqual(driverOf(hive, name.toUpperCase()), own as never, name);
      const names = keyOf(hive, 'ControlSet001\\Control\\Session Manager\\DOS Devices').values;
      for (const link of Object.keys(links)) assert.isTrue(names.has(link), link);
    }
  });

  test('values of another type, or none at all', () => {
    const hive = systemHive();
    const fdc = keyOf(hive, 'ControlSet001\\Services\\fdc');
    setValue(fdc, { name: 'Start', type: REG_SZ, data: textData('1') }, 0);
    assert.isUndefined(driverOf(hive, 'fdc')!.start);
    const parameters = childOf(fdc, 'Parameters')!;
    parameters.values.clear();
    assert.deepInclude(driverOf(hive, 'fdc'), { ports: [], counterName: 'fdc', restart: false });
    setValue(fdc, { name: 'ImagePath', type: REG_DWORD, data: new Uint8Array(4) }, 0);
    assert.isUndefined(driverOf(hive, 'fdc'));
    keyOf(hive, 'ControlSet001').keys.clear();
    assert.isUndefined(driverOf(hive, 'fdc'));
    assert.deepEqual(driversOf(hive), []);
  });

  test('resources: there and back, and any bytes', () => {
    const hardware = fc.record({
      ports: fc.array(fc.tuple(fc.nat(0xff00), fc.integer({ min: 1, max: 0x100 })), {
        maxLength: 9,
      }),
      interrupts: fc.array(fc.nat(15), { maxLength: 9 }),
      dma: fc.array(fc.nat(7), { maxLength: 9 }),
    });
    fc.assert(
      fc.property(hardware, (given) => {
        const bytes = encodeResources(given);
        assert.deepEqual(decodeResources(bytes), given);
        if (bytes.length > 20) assert.isUndefined(decodeResources(bytes.subarray(0, -1)));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void decodeResources(bytes)),
    );
    const one = encodeResources({ ports: [[0xffff, 1]], interrupts: [], dma: [] });
    one[20 + 12] = 2;
    assert.isUndefined(decodeResources(one), 'a port beyond the last');
  });
});
