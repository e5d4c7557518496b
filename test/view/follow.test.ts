/** Follow: the way of a read, cold and warm, as the machine really went it. */
import { assert } from 'chai';
import '../../web/view/index.ts';
import type { NeptuneOs } from '../../web/element/index.ts';
import type { NeptuneView } from '../../web/view/index.ts';
import type { FollowData, FollowedCall } from '../../web/view/data/follow.ts';
import { WatchSource } from '../../web/view/source.ts';
import { endMachine, freshDisk, pattern, startMachine } from '../files/machine.ts';

suite('view/follow', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  let view: NeptuneView;
  let stop: () => void;
  suiteSetup(async () => {
    machine = await startMachine();
    view = document.createElement('neptune-view');
    view.setAttribute('for', 'machine');
    view.view = 'follow';
    document.body.append(view);
    // Also where this page is in the background, and nothing of it can be seen.
    stop = WatchSource.of(machine).watch({ records: true }, () => undefined);
  });
  suiteTeardown(() => {
    stop();
    view.remove();
    endMachine();
  });

  /** Calls of the shell that typed the line, once the view has seen the last of them. */
  async function reads(count: number): Promise<FollowedCall[]> {
    for (let turn = 0; turn < 100; turn++) {
      const { calls } = (await view.data('follow')) as FollowData;
      const found = calls.filter(
        ({ service, process, hops }) =>
          service === 'NtReadFile' &&
          process === 'ntcmd.exe' &&
          hops.some(({ words }) => words.includes('FOLLOW.TXT')),
      );
      if (found.length >= count && found.every(({ took }) => took !== undefined)) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the reads were not seen');
  }

  /** Until a call was seen: the trace is on from then on. */
  async function watched(): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      machine.typeLines('ver');
      const { calls } = (await view.data('follow')) as FollowData;
      if (calls.some(({ took }) => took !== undefined)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('nothing was seen');
  }

  const shown = ({ lanes, hops }: FollowedCall): string[] =>
    hops
      .filter(({ mark }) => !mark.startsWith('machine.'))
      .map(({ lane, mark }) => `${lanes[lane]}: ${mark}`)
      // A transfer is one or more, as its pages lie in RAM.
      .filter((hop, i, all) => !hop.endsWith('driver.dma') || all[i - 1] !== hop);

  test('a first read goes by fatfs and fdc to the controller, a second ends in the cache', async () => {
    await freshDisk({ 'FOLLOW.TXT': pattern(700, 5) });
    await machine.exec('dir A:');
    await watched();
    machine.typeLines('type A:\\FOLLOW.TXT\ntype A:\\FOLLOW.TXT');
    const [cold, ...others] = await reads(2);
    const warm = others.at(-1)!;
    assert.deepEqual(shown(cold!), [
      'ntcmd.exe: service.in',
      'Executive: cc.miss',
      ...['irp.parent', 'irp.range', 'irp.passed'].map((mark) => `Executive: ${mark}`),
      'fatfs: irp.taken',
      'fatfs: driver.dispatch',
      'Executive: irp.done',
      ...['irp.parent', 'irp.range', 'irp.passed'].map((mark) => `Executive: ${mark}`),
      'fdc: irp.taken',
      'fdc: driver.dispatch',
      'fdc: driver.dma',
      'Executive: irp.done',
      'Executive: service.out',
    ]);
    const commands = cold!.hops.filter(({ mark }) => mark === 'machine.command');
    assert.include(
      commands.map(({ words }) => words),
      'READ DATA',
    );
    assert.deepEqual(shown(warm), [
      'ntcmd.exe: service.in',
      'Executive: cc.hit',
      'Executive: service.out',
    ]);
    for (const { hops } of [cold!, warm])
      assert.deepEqual(
        hops.map(({ at }) => at),
        hops.map(({ at }) => at).sort((a, b) => a - b),
      );
    const fxt = new Uint8Array(await (await view.export('fxt')).arrayBuffer());
    assert.deepEqual([...fxt.subarray(0, 8)], [0x10, 0, 4, 0x46, 0x78, 0x54, 0x16, 0]);
  });
});
