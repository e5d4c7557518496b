/** PoRequestPowerIrp on the real system: a driver that has the power of its own device changed. */
import { assert } from 'chai';
import * as pnp from '../../personality/rtl/pnp.ts';
import { NtDeviceIoControlFile } from '../../personality/ntdll/native.ts';
import { FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  IoCompleteRequest,
  IoCreateDevice,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  KeInitializeEvent,
  KeWaitForSingleObject,
  type KEvent,
  PoCallDriver,
  PoRequestPowerIrp,
} from '../../personality/wdm/index.ts';
import { bootPnp, devices, load, type Toy, toy } from '../ntos/pnp-rig.ts';

const { PowerDeviceD0, PowerDeviceD3, IRP_MN_QUERY_POWER, IRP_MN_SET_POWER } = pnp;

suite('wdm: power', function () {
  this.timeout(60_000);

  test('PoRequestPowerIrp: the IRP comes through the driver itself; wrong ones do not', async () => {
    const came: string[] = [];
    const completed: unknown[][] = [];
    const answers: Record<string, string> = {};
    let arrived: KEvent;
    const power: DriverDispatch<'power'> = async (device, irp) => {
      came.push(`${irp.minorFunction} to ${irp.parameters.state}`);
      arrived.waitable.set();
      IoSkipCurrentIrpStackLocation(irp as Irp);
      return PoCallDriver((device.extension as Toy).below, irp as Irp);
    };
    const control: DriverDispatch<'device_control'> = async (device, irp) => {
      const { driverObject: driver } = device;
      const ask = async (what: string, minor: number, state: number, of: DeviceObject = device) => {
        answers[what] = statusName(await PoRequestPowerIrp(of, minor, state));
      };
      arrived = KeInitializeEvent(driver, 1, false);
      const none = { name: '', type: FILE_DEVICE_NULL, extension: undefined };
      await ask('of no hardware', IRP_MN_SET_POWER, 4, await IoCreateDevice(driver, none));
      await ask('no such state', IRP_MN_SET_POWER, PowerDeviceD3 + 1);
      await ask('unspecified', IRP_MN_SET_POWER, PowerDeviceD0 - 1);
      await ask('no such minor', 0, PowerDeviceD0);
      assert.deepEqual(came, []);
      for (const minor of [IRP_MN_QUERY_POWER, IRP_MN_SET_POWER]) {
        await ask(`right ${minor}`, minor, PowerDeviceD3);
        await KeWaitForSingleObject(arrived);
      }
      const over = KeInitializeEvent(driver, 1, false);
      const completion = (of: DeviceObject, minor: number, state: number, ...rest: unknown[]) => {
        completed.push([of === device, minor, state, ...rest]);
        over.waitable.set();
      };
      await PoRequestPowerIrp(device, IRP_MN_SET_POWER, PowerDeviceD3, completion, 'context');
      await KeWaitForSingleObject(over);
      await PoRequestPowerIrp(device, 0, PowerDeviceD0, completion, 'never');
      return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
    };
    const name = '\\Device\\Toy';
    const code = toy([], { name, power, control });
    const rig = await bootPnp({ toy: { code, rootDevices: [{ id: 'TOY' }] } });
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    const status = await rig.client(async (client) => {
      const handle = await client.opened(name);
      const request = { handle, code: 0, input: new Uint8Array(), outputLength: 0 };
      return statusName((await NtDeviceIoControlFile(client.process, request)).status);
    });
    assert.equal(status, 'STATUS_SUCCESS');
    assert.deepEqual(answers, {
      'of no hardware': 'STATUS_INVALID_DEVICE_REQUEST',
      'no such state': 'STATUS_INVALID_PARAMETER',
      unspecified: 'STATUS_INVALID_PARAMETER',
      'no such minor': 'STATUS_INVALID_PARAMETER',
      [`right ${IRP_MN_QUERY_POWER}`]: 'STATUS_SUCCESS',
      [`right ${IRP_MN_SET_POWER}`]: 'STATUS_SUCCESS',
    });
    assert.deepEqual(came, ['3 to 4', '2 to 4', '2 to 4']);
    const once = [true, IRP_MN_SET_POWER, PowerDeviceD3, 'context', Status.STATUS_SUCCESS];
    assert.deepEqual(completed, [once], 'called once, when the stack is done');
    const powerOf = async () =>
      (await devices(rig)).find(({ instance }) => instance === 'ROOT\\TOY\\0')?.power;
    // The driver was told first; the Executive notes it when the IRP has come back.
    for (let tries = 0; tries < 100 && (await powerOf()) !== 'D3'; tries++) await rig.counters();
    assert.equal(await powerOf(), 'D3');
    assert.deepEqual(rig.faults, []);
    rig.end();
  });
});
