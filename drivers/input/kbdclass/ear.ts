/**
 * What the port's stack is asked, as the device above it sees it: everything goes on as it is.
 *
 *   throughEars(driver)   after the dispatch table is filled
 *
 * The port may not stop or be removed while somebody listens. When it is removed, this driver's
 * device above it goes as well.
 */
import { IRP_MJ_MAXIMUM_FUNCTION, IRP_MJ_PNP } from '../../../personality/rtl/irp.ts';
import * as pnp from '../../../personality/rtl/pnp.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  type DriverObject,
  IoCallDriver,
  IoCompleteRequest,
  IoSkipCurrentIrpStackLocation,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { detach, type Ear } from './listen.ts';

export function throughEars(driver: DriverObject): void {
  const table = driver.majorFunction as Record<number, DriverDispatch | undefined>;
  for (let major = 0; major <= IRP_MJ_MAXIMUM_FUNCTION; major++) {
    const own = table[major];
    table[major] = (device, irp) => {
      if (isEar(device)) return major === IRP_MJ_PNP ? plugPlay(device, irp) : pass(device, irp);
      return own ? own(device, irp) : IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
    };
  }
}

function isEar(device: DeviceObject): device is DeviceObject<Ear> {
  return 'owner' in (device.extension as object);
}

function pass({ extension }: DeviceObject<Ear>, irp: Irp): Promise<NTSTATUS> {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver(extension.below!, irp);
}

async function plugPlay(device: DeviceObject<Ear>, irp: Irp): Promise<NTSTATUS> {
  const { owner } = device.extension;
  switch (irp.minorFunction) {
    case pnp.IRP_MN_QUERY_REMOVE_DEVICE:
    case pnp.IRP_MN_QUERY_STOP_DEVICE:
      if (owner.extension.opens > 0) return IoCompleteRequest(irp, Status.STATUS_DEVICE_BUSY);
      break;
    case pnp.IRP_MN_REMOVE_DEVICE: {
      const status = await pass(device, irp);
      await detach(owner);
      return status;
    }
  }
  return pass(device, irp);
}
