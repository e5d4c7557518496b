/**
 * Kill at the bench, while the bench itself waits for the driver: it comes through at once, what
 * waited is answered in words, and the drive still reads.
 */
import { assert } from 'chai';
import { type Bench, bootBench } from '../support/bench-rig.ts';
import { makeImage } from '../support/mtools.ts';

/** `start` and `read` may wait for what nobody sets. */
const driverThat = ({ start = '', read = '' }): string => `
import { IRP_MJ_READ } from 'rtl/irp';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL, NotificationEvent } from 'rtl/nt';
import * as Status from 'rtl/ntstatus';
import * as wdm from 'wdm';
const entry = async (driver) => {
  const queue = wdm.IoCsqInitialize();
  const never = () => wdm.KeWaitForSingleObject(wdm.KeInitializeEvent(driver, NotificationEvent, false));
  await wdm.IoCreateDevice(driver, {
    name: '\\\\Device\\\\Mine', type: FILE_DEVICE_NULL, flags: DO_BUFFERED_IO, extension: undefined,
  });
  wdm.fillDispatch(driver, wdm.OPENING, wdm.succeed);
  driver.majorFunction[IRP_MJ_READ] = async (_device, irp) => {
    ${read}
    wdm.IoMarkIrpPending(irp);
    wdm.IoCsqInsertIrp(queue, irp);
    return Status.STATUS_PENDING;
  };
  ${start}
  return Status.STATUS_SUCCESS;
};
export const image = wdm.driverImage(entry);
`;

/** Entries into the kernel: a snapshot's pieces, and the end of a process. */
const MOST = 1500;
const LOOKS = 500;

suite('workbench/kill', function () {
  this.timeout(60_000);
  let bench: Bench;
  suiteSetup(async () => {
    const files = { 'README.TXT': 'still here' };
    bench = await bootBench({ disks: [await makeImage({ kib: 1440, files })] });
  });
  suiteTeardown(() => bench.rig.end());

  /** The looks themselves do not wait for what is under way. */
  async function until(holds: (requests: number) => boolean): Promise<void> {
    for (let look = 0; look < LOOKS; look++) {
      const looked = await bench.hands.look('mine');
      if (looked && holds(looked.requests.length)) return;
    }
    assert.fail('it never came to that');
  }

  async function killed(): Promise<void> {
    const { entry } = await bench.machine.snapshot();
    await bench.hands.kill('mine');
    const after = await bench.machine.snapshot();
    assert.isFalse(after.processes.some(({ driver }) => driver === 'mine'));
    assert.isBelow(after.entry - entry, MOST);
    assert.match(await bench.rig.run('type a:\\readme.txt'), /still here/);
  }

  for (const [title, read] of [
    ['keeps a request', ''],
    ['never returns from a request', 'await never();'],
  ] as const)
    test(`of a driver that ${title}, which the bench has sent`, async () => {
      await bench.load('mine', driverThat({ read }));
      const sent = bench.hands.devio('read \\Device\\Mine 16');
      const behind = bench.rig.exec('ver');
      await until((requests) => requests > 0);
      await killed();
      assert.match((await sent).output, /STATUS_\w+/);
      assert.equal((await behind).status, 0);
    });

  test('of a driver that never returns from its start', async () => {
    const loaded = bench.load('mine', driverThat({ start: 'await never();' })).then(
      () => 'loaded',
      (error: Error) => error.message,
    );
    await until(() => true);
    await killed();
    assert.match(await loaded, /STATUS_\w+/);
  });
});
