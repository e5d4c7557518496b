/** What the window shows is what the system says of itself by other ways. */
import { assert } from 'chai';
import '../../web/view/index.ts';
import type { NeptuneOs } from '../../web/element/index.ts';
import type { NeptuneView } from '../../web/view/index.ts';
import type { CacheData } from '../../web/view/data/cache.ts';
import type { CounterRow } from '../../web/view/data/counters.ts';
import type { DevicesData } from '../../web/view/data/devices.ts';
import type { MapData } from '../../web/view/data/map.ts';
import type { ObjectRow } from '../../web/view/data/objects.ts';
import type { ProcessRow } from '../../web/view/data/processes.ts';
import { endMachine, freshDisk, pattern, startMachine } from '../files/machine.ts';

const LETTERS = 'WRGP';
const lettersOf = (rights: number): string =>
  [...LETTERS].map((letter, bit) => (rights & (1 << bit) ? letter : '-')).join('');

suite('view/data', function () {
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
  const output = async (line: string): Promise<string> => (await machine.exec(line)).output;

  test('processes: those of ps, each behind its maker', async () => {
    const rows = await look<ProcessRow[]>('processes');
    const shown = (await output('ps')).split('\n');
    for (const { id, image } of rows)
      assert.isTrue(
        shown.some((line) => line.includes(image) && new RegExp(`\\b${id}\\b`).test(line)),
        image,
      );
    assert.includeMembers(
      rows.map(({ image }) => image),
      ['smss.exe', 'ntcmd.exe', 'fatfs.sys', 'fdc.sys', 'serial.sys', 'agent.exe'],
    );
    const places = rows.map(({ id }) => id);
    for (const { parent, depth, id } of rows)
      if (depth > 0) assert.isBelow(places.indexOf(parent), places.indexOf(id));
  });

  test('map: a line for each capability that caps lists, and none besides', async () => {
    const { lines, places, differences } = await look<MapData>('map');
    for (const { process, id } of places.filter((place) => place.process > 0)) {
      const [, ...listed] = (await output(`caps ${process}`)).trimEnd().split('\n');
      const said = listed.map((line) => line.trim().split(/\s+/).slice(0, 3).join(' ')).sort();
      const drawn = lines
        .filter(({ from }) => from === id)
        // The kernel knows no rights to ports and interrupts; the Executive has noted all.
        .map(({ slot, type, rights, object }) => {
          const given = object === 0 ? said.find((one) => one.startsWith(`${slot} `)) : '';
          return `${slot} ${type} ${given?.split(' ')[2] ?? lettersOf(rights)}`;
        })
        .sort();
      assert.deepEqual(drawn, said, id);
    }
    assert.isTrue(places.some(({ kind }) => kind === 'hardware'));
    assert.deepEqual(differences, []);
  });

  test('map: lines of a process that was ended are gone', async () => {
    assert.equal((await machine.exec('loaddrv null')).status, 0);
    const before = await look<MapData>('map');
    const driver = before.places.find(({ name }) => name === 'null');
    assert.isDefined(driver, 'the driver is a place');
    assert.isTrue(before.lines.some(({ from }) => from === driver!.id));
    assert.equal((await machine.exec('unloaddrv null')).status, 0);
    const after = await look<MapData>('map');
    assert.isFalse(after.places.some(({ id }) => id === driver!.id));
    assert.isFalse(after.lines.some(({ from }) => from === driver!.id));
  });

  test('cache: a cell for each page, and as many as the cache counts', async () => {
    await freshDisk({ 'BIG.BIN': pattern(40_000, 1) });
    await machine.readFile('A:\\BIG.BIN');
    const { count, limit, rows } = await look<CacheData>('cache');
    assert.equal(
      rows.reduce((sum, { cells }) => sum + cells.length, 0),
      count,
    );
    assert.isAtMost(count, limit);
    const big = rows.find(({ file }) => file.endsWith('BIG.BIN'))!;
    assert.deepEqual(
      big.cells.map(({ index }) => index),
      Array.from({ length: Math.ceil(40_000 / 4096) }, (_, i) => i),
    );
  });

  test('cache: what is written is dirty until it is flushed', async () => {
    await freshDisk({ 'A.TXT': 'a' });
    await output('echo more>>A:\\A.TXT');
    const before = await look<CacheData>('cache');
    const dirty = before.rows.reduce((sum, row) => sum + row.dirty, 0);
    assert.equal(dirty, before.dirty);
    await output('sync');
    assert.equal((await look<CacheData>('cache')).dirty, 0);
  });

  test('objects: the name space, links with their targets, who has what open', async () => {
    const rows = await look<ObjectRow[]>('objects');
    const a = rows.find(({ path }) => path === '\\??\\A:')!;
    assert.equal(a.type, 'SymbolicLink');
    assert.equal(rows.find(({ path }) => path === a.target)?.type, 'Device');
    const listed = await output('objdir \\Device');
    const members = rows.filter(({ path }) => /^\\Device\\[^\\]+$/.test(path));
    for (const { name } of members) assert.include(listed, name);
    const processes = await look<ProcessRow[]>('processes');
    const held = processes.reduce((sum, { handles }) => sum + handles.length, 0);
    const open = rows.reduce((sum, { openBy }) => sum + openBy.length, 0);
    assert.equal(open, held);
  });

  test('devices: the volume stands on its disk; counters: those of the element', async () => {
    await output('dir A:');
    const { stacks } = await look<DevicesData>('devices');
    const floppy = stacks.find(({ devices }) => devices[0]?.name === '\\Device\\Floppy0')!;
    assert.deepEqual(
      floppy.devices.map(({ driver }) => driver),
      ['fdc', 'fatfs'],
    );
    const rows = await look<CounterRow[]>('counters');
    assert.sameMembers(
      rows.map(({ name }) => name),
      Object.keys(await machine.counters()),
    );
  });

  test('exports: a line a look as CSV, an edge a capability as DOT', async () => {
    await look('counters');
    const csv = (await (await view.export('csv')).text()).trimEnd().split('\r\n');
    assert.match(csv[0]!, /^milliseconds,.*kernel\.ipc/);
    assert.isAtLeast(csv.length, 3);
    const { lines, places } = await look<MapData>('map');
    const dot = await (await view.export('dot')).text();
    assert.lengthOf(dot.match(/ -> /g)!, lines.length);
    assert.lengthOf(dot.match(/shape=/g)!, places.length);
    const error = await view.export('gif').catch((thrown: unknown) => thrown);
    assert.instanceOf(error, RangeError);
  });
});
