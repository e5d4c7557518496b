/** Stacks of devices in several processes: filters that see, change, keep and lose requests. */
import { assert } from 'chai';
import { NtDeviceIoControlFile } from '../../personality/ntdll/native.ts';
import type { DriverConfiguration } from '../../personality/rtl/driverconfiguration.ts';
import { driverRegistry } from '../../drivers/registry.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_READ,
} from '../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import { encodePacket, OWN_IRP, type Packet } from '../../personality/rtl/packets.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/types.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  driverImage,
  type DriverObject,
  IoAttachDevice,
  IoBuildDeviceIoControlRequest,
  IoCallDriver,
  IoCompleteRequest,
  IoCopyCurrentIrpStackLocationToNext,
  IoCreateDevice,
  IoDetachDevice,
  IoGetNextIrpStackLocation,
  IoMarkIrpPending,
  IoSetCompletionRoutine,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  KeInitializeEvent,
  KeWaitForSingleObject,
} from '../../personality/wdm/index.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type ClientRig, pattern } from './io-client.ts';

const BOTTOM = '\\Device\\Bottom';
const { STATUS_SUCCESS, STATUS_PENDING, STATUS_MORE_PROCESSING_REQUIRED } = Status;

type Control = DriverDispatch<'device_control'>;
interface Below {
  below: DeviceObject;
}
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The device that all others are attached to; without one, it answers its input and `b`. */
function bottom(control: Control = echo): Image {
  return driverImage(async (driver) => {
    await makeDevice(driver, BOTTOM, undefined);
    fill(driver, (_device, irp) => IoCompleteRequest(irp, STATUS_SUCCESS), control);
    return STATUS_SUCCESS;
  });
}

const echo: Control = (_device, irp) =>
  IoCompleteRequest(irp, STATUS_SUCCESS, undefined, {
    output: bytes(`${text(irp.parameters.input)}b`),
  });

function makeDevice<E>(driver: DriverObject, name: string, extension: E): Promise<DeviceObject<E>> {
  return IoCreateDevice(driver, { name, type: FILE_DEVICE_NULL, flags: DO_BUFFERED_IO, extension });
}

function fill(driver: DriverObject, others: DriverDispatch, control: Control): void {
  const { majorFunction: table } = driver;
  for (const major of [IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE] as const)
    table[major] = others as never;
  table[IRP_MJ_DEVICE_CONTROL] = control;
}

const pass: DriverDispatch = (device, irp) => {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver((device.extension as Below).below, irp);
};

/** A filter above `target`; what it does with a device control request is the test's. */
function filter(control: Control, target = BOTTOM): Image {
  return driverImage(async (driver) => {
    const device = await makeDevice<Below | undefined>(driver, '', undefined);
    const below = await IoAttachDevice(device, target);
    (device as { extension: unknown }).extension = { below };
    fill(driver, pass, control);
    driver.majorFunction[IRP_MJ_READ] = pass as never;
    return STATUS_SUCCESS;
  });
}

/** Adds a letter on the way down, and on the way back up. */
const letters =
  (down: string, up: string): Control =>
  (device, irp) => {
    const next = IoGetNextIrpStackLocation(irp);
    const { parameters } = next;
    next.parameters = { ...parameters, input: bytes(text(parameters.input) + down) };
    IoSetCompletionRoutine(
      irp as Irp,
      (_device, done) => {
        const { output = new Uint8Array() } = (done as Irp<'device_control'>).result;
        (done as Irp<'device_control'>).result = { output: bytes(text(output) + up) };
        done.ioStatus.information += up.length;
      },
      undefined,
    );
    return IoCallDriver((device.extension as Below).below, irp as Irp);
  };

type Drivers = Record<string, { image: Image; filters?: string[] }>;

async function boot(drivers: Drivers, disks: Uint8Array[] = []): Promise<ClientRig> {
  const configured: Record<string, DriverConfiguration> = { ...driverRegistry };
  const images: Record<string, Image> = {};
  for (const [name, { image, filters = [BOTTOM] }] of Object.entries(drivers)) {
    const none = { ports: [], interrupts: [], dma: [] };
    configured[name] = { image: `${name}.sys`, counterName: name, ...none, filters };
    images[`${name}.sys`] = image;
  }
  return bootClientRig(disks, { drivers: configured, irpTimeout: 1_000_000 }, images);
}

