/**
 * A driver made for one test: it does what the test says on each device control request.
 *
 *   startDriver({ control, setUp, ... })   starts it; `rig.control(code)` sends a request
 */
import { IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL } from '../../personality/rtl/irp.ts';
import { FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import {
  type Awaitable,
  type DeviceObject,
  type DriverObject,
  IoCompleteRequest,
  IoCreateDevice,
  type Irp,
  type NTSTATUS,
} from '../../personality/wdm/index.ts';
import { FakeExecutive, type FakeOptions, type IrpCompletion } from '../support/fake-executive.ts';

type Control = (device: DeviceObject, irp: Irp<'device_control'>) => Awaitable<NTSTATUS>;

export interface RigOptions extends FakeOptions {
  control?: Control;
  setUp?: (driver: DriverObject) => Awaitable<NTSTATUS | void>;
}

export interface Rig {
  readonly executive: FakeExecutive;
  readonly status: number;
  readonly driver: DriverObject;
  control(code: number, input?: Uint8Array): Promise<IrpCompletion<'device_control'>>;
}

export const DEVICE = '\\Device\\Test';

export async function startDriver(options: RigOptions): Promise<Rig> {
  const executive = new FakeExecutive(options);
  let driver!: DriverObject;
  const status = await executive.start(async (given) => {
    driver = given;
    await IoCreateDevice(driver, { name: DEVICE, type: FILE_DEVICE_NULL, extension: undefined });
    const { majorFunction } = driver;
    majorFunction[IRP_MJ_DEVICE_CONTROL] = options.control ?? succeed;
    majorFunction[IRP_MJ_CREATE] = (_device, irp) => IoCompleteRequest(irp, Status.STATUS_SUCCESS);
    return (await options.setUp?.(driver)) ?? Status.STATUS_SUCCESS;
  });
  return {
    executive,
    status,
    driver,
    control: (code, input = new Uint8Array()) =>
      executive.request<'device_control'>(DEVICE, IRP_MJ_DEVICE_CONTROL, {
        code,
        input,
        outputLength: 64,
      }),
  };
}

function succeed(_device: DeviceObject, irp: Irp<'device_control'>): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}
