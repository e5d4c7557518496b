/**
 * Hostile drivers at the bench: whatever a source does, it gets no more than its key says, the
 * others live, and the drive still reads. What a realm leaves within reach is tested where there is
 * one: test/e2e/driver-bench-hostile.node.test.mjs.
 */
import { assert } from 'chai';
import { IRP_MJ_READ } from '../../personality/rtl/irp.ts';
import { encodePacket } from '../../personality/rtl/packets.ts';
import { MessageInfo_new, UntypedRetype, X86IOPortIn8 } from '../../personality/sel4/index.ts';
import { makeImage } from '../support/mtools.ts';
import { type Bench, bootBench } from '../support/bench-rig.ts';

/** Where the label is in a message's first word. */
const LABEL = 12;
/** What a driver sends of a request that is done; and where its id is in it. */
const MARK = 0x1122_3344;
const DONE = encodePacket({
  kind: 'done',
  id: MARK,
  major: IRP_MJ_READ,
  status: 0,
  information: 0,
  result: {},
});
const view = new DataView(DONE.buffer, DONE.byteOffset, DONE.byteLength);
const ID_AT = [...DONE.keys()].find(
  (at) => at + 4 <= DONE.length && view.getUint32(at, true) === MARK,
)!;

/**
 * A driver that does `start` when it is loaded, with the raw thread that its process was started
 * with, and answers a read with what it found, or with `read`.
 */
const driverThat = (start: string, read = ''): string => `
import * as mj from 'rtl/irp';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from 'rtl/nt';
import * as Status from 'rtl/ntstatus';
import * as wdm from 'wdm';
let thread;
const found = [];
const tries = async (what, act) => {
  try { if ((await act()) !== false) found.push(what); } catch { /* refused */ }
};
const entry = async (driver) => {
  const device = await wdm.IoCreateDevice(driver, {
    name: '\\\\Device\\\\Evil', type: FILE_DEVICE_NULL, flags: DO_BUFFERED_IO, extension: undefined,
  });
  const { runtime } = driver;
  wdm.fillDispatch(driver, wdm.OPENING, wdm.succeed);
  const say = (id) => {
    const packet = Uint8Array.of(${String(DONE)});
    new DataView(packet.buffer).setUint32(${ID_AT}, id, true);
    runtime.outbox.push(packet);
  };
  driver.majorFunction[mj.IRP_MJ_READ] = async (device, irp) => {
    ${read}
    const data = new TextEncoder().encode(JSON.stringify(found)).slice(0, 64);
    return wdm.IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length, { data });
  };
  ${start}
  return Status.STATUS_SUCCESS;
};
const made = wdm.driverImage(entry);
export const image = (...given) => {
  const { entries: [main, interrupt] } = made(...given);
  return { entries: [(own, ...rest) => { thread = own; return main(own, ...rest); }, interrupt] };
};
`;

const invoke = `
  const invoke = (slot, name) => {
    for (let i = 0; i < 8; i++) thread.setMR(i, 0);
    return thread.invoke(slot, ((name << ${LABEL}) | 8) >>> 0) >>> ${LABEL};
  };`;

interface Attack {
  readonly title: string;
  readonly source: string;
  /** What \`devio read\` says of it; none: it is not loaded. */
  readonly said?: RegExp;
  /** What \`loaddrv\` says where it fails. */
  readonly refused?: RegExp;
}

const NOTHING = /STATUS_SUCCESS[^]*\[\]/;
const ENDED = /STATUS_DRIVER_PROCESS_TERMINATED/;

