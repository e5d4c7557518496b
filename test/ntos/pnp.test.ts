/** Plug and Play on the whole system: the lives of devices, with drivers of the test's own. */
import { assert } from 'chai';
import { NtDelayExecution, NtDeviceIoControlFile } from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import * as pnp from '../../personality/rtl/pnp.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { type NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  driverImage,
  HalMapIoPorts,
  IoCompleteRequest,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  PnpResources,
  PoCallDriver,
  PoStartNextPowerIrp,
  READ_PORT_UCHAR,
} from '../../personality/wdm/index.ts';
import {
  act,
  bootPnp,
  devices,
  load,
  stateOf,
  STATUS_SUCCESS,
  type Toy,
  toy,
  unload,
} from './pnp-rig.ts';

const TOY = 'ROOT\\TOY\\0';
const ports = [[0x2f8, 8]] as const;

const pause = (process: NtProcess) =>
  NtDelayExecution(process, { alertable: false, interval: -10_000 });

suite('ntos/io: Plug and Play', function () {
  this.timeout(60_000);

  test('a device lives: added, started with its hardware, stopped, removed', async () => {
    const notes: string[] = [];
    const code = toy(notes, {
      name: '\\Device\\Toy',
      entry: (driver) => {
        notes.push('DriverEntry');
        driver.driverUnload = () => void notes.push('Unload');
      },
      pnp: async (device, irp) => {
        if (irp.minorFunction !== pnp.IRP_MN_START_DEVICE) return undefined;
        const resources = PnpResources(irp);
        assert.deepEqual(resources, { ports: [[0x2f8, 8]], interrupts: [3], dma: [] });
        READ_PORT_UCHAR(await HalMapIoPorts(device.driverObject, 0x2f8, 8), 0);
        return undefined;
      },
    });
    const rig = await bootPnp({
      toy: { code, rootDevices: [{ id: 'TOY', ports, interrupts: [3] }] },
    });
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    assert.deepEqual(notes, ['DriverEntry', 'AddDevice', 'START_DEVICE', 'QUERY_DEVICE_RELATIONS']);
    assert.equal(await stateOf(rig, TOY), 'started');
    await rig.client(
      async (client) => void (await client.close(await client.opened('\\Device\\Toy'))),
    );
    notes.length = 0;
    assert.equal(await act(rig, TOY, 'stop'), 'STATUS_SUCCESS');
    assert.equal(await act(rig, TOY, 'start'), 'STATUS_SUCCESS');
    assert.deepEqual(notes, ['QUERY_STOP_DEVICE', 'STOP_DEVICE', 'START_DEVICE']);
    notes.length = 0;
    assert.equal(await unload(rig, 'toy'), 'STATUS_SUCCESS');
    assert.deepEqual(notes, ['QUERY_REMOVE_DEVICE', 'REMOVE_DEVICE', 'Unload']);
    assert.equal(await stateOf(rig, TOY), 'removed');
    assert.deepEqual(rig.faults, []);
    assert.lengthOf(await devices(rig), 3);
    rig.end();
  });

  test('hardware goes with its device: nobody else gets it, and no use of it is left', async () => {
    const seen: string[] = [];
    let device: DeviceObject | undefined;
    const attempt = (): Promise<unknown> =>
      HalMapIoPorts(device!.driverObject, 0x2f8, 8).then(
        () => seen.push('granted'),
        (error: NtException) => seen.push(statusName(error.status)),
      );
    const code = toy([], {
      added: async (made) => {
        device = made;
        await attempt();
      },
      pnp: async (_device, irp) => {
        const { minorFunction: minor } = irp;
        if (minor === pnp.IRP_MN_START_DEVICE || minor === pnp.IRP_MN_REMOVE_DEVICE)
          await attempt();
        return undefined;
      },
      control: async (_device, irp) => {
        await attempt();
        return IoCompleteRequest(irp, STATUS_SUCCESS);
      },
    });
    const rootDevices = [{ id: 'TOY', ports, interrupts: [3] }];
    const rig = await bootPnp({
      toy: { code, rootDevices },
      rival: { code: toy([]), rootDevices: [{ id: 'RIVAL', ports: [[0x2ff, 4]] }] },
      old: { code: driverImage(() => STATUS_SUCCESS), ports: [[0x2f8, 8]] },
      lines: { code: toy([]), rootDevices: [{ id: 'LINES', interrupts: [3] }] },
    });
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    assert.equal(await load(rig, 'rival'), 'STATUS_CONFLICTING_ADDRESSES');
    assert.equal(await load(rig, 'lines'), 'STATUS_CONFLICTING_ADDRESSES');
    assert.equal(await load(rig, 'old'), 'STATUS_CONFLICTING_ADDRESSES');
    assert.equal(await act(rig, TOY, 'remove'), 'STATUS_SUCCESS');
    assert.deepEqual(seen, ['STATUS_ACCESS_DENIED', 'granted', 'granted']);
    assert.equal(await load(rig, 'rival'), 'STATUS_SUCCESS');
    assert.deepEqual(rig.faults, []);
    rig.end();
  });

  test('a device that is used, or whose driver objects, stays', async () => {
    const notes: string[] = [];
    let objects = true;
    const code = toy(notes, {
      name: '\\Device\\Toy',
      pnp: async (_device, irp) =>
        irp.minorFunction === pnp.IRP_MN_QUERY_REMOVE_DEVICE && objects
          ? IoCompleteRequest(irp, Status.STATUS_UNSUCCESSFUL)
          : undefined,
    });
    const rig = await bootPnp({ toy: { code, rootDevices: [{ id: 'TOY' }] } });
    await load(rig, 'toy');
    notes.length = 0;
    assert.equal(await act(rig, TOY, 'remove'), 'STATUS_UNSUCCESSFUL');
    assert.deepEqual(notes, ['QUERY_REMOVE_DEVICE', 'CANCEL_REMOVE_DEVICE']);
    objects = false;
    let [opened, enough] = [false, false];
    const user = rig.client(async (client) => {
      const handle = await client.opened('\\Device\\Toy');
      opened = true;
      while (!enough) await pause(client.process);
      await client.close(handle);
    });
    while (!opened) await rig.counters();
    assert.equal(await act(rig, TOY, 'remove'), 'STATUS_DEVICE_BUSY');
    assert.equal(await stateOf(rig, TOY), 'started');
    enough = true;
    await user;
    assert.equal(await act(rig, TOY, 'remove'), 'STATUS_SUCCESS');
    assert.equal(await act(rig, TOY, 'start'), 'STATUS_SUCCESS');
    rig.end();
  });

  test('a start that fails is undone, and loading says why', async () => {
    const notes: string[] = [];
    const code = toy(notes, {
      pnp: async (_device, irp) =>
        irp.minorFunction === pnp.IRP_MN_START_DEVICE
          ? IoCompleteRequest(irp, Status.STATUS_NO_SUCH_DEVICE)
          : undefined,
    });
    const old = driverImage(() => STATUS_SUCCESS);
    const rig = await bootPnp({
      toy: { code, rootDevices: [{ id: 'TOY', ports }] },
      old: { code: old, rootDevices: [{ id: 'OLD', ports }] },
    });
    assert.equal(await load(rig, 'toy'), 'STATUS_NO_SUCH_DEVICE');
    assert.deepEqual(notes, ['AddDevice', 'START_DEVICE', 'REMOVE_DEVICE']);
    // Without AddDevice.
    assert.equal(await load(rig, 'old'), 'STATUS_INVALID_DEVICE_REQUEST');
    assert.equal(
      (await devices(rig)).find(({ instance }) => instance === TOY)?.problem,
      'STATUS_NO_SUCH_DEVICE',
    );
    rig.end();
  });

  test('a device that dies with its driver is added again when that is back', async () => {
    const notes: string[] = [];
    const code = toy(notes, {
      name: '\\Device\\Toy',
      control: () => {
        throw new Error('as if it had a fault');
      },
    });
    const rootDevices = [{ id: 'TOY', ports, interrupts: [3] }];
    const rig = await bootPnp({ toy: { code, rootDevices, restart: true } });
    await load(rig, 'toy');
    for (let times = 0; times < 3; times++) {
      notes.length = 0;
      const asks = rig.client(async (client) => {
        const { process } = client;
        const handle = await client.opened('\\Device\\Toy');
        const request = { handle, code: 0, input: new Uint8Array(), outputLength: 0 };
        return statusName((await NtDeviceIoControlFile(process, request)).status);
      });
      assert.equal(await asks, 'STATUS_DRIVER_PROCESS_TERMINATED');
      // The open waits for the restart.
      await rig.client(
        async (client) => void (await client.close(await client.opened('\\Device\\Toy'))),
      );
      assert.deepEqual(notes, ['AddDevice', 'START_DEVICE', 'QUERY_DEVICE_RELATIONS']);
    }
    assert.equal(await stateOf(rig, TOY), 'started');
    rig.end();
  });

  test('power: asked before it does less, told of each change, off at the shutdown', async () => {
    const states: string[] = [];
    let refuses = true;
    const power: DriverDispatch<'power'> = async (device, irp) => {
      const { minorFunction: minor, parameters } = irp;
      const asks = minor === pnp.IRP_MN_QUERY_POWER;
      states.push(`${asks ? 'query' : 'set'} D${parameters.state - 1}`);
      if (asks && refuses) return IoCompleteRequest(irp, Status.STATUS_UNSUCCESSFUL);
      PoStartNextPowerIrp(irp as Irp);
      IoSkipCurrentIrpStackLocation(irp as Irp);
      return PoCallDriver((device.extension as Toy).below, irp as Irp);
    };
    const rig = await bootPnp({ toy: { code: toy([], { power }), rootDevices: [{ id: 'TOY' }] } });
    await load(rig, 'toy');
    const powerOf = async () =>
      (await devices(rig)).find(({ instance }) => instance === TOY)?.power;
    assert.equal(await act(rig, TOY, 'powerOff'), 'STATUS_UNSUCCESSFUL');
    assert.equal(await powerOf(), 'D0');
    refuses = false;
    assert.equal(await act(rig, TOY, 'powerOff'), 'STATUS_SUCCESS');
    assert.equal(await powerOf(), 'D3');
    assert.equal(await act(rig, TOY, 'powerOn'), 'STATUS_SUCCESS');
    await rig.asExecutive(({ io }) => io.shutdown());
    assert.deepEqual(states, ['query D3', 'query D3', 'set D3', 'set D0', 'set D3']);
    assert.deepEqual(
      (await devices(rig)).map((each) => each.power),
      ['D3', 'D3', 'D3'],
    );
    rig.end();
  });

  test('wrong arguments of the services', async () => {
    let answers: Record<string, string> = {};
    const code = toy([], {
      added: async ({ driverObject: { runtime }, id: device, extension }) => {
        const target = extension.physical.id;
        const guid = '{01234567-89ab-cdef-0123-456789abcdef}';
        const reference = '';
        const link = '\\??\\NOBODY';
        const status = async (answer: Promise<{ status: number }>) =>
          statusName((await answer).status).slice(7);
        answers = {
          'attached twice': await status(
            runtime.service('WdmAttachDeviceToStack', { device, target }),
          ),
          'attached to nothing': await status(
            runtime.service('WdmAttachDeviceToStack', { device, target: 0x7777 }),
          ),
          'children of nothing': await status(
            runtime.service('WdmInvalidateDeviceRelations', { device: 0x7777 }),
          ),
          'no GUID': await status(
            runtime.service('WdmRegisterDeviceInterface', { device, guid: 'x', reference }),
          ),
          'a reference with a backslash': await status(
            runtime.service('WdmRegisterDeviceInterface', { device, guid, reference: 'a\\b' }),
          ),
          'interface of nothing': await status(
            runtime.service('WdmRegisterDeviceInterface', { device: 0x7777, guid, reference }),
          ),
          'no such link': await status(
            runtime.service('WdmSetDeviceInterfaceState', { link, enable: true }),
          ),
          'no such property': await status(
            runtime.service('WdmGetDeviceProperty', { device, property: 999 }),
          ),
          'no such state': await status(
            runtime.service('WdmRequestPowerIrp', { device, minor: 2, state: 9, request: 0 }),
          ),
          'no such power': await status(
            runtime.service('WdmRequestPowerIrp', { device, minor: 9, state: 1, request: 0 }),
          ),
          'not its line': await status(runtime.service('WdmDisconnectInterrupt', { line: 4 })),
          'news of no class': await status(
            runtime.service('WdmRegisterNotification', { guid: '' }),
          ),
        };
      },
    });
    const rig = await bootPnp({ toy: { code, rootDevices: [{ id: 'TOY' }] } });
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    assert.deepEqual(answers, {
      'attached twice': 'INVALID_PARAMETER',
      'attached to nothing': 'INVALID_PARAMETER',
      'children of nothing': 'INVALID_DEVICE_REQUEST',
      'no GUID': 'INVALID_PARAMETER',
      'a reference with a backslash': 'INVALID_PARAMETER',
      'interface of nothing': 'INVALID_DEVICE_REQUEST',
      'no such link': 'OBJECT_NAME_NOT_FOUND',
      'no such property': 'INVALID_PARAMETER',
      'no such state': 'INVALID_PARAMETER',
      'no such power': 'INVALID_PARAMETER',
      'not its line': 'INVALID_PARAMETER',
      'news of no class': 'INVALID_PARAMETER',
    });
    rig.end();
  });
});