const load = async (rig: ClientRig, name: string): Promise<string> =>
  statusName(await rig.asExecutive(({ ldr }) => ldr.loadDriver(name)));

async function loadAll(rig: ClientRig, names: readonly string[]): Promise<void> {
  for (const name of names) assert.equal(await load(rig, name), 'STATUS_SUCCESS', name);
}

async function withFilter(control: Control, below = bottom()): Promise<ClientRig> {
  const rig = await boot({ bottom: { image: below }, mid: { image: filter(control) } });
  await loadAll(rig, ['bottom', 'mid']);
  return rig;
}

/** The status, or what came back. */
function ask(rig: ClientRig, input: string, code = 0): Promise<string> {
  return rig.client(async (client) => {
    const handle = await client.opened(BOTTOM);
    const request = { handle, code, input: bytes(input), outputLength: 64 };
    const { status, output } = await NtDeviceIoControlFile(client.process, request);
    await client.close(handle);
    return NT_SUCCESS(status) ? text(output) : statusName(status);
  });
}

const died = (rig: ClientRig): string[] => rig.faults.map(({ image }) => image);

const irps = async (rig: ClientRig): Promise<number> => {
  const counters = await rig.counters();
  const names = ['bottom', 'mid', 'top'].map((name) => `io.irp.${name}.device_control`);
  return names.reduce((sum, name) => sum + (counters[name] ?? 0), 0);
};

