/** Routines of the driver API that stay within the driver: locks, parts, waits, work for later. */
import { assert } from 'chai';
import { NotificationEvent, SynchronizationEvent } from '../../personality/rtl/nt.ts';
import { WaitAll, WaitAny } from '../../personality/rtl/objects.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  CTL_CODE,
  type DeviceObject,
  DEVICE_TYPE_FROM_CTL_CODE,
  ExInitializeWorkItem,
  ExQueueWorkItem,
  IoAcquireRemoveLock,
  IoCompleteRequest,
  IoInitializeDpcRequest,
  IoInitializeRemoveLock,
  IoMarkIrpPending,
  IoReleaseRemoveLock,
  IoReleaseRemoveLockAndWait,
  IoRequestDpc,
  IoStartPacket,
  type Irp,
  KeAcquireSpinLock,
  KeCancelTimer,
  KeDelayExecutionThread,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeSemaphore,
  KeInitializeSpinLock,
  KeInitializeTimer,
  KeQueryTime,
  KeReadStateSemaphore,
  KeReleaseSemaphore,
  KeReleaseSpinLock,
  KeSetEvent,
  KeSetTimerEx,
  KeWaitForMultipleObjects,
  KeWaitForSingleObject,
  METHOD_FROM_CTL_CODE,
} from '../../personality/wdm/index.ts';
import { type Rig, type RigOptions, startDriver } from './rig.ts';

const SUCCESS = Status.STATUS_SUCCESS;
type Body = (device: DeviceObject, irp: Irp<'device_control'>) => Promise<number | void>;

/** Runs `body` as a dispatch routine; the status that it gives. */
async function inDriver(
  body: Body,
  options: RigOptions = {},
): Promise<{ rig: Rig; status: string }> {
  const rig = await startDriver({
    ...options,
    control: async (device, irp) => {
      const status = (await body(device, irp)) ?? SUCCESS;
      return irp.completed || irp.pendingReturned ? status : IoCompleteRequest(irp, status);
    },
  });
  return { rig, status: statusName((await rig.control(0)).status) };
}

suite('wdm: remove locks', () => {
  test('who removes waits for all others, and nobody comes in any more', async () => {
    const order: string[] = [];
    const { rig, status } = await inDriver(async ({ driverObject: driver }) => {
      const lock = IoInitializeRemoveLock(driver);
      const work = ExInitializeWorkItem(
        driver,
        async (tag: string) => {
          assert.equal(IoAcquireRemoveLock(lock, tag), SUCCESS);
          await KeDelayExecutionThread(driver, 100);
          order.push('worked');
          assert.equal(IoAcquireRemoveLock(lock, 'late'), Status.STATUS_DELETE_PENDING);
          IoReleaseRemoveLock(lock, tag);
        },
        'work',
      );
      ExQueueWorkItem(work);
      await KeDelayExecutionThread(driver, 10);
      IoAcquireRemoveLock(lock, 'remove');
      await IoReleaseRemoveLockAndWait(lock, 'remove');
      order.push('removed');
      assert.throws(() => IoReleaseRemoveLock(lock, 'remove'), /not held/);
    });
    assert.equal(status, 'STATUS_SUCCESS');
    assert.isUndefined(rig.executive.crash);
    assert.deepEqual(order, ['worked', 'removed']);
  });
});

