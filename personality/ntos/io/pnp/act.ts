/** What may be done with a device from outside of its driver, by its instance. */
import { PowerDeviceD0, PowerDeviceD3 } from '../../../rtl/pnp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { DeviceAct } from '../types.ts';
import type { IoContext } from '../context.ts';
import { enumerate } from './children.ts';
import type { DeviceNode } from './node.ts';
import { setPower } from './power.ts';
import { loseNode, removeNode, restartNode, stopNode } from './remove.ts';
import { startNode } from './start.ts';

export async function actOn(io: IoContext, instance: string, act: DeviceAct): Promise<number> {
  const node = io.pnp.nodes.get(instance.toUpperCase());
  if (!node) return Status.STATUS_NO_SUCH_DEVICE;
  switch (act) {
    case 'stop':
      return stopNode(io, node);
    case 'start':
      return startAgain(io, node);
    case 'remove':
      return removeNode(io, node);
    case 'lose':
      await loseNode(io, node);
      return Status.STATUS_SUCCESS;
    case 'powerOff':
      return setPower(io, node, PowerDeviceD3);
    case 'powerOn':
      return setPower(io, node, PowerDeviceD0);
    case 'rescan':
      await enumerate(io, node);
      return Status.STATUS_SUCCESS;
  }
}

async function startAgain(io: IoContext, node: DeviceNode): Promise<number> {
  if (node.state === 'stopped') return restartNode(io, node);
  if (node.state === 'removed') node.state = 'added';
  return startNode(io, node);
}
