/** What the window shows of the kernel's objects is what the kernel has. */
import { assert } from 'chai';
import '../../web/view/index.ts';
import type { NeptuneOs } from '../../web/element/index.ts';
import type { NeptuneView } from '../../web/view/index.ts';
import { mapOf, type MapData } from '../../web/view/data/map.ts';
import type { MemoryData } from '../../web/view/data/memory.ts';
import type { ProcessRow } from '../../web/view/data/processes.ts';
import { wholeOf } from '../../web/view/data/whole.ts';
import { kernelOf } from '../../web/view/kernel/objects.ts';
import { WatchSource } from '../../web/view/source.ts';
import { endMachine, freshDisk, pattern, startMachine } from '../files/machine.ts';

suite('view/kernel', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  let view: NeptuneView;
  suiteSetup(async () => {
    machine = await startMachine();
    view = document.createElement('neptune-view');
    view.setAttribute('for', 'machine');
    document.body.append(view);
  });
  suiteTeardown(() => {
    view.remove();
    endMachine();
  });

  const look = async <T>(name: string): Promise<T> => (await view.data(name)) as T;

  async function idOf(name: string): Promise<number> {
    const rows = await look<ProcessRow[]>('processes');
    return rows.find(({ image, driver }) => image === name || driver === name)!.id;
  }

  test('the derivation tree: each slot once, each parent older than its child', async () => {
    const { kernel } = await machine.snapshot({ kernel: true });
    const { slots, bySlot, parents, threads } = kernelOf(kernel!);
    assert.equal(bySlot.size, slots.length);
    for (const { next, previous, at } of slots) {
      if (next !== 0) assert.equal(bySlot.get(next)?.previous, at);
      if (previous !== 0) assert.equal(bySlot.get(previous)?.next, at);
    }
    for (const [child, parent] of parents) {
      const [made, source] = [bySlot.get(child)!, bySlot.get(parent)!];
      if (source.type === 'Untyped') {
        assert.isAtLeast(made.object, source.object);
        assert.isAtMost(made.object + made.bytes, source.object + source.bytes);
      } else if (source.object !== 0) assert.equal(made.object, source.object);
    }
    // All frames of RAM were made of something.
    for (const slot of slots)
      if (slot.type === 'Frame' && slot.object >= 0x4000_0000)
        assert.isTrue(parents.has(slot.at), `frame ${slot.object.toString(16)}`);
    assert.isAbove(threads.length, 6);
  });

  test('a look that goes on from the one before shows the same, and makes little anew', async () => {
    const before = kernelOf((await machine.snapshot({ kernel: true })).kernel!);
    await machine.exec('start /wait lab wild');
    const { kernel } = await machine.snapshot({ kernel: true });
    const [going, alone] = [kernelOf(kernel!, before), kernelOf(kernel!)];
    assert.equal(JSON.stringify(going.slots), JSON.stringify(alone.slots));
    assert.deepEqual([...going.bySlot.keys()], [...alone.bySlot.keys()]);
    assert.deepEqual([...going.parents], [...alone.parents]);
    const kept = going.slots.filter((slot) => before.bySlot.get(slot.at) === slot).length;
    assert.isAbove(kept, going.slots.length * 0.8);
    assert.isBelow(kept, going.slots.length, 'a program has come and gone');
  });

  test('each service endpoint leads to the one that the Executive receives at', async () => {
    const { lines } = await look<MapData>('map');
    const calls = lines.filter(({ about }) => about.startsWith('service calls'));
    assert.isAbove(calls.length, 5);
    assert.lengthOf([...new Set(calls.map(({ object }) => object))], 1);
    const seen = await WatchSource.of(machine).look({ kernel: true });
    const whole = wholeOf(seen, calls[0]!.at)!;
    assert.equal(whole.object, "the Executive's endpoint");
    assert.equal(whole.parents[0]!.holder, 'Executive');
    assert.isAtLeast(whole.copies.length, calls.length - 1);
  });

  test('where the Executive has noted something else than the kernel has, the map says so', async () => {
    const seen = await WatchSource.of(machine).look({ kernel: true });
    const { processes } = seen.snapshot;
    assert.deepEqual(mapOf(seen).differences, []);
    const forged = processes.map((process) => {
      if (process.driver !== 'fdc') return process;
      const [first, second, ...rest] = process.capabilities;
      const more = { ...first!, slot: 200 };
      return { ...process, capabilities: [{ ...second!, badge: 77 }, ...rest, more] };
    });
    const { differences, lines } = mapOf({
      ...seen,
      snapshot: { ...seen.snapshot, processes: forged },
    });
    assert.lengthOf(differences, 3);
    assert.match(differences[0]!, /^fdc, slot \d+: the kernel has \w+, the Executive nothing\.$/);
    assert.match(differences[1]!, /badge 0x\w+, the Executive \w+ badge 0x4d\.$/);
    assert.match(differences[2]!, /^fdc, slot 200: the Executive has \w+, the kernel nothing\.$/);
    // The lines are the kernel's all the same.
    assert.deepEqual(
      lines.map(({ at }) => at),
      mapOf(seen).lines.map(({ at }) => at),
    );
  });

  test('threads: the agent asks, the shell waits for the Executive, drivers for their bells', async () => {
    const rows = await look<ProcessRow[]>('processes');
    const words = (image: string): string[] =>
      rows.find((row) => row.image === image)!.threads.map((thread) => thread.words);
    // Either of its threads does what is asked now; the other waits to be asked.
    assert.sameMembers(words('agent.exe'), [
      'waits for an answer of the Executive',
      'waits for the doorbell of agent.exe',
    ]);
    assert.deepEqual(words('ntcmd.exe'), ['waits for an answer of the Executive']);
    const fdc = rows.find(({ driver }) => driver === 'fdc')!;
    assert.include(
      fdc.threads.map((thread) => thread.words),
      'waits for interrupt 6 of fdc',
    );
  });

  test('threads that wait for objects: for which, and who has them', async () => {
    machine.typeLines('start lab deadlock');
    let row: ProcessRow | undefined;
    for (let looks = 0; looks < 300; looks++) {
      row = (await look<ProcessRow[]>('processes')).find(({ image }) => image === 'lab.exe');
      if (row?.threads.filter(({ objects }) => objects[0]?.type === 'Mutant').length === 2) break;
    }
    const { id, threads } = row!;
    const [main, one, other] = threads;
    const words = (side: string, owner: number): string =>
      `waits for an answer of the Executive (for the mutant ${side} ${id}, which thread ${owner} has)`;
    assert.equal(one!.words, words('Right', other!.id));
    assert.equal(other!.words, words('Left', one!.id));
    // Its first thread waits for the end of the other two.
    assert.match(main!.words, /^waits for an answer of the Executive \(for the thread /);
    await machine.control('terminate', id);
  });

  test('memory: each frame once; free and cached ones as the counters say', async () => {
    await freshDisk({ 'MEM.BIN': pattern(30_000, 3) });
    await machine.readFile('A:\\MEM.BIN');
    const seen = await WatchSource.of(machine).look({ kernel: true });
    const data = await look<MemoryData>('memory');
    const sum = (kind: string): number =>
      data.groups
        .filter((group) => group.kind === kind)
        .reduce((all, { frames }) => all + frames, 0);
    assert.equal(
      data.groups.reduce((all, { frames }) => all + frames, 0),
      data.frames,
    );
    assert.equal(
      data.runs.reduce((all, { count }) => all + count, 0),
      data.frames,
    );
    assert.equal(data.frames * 4096, 32 << 20);
    assert.equal(sum('free'), data.free);
    assert.deepEqual(data.differences, []);
    assert.isAtMost(sum('cache'), seen.snapshot.cache.count);
    assert.isTrue(data.groups.some(({ owner }) => owner.endsWith('MEM.BIN')));
    assert.equal(data.kernel.bytes, 16 << 20);
    assert.equal(
      data.kernel.types.reduce((all, { bytes }) => all + bytes, 0),
      16 << 20,
    );
    assert.isTrue(data.kernel.types.every(({ bytes }) => bytes > 0));
  });

  test('a revoked capability is gone from the map, the kernel and caps; a thread is suspended and resumed', async () => {
    assert.equal((await machine.exec('loaddrv null')).status, 0);
    const id = await idOf('null');
    const before = await look<MapData>('map');
    const own = before.lines.filter(({ process }) => process === id);
    const fault = own.find(({ about }) => about.startsWith('faults'))!;
    await machine.control('revoke', id, fault.slot);
    const after = await look<MapData>('map');
    assert.isFalse(after.lines.some(({ at }) => at === fault.at));
    assert.lengthOf(after.lines, before.lines.length - 1);
    assert.deepEqual(after.differences, []);
    assert.notInclude((await machine.exec(`caps ${id}`)).output, 'faults');

    const thread = (await look<ProcessRow[]>('processes')).find((row) => row.id === id)!
      .threads[0]!;
    await machine.control('suspend', id, thread.id);
    const state = async () =>
      (await look<ProcessRow[]>('processes')).find((row) => row.id === id)!.threads[0]!.suspended;
    assert.equal(await state(), 1);
    await machine.control('resume', id, thread.id);
    assert.equal(await state(), 0);
    await machine.control('terminate', id);
    assert.isFalse((await look<ProcessRow[]>('processes')).some((row) => row.id === id));
  });

  test('traffic: a read goes by the drivers to the ports, and the interrupt comes back', async () => {
    const stop = WatchSource.of(machine).watch({ records: true, kernel: true }, () => undefined);
    const fdc = await idOf('fdc');
    const wanted = [
      [`process ${await idOf('agent.exe')}`, 'executive'],
      ['executive', `process ${await idOf('fatfs')}`],
      [`process ${fdc}`, 'executive'],
      ['hardware interrupt 6', `process ${fdc}`],
      [`process ${fdc}`, 'hardware ports 3f0-3f5'],
    ].map((route) => route.join(' to '));
    const seen = new Set<string>();
    try {
      for (let turn = 0; turn < 100 && !wanted.every((route) => seen.has(route)); turn++) {
        await freshDisk({ 'T.BIN': pattern(3000, turn) });
        await machine.readFile('A:\\T.BIN');
        const { traffic, lines } = await look<MapData>('map');
        const pairs = new Set(lines.flatMap(({ from, to }) => [`${from} ${to}`, `${to} ${from}`]));
        for (const { from, to, messages } of traffic) {
          assert.isAbove(messages, 0);
          assert.isTrue(pairs.has(`${from} ${to}`), `no line from ${from} to ${to}`);
          seen.add(`${from} to ${to}`);
        }
      }
    } finally {
      stop();
    }
    assert.includeMembers([...seen], wanted);
  });

  test('the Executive keeps its own; the agent is not suspended; nonsense is refused in words', async () => {
    const agent = await idOf('agent.exe');
    const thread = (await look<ProcessRow[]>('processes')).find(({ id }) => id === agent)!
      .threads[0]!;
    const failed = (promise: Promise<unknown>): Promise<Error> =>
      promise.then(
        () => assert.fail('it was done'),
        (error: Error) => error,
      );
    assert.match((await failed(machine.control('revoke', 0, 2))).message, /root task/);
    assert.match((await failed(machine.control('suspend', agent, thread.id))).message, /the page/);
    assert.instanceOf(await failed(machine.control('burn' as 'revoke', agent)), TypeError);
    assert.match((await failed(machine.control('revoke', agent, 255))).message, /PARAMETER/);
    assert.match((await failed(machine.control('revoke', 99_996, 1))).message, /PARAMETER/);
  });
});