suite('wdm: waits for several', () => {
  test('any: the one that is set first, which alone is taken', async () => {
    const { status } = await inDriver(async ({ driverObject: driver }) => {
      const events = [1, 2, 3].map(() => KeInitializeEvent(driver, SynchronizationEvent, false));
      const timer = KeInitializeTimer(driver);
      KeSetTimerEx(
        timer,
        50,
        0,
        KeInitializeDpc(driver, () => [2, 1].forEach((at) => KeSetEvent(events[at]!)), undefined),
      );
      const wait = (timeout?: number) => KeWaitForMultipleObjects(driver, events, WaitAny, timeout);
      assert.equal(await wait(20), Status.STATUS_TIMEOUT);
      assert.equal(KeQueryTime(driver), 20);
      assert.sameMembers([await wait(), await wait()], [1, 2]);
      assert.equal(await wait(0), Status.STATUS_TIMEOUT);
      KeSetEvent(events[0]!);
      assert.equal(await wait(), 0);
    });
    assert.equal(status, 'STATUS_SUCCESS');
  });

  test('all: nothing is taken before everything can be', async () => {
    const { status } = await inDriver(async ({ driverObject: driver }) => {
      const one = KeInitializeEvent(driver, SynchronizationEvent, true);
      const two = KeInitializeEvent(driver, NotificationEvent, false);
      const both = (timeout?: number) =>
        KeWaitForMultipleObjects(driver, [one, two], WaitAll, timeout);
      assert.equal(await both(10), Status.STATUS_TIMEOUT);
      assert.equal(await KeWaitForSingleObject(one, 0), SUCCESS, 'it was left');
      KeSetEvent(two);
      const dpc = KeInitializeDpc(driver, () => KeSetEvent(one), undefined);
      KeSetTimerEx(KeInitializeTimer(driver), 30, 0, dpc);
      assert.equal(await both(), SUCCESS);
      assert.equal(await KeWaitForSingleObject(one, 0), Status.STATUS_TIMEOUT, 'it was taken');
    });
    assert.equal(status, 'STATUS_SUCCESS');
  });

  test('a semaphore lets as many in as it counts', async () => {
    const { status } = await inDriver(async ({ driverObject: driver }) => {
      const semaphore = KeInitializeSemaphore(driver, 2, 3);
      const take = () => KeWaitForSingleObject(semaphore, 0);
      assert.deepEqual([await take(), await take()], [SUCCESS, SUCCESS]);
      assert.equal(await take(), Status.STATUS_TIMEOUT);
      assert.equal(KeReleaseSemaphore(semaphore, 3), 0);
      assert.equal(KeReadStateSemaphore(semaphore), 3);
      assert.throws(() => KeReleaseSemaphore(semaphore), /limit/);
      for (let i = 0; i < 3; i++) assert.equal(await take(), SUCCESS);
      assert.equal(await take(), Status.STATUS_TIMEOUT);
    });
    assert.equal(status, 'STATUS_SUCCESS');
  });

  test('a spin lock that is held across a wait is found', async () => {
    const lock = KeInitializeSpinLock();
    KeAcquireSpinLock(lock);
    assert.throws(() => KeAcquireSpinLock(lock), /across a wait/);
    KeReleaseSpinLock(lock);
    assert.throws(() => KeReleaseSpinLock(lock), /not held/);
  });
});

suite('wdm: work for later', () => {
  test('a periodic timer goes on until it is cancelled', async () => {
    let ticks = 0;
    const { rig } = await inDriver(async ({ driverObject: driver }) => {
      const timer = KeInitializeTimer(driver);
      const dpc = KeInitializeDpc(
        driver,
        () => void (++ticks === 4 && KeCancelTimer(timer)),
        undefined,
      );
      KeSetTimerEx(timer, 100, 250, dpc);
    });
    // It has set its timer.
    await rig.executive.advance(0);
    await rig.executive.advance(700);
    assert.equal(ticks, 3);
    await rig.executive.advance(5000);
    assert.equal(ticks, 4);
  });

  test("a device's DPC is given the IRP", async () => {
    const { status } = await inDriver(async (device, irp) => {
      IoInitializeDpcRequest(device, (_device, pending, context) =>
        IoCompleteRequest(pending!, context as number),
      );
      assert.isTrue(IoRequestDpc(device, irp as Irp, Status.STATUS_CRC_ERROR));
      assert.isFalse(IoRequestDpc(device, irp as Irp, 0));
      IoMarkIrpPending(irp as Irp);
      return Status.STATUS_PENDING;
    });
    assert.equal(status, 'STATUS_CRC_ERROR');
  });

  test('a packet that waits for StartIo leaves the queue when it is given up', async () => {
    const started: number[] = [];
    const rig = await startDriver({
      control: (device, irp) => {
        IoMarkIrpPending(irp as Irp);
        IoStartPacket(device, irp as Irp);
        return Status.STATUS_PENDING;
      },
      setUp: (driver) => {
        driver.driverStartIo = (_device, irp) =>
          void started.push((irp as Irp<'device_control'>).parameters.code);
      },
    });
    void rig.control(1);
    const second = rig.control(2);
    await rig.executive.advance(1);
    rig.executive.cancelLast();
    assert.equal((await second).status, Status.STATUS_CANCELLED);
    assert.deepEqual(started, [1]);
  });

  test('control codes', () => {
    const code = CTL_CODE(0x22, 0x801, 2, 3);
    assert.equal(code, 0x0022_e006);
    assert.deepEqual([METHOD_FROM_CTL_CODE(code), DEVICE_TYPE_FROM_CTL_CODE(code)], [2, 0x22]);
  });
});
