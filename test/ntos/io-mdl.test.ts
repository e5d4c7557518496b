/** MDLs on the real system: mapped once, with the request's rights, and gone with it. */
import { assert } from 'chai';
import { driverRegistry } from '../../drivers/registry.ts';
import { readAt, writeAt } from '../../personality/ntdll/files.ts';
import * as mj from '../../personality/rtl/irp.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { DO_DIRECT_IO, FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/index.ts';
import {
  driverImage,
  IoCompleteRequest,
  IoCreateDevice,
  type Irp,
  MmGetMdlByteCount,
  MmGetSystemAddressForMdlSafe,
  type NTSTATUS,
  type Window,
} from '../../personality/wdm/index.ts';
import { holdings } from './core-quota-fixture.ts';
import { bootClientRig, type ClientRig } from './io-client.ts';

const DEVICE = '\\Device\\Pio';

/** What a driver does with the memory of a request. */
type Act = (window: Window, irp: Irp) => void;

/** A device that moves data itself; `seen` keeps the last window, for who looks at it later. */
function pio(read: Act, write: Act, seen: Window[] = []): Image {
  const handle = async (irp: Irp, act: Act): Promise<NTSTATUS> => {
    const window = await MmGetSystemAddressForMdlSafe(irp.MdlAddress!);
    seen.push(window);
    act(window, irp);
    return IoCompleteRequest(irp, Status.STATUS_SUCCESS, MmGetMdlByteCount(irp.MdlAddress!));
  };
  return driverImage(async (driver) => {
    const name = DEVICE;
    const flags = DO_DIRECT_IO;
    await IoCreateDevice(driver, { name, type: FILE_DEVICE_NULL, flags, extension: undefined });
    const { majorFunction: table } = driver;
    for (const major of [mj.IRP_MJ_CREATE, mj.IRP_MJ_CLEANUP, mj.IRP_MJ_CLOSE] as const)
      table[major] = (_device, irp) => IoCompleteRequest(irp as Irp, Status.STATUS_SUCCESS);
    table[mj.IRP_MJ_READ] = (_device, irp) => handle(irp as Irp, read);
    table[mj.IRP_MJ_WRITE] = (_device, irp) => handle(irp as Irp, write);
    return Status.STATUS_SUCCESS;
  });
}

async function boot(image: Image): Promise<ClientRig> {
  const none = { ports: [], interrupts: [], dma: [] };
  const drivers = { ...driverRegistry, pio: { image: 'pio.sys', counterName: 'pio', ...none } };
  const rig = await bootClientRig([], { drivers, irpTimeout: 1_000_000 }, { 'pio.sys': image });
  // Those that come by themselves take pages, too.
  await rig.asExecutive(({ ldr }) => ldr.loadAutoDrivers());
  const status = await rig.asExecutive(({ ldr }) => ldr.loadDriver('pio'));
  assert.equal(statusName(status), 'STATUS_SUCCESS');
  return rig;
}

/** What the driver is charged. */
const held = (rig: ClientRig) =>
  rig.asExecutive(({ ldr }) => ({ ...ldr.driverProcess('pio')!.quota.usage }));

/** Pages and slots that are free, once the clients have gone. A pool's block keeps its slot. */
async function free(rig: ClientRig): Promise<unknown> {
  for (let tries = 0; tries < 500; tries++) {
    const { freePages, slots, gone } = await rig.asExecutive(
      (executive) =>
        ({
          ...holdings(executive),
          gone: executive.ps.processes().every(({ image }) => image !== 'tester.exe'),
        }) as Record<string, unknown>,
    );
    if (gone) return { freePages, slots };
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  throw new Error('a client does not end');
}

const transfer = (rig: ClientRig, write: boolean): Promise<string> =>
  rig.client(async (client) => {
    const handle = await client.opened(DEVICE);
    try {
      if (write) await writeAt(client.process, handle, 0, new Uint8Array(PAGE_SIZE).fill(3));
      else
        return String((await readAt(client.process, handle, 0, PAGE_SIZE)).every((b) => b === 7));
      return 'written';
    } catch (error) {
      if (error instanceof NtException) return statusName(error.status);
      throw error;
    } finally {
      await client.close(handle);
    }
  });

const DEAD = 'STATUS_DRIVER_PROCESS_TERMINATED';

suite('ntos/io mdl', function () {
  this.timeout(60_000);

  test('a page is moved by the driver into the caller’s memory; nothing is left mapped', async () => {
    const seen: Window[] = [];
    const read: Act = (window) => window.fill(0, PAGE_SIZE, 7);
    const write: Act = (window) => assert.equal(window.getUint8(PAGE_SIZE - 1), 3);
    const rig = await boot(pio(read, write, seen));
    assert.equal(await transfer(rig, false), 'true');
    const before = await held(rig);
    const machine = await free(rig);
    for (let turn = 0; turn < 20; turn++) {
      assert.equal(await transfer(rig, false), 'true');
      assert.equal(await transfer(rig, true), 'written');
    }
    assert.deepEqual(await held(rig), before, 'no page is locked, no slot is used');
    assert.deepEqual(await free(rig), machine);
    assert.equal(seen.length, 41);
    assert.isTrue(seen.every(({ length }) => length === PAGE_SIZE));
    rig.end();
  });

  test('a driver that writes where it may not, or past the pages, is ended alone', async () => {
    const nothing: Act = () => undefined;
    const wrong: [Image, boolean][] = [
      [pio(nothing, (window) => window.setUint8(0, 1)), true],
      [
        pio((window, irp) => {
          const { transport } = irp.device.driverObject.runtime;
          transport.window(window.address + PAGE_SIZE, 4, true).setUint32(0, 1);
        }, nothing),
        false,
      ],
    ];
    for (const [image, write] of wrong) {
      const rig = await boot(image);
      assert.equal(await transfer(rig, write), DEAD);
      assert.deepEqual(
        rig.faults.map(({ image: name, status }) => [name, statusName(status)]),
        [['pio.sys', 'STATUS_ACCESS_VIOLATION']],
      );
      const usage = await rig.asExecutive(({ ps }) =>
        ps.processes().map(({ quota }) => quota.usage.views),
      );
      assert.deepEqual([...new Set(usage)], [0]);
      rig.end();
    }
  });
});
