/** What the bench shows beside a source: requests with state and age, ports with values, memory. */
import { assert } from 'chai';
import type { NeptuneOs } from '../../web/element/neptune-os.ts';
import { traceRecords } from '../../web/host/trace.ts';
import { WatchSource } from '../../web/view/source.ts';
import { ownOf, type OwnProcess } from '../../web/workbench/own.ts';
import { type Bench, bootBench, touching61 } from '../support/bench-rig.ts';

const NEEDS = { kernel: true, records: true, ports: true };
const DEADLINE_MS = 20_000;

suite('workbench/own', function () {
  this.timeout(60_000);
  let bench: Bench;
  let source: WatchSource;
  let stop: () => void;

  suiteSetup(async () => {
    bench = await bootBench();
    const { rig } = bench;
    const machine = {
      ready: Promise.resolve(),
      addEventListener: () => undefined,
      snapshot: () => rig.ask({ op: 'snapshot', kernel: true }),
      counters: () => rig.counters(),
      trace: (options: object) => traceRecords((request) => rig.ask(request), options),
    };
    source = WatchSource.of(machine as unknown as NeptuneOs);
    stop = source.watch(NEEDS, () => undefined);
  });
  suiteTeardown(() => {
    stop();
    bench.rig.end();
  });

  async function own(is: (own: OwnProcess) => boolean): Promise<OwnProcess> {
    for (const end = performance.now() + DEADLINE_MS; performance.now() < end;) {
      const found = ownOf(await source.look(NEEDS), 'mine');
      if (found && is(found)) return found;
      await new Promise((over) => setTimeout(over, 20));
    }
    throw new Error('it did not come to that');
  }

  test('the speaker’s port, with what was written to it and when; frames and bytes', async () => {
    await bench.load('mine', touching61(await bench.starter('beep')));
    await bench.rig.run('beep 440 10');
    const before = await own(({ ports }) => ports.length === 1);
    assert.deepEqual(before.holds, ['ports 61-61']);
    assert.isAbove(before.frames, 0);
    assert.isAtLeast(before.mostFrames, before.frames);
    await bench.rig.run('beep 440 20');
    const { ports, share } = await own(({ ports: [first] }) => first?.written !== undefined);
    assert.equal(ports[0]!.port, 0x61);
    assert.isBelow(ports[0]!.written!.value, 0x100);
    assert.isBelow(ports[0]!.written!.age, DEADLINE_MS * 1000);
    assert.isTrue(share !== undefined && share > 0 && share < 1);
  });

  test('a request that waits has a state and grows older; a disk is known as one', async () => {
    await bench.load('mine', await bench.starter('ramdisk'));
    const { devices, ports } = await own(({ devices: [first] }) => first?.isDisk === true);
    assert.deepEqual(devices, [{ name: '\\Device\\MyDisk', isDisk: true }]);
    assert.deepEqual(ports, []);
    await bench.hands.suspend('mine', true);
    await bench.hands.reader('\\Device\\MyDisk');
    const [first] = (await own(({ requests }) => requests.length === 1)).requests;
    assert.notEqual(first!.state, '');
    await own(({ requests: [later] }) => later!.id === first!.id && later!.age > first!.age);
    await bench.hands.suspend('mine', false);
    await own(({ requests }) => requests.length === 0);
  });

  test('nobody runs it: nothing', async () => {
    await bench.hands.kill('mine');
    assert.isUndefined(ownOf(await source.look(NEEDS), 'mine'));
  });
});
