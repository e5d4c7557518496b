/** Small routines: 16-bit ports, the interrupt's lock, work items, events, notes, exceptions. */
import { assert } from 'chai';
import { NotificationEvent, SynchronizationEvent } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  type DeviceObject,
  DbgPrint,
  EXCEPTION_EXECUTE_HANDLER,
  EXCEPTION_NONCONTINUABLE,
  ExRaiseAccessViolation,
  ExRaiseDatatypeMisalignment,
  GetExceptionInformation,
  IoAllocateWorkItem,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoFreeWorkItem,
  IoMarkIrpPending,
  IoQueueWorkItem,
  type Irp,
  KeDelayExecutionThread,
  KeInitializeEvent,
  KeReadStateEvent,
  KeResetEvent,
  KeSetEvent,
  KeSynchronizeExecution,
  KeWaitForSingleObject,
  type KInterrupt,
  type PortRange,
  READ_PORT_BUFFER_UCHAR,
  READ_PORT_UCHAR,
  READ_PORT_ULONG,
  READ_PORT_USHORT,
  type Runtime,
  type Seh,
  tryExcept,
  WRITE_PORT_ULONG,
  WRITE_PORT_USHORT,
} from '../../personality/wdm/index.ts';
import { createMachine } from '../../web/machine/index.ts';
import { type RigOptions, startDriver } from './rig.ts';

type Body = (device: DeviceObject, irp: Irp<'device_control'>) => Promise<void>;

/** Runs `body` as a dispatch routine that succeeds. */
async function inDriver(body: Body, options: RigOptions = {}) {
  const rig = await startDriver({
    ...options,
    control: async (device, irp) => {
      await body(device, irp);
      return irp.pendingReturned
        ? Status.STATUS_PENDING
        : IoCompleteRequest(irp, Status.STATUS_SUCCESS);
    },
  });
  const { status } = await rig.control(0);
  if (rig.executive.crash) throw rig.executive.crash;
  assert.equal(statusName(status), 'STATUS_SUCCESS');
  return rig;
}

suite('wdm: ports', () => {
  /** Four ports from 0x300; reads give `values` in turn. */
  function ports(...values: number[]): { range: PortRange; calls: string[] } {
    const calls: string[] = [];
    const portIn = (slot: number, port: number, width: number): number => {
      calls.push(`${slot}: ${width} from ${port.toString(16)}`);
      return values.shift()!;
    };
    const portOut = (slot: number, port: number, width: number, value: number): void =>
      void calls.push(`${slot}: ${width} to ${port.toString(16)}, ${value.toString(16)}`);
    const runtime = { transport: { portIn, portOut } } as unknown as Runtime;
    return { range: { first: 0x300, count: 4, slot: 9, runtime }, calls };
  }

  test('READ_PORT_USHORT, WRITE_PORT_USHORT: one access of sixteen bits', () => {
    const { range, calls } = ports(0xfedc);
    assert.equal(READ_PORT_USHORT(range, 2), 0xfedc);
    WRITE_PORT_USHORT(range, 0, 0x5_4321);
    assert.deepEqual(calls, ['9: 2 from 302', '9: 2 to 300, 4321']);
  });

  test('READ_PORT_BUFFER_UCHAR: every byte from the one port', () => {
    const { range, calls } = ports(1, 2, 3);
    const target = new Uint8Array(5).fill(0xee);
    READ_PORT_BUFFER_UCHAR(range, 3, target.subarray(1, 4));
    assert.deepEqual([...target], [0xee, 1, 2, 3, 0xee]);
    assert.deepEqual(calls, Array(3).fill('9: 1 from 303'));
    assert.throws(() => READ_PORT_BUFFER_UCHAR(range, 4, target), RangeError, /no port/);
  });

  test('an access that only begins inside the range is none', () => {
    const { range, calls } = ports(5);
    assert.throws(() => READ_PORT_USHORT(range, 3), RangeError, /no port at offset 3/);
    assert.throws(() => WRITE_PORT_USHORT(range, 3, 0), RangeError);
    assert.throws(() => READ_PORT_ULONG(range, 1), RangeError);
    assert.throws(() => WRITE_PORT_ULONG(range, 1, 0), RangeError);
    assert.throws(() => READ_PORT_USHORT(range, -1), RangeError);
    assert.deepEqual(calls, []);
    assert.equal(READ_PORT_UCHAR(range, 3), 5);
  });
});

