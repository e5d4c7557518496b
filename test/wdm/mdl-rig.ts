/**
 * Two drivers on the real system: `store` is a disk in an array with direct I/O, `maker` is
 * attached above it and does what a test says.
 *
 *   const rig = await bootMaker()
 *   await rig.inMaker(async ({ driver, below, memory, read, write }) => ...)
 */
import { assert } from 'chai';
import { driverRegistry } from '../../drivers/registry.ts';
import { NtDeviceIoControlFile } from '../../personality/ntdll/native.ts';
import * as mj from '../../personality/rtl/irp.ts';
import { HEAP_BASE } from '../../personality/rtl/layout.ts';
import { DO_DIRECT_IO, FILE_DEVICE_NULL, NotificationEvent } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/index.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  driverImage,
  type DriverObject,
  IoAttachDevice,
  IoBuildSynchronousFsdRequest,
  IoCallDriver,
  IoCompleteRequest,
  IoCreateDevice,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  KeInitializeEvent,
  KeWaitForSingleObject,
  type Mdl,
  MmGetMdlByteCount,
  MmGetSystemAddressForMdlSafe,
  type Window,
} from '../../personality/wdm/index.ts';
import { bootClientRig, type ClientRig } from '../ntos/io-client.ts';

export const STORE = '\\Device\\Store';
const { STATUS_SUCCESS } = Status;

export interface Maker {
  readonly driver: DriverObject;
  readonly below: DeviceObject;
  /** The driver's own memory from that offset of its heap. */
  memory(offset: number, length: number): Window;
  /** An IRP of the driver's own; the name of its status. */
  read(mdl: Mdl, length: number, offset: number): Promise<string>;
  write(mdl: Mdl, length: number, offset: number): Promise<string>;
}

type Body = (maker: Maker) => Promise<void>;
type ReadOrWrite = Irp<'read' | 'write'>;

export interface MakerRig extends ClientRig {
  /** What the store holds: `disk` is changed by writes. */
  readonly disk: Uint8Array;
  /** What the maker does with reads of others. */
  onRead: DriverDispatch;
  /** Does it in a dispatch routine of the maker; its failure is the test's. */
  inMaker(body: Body): Promise<void>;
  /** What the maker's process is charged. */
  held(): Promise<Record<string, unknown>>;
}

/** Reads and writes whatever chain of MDLs there is. */
function store(disk: Uint8Array): Image {
  const move = async (irp: ReadOrWrite): Promise<number> => {
    let at = irp.parameters.offset;
    for (let mdl = irp.MdlAddress; mdl; mdl = mdl.next) {
      const window = await MmGetSystemAddressForMdlSafe(mdl);
      const count = MmGetMdlByteCount(mdl);
      if (irp.majorFunction === mj.IRP_MJ_READ) window.write(0, disk.subarray(at, at + count));
      else disk.set(window.read(0, count), at);
      at += count;
    }
    return IoCompleteRequest(irp as Irp, STATUS_SUCCESS, irp.parameters.length);
  };
  return driverImage(async (driver) => {
    const facts = { type: FILE_DEVICE_NULL, flags: DO_DIRECT_IO, extension: undefined };
    await IoCreateDevice(driver, { name: STORE, ...facts });
    const { majorFunction: table } = driver;
    for (const major of [mj.IRP_MJ_CREATE, mj.IRP_MJ_CLEANUP, mj.IRP_MJ_CLOSE] as const)
      table[major] = (_device: DeviceObject, irp: unknown) =>
        IoCompleteRequest(irp as Irp, STATUS_SUCCESS);
    table[mj.IRP_MJ_READ] = (_device, irp) => move(irp as ReadOrWrite);
    table[mj.IRP_MJ_WRITE] = (_device, irp) => move(irp as ReadOrWrite);
    return STATUS_SUCCESS;
  });
}

function makerOf(driver: DriverObject, below: DeviceObject): Maker {
  const transfer = async (major: number, mdl: Mdl, length: number, offset: number) => {
    const event = KeInitializeEvent(driver, NotificationEvent, false);
    const data = new Uint8Array();
    const irp = IoBuildSynchronousFsdRequest(major, below, data, length, offset, event);
    irp.MdlAddress = mdl;
    await IoCallDriver(below, irp);
    await KeWaitForSingleObject(event);
    return statusName(irp.ioStatus.status);
  };
  return {
    driver,
    below,
    memory: (offset, length) => driver.runtime.transport.window(HEAP_BASE + offset, length, true),
    read: (...request) => transfer(mj.IRP_MJ_READ, ...request),
    write: (...request) => transfer(mj.IRP_MJ_WRITE, ...request),
  };
}

export const pass: DriverDispatch = (device, irp) => {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver((device.extension as { below: DeviceObject }).below, irp);
};

export async function bootMaker(): Promise<MakerRig> {
  const disk = new Uint8Array(0x8000).map((_, at) => (at * 7 + (at >>> 8)) & 0xff);
  const bodies: Body[] = [];
  const failures: unknown[] = [];
  const maker = driverImage(async (driver) => {
    const extension: { below?: DeviceObject } = {};
    const facts = { type: FILE_DEVICE_NULL, flags: DO_DIRECT_IO, extension };
    const below = await IoAttachDevice(await IoCreateDevice(driver, { name: '', ...facts }), STORE);
    extension.below = below;
    const { majorFunction: table } = driver;
    for (const major of [mj.IRP_MJ_CREATE, mj.IRP_MJ_CLEANUP, mj.IRP_MJ_CLOSE] as const)
      table[major] = pass as never;
    table[mj.IRP_MJ_WRITE] = pass as never;
    table[mj.IRP_MJ_READ] = ((device, irp) => made.onRead(device, irp)) as DriverDispatch as never;
    table[mj.IRP_MJ_DEVICE_CONTROL] = async (_device, irp) => {
      await bodies.shift()!(makerOf(driver, below)).catch((error: unknown) => failures.push(error));
      return IoCompleteRequest(irp, STATUS_SUCCESS);
    };
    return STATUS_SUCCESS;
  });
  const none = { ports: [], interrupts: [], dma: [] };
  const drivers = {
    ...driverRegistry,
    store: { image: 'store.sys', counterName: 'store', ...none },
    maker: { image: 'maker.sys', counterName: 'maker', ...none, filters: [STORE] },
  };
  const images = { 'store.sys': store(disk), 'maker.sys': maker };
  const rig = await bootClientRig([], { drivers, irpTimeout: 1_000_000 }, images);
  for (const name of ['store', 'maker']) {
    const status = await rig.asExecutive(({ ldr }) => ldr.loadDriver(name));
    assert.equal(statusName(status), 'STATUS_SUCCESS', name);
  }
  const inMaker = async (body: Body): Promise<void> => {
    bodies.push(body);
    const status = await rig.client(async (client) => {
      const handle = await client.opened(STORE);
      const request = { handle, code: 0, input: new Uint8Array(), outputLength: 0 };
      const answer = await NtDeviceIoControlFile(client.process, request);
      await client.close(handle);
      return statusName(answer.status);
    });
    if (failures.length > 0) throw failures.shift();
    assert.equal(status, 'STATUS_SUCCESS');
  };
  const held = () => rig.asExecutive(({ ldr }) => ({ ...ldr.driverProcess('maker')!.quota.usage }));
  const made: MakerRig = Object.assign(rig, { disk, onRead: pass, inMaker, held });
  return made;
}
