/** Rights of one build are not those of the next: what the key says now is what is given. */
import { assert } from 'chai';
import { type Bench, bootBench, touching61 } from '../support/bench-rig.ts';

suite('workbench/rights-change', function () {
  this.timeout(60_000);
  let bench: Bench;
  suiteSetup(async () => {
    bench = await bootBench();
  });
  suiteTeardown(() => bench.rig.end());

  const held = async (driver: string): Promise<string[]> => {
    // A port's capability is asked for with the first access to it.
    await bench.rig.exec('beep 440 10');
    const { processes } = await bench.machine.snapshot();
    const found = processes.find((process) => process.driver === driver);
    return (found?.capabilities ?? []).map(({ about }) => about).filter((a) => /^ports/.test(a));
  };

  test('a port more, a port less, none', async () => {
    const beep = touching61(await bench.starter('beep'));
    const asks = (rights: string): string => beep.replace(/^export const rights.*$/m, rights);
    await bench.load('mine', beep);
    assert.deepEqual(await held('mine'), ['ports 61-61']);
    for (const [rights, has61] of [
      ["export const rights = { ports: [[0x61, 1], [0x2f8, 8]], id: 'PNP0800' };", true],
      ["export const rights = { ports: [[0x2f8, 8]], id: 'PNP0800' };", false],
    ] as const) {
      await bench.load('mine', asks(rights)).catch(() => undefined);
      assert.equal((await held('mine')).includes('ports 61-61'), has61, rights);
    }
    await bench.load('mine', await bench.starter('null'));
    assert.deepEqual(await held('mine'), []);
    assert.include(await bench.rig.run('devio write \\Device\\Mine x'), 'STATUS_SUCCESS');
  });

  test('who had the device before has it again, when it is free', async () => {
    const beep = touching61(await bench.starter('beep'));
    await bench.load('mine', beep);
    await bench.hands.end('mine');
    // It may be here already: whoever wants to be heard has it loaded.
    await bench.rig.exec('loaddrv beep');
    assert.equal((await bench.rig.exec('beep 440 10')).status, 0);
    await bench.rig.run('unloaddrv beep');
    await bench.load('mine', beep);
    assert.deepEqual(await held('mine'), ['ports 61-61']);
  });
});
