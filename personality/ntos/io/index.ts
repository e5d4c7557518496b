/**
 * The I/O manager as a component of the Executive.
 *
 * Devices and the files behind them are objects of the name space; requests to their drivers are
 * IRPs. What a program reads and writes goes through the cache manager wherever there is a volume.
 *
 * Its rooms, from below; imports go from later ones to earlier ones:
 *
 *   device    devices, the drivers that made them, stacks of them
 *   request   IRPs, and the packets that carry them to driver processes and back
 *   pnp       which devices there are, who serves them, their hardware and power
 *   medium    what is in a drive: reading and writing it, and whether it is the same one still
 *   names     what is known of directories
 *   file      volumes and their files: names, sharing, facts, flushing, closing
 *   mount     how a volume comes and goes, with its medium, its drivers, the system
 *   service   what processes call
 */
import * as Status from '../../rtl/ntstatus.ts';
import { describeStatus, isOnMedium, NT_SUCCESS } from '../../rtl/status.ts';
import type { IoNeeds } from './needs.ts';
import type { DeviceAct, DeviceRequest, Io } from './types.ts';
import type { ObType } from '../ob/types.ts';
import type { NtThread, Process } from '../ps/types.ts';
import { OWN_IRP } from '../../rtl/packets.ts';
import type { ServiceInput } from '../../rtl/services.ts';
import type { IrpInformation } from '../../rtl/snapshot.ts';
import type { Mdl } from '../mm/mdl.ts';
import type { VolumeCache } from '../cc/volumecache.ts';
import { openDevice, openRelative } from './service/create.ts';
import { driverDied } from './mount/death.ts';
import type { Device } from './device/device.ts';
import { attachDriver, driverInitialised } from './device/driver.ts';
import { type FileObject, fileName } from './file/fileobject.ts';
import { deviceDescriptor } from '../se/defaults.ts';
import { closeMethod, leaveMethod, registerIoServices } from './service/services.ts';
import { type IoContext, makeContext } from './context.ts';
import { actOn } from './pnp/act.ts';
import { createPnp, driverLoaded } from './pnp/manager.ts';
import { powerDown } from './pnp/power.ts';
import { registerPnpServices } from './pnp/services.ts';
import { watchdog } from './request/watchdog.ts';

class IoComponent implements IoCore {
  readonly #context: IoContext;
  #file: ObType | undefined;

  constructor(executive: IoNeeds) {
    this.#context = makeContext(executive);
  }

  initialize(): void {
    const io = this.#context;
    const { ob, ke } = io.executive;
    for (const directory of ['\\Device', '\\Driver', '\\FileSystem']) ob.createDirectory(directory);
    const file: ObType = {
      name: 'File',
      charge: 'files',
      parse: () => ({ stop: true }),
      securedBy: (object) => (object as FileObject).device,
      guardsOpen: true,
      open: (object, rest, context) => openRelative(io, file, object as FileObject, rest, context),
      close: closeMethod(io),
      leave: leaveMethod(io),
      dispatcher: (object) => (object as FileObject).event,
      delete: (object) => {
        if ((object as FileObject).port) io.later.leavePort(io, object as FileObject);
      },
      queryName: (object) => fileName(object as FileObject),
    };
    const device: ObType = {
      name: 'Device',
      parse: () => ({ stop: true }),
      security: (object) => deviceDescriptor((object as Device).type),
      guardsOpen: true,
      open: (object, rest, context) => openDevice(io, file, object as Device, rest, context),
    };
    this.#file = file;
    io.pnp = createPnp(io, device);
    registerIoServices(io, { file, device });
    registerPnpServices(io);
    ke.spawn('driver watchdog', () => watchdog(io));
  }

