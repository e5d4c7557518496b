/** The device services of the made-up Executive, with the checks of the real one. */
import type { ServiceInput } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { FakeDevice } from './fake-types.ts';

const FIRST = 100;
const NAME = /^\\(Device|FileSystem)\\[^\\/\0]{1,64}$/;
const LARGEST_SECTOR = 4096;

/** `devices` are those that there are. */
export const deviceHandlers = (devices: FakeDevice[]) => {
  let next = FIRST;
  const indexOf = (id: number): number => devices.findIndex((known) => known.id === id);
  return {
    WdmCreateDevice: (input: ServiceInput<'WdmCreateDevice'>) => {
      const status = whatIsWrong(input, devices);
      if (status !== 0) return { status, device: 0 };
      devices.push({ id: next, ...input, fileSystem: false });
      return { status, device: next++ };
    },
    WdmDeleteDevice: ({ device }: ServiceInput<'WdmDeleteDevice'>) => {
      const at = indexOf(device);
      if (at < 0) return { status: Status.STATUS_NO_SUCH_DEVICE };
      devices.splice(at, 1);
      return { status: 0 };
    },
    WdmRegisterFileSystem: ({ device }: ServiceInput<'WdmRegisterFileSystem'>) => {
      const found = devices[indexOf(device)];
      if (found) found.fileSystem = true;
      return { status: found ? 0 : Status.STATUS_NO_SUCH_DEVICE };
    },
  };
};

function whatIsWrong(
  { name, sectorSize }: ServiceInput<'WdmCreateDevice'>,
  devices: readonly FakeDevice[],
): number {
  if (name !== '' && !NAME.test(name)) return Status.STATUS_OBJECT_NAME_INVALID;
  if (sectorSize > LARGEST_SECTOR) return Status.STATUS_INVALID_PARAMETER;
  const taken = name !== '' && devices.some((device) => device.name === name);
  return taken ? Status.STATUS_OBJECT_NAME_COLLISION : 0;
}
