/** Buses whose drivers report children, children that are pulled out, interfaces, parts of IRPs. */
import { assert } from 'chai';
import { NtDeviceIoControlFile } from '../../personality/ntdll/native.ts';
import * as mj from '../../personality/rtl/irp.ts';
import { FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as pnp from '../../personality/rtl/pnp.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/types.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  IoAttachDevice,
  IoCallDriver,
  IoCompleteRequest,
  IoCreateDevice,
  IoDeleteDevice,
  IoGetDeviceProperty,
  IoGetNextIrpStackLocation,
  IoInvalidateDeviceRelations,
  IoMakeAssociatedIrp,
  IoMarkIrpPending,
  IoRegisterDeviceInterface,
  IoRegisterPlugPlayNotification,
  IoSetDeviceInterfaceState,
  type Irp,
} from '../../personality/wdm/index.ts';
import type { ClientRig } from './io-client.ts';
import {
  bootPnp,
  devices,
  load,
  minors,
  stateOf,
  STATUS_SUCCESS,
  type Toy,
  toy,
} from './pnp-rig.ts';

const GUID = '{01234567-89ab-cdef-0123-456789abcdef}';
/** Cards from here on are known to no driver; this one needs none. */
const RAW = 8;
const CHILD = (slot: number): string => `BUS\\CARD\\${slot}`;

/** A bus with slots; the test plugs cards in and out. */
interface Bus {
  readonly notes: string[];
  readonly slots: Map<number, DeviceObject>;
  plug(slot: number): void;
  pull(slot: number): void;
}

function makeBus(): { bus: Bus; code: Image } {
  let fdo: DeviceObject<Toy> | undefined;
  const wanted: number[] = [];
  // The driver does it when it is asked for its children.
  const bus: Bus = {
    notes: [],
    slots: new Map(),
    plug: (slot) => void wanted.push(slot),
    pull: (slot) => void bus.slots.delete(slot),
  };
  const report = async (irp: Irp<'pnp'>): Promise<void> => {
    for (const slot of wanted.splice(0)) bus.slots.set(slot, await makeCard(slot));
    irp.ioStatus.status = STATUS_SUCCESS;
    irp.result = { devices: [...bus.slots.values()].map(({ id }) => id) };
  };
  const makeCard = (slot: number) =>
    IoCreateDevice(fdo!.driverObject, { name: '', type: FILE_DEVICE_NULL, extension: { slot } });
  const code = toy([], {
    added: async (device) => void (fdo = device),
    pnp: async (device, irp) => {
      if ('slot' in device.extension) return card(bus, device as never, irp);
      if (irp.minorFunction === pnp.IRP_MN_QUERY_DEVICE_RELATIONS) await report(irp);
      return undefined;
    },
    power: (device, irp) => {
      if ('slot' in (device.extension as object)) return IoCompleteRequest(irp, STATUS_SUCCESS);
      return IoCallDriverBelow(device, irp as Irp);
    },
    control: (device, irp) => {
      // Asked by the test, as an interrupt of the bus would.
      void IoInvalidateDeviceRelations(device);
      return IoCompleteRequest(irp, STATUS_SUCCESS);
    },
    name: '\\Device\\Bus',
  });
  return { bus, code };
}

const IoCallDriverBelow = (device: DeviceObject, irp: Irp) => {
  IoGetNextIrpStackLocation(irp);
  return IoCallDriver((device.extension as Toy).below, irp);
};

/** The bus's side of a card. */
async function card(
  bus: Bus,
  device: DeviceObject<{ slot: number }>,
  irp: Irp<'pnp'>,
): Promise<number> {
  const { slot } = device.extension;
  const { minorFunction: minor } = irp;
  bus.notes.push(`${slot} ${minors[minor]}`);
  if (minor === pnp.IRP_MN_QUERY_ID) {
    const known = slot < RAW ? 'OTHER\0MODEL-X' : 'OTHER';
    const text = ['BUS\\CARD', known, undefined, String(slot)][irp.parameters.type];
    if (text === undefined) return IoCompleteRequest(irp, Status.STATUS_NOT_SUPPORTED);
    return IoCompleteRequest(irp, STATUS_SUCCESS, 0, { text });
  }
  if (minor === pnp.IRP_MN_QUERY_CAPABILITIES && slot >= RAW) {
    const able = pnp.DEVICE_CAPABILITY_REMOVABLE | pnp.DEVICE_CAPABILITY_RAW_DEVICE;
    const data = Uint8Array.of(slot === RAW ? able : 0x80, 0, 0, 0);
    return IoCompleteRequest(irp, STATUS_SUCCESS, 4, { data });
  }
  if (
    minor === pnp.IRP_MN_QUERY_DEVICE_RELATIONS ||
    minor === pnp.IRP_MN_QUERY_RESOURCE_REQUIREMENTS
  )
    return IoCompleteRequest(irp, Status.STATUS_NOT_SUPPORTED);
  const status = IoCompleteRequest(irp, STATUS_SUCCESS);
  if (minor === pnp.IRP_MN_REMOVE_DEVICE && !bus.slots.has(slot)) await IoDeleteDevice(device);
  return status;
}

