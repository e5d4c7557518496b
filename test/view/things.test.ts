/** Endpoints, notifications and frames as the map has them: what the kernel and `caps` say. */
import { assert } from 'chai';
import '../../web/view/index.ts';
import type { NeptuneOs } from '../../web/element/index.ts';
import { mapOf } from '../../web/view/data/map.ts';
import { memoryOf } from '../../web/view/data/memory.ts';
import { idOf, thingOf, thingsOf } from '../../web/view/data/things.ts';
import type { Seen } from '../../web/view/data/types.ts';
import { WatchSource } from '../../web/view/source.ts';
import { endMachine, startMachine } from '../files/machine.ts';

suite('view/things', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  suiteSetup(async () => {
    machine = await startMachine();
  });
  suiteTeardown(endMachine);

  const look = (): Promise<Seen> => WatchSource.of(machine).look({ kernel: true });

  test('endpoints and notifications: each once, with as many capabilities as slots', async () => {
    const seen = await look();
    const things = thingsOf(seen, 'objects');
    const slots = seen.kernel!.slots.filter(({ type, object }) => idOf(type, object) !== '');
    assert.lengthOf([...new Set(things.map(({ id }) => id))], things.length);
    assert.equal(
      things.reduce((sum, { capabilities }) => sum + capabilities, 0),
      slots.length,
    );
    for (const { type, object } of mapOf(seen).lines) {
      const id = idOf(type, object);
      if (id !== '') assert.isTrue(things.some((thing) => thing.id === id));
    }
  });

  test("the Executive's endpoint: who holds it, with which badge, and who waits", async () => {
    const seen = await look();
    const { lines } = mapOf(seen);
    const calls = lines.filter(({ about }) => about.startsWith('service calls'));
    const whole = thingOf(seen, idOf('Endpoint', calls[0]!.object))!;
    assert.equal(whole.name, "the Executive's endpoint");
    const badges = whole.holders.map(({ badge }) => badge);
    for (const { badge } of calls) assert.include(badges, badge);
    assert.isTrue(whole.holders.some(({ holder }) => holder === 'Executive'));
    // Blocked there: calls that wait, or the Executive itself.
    const waiting = seen.kernel!.threads.filter(({ waitsFor }) => waitsFor === whole.address);
    assert.lengthOf(whole.waits, waiting.length);
  });

  test('a notification: its driver waits there, and nobody once it has ended', async () => {
    assert.equal((await machine.exec('loaddrv null')).status, 0);
    const seen = await look();
    const line = mapOf(seen).lines.find(
      ({ type, from }) =>
        type === 'Notification' &&
        mapOf(seen).places.some(({ id, name }) => id === from && name === 'null'),
    )!;
    const id = idOf(line.type, line.object);
    const whole = thingOf(seen, id)!;
    assert.include(whole.name, 'null');
    assert.include(
      whole.holders.map(({ holder }) => holder),
      'null',
    );
    assert.equal((await machine.exec('unloaddrv null')).status, 0);
    const after = thingOf(await look(), id);
    assert.isFalse(after?.holders.some(({ holder }) => holder === 'null') ?? false);
    assert.deepEqual(after?.waits ?? [], []);
  });

  test('frames: groups as memory has them; where those of a process are mapped', async () => {
    const seen = await look();
    const groups = thingsOf(seen, 'frames');
    assert.lengthOf(groups, memoryOf(seen).groups.length);
    const own = groups.find(({ name }) => name.startsWith('process: ntcmd'))!;
    const whole = thingOf(seen, own.id)!;
    assert.isNotEmpty(whole.mapped);
    for (const words of whole.mapped) assert.include(words, 'page directory of ntcmd');
    const slots = seen.kernel!.slots.filter(({ type }) => type === 'Frame');
    const all = groups.reduce((sum, { capabilities }) => sum + capabilities, 0);
    assert.isAtMost(all, slots.length);
    assert.isAbove(all, 1000);
  });
});