const ATTACKS: readonly Attack[] = [
  {
    title: 'every number as a capability slot, every method',
    source: driverThat(`${invoke}
      for (let slot = 0; slot < 256; slot++)
        for (let name = ${UntypedRetype}; name <= ${X86IOPortIn8 + 8}; name++)
          await tries(slot + ':' + name, () => invoke(slot, name) === 0);`),
    said: NOTHING,
  },
  {
    title: 'ports that it does not hold, by the API and by the capability',
    source: driverThat(`
      for (const port of [0x61, 0x3f4, 0x20, 0x70])
        await tries('map ' + port, () => wdm.HalMapIoPorts(driver, port, 1));
      for (let slot = 0; slot < 256; slot++)
        await tries('in ' + slot, () => wdm.READ_PORT_UCHAR({ first: 0x3f4, count: 1, slot, runtime }, 0));
      await tries('irq', () => wdm.IoConnectInterrupt(driver, { line: 6, serviceRoutine() {}, context: 0 }));
      await tries('dma', () => wdm.HalGetAdapter(driver, { dmaChannel: 2, maximumLength: 512 }));`),
    said: NOTHING,
  },
  {
    title: 'handles, processes, devices and files of others, by their numbers',
    source: driverThat(`
      const none = { length: 16, offset: 0 };
      for (let number = 4; number < 256; number += 4) {
        await tries('read ' + number, async () =>
          ((await runtime.service('NtReadFile', { handle: number, address: 0x1000000, ...none })).status | 0) >= 0);
        await tries('end ' + number, async () =>
          ((await runtime.service('NtTerminateProcess', { handle: number, status: 0 })).status | 0) >= 0);
        await tries('device ' + number, async () =>
          ((await runtime.service('WdmDeleteDevice', { device: number + 1000 })).status | 0) >= 0);
      }`),
    said: NOTHING,
  },
  {
    title: 'completes a request twice',
    source: driverThat('', 'wdm.IoCompleteRequest(irp, 0); return wdm.IoCompleteRequest(irp, 0);'),
    said: ENDED,
  },
  {
    title: 'completes 20,000 requests of others before its own',
    source: driverThat('', 'for (let id = 1; id <= 20000; id++) if (id !== irp.id) say(id);'),
    said: NOTHING,
  },
  {
    title: 'forges ids of no shape',
    source: driverThat('', 'for (const id of [0, -1, 2 ** 31, 0xffffffff, NaN]) say(id);'),
    said: NOTHING,
  },
  {
    title: 'completes after its answer, from a timer',
    source: driverThat(
      '',
      `
      wdm.KeSetTimer(wdm.KeInitializeTimer(driver), 1000, wdm.KeInitializeDpc(driver, () => say(irp.id)));
    `,
    ),
    said: NOTHING,
  },
  {
    title: 'garbage in its message registers and its packets',
    source: driverThat(
      '',
      `
      for (let i = 0; i < 120; i++) thread.setMR(i, (i * 0x9e3779b9) >>> 0);
      runtime.outbox.push(new Uint8Array(64).fill(0xff), Uint8Array.of(8, 0, 0, 0, 255, 255, 255, 255));
    `,
    ),
    said: /STATUS_/,
  },
  ...['DriverEntry', 'read', 'timer', 'work item'].map((where) => ({
    title: `throws in its ${where}`,
    source: driverThat(
      where === 'DriverEntry' ? 'throw { get message() { throw this; } };' : '',
      {
        DriverEntry: '',
        read: "throw new Error('as if');",
        timer: `wdm.KeSetTimer(wdm.KeInitializeTimer(driver), 1000,
          wdm.KeInitializeDpc(driver, () => { throw null; })); wdm.IoMarkIrpPending(irp); return Status.STATUS_PENDING;`,
        'work item': `wdm.IoQueueWorkItem(wdm.IoAllocateWorkItem(device), () => { throw undefined; });
          wdm.IoMarkIrpPending(irp); return Status.STATUS_PENDING;`,
      }[where],
    ),
    ...(where === 'DriverEntry' ? { refused: /STATUS_/ } : { said: ENDED }),
  })),
  {
    title: 'allocates without end: pages, devices, events',
    source: driverThat(`
      let pages = 0;
      for (let more = true; more; ) {
        more = false;
        try { await wdm.MmAllocatePagesForMdl(driver, 65536); pages++; more = pages < 10000; } catch {}
      }
      let devices = 0;
      for (let more = true; more; ) {
        more = false;
        try {
          await wdm.IoCreateDevice(driver, { name: '', type: FILE_DEVICE_NULL, flags: 0, extension: undefined });
          devices++; more = devices < 10000;
        } catch {}
      }
      if (pages >= 10000 || devices >= 10000) found.push('no end');`),
    said: NOTHING,
  },
  {
    title: 'an image that is none',
    source: 'export const image = 5;',
    refused: /STATUS_/,
  },
  {
    title: 'an image whose shape runs code',
    source: `export const image = () => ({ get entries() { throw new Error('shape'); } });`,
    refused: /STATUS_/,
  },
];

suite('workbench/hostile', function () {
  this.timeout(120_000);
  let bench: Bench;
  let before: string;

  suiteSetup(async () => {
    bench = await bootBench({
      disks: [await makeImage({ kib: 1440, files: { 'SECRET.TXT': 'secret' } })],
    });
    before = await others();
  });
  suiteTeardown(() => bench.rig.end());

  async function others(): Promise<string> {
    await bench.rig.run('type a:\\secret.txt');
    const { processes } = await bench.machine.snapshot();
    const left = processes.filter(({ driver }) => driver !== 'evil');
    return left.map(({ id, image }) => `${id} ${image}`).join();
  }

  test('a message as the kernel has it', () =>
    assert.equal(MessageInfo_new(5, 0, 0, 8), (5 << LABEL) | 8));

  for (const { title, source, said, refused } of ATTACKS)
    test(title, async () => {
      const loaded = await bench.load('evil', source).then(
        () => '',
        (error: Error) => error.message,
      );
      if (refused) assert.match(loaded, refused);
      else assert.equal(loaded, '');
      if (said) assert.match((await bench.hands.devio('read \\Device\\Evil 64')).output, said);
      await bench.hands.end('evil');
      await bench.rig.run('umount a:');
      assert.equal(await bench.rig.run('type a:\\secret.txt'), 'secret\n');
      assert.equal(await others(), before);
      assert.equal(bench.rig.panic(), '');
      assert.isUndefined(await bench.hands.look('evil'));
    });
});
