/** What drivers ask of the PnP manager. */
import * as pnp from '../../../rtl/pnp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Process } from '../../ps/types.ts';
import type { ServiceResult } from '../../ke/types.ts';
import { bottomOf, ownDevice, putAbove } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import { enumerate } from './children.ts';
import { mayFilter } from './filters.ts';
import { listen, nodeFor, registerInterface, setInterface } from './interfaces.ts';
import { requestPower } from './power.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export function registerPnpServices(io: IoContext): void {
  const { ke } = io.executive;
  ke.register('WdmAttachDeviceToStack', ({ process }, { device, target }) =>
    attachToStack(io, process, device, target),
  );
  ke.register('WdmInvalidateDeviceRelations', ({ process }, { device }) => {
    const node = nodeFor(io, process, device);
    if (!node) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
    ke.spawn('devices of a bus', () => enumerate(io, node));
    return { status: SUCCESS };
  });
  ke.register('WdmRegisterDeviceInterface', ({ process }, input) =>
    registerInterface(io, process, input),
  );
  ke.register('WdmSetDeviceInterfaceState', ({ process }, input) => ({
    status: setInterface(io, process, input),
  }));
  ke.register('WdmRegisterNotification', ({ process }, { guid }) => ({
    status: listen(io, process, guid),
  }));
  ke.register('WdmRequestPowerIrp', ({ process }, input) => ({
    status: requestPower(io, process, input),
  }));
  ke.register('WdmGetDeviceProperty', ({ process }, { device, property }) => {
    const node = nodeFor(io, process, device);
    if (!node) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
    const properties: Record<number, string> = {
      [pnp.DevicePropertyHardwareID]: node.hardwareIds.join('\0'),
      [pnp.DevicePropertyDriverKeyName]: node.instance,
      [pnp.DevicePropertyPhysicalDeviceObjectName]: node.pdo.name,
    };
    const text = properties[property];
    return text === undefined
      ? { status: Status.STATUS_INVALID_PARAMETER }
      : { status: SUCCESS, text };
  });
}

/** Only what the driver is being told of (AddDevice), serves already, or filters. */
function attachToStack(
  io: IoContext,
  process: Process,
  id: number,
  targetId: number,
): ServiceResult<'WdmAttachDeviceToStack'> {
  const device = ownDevice(io, process, id);
  const target = io.devices.get(targetId);
  if (!device || !target) return { status: Status.STATUS_INVALID_PARAMETER };
  const { node } = bottomOf(target);
  const name = process.driver?.name;
  if (name === undefined || (node?.service !== name && !mayFilter(io, name, target)))
    return { status: Status.STATUS_ACCESS_DENIED };
  return putAbove(device, target);
}
