/** The disk and the controller as the window shows them, against what the machine counts. */
import { assert } from 'chai';
import '../../web/view/index.ts';
import type { NeptuneOs } from '../../web/element/index.ts';
import type { WatchedRecord } from '../../web/host/agent-protocol.ts';
import type { DriveLook } from '../../web/machine/look.ts';
import type { NeptuneView } from '../../web/view/index.ts';
import type { ControllerData } from '../../web/view/data/controller.ts';
import { type DiskData, keyOf } from '../../web/view/data/disk.ts';
import { WatchSource } from '../../web/view/source.ts';
import { endMachine, freshDisk, pattern, startMachine } from '../files/machine.ts';

/** Until what was done has come through the trace. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never became true: ${holds}`);
}

suite('view/machine', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  let view: NeptuneView;
  let stop: () => void;
  suiteSetup(async () => {
    machine = await startMachine();
    view = document.createElement('neptune-view');
    view.setAttribute('for', 'machine');
    view.view = 'disk';
    document.body.append(view);
    // Also where this page is in the background, and nothing of it can be seen.
    stop = WatchSource.of(machine).watch({ records: true }, () => undefined);
  });
  suiteTeardown(() => {
    stop();
    view.remove();
    endMachine();
  });

  const disk = async (): Promise<DiskData> => (await view.data('disk')) as DiskData;
  test('disk: every sector as sectors() has it, and those of a file that was read', async () => {
    await freshDisk({ 'READ.BIN': pattern(5000, 3) });
    await machine.readFile('A:\\READ.BIN');
    const sectors = await machine.sectors('A:');
    const own = sectors.filter(({ file }) => file?.endsWith('READ.BIN'));
    assert.isAtLeast(own.length, 10);
    await until(async () => {
      const { had } = (await disk()).drives[0]!;
      return own.every((sector) => had[keyOf(sector)]?.how === 'read');
    });
    const [a, b] = (await disk()).drives;
    assert.deepEqual(a!.sectors, JSON.parse(JSON.stringify(sectors)));
    assert.equal(a!.medium, '720K');
    assert.equal(b!.medium, '');
    for (const sector of own) assert.isFalse(a!.had[keyOf(sector)]!.failed);
  });

  test('disk: the bytes of a chosen sector are those on the medium', async () => {
    await freshDisk({ 'BYTES.BIN': pattern(512, 9) });
    const sectors = await machine.sectors('A:');
    const { cylinder, head, id } = sectors.find(({ file }) => file?.endsWith('BYTES.BIN'))!;
    WatchSource.of(machine).sector = { drive: 0, cylinder, head, id };
    const { chosen } = await disk();
    assert.deepEqual(chosen!.bytes, [...pattern(512, 9)]);
  });

  test('controller: looking changes nothing, however often', async () => {
    const { fdc, dma, pics } = await machine.look();
    for (let i = 0; i < 5; i++) await view.data('controller');
    const after = await machine.look();
    assert.deepEqual([after.fdc, after.dma, after.pics], [fdc, dma, pics]);
  });

  test('controller: the last result, the transfer and the lines of a read', async () => {
    await freshDisk({ 'DMA.BIN': pattern(2048, 5) });
    await machine.readFile('A:\\DMA.BIN');
    await until(async () => {
      const { timing } = (await view.data('controller')) as ControllerData;
      return timing.lanes.some(({ name, edges }) => name === 'TC' && edges.length > 0);
    });
    const data = (await view.data('controller')) as ControllerData;
    assert.equal(data.phase.name, 'idle');
    assert.equal(data.ended.command, 'READ DATA');
    assert.lengthOf(data.ended.result, 7);
    const st0 = data.status.find(({ name }) => name === 'ST0')!;
    assert.equal(st0.value, data.ended.result[0]);
    assert.equal(st0.bits[0]!.words, 'it ended as it should');
    const dor = data.registers.find(({ name }) => name === 'DOR')!;
    assert.isTrue(dor.bits.find(({ name }) => name === 'RESET#')!.on);
    const lane = (wanted: string) => data.timing.lanes.find(({ name }) => name === wanted)!;
    assert.isAtLeast(lane('IRQ 6').edges.length, 2);
    assert.isAtLeast(lane('DRQ').edges.length, lane('TC').edges.length);
  });
});

/** Without a window beside it: records go to one reader at a time. */
suite('view/machine-marks', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  suiteSetup(async () => {
    machine = await startMachine();
  });
  suiteTeardown(endMachine);

  /** All records of the trace while `body` runs; none may be lost. */
  async function traced(body: () => Promise<void>, ports: boolean): Promise<WatchedRecord[]> {
    const seen: WatchedRecord[] = [];
    const stopped = new AbortController();
    let lost = 0;
    const onLost = (count: number): void => void (lost += count);
    const reading = (async () => {
      const { signal } = stopped;
      for await (const record of machine.trace({ signal, ports, interval: 1, onLost }))
        seen.push(record);
    })();
    await until(() => seen.length > 0);
    await body();
    // The trace has come to where the system was when all was done.
    const { entry } = await machine.snapshot();
    await until(() => ((seen.at(-1)!.entry - entry) | 0) >= 0);
    stopped.abort();
    await reading;
    assert.equal(lost, 0, 'records were lost');
    return seen;
  }

  test('disk: marks of steps and sectors are as many as the drive counts', async () => {
    await freshDisk({ 'FAR.BIN': pattern(60_000, 7) }, 'A:', 720);
    await machine.exec('dir A:');
    let begin: DriveLook;
    let end: DriveLook;
    const all = await traced(async () => {
      begin = (await machine.look()).drives[0]!;
      await machine.readFile('A:\\FAR.BIN');
      await machine.writeFile('A:\\NEW.TXT', 'new');
      assert.equal((await machine.exec('sync')).status, 0);
      end = (await machine.look()).drives[0]!;
    }, false);
    const of = (name: string, ...ways: number[]) =>
      all.filter(
        ({ mark, words }) => mark === name && (ways.length === 0 || ways.includes(words!['way']!)),
      );
    assert.isAbove(end!.writes, begin!.writes);
    assert.isAbove(end!.reads - begin!.reads, 100);
    assert.lengthOf(of('machine.sector', 0, 2, 4), end!.reads - begin!.reads);
    assert.lengthOf(of('machine.sector', 1, 3), end!.writes - begin!.writes);
    assert.lengthOf(of('machine.step'), end!.steps - begin!.steps);
  });

  test('ports: what is written to the data port are the commands that the machine counts', async () => {
    await freshDisk({ 'PORT.TXT': pattern(3000, 3) });
    await machine.exec('dir A:');
    const count = async () => (await machine.counters())['machine.fdc.command']!;
    let commands = 0;
    const seen = await traced(async () => {
      const start = await count();
      await machine.readFile('A:\\PORT.TXT');
      commands = (await count()) - start;
    }, true);
    assert.isAbove(commands, 0);
    // From the port alone: a byte of a command, its parameters, and then the next command.
    let begun = 0;
    let left = 0;
    for (const { mark, words } of seen) {
      if (mark !== 'machine.out' || words!['port'] !== 0x3f5) continue;
      if (left > 0) left--;
      else {
        begun++;
        left = PARAMETERS[words!['value']! & 0x1f]!;
      }
    }
    assert.equal(begun, commands);
    assert.lengthOf(
      seen.filter(({ mark }) => mark === 'machine.command'),
      commands,
    );
    assert.isTrue(seen.some(({ mark }) => mark === 'machine.in'));
  });
});

/** Bytes after the first. Source: 82077AA datasheet, "Command Set Summary". */
const PARAMETERS: Readonly<Record<number, number>> = {
  ...{ 0x02: 8, 0x03: 2, 0x04: 1, 0x05: 8, 0x06: 8, 0x07: 1, 0x08: 0, 0x09: 8, 0x0a: 1, 0x0c: 8 },
  ...{ 0x0d: 5, 0x0e: 0, 0x0f: 2, 0x10: 0, 0x12: 1, 0x13: 3, 0x14: 0, 0x16: 8 },
};