suite('ntos/io: stacks of devices', function () {
  this.timeout(60_000);

  test('three drivers in three processes: down in order, and back', async () => {
    const rig = await boot({
      bottom: { image: bottom() },
      mid: { image: filter(letters('m', 'M')) },
      top: { image: filter(letters('t', 'T')) },
    });
    await loadAll(rig, ['bottom']);
    assert.equal(await ask(rig, '-'), '-b');
    await loadAll(rig, ['mid', 'top']);
    const before = await irps(rig);
    assert.equal(await ask(rig, '-'), '-tmbMT');
    assert.equal((await irps(rig)) - before, 3);
    // A filter that goes leaves the others in order.
    assert.equal(await rig.asExecutive(({ ldr }) => ldr.unloadDriver('mid')), STATUS_SUCCESS);
    assert.equal(await ask(rig, '-'), '-tbT');
    rig.end();
  });

  test('who keeps an IRP completes it later, with what he likes', async () => {
    const keeper: Control = async (device, irp) => {
      const event = KeInitializeEvent(device.driverObject, 0, false);
      IoCopyCurrentIrpStackLocationToNext(irp as Irp);
      const keep = () => {
        event.waitable.set();
        return STATUS_MORE_PROCESSING_REQUIRED;
      };
      IoSetCompletionRoutine(irp as Irp, keep, undefined);
      await IoCallDriver((device.extension as Below).below, irp as Irp);
      await KeWaitForSingleObject(event);
      const { output } = irp.result;
      return IoCompleteRequest(irp, Status.STATUS_BUFFER_OVERFLOW, undefined, { output });
    };
    const rig = await withFilter(keeper);
    assert.equal(await ask(rig, 'x'), 'STATUS_BUFFER_OVERFLOW');
    rig.end();
  });

  test('a completion routine may keep an IRP and complete it itself', async () => {
    const completes: Control = (device, irp) => {
      IoCopyCurrentIrpStackLocationToNext(irp as Irp);
      const again = (_device: unknown, done: Irp) => {
        IoCompleteRequest(done, STATUS_SUCCESS, undefined, { output: bytes('again') });
        return STATUS_MORE_PROCESSING_REQUIRED;
      };
      IoSetCompletionRoutine(irp as Irp, again, undefined);
      return IoCallDriver((device.extension as Below).below, irp as Irp);
    };
    const rig = await withFilter(completes);
    assert.equal(await ask(rig, 'x'), 'again');
    assert.deepEqual(rig.faults, []);
    rig.end();
  });

  test('requests of a driver’s own', async () => {
    const asks: Control = async (device, irp) => {
      const { below } = device.extension as Below;
      const event = KeInitializeEvent(device.driverObject, 0, false);
      const own = IoBuildDeviceIoControlRequest(7, below, bytes('own'), 64, event);
      assert.equal(await IoCallDriver(below, own as Irp), STATUS_PENDING);
      await KeWaitForSingleObject(event);
      const { output = new Uint8Array() } = own.result;
      return IoCompleteRequest(irp, own.ioStatus.status, undefined, { output });
    };
    const rig = await withFilter(asks);
    assert.equal(await ask(rig, 'not this'), 'ownb');
    rig.end();
  });

  test('only what the configuration names', async () => {
    const rig = await boot({
      bottom: { image: bottom() },
      stranger: { image: filter(echo), filters: [] },
      late: { image: filter(echo, '\\Device\\Absent'), filters: ['\\Device\\Absent'] },
      odd: { image: filter(echo, '\\Device'), filters: ['\\Device'] },
    });
    await loadAll(rig, ['bottom']);
    assert.equal(await load(rig, 'stranger'), 'STATUS_ACCESS_DENIED');
    assert.equal(await load(rig, 'late'), 'STATUS_OBJECT_NAME_NOT_FOUND');
    assert.equal(await load(rig, 'odd'), 'STATUS_NO_SUCH_DEVICE');
    assert.equal(await ask(rig, '-'), '-b');
    rig.end();
  });

  test('a device is above one other, and not above itself', async () => {
    const seen: string[] = [];
    const image = driverImage(async (driver) => {
      const device = await makeDevice(driver, '\\Device\\Own', undefined);
      for (const name of ['\\Device\\Own', BOTTOM, BOTTOM])
        seen.push(await IoAttachDevice(device, name).then(() => 'attached', String));
      seen.push(statusName(await IoDetachDevice(device)));
      seen.push(statusName(await IoDetachDevice(device)));
      return STATUS_SUCCESS;
    });
    const filters = ['\\Device\\Own', BOTTOM];
    const rig = await boot({ bottom: { image: bottom() }, own: { image, filters } });
    await loadAll(rig, ['bottom', 'own']);
    assert.match(seen[0]!, /STATUS_INVALID_PARAMETER/);
    assert.equal(seen[1], 'attached');
    assert.match(seen[2]!, /STATUS_INVALID_PARAMETER/);
    assert.deepEqual(seen.slice(3), ['STATUS_SUCCESS', 'STATUS_INVALID_PARAMETER']);
    assert.equal(await ask(rig, '-'), '-b');
    rig.end();
  });

  test('a filter above the disk: files are read through it', async () => {
    let reads = 0;
    const counting: Image = driverImage(async (driver) => {
      const device = await makeDevice<Below | undefined>(driver, '', undefined);
      const below = await IoAttachDevice(device, '\\Device\\Floppy0');
      (device as { extension: unknown }).extension = { below };
      for (let major = 0; major < 0x13; major++)
        driver.majorFunction[major as 0] = (from, irp) => {
          if (major === IRP_MJ_READ) reads++;
          return pass(from, irp as Irp);
        };
      return STATUS_SUCCESS;
    });
    const filters = ['\\Device\\Floppy0'];
    const disk = await makeImage({ kib: 1440, files: { 'FILE.BIN': pattern(30_000) } });
    const rig = await boot({ counting: { image: counting, filters } }, [disk]);
    await loadAll(rig, ['counting']);
    const data = await rig.ask({ op: 'readFile', path: 'A:\\FILE.BIN' });
    assert.deepEqual(data, pattern(30_000));
    assert.isAbove(reads, 0);
    assert.deepEqual(rig.faults, []);
    rig.end();
  });
});