  complete(start: (io: IoContext, file: ObType) => void): void {
    start(this.#context, this.#file!);
  }

  attachDriver(process: Process): number {
    const io = this.#context;
    attachDriver(io, process);
    const { driver } = process;
    // A driver that is not Plug and Play has its hardware from its beginning on.
    const free = !driver || io.pnp.claims.claim(process, driver.configuration);
    return free ? Status.STATUS_SUCCESS : Status.STATUS_CONFLICTING_ADDRESSES;
  }

  driverInitialised(process: Process, timeout: number): Promise<number> {
    return driverInitialised(this.#context, process, timeout);
  }

  driverLoaded(process: Process): Promise<number> {
    return driverLoaded(this.#context, process);
  }

  async prepareUnload(process: Process): Promise<number> {
    const io = this.#context;
    const status = await io.executive.rest.have();
    return NT_SUCCESS(status) ? io.later.prepareUnload(io, process) : status;
  }

  driverDied(process: Process): void {
    driverDied(this.#context, process);
  }

  findMdl(process: Process, id: number): Mdl | undefined {
    if (id >= OWN_IRP) return this.#context.executive.mm.ownMdl(process, id);
    return this.#context.drivers.get(process)?.held.get(id)?.mdl;
  }

  sectionOver(process: Process, file: number, writable: boolean) {
    return this.#context.later.sectionOver(this.#context, this.#file!, process, file, writable);
  }

  async shutdown(): Promise<number> {
    const io = this.#context;
    // No volume is there before the rest is.
    const { here } = io.executive.rest;
    const status = here ? await io.later.shutdownVolumes(io) : Status.STATUS_SUCCESS;
    if (isOnMedium(status)) await powerDown(this.#context);
    return status;
  }

  driverInformation(process: Process): { devices: string[]; pending: number } {
    const driver = this.#context.drivers.get(process);
    if (!driver) return { devices: [], pending: 0 };
    return {
      devices: [...driver.devices].map((device) => device.name).filter((name) => name !== ''),
      pending: driver.queue.length + driver.held.size,
    };
  }

  volumes(): object[] {
    return this.#context.later.listVolumes(this.#context);
  }

  irps(): IrpInformation[] {
    return this.#context.later.listIrps(this.#context);
  }

  snapshot() {
    const io = this.#context;
    return {
      devices: io.later.listStacks(io),
      irps: io.later.listIrps(io),
      cache: io.later.listCaches(io),
    };
  }

  devices(): object[] {
    return this.#context.later.listDevices(this.#context);
  }

  device(instance: string, act: DeviceAct): Promise<number> {
    return actOn(this.#context, instance, act);
  }

  volumeCache(process: Process, device: number): VolumeCache | undefined {
    return this.#context.later.volumeCache(this.#context, process, device);
  }

  purgeFile(process: Process, device: number, file: number, size: number): number {
    return this.#context.later.purgeFile(this.#context, process, device, file, size);
  }

  setFileSizes(process: Process, sizes: ServiceInput<'WdmCcSetFileSizes'>): number {
    return this.#context.later.setFileSizes(this.#context, process, sizes);
  }

  async askDevice(
    name: string,
    request: DeviceRequest,
  ): Promise<{ status: number; data?: Uint8Array }> {
    const io = this.#context;
    const status = await io.executive.rest.have();
    return NT_SUCCESS(status) ? io.later.askDevice(io, name, request) : { status };
  }

  readWholeFile(caller: NtThread, name: string, root: number, most: number) {
    return this.#context.later.readWholeFile(this.#context, this.#file!, caller, {
      name,
      root,
      most,
    });
  }

  writeWholeFile(caller: NtThread, handle: number, bytes: Uint8Array): Promise<number> {
    return this.#context.later.writeWholeFile(this.#context, this.#file!, caller, handle, bytes);
  }

  lostWrite(cache: VolumeCache, status: number): void {
    const { devices, executive } = this.#context;
    const name = devices.get(cache.device.id)?.name ?? 'a disk';
    executive.counters.add('cc.writeback.failed');
    if (!NT_SUCCESS(status))
      executive.ke.log(`${name}: not written back: ${describeStatus(status)}`);
  }
}

/** As boot.ts sees it. */
export interface IoCore extends Io {
  /** The rest is here (later.ts). */
  complete(start: (io: IoContext, file: ObType) => void): void;
}

export function createIo(executive: IoNeeds): IoCore {
  return new IoComponent(executive);
}