/** Until nothing of the system is under way that the bus has begun. */
async function rescan(rig: ClientRig): Promise<void> {
  await rig.asExecutive(({ io }) => io.device('ROOT\\BUS\\0', 'rescan'));
}

suite('ntos/io: buses', function () {
  this.timeout(60_000);

  test('a card is found, its driver loaded, its interface told of; then it is pulled out', async () => {
    const { bus, code } = makeBus();
    const notes: string[] = [];
    const heard: string[] = [];
    let link = '';
    const cardDriver = toy(notes, {
      added: async ({ driverObject, extension }) => {
        link = await IoRegisterDeviceInterface(extension.physical, GUID);
        const text = await IoGetDeviceProperty(extension.physical, pnp.DevicePropertyDriverKeyName);
        notes.push(text, driverObject.name);
      },
      pnp: async (device, irp) => {
        if (irp.minorFunction === pnp.IRP_MN_QUERY_DEVICE_RELATIONS)
          await IoSetDeviceInterfaceState(device.driverObject, link, true);
        return undefined;
      },
      control: (_device, irp) =>
        IoCompleteRequest(irp, STATUS_SUCCESS, undefined, { output: Uint8Array.of(42) }),
    });
    const listener = toy([], {
      added: async ({ driverObject }) => {
        const note = (name: string, arrived: boolean) =>
          heard.push(`${arrived ? '+' : '-'}${name}`);
        await IoRegisterPlugPlayNotification(driverObject, GUID, note);
      },
    });
    const rig = await bootPnp({
      listener: { code: listener, rootDevices: [{ id: 'EAR' }] },
      bus: { code, rootDevices: [{ id: 'BUS' }] },
      card: { code: cardDriver, hardwareIds: ['model-x'] },
    });
    assert.equal(await load(rig, 'listener'), 'STATUS_SUCCESS');
    bus.plug(1);
    assert.equal(await load(rig, 'bus'), 'STATUS_SUCCESS');
    assert.equal(await stateOf(rig, CHILD(1)), 'started');
    assert.deepEqual(notes, [
      'AddDevice',
      CHILD(1),
      '\\Driver\\card',
      'START_DEVICE',
      'QUERY_DEVICE_RELATIONS',
    ]);
    assert.equal(link, `\\??\\BUS#CARD#1#${GUID}`);
    // A second card: its driver is there already.
    bus.plug(2);
    await rescan(rig);
    assert.equal(await stateOf(rig, CHILD(2)), 'started');
    const opened = await rig.client(async (client) => {
      const handle = await client.opened(`\\??\\BUS#CARD#1#${GUID}`);
      const request = { handle, code: 0, input: new Uint8Array(), outputLength: 4 };
      const answer = await NtDeviceIoControlFile(client.process, request);
      await client.close(handle);
      return [...answer.output];
    });
    assert.deepEqual(opened, [42]);
    // Cards without a driver: one can be used as the bus made it.
    bus.plug(RAW);
    bus.plug(RAW + 1);
    await rescan(rig);
    assert.equal(await stateOf(rig, CHILD(RAW)), 'started');
    assert.equal(await stateOf(rig, CHILD(RAW + 1)), 'added');
    const able = (await devices(rig)).map(({ capabilities }) => capabilities);
    assert.sameMembers(able.filter(Boolean), [5], 'what is none is not believed');
    bus.pull(RAW);
    bus.pull(RAW + 1);
    await rescan(rig);
    assert.equal(await stateOf(rig, CHILD(RAW)), 'absent');
    notes.length = bus.notes.length = 0;
    bus.pull(1);
    await rescan(rig);
    assert.equal(await stateOf(rig, CHILD(1)), 'absent');
    assert.equal(await stateOf(rig, CHILD(2)), 'started');
    assert.deepEqual(notes, ['SURPRISE_REMOVAL', 'REMOVE_DEVICE']);
    assert.deepEqual(bus.notes, ['1 SURPRISE_REMOVAL', '1 REMOVE_DEVICE']);
    // Nobody waits for who listens.
    while (heard.length < 3) await rig.counters();
    assert.deepEqual(heard, [`+\\??\\BUS#CARD#1#${GUID}`, `+${link}`, `-\\??\\BUS#CARD#1#${GUID}`]);
    assert.deepEqual(rig.faults, []);
    rig.end();
  });

  test('a bus that dies takes its cards along, and brings them back', async () => {
    const { bus, code } = makeBus();
    const notes: string[] = [];
    const rig = await bootPnp({
      bus: { code, rootDevices: [{ id: 'BUS' }], restart: true },
      card: { code: toy(notes), hardwareIds: ['MODEL-X'] },
    });
    bus.plug(1);
    await load(rig, 'bus');
    notes.length = 0;
    bus.slots.clear();
    bus.plug(1);
    await rig.asExecutive(({ ldr, ps }) =>
      ps.terminate(ldr.driverProcess('bus')!, Status.STATUS_UNSUCCESSFUL),
    );
    // Whoever opens the bus waits until it is there.
    await rig.client(
      async (client) => void (await client.close(await client.opened('\\Device\\Bus'))),
    );
    assert.deepEqual(notes.slice(0, 2), ['SURPRISE_REMOVAL', 'REMOVE_DEVICE']);
    assert.include(notes, 'START_DEVICE');
    assert.equal(await stateOf(rig, CHILD(1)), 'started');
    assert.lengthOf(
      (await devices(rig)).filter(({ parent }) => parent),
      1,
    );
    rig.end();
  });

  test('a master is done when all of its parts are', async () => {
    const codes: number[] = [];
    const below = toy([], {
      name: '\\Device\\Below',
      control: (_device, irp) => {
        const { code } = irp.parameters;
        codes.push(code);
        return IoCompleteRequest(irp, code === 8 ? Status.STATUS_CRC_ERROR : STATUS_SUCCESS, 10);
      },
    });
    const split: DriverDispatch<'device_control'> = async (device, irp) => {
      const { target } = device.extension as unknown as { target: DeviceObject };
      const last = irp.parameters.code;
      IoMarkIrpPending(irp as Irp);
      const parts = [4, last].map((code) => {
        const part = IoMakeAssociatedIrp(irp as Irp, target) as Irp<'device_control'>;
        const next = IoGetNextIrpStackLocation(part);
        next.majorFunction = mj.IRP_MJ_DEVICE_CONTROL;
        next.parameters = { code, input: new Uint8Array(), outputLength: 0 };
        return part;
      });
      for (const part of parts) await IoCallDriver(target, part as Irp);
      return Status.STATUS_PENDING;
    };
    const above = toy([], {
      name: '\\Device\\Above',
      control: split,
      added: async (device) => {
        const facts = { name: '', type: FILE_DEVICE_NULL, extension: undefined };
        const filter = await IoCreateDevice(device.driverObject, facts);
        const target = await IoAttachDevice(filter, '\\Device\\Below');
        Object.assign(device.extension, { target });
      },
    });
    const rig = await bootPnp({
      below: { code: below, rootDevices: [{ id: 'BELOW' }] },
      above: { code: above, rootDevices: [{ id: 'ABOVE' }], filters: ['\\Device\\Below'] },
    });
    await load(rig, 'below');
    assert.equal(await load(rig, 'above'), 'STATUS_SUCCESS');
    const ask = (code: number) =>
      rig.client(async (client) => {
        const handle = await client.opened('\\Device\\Above');
        const request = { handle, code, input: new Uint8Array(), outputLength: 0 };
        return statusName((await NtDeviceIoControlFile(client.process, request)).status);
      });
    assert.equal(await ask(12), 'STATUS_SUCCESS');
    assert.equal(await ask(8), 'STATUS_CRC_ERROR');
    assert.deepEqual(codes, [4, 12, 4, 8]);
    rig.end();
  });
});
