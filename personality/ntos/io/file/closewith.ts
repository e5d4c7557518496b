/** What a driver is told when an open of its device ends. */
import { sendIrp } from '../request/send.ts';
import type { Device } from '../device/device.ts';
import type { IoContext } from '../context.ts';

/** CLEANUP and CLOSE, in one exchange; the status of the first. */
export function closeWith(
  io: IoContext,
  device: Device,
  file: number,
  request = 0,
): Promise<number> {
  return sendClose(io, device, file, request).wait();
}

export function sendClose(
  io: IoContext,
  device: Device,
  file: number,
  request: number,
): { wait(): Promise<number> } {
  const cleanup = sendIrp(io, device, { major: 'cleanup', file, request, parameters: {} });
  const close = sendIrp(io, device, { major: 'close', file, request, parameters: {} });
  return {
    async wait() {
      await close.done.wait();
      return cleanup.wait();
    },
  };
}