suite('wdm: interrupts and events', () => {
  test('KeSynchronizeExecution: the service routine waits for it', async () => {
    const machine = createMachine({ ram: new Uint8Array(4096) });
    let served = 0;
    let interrupt!: KInterrupt;
    const serviceRoutine = () => {
      served++;
      machine.fault.stickIrq(4, false);
      return true;
    };
    const setUp: RigOptions['setUp'] = async (driver) => {
      interrupt = await IoConnectInterrupt(driver, { line: 4, serviceRoutine, context: undefined });
    };
    const body: Body = async ({ driverObject: driver }) => {
      const routine = (context: { line: number }) => {
        machine.fault.stickIrq(context.line, true);
        return served === 0;
      };
      assert.isTrue(KeSynchronizeExecution(interrupt, routine, { line: 4 }));
      assert.equal(served, 0, 'not before this one waits');
      await KeDelayExecutionThread(driver, 10);
      assert.equal(served, 1);
      assert.isFalse(KeSynchronizeExecution(interrupt, () => false, undefined));
    };
    await inDriver(body, { machine, interrupts: [4], setUp });
  });

  test('KeReadStateEvent: reading takes nothing', async () => {
    await inDriver(async ({ driverObject: driver }) => {
      for (const type of [NotificationEvent, SynchronizationEvent]) {
        const event = KeInitializeEvent(driver, type, true);
        assert.deepEqual([KeReadStateEvent(event), KeReadStateEvent(event)], [true, true]);
        await KeWaitForSingleObject(event);
        assert.equal(KeReadStateEvent(event), type === NotificationEvent);
        KeSetEvent(event);
        assert.isTrue(KeReadStateEvent(event));
        KeResetEvent(event);
        assert.isFalse(KeReadStateEvent(event));
      }
    });
  });

  test('IoFreeWorkItem: what has begun goes on, once', async () => {
    const order: string[] = [];
    await inDriver(async (device, irp) => {
      IoMarkIrpPending(irp as Irp);
      const item = IoAllocateWorkItem(device);
      const routine = async (given: DeviceObject, context: typeof irp) => {
        assert.strictEqual(given, device);
        await KeDelayExecutionThread(device.driverObject, 10);
        order.push('ran');
        IoCompleteRequest(context, Status.STATUS_SUCCESS);
      };
      IoQueueWorkItem(item, routine, irp);
      IoFreeWorkItem(item);
      order.push('freed');
    });
    assert.deepEqual(order, ['freed', 'ran']);
  });

  test('DbgPrint: the name of the driver stands before what it says', async () => {
    const body: Body = async ({ driverObject: driver }) => DbgPrint(driver, 'sector', 17);
    const { executive } = await inDriver(body, { image: 'sample.sys' });
    assert.deepEqual(executive.logged, ['\\Driver\\sample: sector 17']);
  });
});

suite('wdm: exceptions', () => {
  const raisers: [(seh: Seh) => Promise<never>, string][] = [
    [ExRaiseAccessViolation, 'STATUS_ACCESS_VIOLATION'],
    [ExRaiseDatatypeMisalignment, 'STATUS_DATATYPE_MISALIGNMENT'],
  ];

  for (const [raise, name] of raisers) {
    test(`${raise.name}: a filter is asked, the body does not go on`, async () => {
      const seen: unknown[] = [];
      const body: Body = async ({ driverObject: { seh } }) => {
        const guarded = async (inner: Seh) => {
          await raise(inner);
          seen.push('went on');
        };
        await tryExcept<unknown>(
          seh,
          guarded,
          (exception) => {
            const { exceptionRecord: record } = GetExceptionInformation(exception);
            seen.push(statusName(record.code));
            seen.push(record.flags & EXCEPTION_NONCONTINUABLE);
            return EXCEPTION_EXECUTE_HANDLER;
          },
          () => seen.push('handled'),
        );
      };
      await inDriver(body);
      assert.deepEqual(seen, [name, EXCEPTION_NONCONTINUABLE, 'handled']);
    });

    test(`${raise.name}: nobody handles it, the driver ends`, async () => {
      const rig = await startDriver({ control: ({ driverObject }) => raise(driverObject.seh) });
      const { status } = await rig.control(0);
      assert.equal(statusName(status), 'STATUS_DRIVER_PROCESS_TERMINATED');
      assert.match(String(rig.executive.crash), new RegExp(name));
    });
  }
});
