/**
 * The Plug and Play of the made-up Executive: one device on a bus that has nothing against
 * anything.
 *
 *   bringUp(request, hardware)   AddDevice and START_DEVICE, if the driver has AddDevice
 *   plugPlay(request, minor), power(request, state)   what else its stack may be asked
 */
import { IRP_MJ_PNP, IRP_MJ_POWER } from '../../personality/rtl/irp.ts';
import type { Packet } from '../../personality/rtl/packets.ts';
import * as pnp from '../../personality/rtl/pnp.ts';
import { encodeResources, toDescriptors } from '../../personality/rtl/resources.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { FakeExecutive } from './fake-executive.ts';
import type { FakeOptions } from './fake-types.ts';

/** The bus's device. */
const PHYSICAL = 1;
const NOTHING = new Uint8Array();

type Request = FakeExecutive['request'];

const GUID = /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i;
const unknown = () => ({ status: Status.STATUS_INVALID_DEVICE_REQUEST });

/** What the PnP manager answers where no bus has told of the driver's devices. */
export const lonelyHandlers = {
  WdmAttachDevice: () => ({
    status: Status.STATUS_ACCESS_DENIED,
    lower: 0,
    type: 0,
    flags: 0,
    sectorSize: 0,
  }),
  WdmInvalidateDeviceRelations: unknown,
  WdmGetDeviceProperty: () => ({ ...unknown(), text: '' }),
  WdmRegisterDeviceInterface: () => ({ ...unknown(), link: '' }),
  WdmRequestPowerIrp: unknown,
  WdmSetDeviceInterfaceState: () => ({ status: Status.STATUS_OBJECT_NAME_NOT_FOUND }),
  WdmRegisterNotification: ({ guid }: { guid: string }) => ({
    status: GUID.test(guid) ? 0 : Status.STATUS_INVALID_PARAMETER,
  }),
};

export class FakeStack {
  /** The driver's own device, while it is attached. */
  top = 0;

  async bringUp(request: Request, options: FakeOptions): Promise<number> {
    const parameters = { type: 0x22, device: PHYSICAL, text: '', resources: NOTHING };
    const minor = pnp.IRP_MN_ADD_DEVICE;
    const all = { ...parameters, translated: NOTHING };
    const added = await request<'pnp'>(0, IRP_MJ_PNP, all, { minor });
    // It has none.
    if (added.status === Status.STATUS_INVALID_DEVICE_REQUEST) return Status.STATUS_SUCCESS;
    if (added.status !== 0) return added.status;
    const { ports = [], interrupts = [], dma = [], memory = [] } = options;
    const resources = encodeResources(toDescriptors({ ports, interrupts, dma, memory }));
    const started = await this.plugPlay(request, pnp.IRP_MN_START_DEVICE, resources);
    if (started !== 0) await this.plugPlay(request, pnp.IRP_MN_REMOVE_DEVICE);
    return started;
  }

  async plugPlay(
    request: Request,
    minor: number,
    resources: Uint8Array = NOTHING,
  ): Promise<number> {
    const parameters = { type: 0, device: 0, text: '', resources, translated: resources };
    return (await request<'pnp'>(this.top, IRP_MJ_PNP, parameters, { minor })).status;
  }

  async power(request: Request, state: number): Promise<number> {
    const parameters = { type: pnp.DevicePowerState, state };
    const minor = pnp.IRP_MN_SET_POWER;
    return (await request<'power'>(this.top, IRP_MJ_POWER, parameters, { minor })).status;
  }

  detach(device: number) {
    if (device !== this.top) return { status: Status.STATUS_INVALID_PARAMETER };
    this.top = 0;
    return { status: 0 };
  }

  attach(device: number) {
    this.top = device;
    return { status: 0, lower: PHYSICAL, type: 0x22, flags: 0, sectorSize: 512 };
  }

  /** As the root's bus answers (ntos/io/pnp/root.ts). */
  answer({ major, minor }: Packet<'call'>): number {
    const knows = major === IRP_MJ_POWER || minor <= pnp.IRP_MN_CANCEL_STOP_DEVICE;
    const goes = minor === pnp.IRP_MN_SURPRISE_REMOVAL;
    return knows || goes ? Status.STATUS_SUCCESS : Status.STATUS_NOT_SUPPORTED;
  }
}
