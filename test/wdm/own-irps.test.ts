/** IRPs that a driver makes itself, what a stack location says, and taking one IRP from a queue. */
import { assert } from 'chai';
import * as mj from '../../personality/rtl/irp.ts';
import { FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  type DeviceObject,
  IoAllocateIrp,
  IoBuildAsynchronousFsdRequest,
  IoCallDriver,
  IoCompleteRequest,
  IoCreateDevice,
  IoCsqInitialize,
  IoCsqInsertIrp,
  IoCsqRemoveIrp,
  IoGetCurrentIrpStackLocation,
  IoGetNextIrpStackLocation,
  IoSetCompletionRoutine,
  type Irp,
} from '../../personality/wdm/index.ts';
import { type Rig, type RigOptions, startDriver } from './rig.ts';

const { STATUS_SUCCESS, STATUS_PENDING, STATUS_MORE_PROCESSING_REQUIRED } = Status;
const NOTHING = new Uint8Array();

type Body = (
  upper: DeviceObject,
  lower: DeviceObject,
  irp: Irp<'device_control'>,
) => Promise<number>;

/** A driver with two devices: requests come to the upper one, `below` has the lower one. */
async function twoDevices(
  body: Body,
  below: RigOptions['control'],
  others: RigOptions['setUp'] = () => undefined,
): Promise<Rig> {
  let lower!: DeviceObject;
  const rig = await startDriver({
    control: (device, irp) => (device === lower ? below!(device, irp) : body(device, lower, irp)),
    setUp: async (driver) => {
      const facts = { name: '', type: FILE_DEVICE_NULL, extension: undefined };
      lower = await IoCreateDevice(driver, facts);
      return others(driver);
    },
  });
  assert.equal(rig.status, STATUS_SUCCESS);
  return rig;
}

suite('wdm: IRPs of a driver’s own', () => {
  test('IoAllocateIrp: the location is filled in, the completion routine keeps the IRP', async () => {
    const notes: unknown[] = [];
    const body: Body = async (_upper, lower, irp) => {
      const own = IoAllocateIrp(lower) as Irp<'device_control'>;
      assert.notEqual(own.id, IoAllocateIrp(lower).id);
      assert.throws(() => IoGetCurrentIrpStackLocation(own), /no stack location/);
      const next = IoGetNextIrpStackLocation(own);
      assert.deepEqual([next.minorFunction, next.flags, next.completion], [0, 0, undefined]);
      next.majorFunction = mj.IRP_MJ_DEVICE_CONTROL;
      next.parameters = { code: 77, input: NOTHING, outputLength: 0 };
      const keep = (above: unknown, done: Irp, context: string) => {
        notes.push(above, context, done.ioStatus.information);
        return STATUS_MORE_PROCESSING_REQUIRED;
      };
      IoSetCompletionRoutine(own as Irp, keep, 'mine');
      notes.push(statusName(await IoCallDriver(lower, own as Irp)));
      return IoCompleteRequest(irp, STATUS_SUCCESS);
    };
    const rig = await twoDevices(body, (_device, irp) => {
      notes.push(irp.parameters.code);
      return IoCompleteRequest(irp, Status.STATUS_CRC_ERROR, 5);
    });
    assert.equal(statusName((await rig.control(0)).status), 'STATUS_SUCCESS');
    // Nobody is above the first device of an IRP that the driver has made.
    assert.deepEqual(notes, [77, undefined, 'mine', 5, 'STATUS_CRC_ERROR']);
  });

  test('IoBuildAsynchronousFsdRequest: reads, writes and flushes, and nothing else', async () => {
    const asked: unknown[] = [];
    const done: string[] = [];
    const body: Body = async (_upper, lower, irp) => {
      const send = async (major: number, data: Uint8Array, length: number, offset: number) => {
        const own = IoBuildAsynchronousFsdRequest(major, lower, data, length, offset);
        const note = (_above: unknown, { ioStatus }: Irp) =>
          void done.push(`${major}: ${statusName(ioStatus.status)}, ${ioStatus.information}`);
        IoSetCompletionRoutine(own, note, undefined);
        await IoCallDriver(lower, own);
        return own;
      };
      const read = (await send(mj.IRP_MJ_READ, NOTHING, 3, 512)) as Irp<'read'>;
      assert.deepEqual(read.result.data, new Uint8Array([7, 8, 9]));
      await send(mj.IRP_MJ_WRITE, new Uint8Array([1, 2]), 2, 1024);
      await send(mj.IRP_MJ_FLUSH_BUFFERS, NOTHING, 0, 0);
      const wrong = () => IoBuildAsynchronousFsdRequest(mj.IRP_MJ_CREATE, lower, NOTHING, 0, 0);
      assert.throws(wrong, RangeError, /no such request: 0/);
      return IoCompleteRequest(irp, STATUS_SUCCESS);
    };
    const rig = await twoDevices(body, undefined, ({ majorFunction: table }) => {
      table[mj.IRP_MJ_READ] = (_device, irp) => {
        asked.push(irp.parameters);
        const data = new Uint8Array([7, 8, 9]);
        return IoCompleteRequest(irp, STATUS_SUCCESS, undefined, { data });
      };
      table[mj.IRP_MJ_WRITE] = (_device, irp) => {
        asked.push(irp.parameters);
        return IoCompleteRequest(irp, Status.STATUS_DISK_FULL, 1);
      };
    });
    assert.equal(statusName((await rig.control(0)).status), 'STATUS_SUCCESS');
    assert.deepEqual(asked, [
      { offset: 512, length: 3 },
      { offset: 1024, length: 2, data: new Uint8Array([1, 2]) },
    ]);
    const { IRP_MJ_READ: read, IRP_MJ_WRITE: write, IRP_MJ_FLUSH_BUFFERS: flush } = mj;
    assert.deepEqual(done, [
      `${read}: STATUS_SUCCESS, 3`,
      `${write}: STATUS_DISK_FULL, 1`,
      `${flush}: STATUS_INVALID_DEVICE_REQUEST, 0`,
    ]);
  });

  test('IoGetCurrentIrpStackLocation: that of the device that has the IRP now', async () => {
    const seen: string[] = [];
    const note = (irp: Irp<'device_control'>, upper?: DeviceObject) => {
      const location = IoGetCurrentIrpStackLocation(irp);
      assert.strictEqual(location.parameters, irp.parameters);
      assert.strictEqual(location.device, irp.device);
      assert.equal(location.majorFunction, mj.IRP_MJ_DEVICE_CONTROL);
      seen.push(`${location.device === upper ? 'upper' : 'lower'} ${location.parameters.code}`);
    };
    const body: Body = async (upper, lower, irp) => {
      note(irp, upper);
      const next = IoGetNextIrpStackLocation(irp);
      next.parameters = { ...next.parameters, code: 2 };
      const back = (above: DeviceObject | undefined, done: Irp) => {
        assert.strictEqual(above, upper);
        note(done as Irp<'device_control'>, upper);
      };
      IoSetCompletionRoutine(irp as Irp, back, undefined);
      return IoCallDriver(lower, irp as Irp);
    };
    const rig = await twoDevices(body, (_device, irp) => {
      note(irp);
      return IoCompleteRequest(irp, STATUS_SUCCESS);
    });
    assert.equal(statusName((await rig.control(1)).status), 'STATUS_SUCCESS');
    assert.deepEqual(seen, ['upper 1', 'lower 2', 'upper 1']);
  });
});

