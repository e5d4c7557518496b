/** The list of faults, by table: each says what came of it, and whoever has no part in it lives. */
import { assert } from 'chai';
import { FAULTS } from '../../web/workbench/faults.ts';
import { makeImage } from '../support/mtools.ts';
import { type Bench, bootBench } from '../support/bench-rig.ts';

/** A driver that answers at once, and one that lets readers wait until they give up. */
const WAITS = `
import { IRP_MJ_READ } from 'rtl/irp';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from 'rtl/nt';
import * as Status from 'rtl/ntstatus';
import * as wdm from 'wdm';
const entry: wdm.DriverEntry = async (driver) => {
  const queue = wdm.IoCsqInitialize();
  await wdm.IoCreateDevice(driver, {
    name: '\\\\Device\\\\Mine', type: FILE_DEVICE_NULL, flags: DO_BUFFERED_IO, extension: undefined,
  });
  wdm.fillDispatch(driver, wdm.OPENING, wdm.succeed);
  driver.majorFunction[IRP_MJ_READ] = (_device, irp) => {
    wdm.IoMarkIrpPending(irp);
    wdm.IoCsqInsertIrp(queue, irp);
    return Status.STATUS_PENDING;
  };
  return Status.STATUS_SUCCESS;
};
export const image = wdm.driverImage(entry);
`;

const ANSWER = /the driver answers STATUS_END_OF_FILE/i;
const FLOPPY = /A:\\BIG.BIN is read with STATUS_\w+/;

/** What is said of a driver that answers at once, and of one that lets readers wait. */
const SAID: Readonly<Record<string, readonly RegExp[]>> = {
  nothing: [/^STATUS_(SUCCESS|END_OF_FILE), information 0/],
  large: [/^STATUS_END_OF_FILE/],
  control: [/^STATUS_(INVALID_DEVICE_REQUEST|NOT_SUPPORTED|NOT_IMPLEMENTED)/],
  buffer: [/^STATUS_ACCESS_VIOLATION/],
  cancelled: [/answered before it could be given up: STATUS_END_OF_FILE/],
  ended: [/its answer before|has 0/],
  suspended: [/^Stopped, it had \d request/],
  memory: [/KiB are left/, ANSWER],
  dma: [/all 16/, /A:\\BIG.BIN is read with STATUS_INSUFFICIENT_RESOURCES/, ANSWER],
  once: [/line 6/, FLOPPY],
  never: [/line 6/, FLOPPY],
  spurious: [/line 6/, FLOPPY],
  sector: [FLOPPY, ANSWER],
  controller: [FLOPPY, ANSWER],
  killed: [/It was killed and had no request then/],
};

const WAITING: Readonly<Record<string, RegExp>> = {
  cancelled: /STATUS_CANCELLED/,
  ended: /the driver had 1 requests, and has 0/,
  suspended: /it had 1 requests waiting/,
  killed: /while it had \d request/,
};

suite('workbench/faults', function () {
  this.timeout(120_000);
  let bench: Bench;
  let before: string;
  suiteSetup(async () => {
    const files = { 'README.TXT': 'still here', 'BIG.BIN': new Uint8Array(60_000).fill(5) };
    bench = await bootBench({ disks: [await makeImage({ kib: 1440, files })] });
    await bench.load('mine', await bench.starter('null'));
    before = await others();
  });
  suiteTeardown(() => bench.rig.end());

  /** All processes but the driver that is tried. */
  async function others(): Promise<string> {
    const { processes } = await bench.machine.snapshot();
    const left = processes.filter(({ driver }) => driver !== 'mine');
    return left.map(({ id, image }) => `${id} ${image}`).join();
  }

  async function tried(name: string): Promise<string> {
    const fault = FAULTS.find((one) => one.name === name)!;
    const [rig, device] = [bench.hands, '\\Device\\Mine'];
    return fault.try({ rig, driver: 'mine', device, interrupts: [] });
  }

  async function everybodyLives(): Promise<void> {
    // Who was told that the driver is gone ends by itself.
    for (let turns = 0; turns < 100 && (await others()) !== before; turns++);
    assert.equal(await others(), before);
    await bench.rig.run('umount a:');
    assert.equal(await bench.rig.run('type A:\\README.TXT'), 'still here\n');
    assert.equal(bench.rig.panic(), '');
  }

  test('the table has every fault', () => {
    assert.sameMembers(
      FAULTS.map(({ name }) => name),
      Object.keys(SAID),
    );
  });

  for (const { name, title } of FAULTS)
    test(`${title}: said in words, and everybody else lives`, async () => {
      const words = await tried(name);
      for (const pattern of SAID[name] ?? []) assert.match(words, pattern);
      await everybodyLives();
    });

  test('of a driver that lets readers wait, those that are about that', async () => {
    for (const [name, pattern] of Object.entries(WAITING)) {
      if (!(await bench.hands.look('mine'))) await bench.load('mine', WAITS);
      if (name === 'cancelled') await bench.load('mine', WAITS);
      assert.match(await tried(name), pattern, name);
      await everybodyLives();
    }
  });
});
