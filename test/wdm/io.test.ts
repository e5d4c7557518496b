/** IRPs in a driver: what ends it, what does not, batches, queues, cancelling. */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  HalMapIoPorts,
  IoAssignResources,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoMarkIrpPending,
  IoStartNextPacket,
  IoStartPacket,
  type Irp,
  KeDelayExecutionThread,
  READ_PORT_UCHAR,
} from '../../personality/wdm/index.ts';
import { createMachine } from '../../web/machine/index.ts';
import { DEVICE, startDriver } from './rig.ts';

const DEAD = Status.STATUS_DRIVER_PROCESS_TERMINATED;

suite('wdm: the life of a driver', () => {
  test('DriverEntry fails with a status or an NtException: that is the answer', async () => {
    const failing = await startDriver({ setUp: () => Status.STATUS_NO_SUCH_DEVICE });
    assert.equal(statusName(failing.status), 'STATUS_NO_SUCH_DEVICE');
    const throwing = await startDriver({
      setUp: () => {
        throw new NtException(Status.STATUS_INSUFFICIENT_RESOURCES);
      },
    });
    assert.equal(statusName(throwing.status), 'STATUS_INSUFFICIENT_RESOURCES');
    assert.isUndefined(throwing.executive.crash);
  });

  test('an exception anywhere else is the end of the driver, and of it alone', async () => {
    const victims = [
      () => {
        throw new Error('at once');
      },
      async () => {
        await undefined;
        throw new NtException(Status.STATUS_CRC_ERROR);
      },
    ];
    for (const victim of victims) {
      const rig = await startDriver({ control: victim });
      assert.equal((await rig.control(1)).status, DEAD);
      assert.instanceOf(rig.executive.crash, Error);
      assert.equal((await rig.control(2)).status, DEAD);
    }
  });

  test('an IRP completed twice, or never, is a bug check', async () => {
    const twice = await startDriver({
      control: (_device, irp) => {
        IoCompleteRequest(irp, Status.STATUS_SUCCESS);
        return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
      },
    });
    await twice.control(1);
    await twice.executive.advance(1);
    assert.match(String(twice.executive.crash), /twice/);
    const never = await startDriver({ control: () => Status.STATUS_SUCCESS });
    assert.equal((await never.control(1)).status, DEAD);
    assert.match(String(never.executive.crash), /neither completed/);
  });

  test('its name comes from its image', async () => {
    const rig = await startDriver({ image: 'sample.sys' });
    assert.equal(rig.driver.name, '\\Driver\\sample');
    assert.equal(rig.executive.devices[0]!.name, DEVICE);
  });
});

suite('wdm: requests', () => {
  test('hundreds at once are all answered, in batches', async () => {
    const rig = await startDriver({
      control: async (device, irp) => {
        await KeDelayExecutionThread(device.driverObject, 10);
        const output = irp.parameters.input;
        return IoCompleteRequest(irp, Status.STATUS_SUCCESS, undefined, { output });
      },
    });
    const before = rig.executive.counts.WdmRequestIoPackets!;
    const inputs = Array.from({ length: 300 }, (_, i) => new Uint8Array(1 + (i % 1000)).fill(i));
    const done = await Promise.all(inputs.map((input, i) => rig.control(i, input)));
    done.forEach(({ status, information, result }, i) => {
      assert.equal(status, 0);
      assert.equal(information, inputs[i]!.length);
      assert.deepEqual(result.output, inputs[i]);
    });
    assert.isBelow(rig.executive.counts.WdmRequestIoPackets! - before, 60);
  });

  test('IoStartPacket gives a device one IRP at a time', async () => {
    const order: string[] = [];
    const rig = await startDriver({
      control: (device, irp) => {
        IoMarkIrpPending(irp as Irp);
        IoStartPacket(device, irp as Irp);
        return Status.STATUS_PENDING;
      },
      setUp: (driver) => {
        driver.driverStartIo = async (device, irp) => {
          const { code } = (irp as Irp<'device_control'>).parameters;
          order.push(`start ${code}`);
          await KeDelayExecutionThread(driver, 10);
          order.push(`end ${code}`);
          IoStartNextPacket(device);
          IoCompleteRequest(irp, Status.STATUS_SUCCESS);
        };
      },
    });
    await Promise.all([1, 2].map((code) => rig.control(code)));
    assert.deepEqual(order, ['start 1', 'end 1', 'start 2', 'end 2']);
  });
});

suite('wdm: hardware', () => {
  const machine = () => createMachine({ ram: new Uint8Array(4096) });

  test('only what was assigned, and only inside a range', async () => {
    const seen: string[] = [];
    const attempt = async (body: () => unknown) => {
      try {
        await body();
        seen.push('granted');
      } catch (error) {
        seen.push(error instanceof NtException ? statusName(error.status) : String(error));
      }
    };
    await startDriver({
      machine: machine(),
      ports: [[0x3f8, 8]],
      interrupts: [4],
      setUp: async (driver) => {
        const resources = await IoAssignResources(driver);
        const nothing = { dma: [], memory: [] };
        assert.deepEqual(resources, { ports: [[0x3f8, 8]], interrupts: [4], ...nothing });
        const range = await HalMapIoPorts(driver, 0x3f8, 8);
        await attempt(() => READ_PORT_UCHAR(range, 7));
        await attempt(() => READ_PORT_UCHAR(range, 8));
        await attempt(() => READ_PORT_UCHAR(range, -1));
        await attempt(() => HalMapIoPorts(driver, 0x3f0, 16));
        const serviceRoutine = () => true;
        await attempt(() =>
          IoConnectInterrupt(driver, { line: 6, serviceRoutine, context: undefined }),
        );
      },
    });
    assert.deepEqual(seen, [
      'granted',
      'RangeError: no port at offset 8',
      'RangeError: no port at offset -1',
      'STATUS_ACCESS_DENIED',
      'STATUS_ACCESS_DENIED',
    ]);
  });

  test('a line that nobody claims is masked, and the driver goes on', async () => {
    const pc = machine();
    let calls = 0;
    const rig = await startDriver({
      machine: pc,
      interrupts: [4],
      setUp: async (driver) => {
        const serviceRoutine = () => {
          calls++;
          return false;
        };
        const interrupt = { line: 4, serviceRoutine, context: undefined };
        await IoConnectInterrupt(driver, interrupt);
      },
    });
    pc.fault.stickIrq(4, true);
    await rig.executive.advance(1000);
    assert.isAbove(calls, 100);
    assert.isBelow(calls, 1000);
    const before = calls;
    assert.equal((await rig.control(1)).status, 0);
    assert.equal(calls, before);
  });
});