suite('wdm: queues of IRPs', () => {
  test('IoCsqRemoveIrp: who takes an IRP out holds it, whatever its requestor does', async () => {
    const queue = IoCsqInitialize();
    const irps: Irp[] = [];
    const rig = await startDriver({
      control: (_device, irp) => {
        if (irp.parameters.code === 0) {
          for (const held of irps) if (!held.completed) IoCompleteRequest(held, STATUS_SUCCESS);
          return IoCompleteRequest(irp, STATUS_SUCCESS);
        }
        irps.push(irp as Irp);
        IoCsqInsertIrp(queue, irp as Irp);
        return STATUS_PENDING;
      },
    });
    const answers = [1, 2, 3].map((code) => rig.control(code));
    await rig.executive.advance(1);
    const [first, second, third] = irps as [Irp, Irp, Irp];
    assert.strictEqual(IoCsqRemoveIrp(queue, second), second);
    assert.isUndefined(IoCsqRemoveIrp(queue, second), 'it is out already');
    const { lastId } = rig.executive;
    rig.executive.cancel(lastId - 1);
    rig.executive.cancel(lastId);
    assert.equal(statusName((await answers[2]!).status), 'STATUS_CANCELLED');
    assert.isUndefined(IoCsqRemoveIrp(queue, third), 'it has left by itself');
    assert.deepEqual([second.cancel, second.completed], [true, false]);
    assert.deepEqual(queue.irps, [first]);
    assert.strictEqual(IoCsqRemoveIrp(queue, first), first);
    await rig.control(0);
    const statuses = (await Promise.all(answers)).map(({ status }) => statusName(status));
    assert.deepEqual(statuses, ['STATUS_SUCCESS', 'STATUS_SUCCESS', 'STATUS_CANCELLED']);
    assert.isUndefined(rig.executive.crash);
  });
});
