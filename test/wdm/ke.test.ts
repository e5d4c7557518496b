/**
 * Waiting in a driver: events, time-outs, timers, mutexes, DPCs, and what they cost in messages.
 */
import { assert } from 'chai';
import { NotificationEvent, SynchronizationEvent } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  IoAllocateWorkItem,
  IoCompleteRequest,
  IoMarkIrpPending,
  IoQueueWorkItem,
  type Irp,
  KeCancelTimer,
  KeDelayExecutionThread,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeMutex,
  KeInitializeTimer,
  KeInsertQueueDpc,
  KeQuerySystemTime,
  KeQueryTime,
  KeReleaseMutex,
  KeResetEvent,
  KeSetEvent,
  KeSetTimer,
  type KEvent,
  type KMutex,
  KeWaitForSingleObject,
} from '../../personality/wdm/index.ts';
import { startDriver } from './rig.ts';

suite('wdm: waiting', () => {
  test('a time-out is a time-out, and costs one timer however many waits there are', async () => {
    let event: KEvent;
    const rig = await startDriver({
      setUp: (driver) => void (event = KeInitializeEvent(driver, NotificationEvent, false)),
      control: async (_device, irp) => {
        const status = await KeWaitForSingleObject(event, irp.parameters.code);
        return IoCompleteRequest(irp, status);
      },
    });
    const waits = [5000, 3000, 9000, 4000].map((time) => rig.control(time));
    const done = await Promise.all(waits);
    assert.isTrue(done.every(({ status }) => status === Status.STATUS_TIMEOUT));
    assert.equal(rig.executive.time, 9000);
    // Armed for the earliest, then again for each that was left when it rang.
    assert.isAtMost(rig.executive.counts.WdmSetTimer!, 5);
  });

  test('a wait that ends in time arms no timer of its own', async () => {
    let event: KEvent;
    const rig = await startDriver({
      setUp: (driver) => void (event = KeInitializeEvent(driver, SynchronizationEvent, false)),
      control: async (_device, irp) => {
        if (irp.parameters.code === 0) KeSetEvent(event);
        else if ((await KeWaitForSingleObject(event, 1e6)) !== Status.STATUS_SUCCESS)
          return IoCompleteRequest(irp, Status.STATUS_UNSUCCESSFUL);
        return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
      },
    });
    for (let turn = 0; turn < 20; turn++) {
      const [waiter] = await Promise.all([rig.control(1), rig.control(0)]);
      assert.equal(waiter.status, 0);
    }
    assert.isAtMost(rig.executive.counts.WdmSetTimer ?? 0, 1);
  });

  test('synchronization releases one, notification all', async () => {
    for (const [type, released] of [
      [SynchronizationEvent, 1],
      [NotificationEvent, 3],
    ] as const) {
      let event!: KEvent;
      const rig = await startDriver({
        setUp: (driver) => void (event = KeInitializeEvent(driver, type, false)),
        control: async (_device, irp) => {
          if (irp.parameters.code === 0) assert.isFalse(KeSetEvent(event));
          else await KeWaitForSingleObject(event);
          return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
        },
      });
      for (let i = 0; i < 3; i++) void rig.control(1);
      await rig.control(0);
      await rig.executive.advance(1);
      assert.equal(rig.executive.pending, 3 - released);
      assert.equal(KeResetEvent(event), type === NotificationEvent);
    }
  });

  test('a mutex is handed on in the order of asking', async () => {
    let mutex: KMutex;
    const order: number[] = [];
    const rig = await startDriver({
      setUp: (driver) => void (mutex = KeInitializeMutex(driver)),
      control: async (device, irp) => {
        await KeWaitForSingleObject(mutex);
        order.push(irp.parameters.code);
        await KeDelayExecutionThread(device.driverObject, 100);
        order.push(irp.parameters.code);
        KeReleaseMutex(mutex);
        return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
      },
    });
    await Promise.all([1, 2, 3].map((code) => rig.control(code)));
    assert.deepEqual(order, [1, 1, 2, 2, 3, 3]);
    assert.equal(rig.executive.time, 300);
  });

  test('timers run their DPC once, and not after a cancel', async () => {
    const ran: string[] = [];
    const rig = await startDriver({
      control: (device, irp) => {
        const { driverObject: driver } = device;
        const dpc = (name: string) => KeInitializeDpc(driver, () => void ran.push(name), undefined);
        const kept = KeInitializeTimer(driver);
        const cancelled = KeInitializeTimer(driver);
        const moved = KeInitializeTimer(driver);
        KeSetTimer(kept, 1000, dpc('kept'));
        KeSetTimer(cancelled, 500, dpc('cancelled'));
        KeSetTimer(moved, 100, dpc('moved early'));
        assert.isTrue(KeSetTimer(moved, 2000, dpc('moved')));
        assert.isTrue(KeCancelTimer(cancelled));
        assert.isFalse(KeCancelTimer(cancelled));
        return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
      },
    });
    await rig.control(0);
    await rig.executive.advance(1500);
    assert.deepEqual(ran, ['kept']);
    await rig.executive.advance(10_000);
    assert.deepEqual(ran, ['kept', 'moved']);
  });

  test('a DPC completes a pending IRP; queued twice it runs once', async () => {
    let runs = 0;
    const rig = await startDriver({
      control: (device, irp) => {
        const finish = (pending: Irp<'device_control'>, argument: unknown) => {
          runs++;
          IoCompleteRequest(pending, Status.STATUS_SUCCESS, argument as number);
        };
        const dpc = KeInitializeDpc(device.driverObject, finish, irp);
        assert.isTrue(KeInsertQueueDpc(dpc, 77));
        assert.isFalse(KeInsertQueueDpc(dpc, 78));
        IoMarkIrpPending(irp as Irp);
        return Status.STATUS_PENDING;
      },
    });
    assert.equal((await rig.control(0)).information, 77);
    assert.equal(runs, 1);
  });

  test('work items run as coroutines', async () => {
    const rig = await startDriver({
      control: (device, irp) => {
        IoMarkIrpPending(irp as Irp);
        IoQueueWorkItem(
          IoAllocateWorkItem(device),
          async ({ driverObject }, context) => {
            await KeDelayExecutionThread(driverObject, 50);
            IoCompleteRequest(context, Status.STATUS_SUCCESS, KeQueryTime(driverObject));
          },
          irp,
        );
        return Status.STATUS_PENDING;
      },
    });
    assert.equal((await rig.control(0)).information, 50);
  });

  test('the date is asked for once, and goes on', async () => {
    const times: number[] = [];
    const rig = await startDriver({
      systemTime: 1_000_000,
      control: async (device, irp) => {
        times.push(await KeQuerySystemTime(device.driverObject));
        await KeDelayExecutionThread(device.driverObject, 100);
        times.push(await KeQuerySystemTime(device.driverObject));
        return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
      },
    });
    assert.equal(statusName((await rig.control(0)).status), 'STATUS_SUCCESS');
    assert.deepEqual(times, [1_000_000, 1_001_000]);
    assert.equal(rig.executive.counts.NtQuerySystemTime, 1);
  });
});