suite('ntos/io: stacks that break', function () {
  this.timeout(60_000);
  const never: Control = (_device, irp) => {
    IoMarkIrpPending(irp as Irp);
    return STATUS_PENDING;
  };

  test('the driver below dies: the one above hears of it, and then the requestor', async () => {
    const heard: string[] = [];
    const listens: Control = (device, irp) => {
      IoCopyCurrentIrpStackLocationToNext(irp as Irp);
      const note = (_device: unknown, done: Irp) =>
        void heard.push(statusName(done.ioStatus.status));
      IoSetCompletionRoutine(irp as Irp, note, undefined);
      return IoCallDriver((device.extension as Below).below, irp as Irp);
    };
    const rig = await withFilter(listens, bottom(never));
    // It does not answer, and so is ended.
    assert.equal(await ask(rig, '-'), 'STATUS_DRIVER_PROCESS_TERMINATED');
    assert.deepEqual(heard, ['STATUS_DRIVER_PROCESS_TERMINATED']);
    assert.deepEqual(died(rig), ['bottom.sys']);
    rig.end();
  });

  test('the driver above dies meanwhile: what it would have done was not done', async () => {
    const dies: Control = async (device, irp) => {
      IoCopyCurrentIrpStackLocationToNext(irp as Irp);
      IoSetCompletionRoutine(irp as Irp, () => undefined, undefined);
      void IoCallDriver((device.extension as Below).below, irp as Irp);
      await device.driverObject.runtime.exchange();
      throw new Error('as if it had a fault');
    };
    let held: Irp<'device_control'> | undefined;
    const holds: Control = (_device, irp) => {
      if (held) {
        IoCompleteRequest(held, STATUS_SUCCESS);
        return IoCompleteRequest(irp, STATUS_SUCCESS);
      }
      held = irp;
      IoMarkIrpPending(irp as Irp);
      return STATUS_PENDING;
    };
    const rig = await withFilter(dies, bottom(holds));
    const first = ask(rig, '-');
    while (!held || rig.faults.length === 0) await rig.counters();
    assert.equal(await ask(rig, '-'), '');
    assert.equal(await first, 'STATUS_DRIVER_PROCESS_TERMINATED');
    assert.deepEqual(died(rig), ['mid.sys']);
    rig.end();
  });

  test('packets of a hostile driver touch nobody’s requests', async () => {
    type Forge = (irp: Irp<'device_control'>, device: DeviceObject) => Packet[];
    const major = IRP_MJ_DEVICE_CONTROL;
    const parameters = { code: 0, input: new Uint8Array(), outputLength: 0 };
    const head = { major, minor: 0, flags: 0, file: 0, parameters, buffer: 0, at: 0 };
    const done = { kind: 'done', major, status: 0, information: 0, result: {} } as const;
    const forgeries: Record<string, Forge> = {
      'done of what it does not hold': ({ id }) => [{ ...done, id: id + 1000 }],
      'done by another major function': ({ id }) => [{ ...done, id, major: 3, result: {} }],
      'done of an own id': () => [{ ...done, id: OWN_IRP + 1 }],
      'call of what it does not hold': ({ id }, { id: device }) => [
        { kind: 'call', ...head, id: id + 1000, device, notify: true },
      ],
      'new without the bit': (_irp, { id: device }) => [{ kind: 'new', ...head, id: 9, device }],
      'new for its own device': (_irp, { id: device }) => [
        { kind: 'new', ...head, id: OWN_IRP + 9, device },
      ],
      'cancel of what is not its own': ({ id }) => [{ kind: 'cancel', id }],
      'dirty on no disk': () => [
        { kind: 'dirty', device: 1, offset: -5, length: 0xffffffff, late: true },
      ],
    };
    for (const [name, forge] of Object.entries(forgeries)) {
      const hostile: Control = (device, irp) => {
        const { outbox } = device.driverObject.runtime;
        for (const packet of forge(irp, device)) outbox.push(encodePacket(packet));
        return IoCompleteRequest(irp, STATUS_SUCCESS, undefined, { output: bytes('right') });
      };
      const rig = await withFilter(hostile);
      assert.equal(await ask(rig, '-'), 'right', name);
      assert.equal(await ask(rig, '-'), 'right', name);
      assert.deepEqual(rig.faults, [], name);
      rig.end();
    }
  });

  test('an IRP goes down its own stack only, and a packet that goes down only is refused', async () => {
    const elsewhere: Control = (device, irp) => {
      const { id, parameters } = irp;
      const { outbox } = device.driverObject.runtime;
      const head = { major: IRP_MJ_DEVICE_CONTROL, minor: 0, flags: 0, file: 0, parameters };
      const call = { kind: 'call', ...head, id, device: device.id, notify: false } as const;
      outbox.push(encodePacket(call));
      IoMarkIrpPending(irp as Irp);
      return STATUS_PENDING;
    };
    const first = await withFilter(elsewhere);
    assert.equal(await ask(first, '-'), 'STATUS_INVALID_DEVICE_REQUEST');
    first.end();
    const outcome = { id: 1, major: 0, status: 0, information: 0, result: {} };
    const backwards: Control = ({ driverObject: { runtime } }, irp) => {
      runtime.outbox.push(encodePacket({ kind: 'lowerDone', ...outcome }));
      return IoCompleteRequest(irp, STATUS_SUCCESS);
    };
    const second = await withFilter(backwards);
    assert.equal(await ask(second, '-'), 'STATUS_DRIVER_PROCESS_TERMINATED');
    assert.equal(await ask(second, '-'), '-b');
    second.end();
  });
});
