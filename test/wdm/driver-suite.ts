/**
 * One suite of small driver programs, run against the real system and the test double alike: what
 * they find has to be the same, so that the double cannot drift (suite-double.test.ts,
 * suite-system.test.ts).
 *
 *   programs          each is a routine inside of a driver, and what it finds
 *   suiteEntry        the driver: IOCTL_SUITE with a program's index runs it; the answer is JSON
 *   SUITE_HARDWARE    what the driver has to be given
 */
import { IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { WaitAll, WaitAny } from '../../personality/rtl/objects.ts';
import * as pnp from '../../personality/rtl/pnp.ts';
import { recordOf } from '../../personality/rtl/seh/codes.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import * as wdm from '../../personality/wdm/index.ts';

export const SUITE_DEVICE = '\\Device\\Suite';
export const SUITE_HARDWARE = {
  ports: [[0x2f8, 8]],
  interrupts: [3],
  dma: [1],
  memory: [[0xb8000, 0x2000]],
} as const;
const GUID = '{00000000-1111-2222-3333-444444444444}';

interface Program {
  readonly name: string;
  readonly finds: unknown;
  run(driver: wdm.DriverObject, device: wdm.DeviceObject): Promise<unknown>;
}

/** The name of the status that `work` ends with, thrown or returned. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    const value = await work;
    return typeof value === 'number' ? statusName(value) : 'done';
  } catch (error) {
    if (error instanceof NtException) return statusName(error.status);
    throw error;
  }
}

async function outcomes(...work: (() => Promise<unknown>)[]): Promise<string[]> {
  const found: string[] = [];
  for (const each of work) found.push(await outcome(each()));
  return found;
}

const newDevice = (driver: wdm.DriverObject, name: string, more: object = {}) =>
  wdm.IoCreateDevice(driver, { name, type: nt.FILE_DEVICE_NULL, extension: undefined, ...more });

export const programs: readonly Program[] = [
  {
    name: 'the power state is kept with the device',
    finds: [pnp.PowerDeviceD3, pnp.PowerDeviceD0],
    run: (_driver, device) => {
      wdm.PoSetPowerState(device, pnp.PowerDeviceD3);
      const low = wdm.PoSetPowerState(device, pnp.PowerDeviceD0);
      return Promise.resolve([low, wdm.PoSetPowerState(device, pnp.PowerDeviceD0)]);
    },
  },
  {
    name: 'the resources of the driver',
    finds: SUITE_HARDWARE,
    run: (driver) => wdm.IoAssignResources(driver),
  },
  {
    name: 'devices: names that are taken, or none; deleted once',
    finds: [
      'STATUS_OBJECT_NAME_COLLISION',
      'STATUS_OBJECT_NAME_INVALID',
      'STATUS_INVALID_PARAMETER',
      'done',
      'STATUS_SUCCESS',
      'STATUS_NO_SUCH_DEVICE',
      'done',
    ],
    run: async (driver) => {
      let made: wdm.DeviceObject;
      return outcomes(
        () => newDevice(driver, SUITE_DEVICE),
        () => newDevice(driver, 'Suite'),
        () => newDevice(driver, '', { sectorSize: 8192 }),
        async () => void (made = await newDevice(driver, '\\Device\\Second')),
        () => wdm.IoDeleteDevice(made),
        () => wdm.IoDeleteDevice(made),
        async () => void (await wdm.IoDeleteDevice(await newDevice(driver, '\\Device\\Second'))),
      );
    },
  },
  {
    name: 'ports: those that are given, whole ranges of them, and no others',
    finds: ['done', 'STATUS_ACCESS_DENIED', 'STATUS_ACCESS_DENIED', 'STATUS_ACCESS_DENIED'],
    run: (driver) =>
      outcomes(
        () => wdm.HalMapIoPorts(driver, 0x2f8, 8),
        () => wdm.HalMapIoPorts(driver, 0x2f8, 9),
        () => wdm.HalMapIoPorts(driver, 0x2f8, 0),
        () => wdm.HalMapIoPorts(driver, 0x60, 1),
      ),
  },
  {
    name: 'registers in memory: a range that is given, parts of it, and nothing outside',
    finds: {
      read: [0x44, 0x3344, 0x1122_3344, [0x44, 0x33], [0x3344, 0x1122], [0x1122_3344]],
      seen: 0x44,
      beyond: 'STATUS_ACCESS_VIOLATION',
      others: [
        'STATUS_ACCESS_DENIED',
        'STATUS_ACCESS_DENIED',
        'STATUS_ACCESS_DENIED',
        'done',
        'STATUS_INVALID_PARAMETER',
      ],
      gone: 'STATUS_ACCESS_VIOLATION',
    },
    run: async (driver) => {
      const fault = (access: () => unknown) => {
        try {
          access();
        } catch (error) {
          return statusName(recordOf(error).code);
        }
        return 'none';
      };
      const space = await wdm.MmMapIoSpace(driver, 0xb8000, 0x2000);
      wdm.WRITE_REGISTER_ULONG(space, 16, 0x1122_3344);
      wdm.WRITE_REGISTER_BUFFER_ULONG(space, 20, Uint32Array.of(0));
      wdm.WRITE_REGISTER_BUFFER_USHORT(space, 20, Uint16Array.of(0x3344, 0));
      wdm.WRITE_REGISTER_BUFFER_UCHAR(space, 22, Uint8Array.of(0x22, 0x11));
      wdm.WRITE_REGISTER_USHORT(space, 16, 0x3344);
      wdm.WRITE_REGISTER_UCHAR(space, 16, 0x144);
      const [bytes, halves, words] = [new Uint8Array(2), new Uint16Array(2), new Uint32Array(1)];
      wdm.READ_REGISTER_BUFFER_UCHAR(space, 20, bytes);
      wdm.READ_REGISTER_BUFFER_USHORT(space, 20, halves);
      wdm.READ_REGISTER_BUFFER_ULONG(space, 20, words);
      const read = [
        wdm.READ_REGISTER_UCHAR(space, 16),
        wdm.READ_REGISTER_USHORT(space, 16),
        wdm.READ_REGISTER_ULONG(space, 16),
        [...bytes],
        [...halves],
        [...words],
      ];
      const part = await wdm.MmMapIoSpace(driver, 0xb8010, 4);
      const seen = wdm.READ_REGISTER_UCHAR(part, 0);
      const beyond = fault(() => wdm.READ_REGISTER_UCHAR(part, 4));
      const map = (start: number, length: number) => () =>
        wdm.MmMapIoSpace(driver, start, length) as Promise<unknown>;
      const others = await outcomes(
        map(0xb8000, 0),
        map(0xb8000, 0x2001),
        map(0x1000, 0x1000),
        () => wdm.MmUnmapIoSpace(driver, part) as Promise<unknown>,
        () => wdm.MmUnmapIoSpace(driver, part) as Promise<unknown>,
      );
      await wdm.MmUnmapIoSpace(driver, space);
      return { read, seen, beyond, others, gone: fault(() => space.getUint8(0)) };
    },
  },
  {
    name: 'interrupts: connected once, by who was given the line',
    finds: [
      'done',
      'STATUS_ACCESS_DENIED',
      'STATUS_ACCESS_DENIED',
      'STATUS_SUCCESS',
      'STATUS_INVALID_PARAMETER',
      'done',
      'STATUS_SUCCESS',
    ],
    run: (driver) => {
      const connect = (line: number) =>
        wdm.IoConnectInterrupt(driver, { line, serviceRoutine: () => false, context: undefined });
      const interrupt = { line: 3 } as wdm.KInterrupt;
      return outcomes(
        () => connect(3),
        () => connect(3),
        () => connect(4),
        () => wdm.IoDisconnectInterrupt(driver, interrupt),
        () => wdm.IoDisconnectInterrupt(driver, interrupt),
        () => connect(3),
        () => wdm.IoDisconnectInterrupt(driver, interrupt),
      );
    },
  },
  {
    name: 'DMA channels and the speaker: who was not given them',
    finds: ['STATUS_ACCESS_DENIED', 'STATUS_INVALID_PARAMETER', 'done', 'STATUS_ACCESS_DENIED'],
    run: (driver) =>
      outcomes(
        () => wdm.HalGetAdapter(driver, { dmaChannel: 2, maximumLength: 512 }),
        () => wdm.HalGetAdapter(driver, { dmaChannel: 1, maximumLength: 0 }),
        async () =>
          wdm.PutDmaAdapter(
            await wdm.HalGetAdapter(driver, { dmaChannel: 1, maximumLength: 512 }),
          ) as Promise<unknown>,
        () => wdm.HalMakeBeep(driver, 440),
      ),
  },
  {
    name: 'of a device that no bus told of, the PnP manager knows nothing',
    finds: new Array(4).fill('STATUS_INVALID_DEVICE_REQUEST'),
    run: (_driver, device) =>
      outcomes(
        () => wdm.IoInvalidateDeviceRelations(device),
        () => wdm.IoGetDeviceProperty(device, pnp.DevicePropertyHardwareID),
        () => wdm.IoRegisterDeviceInterface(device, GUID),
        () => wdm.PoRequestPowerIrp(device, pnp.IRP_MN_SET_POWER, pnp.PowerDeviceD3),
      ),
  },
  {
    name: 'interfaces that are not there, and classes that are none',
    finds: ['STATUS_OBJECT_NAME_NOT_FOUND', 'STATUS_SUCCESS', 'STATUS_INVALID_PARAMETER'],
    run: (driver) =>
      outcomes(
        () => wdm.IoSetDeviceInterfaceState(driver, '\\??\\nothing', true),
        () => wdm.IoRegisterPlugPlayNotification(driver, GUID, () => undefined),
        () => wdm.IoRegisterPlugPlayNotification(driver, 'no class', () => undefined),
      ),
  },
  {
    name: 'stacks: not above what the entry does not name, nor off what it is not on',
    finds: ['STATUS_ACCESS_DENIED', 'STATUS_INVALID_PARAMETER', 'STATUS_NO_SUCH_DEVICE'],
    run: (_driver, device) =>
      outcomes(
        () => wdm.IoAttachDevice(device, '\\Device\\Null'),
        () => wdm.IoDetachDevice(device),
        () => wdm.IoRegisterFileSystem({ ...device, id: 0x7fff_0000 }),
      ),
  },
  {
    name: 'an IRP for a device that this driver is not above comes back',
    finds: 'STATUS_NO_SUCH_DEVICE',
    run: async (driver, device) => {
      const stranger = { ...device, id: 0x7fff_0000, remote: true };
      const event = wdm.KeInitializeEvent(driver, nt.NotificationEvent, false);
      const nothing = new Uint8Array();
      const irp = wdm.IoBuildSynchronousFsdRequest(IRP_MJ_READ, stranger, nothing, 1, 0, event);
      await wdm.IoCallDriver(stranger, irp);
      await wdm.KeWaitForSingleObject(event);
      return statusName(irp.ioStatus.status);
    },
  },
  {
    name: 'pages: zeroed, mapped where they stay, in parts, given back once',
    finds: { first: 0, size: 9000, written: 7, part: 7, again: true, freed: 'a RangeError' },
    run: async (driver) => {
      const mdl = await wdm.MmAllocatePagesForMdl(driver, 9000);
      const window = await wdm.MmGetSystemAddressForMdlSafe(mdl);
      const first = window.getUint8(8999);
      window.setUint8(5000, 7);
      const at = wdm.MmGetMdlVirtualAddress(mdl) + 5000;
      const part = wdm.IoBuildPartialMdl(mdl, at, 10);
      const seen = (await wdm.MmGetSystemAddressForMdlSafe(part)).getUint8(0);
      const again = (await wdm.MmGetSystemAddressForMdlSafe(mdl)).address === window.address;
      const written = window.getUint8(5000);
      await wdm.MmUnmapLockedPages(mdl);
      await wdm.MmFreePagesFromMdl(mdl);
      const freed = await wdm.MmFreePagesFromMdl(mdl).catch((error: Error) => `a ${error.name}`);
      return { first, size: wdm.MmGetMdlByteCount(mdl), written, part: seen, again, freed };
    },
  },
  {
    name: 'waiting: any, all, time-outs, semaphores',
    finds: [
      'STATUS_TIMEOUT',
      'STATUS_WAIT_1',
      'STATUS_TIMEOUT',
      'STATUS_SUCCESS',
      'STATUS_SUCCESS',
      'STATUS_TIMEOUT',
    ],
    run: async (driver) => {
      const [one, two] = [0, 1].map(() =>
        wdm.KeInitializeEvent(driver, nt.SynchronizationEvent, false),
      ) as [wdm.KEvent, wdm.KEvent];
      const semaphore = wdm.KeInitializeSemaphore(driver, 1, 2);
      const wait = (type: number) => wdm.KeWaitForMultipleObjects(driver, [one, two], type, 1000);
      const found = [await wait(WaitAny)];
      wdm.KeSetEvent(two);
      found.push(await wait(WaitAny), await wait(WaitAll));
      wdm.KeSetEvent(one);
      wdm.KeSetEvent(two);
      found.push(await wait(WaitAll), await wdm.KeWaitForSingleObject(semaphore, 0));
      found.push(await wdm.KeWaitForSingleObject(semaphore, 1000));
      return found.map((status, index) =>
        index === 1 ? `STATUS_WAIT_${status}` : statusName(status),
      );
    },
  },
  {
    name: 'timers, their DPCs and time itself go forwards, and are not early',
    finds: { order: ['wait', 'first', 'second'], late: true, cancelled: true, again: false },
    run: async (driver) => {
      const order: string[] = [];
      const dpc = (name: string) =>
        wdm.KeInitializeDpc(driver, () => void order.push(name), undefined);
      const [first, second, never] = [0, 1, 2].map(() => wdm.KeInitializeTimer(driver)) as [
        wdm.KTimer,
        wdm.KTimer,
        wdm.KTimer,
      ];
      const start = wdm.KeQueryTime(driver);
      wdm.KeSetTimer(second, 6000, dpc('second'));
      wdm.KeSetTimer(first, 3000, dpc('first'));
      wdm.KeSetTimer(never, 4000, dpc('never'));
      const cancelled = wdm.KeCancelTimer(never);
      const again = wdm.KeCancelTimer(never);
      order.push('wait');
      await wdm.KeWaitForSingleObject(second);
      await wdm.KeDelayExecutionThread(driver, 1000);
      return { order, late: wdm.KeQueryTime(driver) - start >= 7000, cancelled, again };
    },
  },
  {
    name: 'work items run in order',
    finds: ['one', 'two', 'three'],
    run: async (driver, device) => {
      const order: string[] = [];
      const done = wdm.KeInitializeEvent(driver, nt.NotificationEvent, false);
      for (const name of ['one', 'two', 'three'])
        wdm.IoQueueWorkItem(
          wdm.IoAllocateWorkItem(device),
          async () => {
            order.push(name);
            if (order.length === 3) wdm.KeSetEvent(done);
          },
          undefined,
        );
      await wdm.KeWaitForSingleObject(done);
      return order;
    },
  },
  {
    name: 'work items begin when their caller has returned, after DPCs, and so do theirs',
    finds: ['caller', 'dpc', 'item', 'executive', 'item of the item'],
    run: async (driver, device) => {
      const order: string[] = [];
      const done = wdm.KeInitializeEvent(driver, nt.NotificationEvent, false);
      const queue = (name: string, then?: () => void) =>
        wdm.IoQueueWorkItem(
          wdm.IoAllocateWorkItem(device),
          async () => {
            then?.();
            order.push(name);
          },
          undefined,
        );
      queue('item', () => queue('item of the item', () => wdm.KeSetEvent(done)));
      wdm.ExQueueWorkItem(
        wdm.ExInitializeWorkItem(driver, () => void order.push('executive'), undefined),
      );
      wdm.KeInsertQueueDpc(wdm.KeInitializeDpc(driver, () => void order.push('dpc'), undefined));
      order.push('caller');
      await wdm.KeWaitForSingleObject(done);
      return order;
    },
  },
  {
    name: 'a remove lock lets go last',
    finds: ['STATUS_SUCCESS', 'STATUS_SUCCESS', 'released', 'removed', 'STATUS_DELETE_PENDING'],
    run: async (driver, device) => {
      const lock = wdm.IoInitializeRemoveLock(driver);
      const found = [1, 2].map((tag) => statusName(wdm.IoAcquireRemoveLock(lock, tag)));
      wdm.IoQueueWorkItem(
        wdm.IoAllocateWorkItem(device),
        async () => {
          await wdm.KeDelayExecutionThread(driver, 1000);
          found.push('released');
          wdm.IoReleaseRemoveLock(lock, 1);
        },
        undefined,
      );
      await wdm.IoReleaseRemoveLockAndWait(lock, 2);
      found.push('removed', statusName(wdm.IoAcquireRemoveLock(lock, 3)));
      return found;
    },
  },
];

/** Runs the program whose index is the input's first byte. */
export const suiteEntry: wdm.DriverEntry = async (driver) => {
  const device = await newDevice(driver, SUITE_DEVICE, { flags: nt.DO_BUFFERED_IO });
  wdm.fillDispatch(driver, wdm.OPENING, wdm.succeed);
  driver.majorFunction[IRP_MJ_DEVICE_CONTROL] = async (_device, irp) => {
    const found = await programs[irp.parameters.input[0]!]!.run(driver, device);
    const output = new TextEncoder().encode(JSON.stringify(found));
    return wdm.IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
  };
  return Status.STATUS_SUCCESS;
};

export const IOCTL_SUITE = wdm.CTL_CODE(nt.FILE_DEVICE_NULL, 0x800, nt.METHOD_BUFFERED, 0);
export const ANSWER = 4096;
export const answerOf = (output: Uint8Array | undefined): unknown =>
  JSON.parse(new TextDecoder().decode(output));
