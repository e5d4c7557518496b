/**
 * Requests that the Executive itself makes of a device, by its name. No file is open on it, so
 * nobody's open can be taken for one of these.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { IoContext } from '../context.ts';
import type { Device } from '../device/device.ts';
import { callDriver } from '../request/send.ts';
import type { DeviceRequest } from '../types.ts';

export async function askDevice(
  io: IoContext,
  name: string,
  request: DeviceRequest,
): Promise<{ status: number; data?: Uint8Array }> {
  const device = [...io.devices.values()].find((each) => each.name === name);
  if (!device) return { status: Status.STATUS_NO_SUCH_DEVICE };
  return ask(io, device, request);
}

async function ask(
  io: IoContext,
  device: Device,
  request: DeviceRequest,
): Promise<{ status: number; data?: Uint8Array }> {
  switch (request.major) {
    case 'read': {
      const { offset, length } = request;
      const irp = await callDriver(io, device, { major: 'read', parameters: { offset, length } });
      return { status: irp.status, data: irp.result.data ?? new Uint8Array() };
    }
    case 'write': {
      const { offset, data } = request;
      const parameters = { offset, length: data.length, data };
      return { status: (await callDriver(io, device, { major: 'write', parameters })).status };
    }
    case 'flush':
      return { status: (await callDriver(io, device, { major: 'flush', parameters: {} })).status };
  }
}
