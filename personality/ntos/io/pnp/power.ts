/**
 * Power: which devices are on.
 *
 *   setPower(io, node, state)   QUERY_POWER where it is to do less, then SET_POWER; the status
 *   powerDown(io)               at the end of everything: all devices to D3, each before its bus
 *   requestPower(io, ...)       WdmRequestPowerIrp
 *
 * The Executive is the power policy owner of all devices: an IRP of the system's state, which a
 * driver would have to turn into one of its device's, is not sent.
 */
import * as pnp from '../../../rtl/pnp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { describeStatus, NT_SUCCESS } from '../../../rtl/status.ts';
import type { Process } from '../../ps/types.ts';
import { ownDevice } from '../device/device.ts';
import { bottomOf } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import type { ServiceInput } from '../../../rtl/services.ts';
import type { DriverObject } from '../device/driver.ts';
import { callDriver, sendIrp } from '../request/send.ts';
import { type DeviceNode, pnpParameters, subtree } from './node.ts';

function send(io: IoContext, node: DeviceNode, minor: number, state: number): Promise<number> {
  const parameters = { type: pnp.DevicePowerState, state };
  return callDriver(io, node.pdo, { major: 'power', minor, parameters }).then(
    ({ status }) => status,
  );
}

export async function setPower(io: IoContext, node: DeviceNode, state: number): Promise<number> {
  return node.lock.run(async () => {
    if (node.state !== 'started') return Status.STATUS_INVALID_DEVICE_STATE;
    if (state > node.power) {
      const status = await send(io, node, pnp.IRP_MN_QUERY_POWER, state);
      if (!NT_SUCCESS(status)) return status;
    }
    return change(io, node, state);
  });
}

async function change(io: IoContext, node: DeviceNode, state: number): Promise<number> {
  const status = await send(io, node, pnp.IRP_MN_SET_POWER, state);
  if (NT_SUCCESS(status)) node.power = state;
  return status;
}

/** Nobody is asked whether he likes it; a driver that fails delays nothing but itself. */
export async function powerDown(io: IoContext): Promise<void> {
  const roots = [...io.pnp.nodes.values()].filter(({ parent }) => !parent).reverse();
  for (const node of roots.flatMap(subtree)) {
    if (node.state !== 'started' || node.power === pnp.PowerDeviceD3) continue;
    const status = await change(io, node, pnp.PowerDeviceD3);
    if (!NT_SUCCESS(status))
      io.executive.ke.log(`${node.instance} is on: ${describeStatus(status)}`);
  }
}

/** Nobody waits for the driver to have heard it. */
function tellDone(io: IoContext, driver: DriverObject, request: number, status: number): void {
  const parameters = pnpParameters({ type: request, device: status });
  sendIrp(io, driver.self, { major: 'pnp', minor: pnp.IRP_MN_POWER_DONE, exact: true, parameters });
}

export function requestPower(
  io: IoContext,
  process: Process,
  { device: id, minor, state, request }: ServiceInput<'WdmRequestPowerIrp'>,
): number {
  const device = ownDevice(io, process, id);
  const node = device && bottomOf(device).node;
  if (!node) return Status.STATUS_INVALID_DEVICE_REQUEST;
  if (state < pnp.PowerDeviceD0 || state > pnp.PowerDeviceD3)
    return Status.STATUS_INVALID_PARAMETER;
  if (minor !== pnp.IRP_MN_SET_POWER && minor !== pnp.IRP_MN_QUERY_POWER)
    return Status.STATUS_INVALID_PARAMETER;
  const work = () =>
    node.lock.run(() =>
      minor === pnp.IRP_MN_SET_POWER ? change(io, node, state) : send(io, node, minor, state),
    );
  io.executive.ke.spawn('a power request', async () => {
    const status = await work();
    if (request !== 0 && !device.driver.dead) tellDone(io, device.driver, request, status);
  });
  return Status.STATUS_SUCCESS;
}
