/** The system watched: what a read of a file is, mark for mark, when it is cold and when warm. */
import { assert } from 'chai';
import { querySystem } from '../../personality/ntdll/files.ts';
import { NtFlushBuffersFile, NtSetSystemInformation } from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/types.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { services } from '../../personality/rtl/services.ts';
import { type Mark, markOf } from '../../personality/rtl/watch.ts';
import {
  unpackRecord,
  type WatchAnswer,
  type WatchName,
  type WatchRecord,
} from '../../personality/rtl/watchanswer.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type ClientRig } from '../ntos/io-client.ts';

interface Watched {
  readonly records: WatchRecord[];
  /** Marks, with their threads. */
  readonly marks: (Mark & { thread: number })[];
  readonly names: WatchName[];
}

async function set(process: NtProcess, value: number): Promise<void> {
  await NtSetSystemInformation(process, { class: nt.SystemTraceInformation, value });
}

/** What was recorded while `body` ran; starting and stopping are part of it. */
async function watch(process: NtProcess, body: () => Promise<unknown>): Promise<Watched> {
  await set(process, 1);
  await body();
  await set(process, 0);
  const records: WatchRecord[] = [];
  const names: WatchName[] = [];
  for (;;) {
    const answer = (await querySystem(process, nt.SystemTraceInformation)) as WatchAnswer;
    assert.equal(answer.lost, 0);
    records.push(...answer.records.map(unpackRecord));
    names.push(...answer.names);
    if (answer.records.length === 0) break;
  }
  const marks = records
    .filter(({ kind }) => kind === 'mark')
    .map((record) => ({ ...markOf(record)!, thread: record.thread }));
  return { records, marks, names };
}

/** The Executive's marks of the one NtReadFile, whoever made them. */
function ofRead({ marks }: Watched): Mark[] {
  const begin = marks.findIndex(
    ({ name, words }) => name === 'service.in' && words.service === services.NtReadFile.number,
  );
  const { request } = marks[begin]!.words;
  const irps = new Set(
    marks
      .filter(({ name, words }) => name === 'irp.parent' && words.request === request)
      .map(({ words }) => words.irp),
  );
  return marks.filter(
    ({ words }) => words.request === request || (words.irp && irps.has(words.irp)),
  );
}

/** A transfer is one or more, as its pages lie in RAM. */
const shown = (marks: readonly Mark[]): string[] =>
  marks
    .map(({ name }) => name)
    .filter((name, i, all) => name !== 'driver.dma' || all[i - 1] !== name);

suite('system/watch', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  setup(async () => {
    const text = new Uint8Array(3000).fill(0x61);
    rig = await bootClientRig([await makeImage({ kib: 1440, files: { 'READ.TXT': text } })]);
  });

  teardown(() => rig.end());

  test('a cold read is each hop with the one request; a warm one is a hit and nothing else', () =>
    rig.client(async (client) => {
      const { process } = client;
      const file = await client.opened('A:\\READ.TXT', { access: nt.FILE_READ_DATA });
      const cold = await watch(process, () => client.read(file, 0, 3000));
      const hops = ofRead(cold);
      assert.deepEqual(shown(hops), COLD);
      const warm = await watch(process, () => client.read(file, 0, 3000));
      assert.deepEqual(shown(ofRead(warm)), ['service.in', 'cc.hit', 'service.out']);
      // The whole record of it: the call, its three marks, and the answer.
      const at = warm.records.findIndex(
        ({ kind, label }) => kind === 'send' && label === services.NtReadFile.number,
      );
      assert.deepEqual(
        warm.records.slice(at, at + 9).map(({ kind }) => kind),
        ['send', 'receive', 'switch', 'mark', 'mark', 'mark', 'send', 'receive', 'switch'],
      );
    }));

  /** Services, and how many IRPs were made for each call of them. */
  function irpsOf({ marks }: Watched): Map<number, number> {
    const found = new Map<number, number>();
    for (const { name, words } of marks) {
      if (name !== 'service.in') continue;
      const { service = 0, request } = words;
      const own = marks.filter(
        (mark) => mark.name === 'irp.parent' && mark.words.request === request,
      ).length;
      found.set(service, (found.get(service) ?? 0) + own);
    }
    return found;
  }

  test('open, list, write, flush and close have their number in the IRPs made for them', () =>
    rig.client(async (client) => {
      const { process } = client;
      let file = 0;
      const open = await watch(process, async () => {
        file = await client.opened('A:\\READ.TXT', {
          access: nt.FILE_READ_DATA | nt.FILE_WRITE_DATA,
        });
      });
      assert.isAtLeast(irpsOf(open).get(services.NtCreateFile.number)!, 2, 'mount, and names');
      assert.equal(await client.write(file, 0, new Uint8Array(600)), 'STATUS_SUCCESS');
      const flush = await watch(process, async () => NtFlushBuffersFile(process, { handle: file }));
      const flushed = irpsOf(flush).get(services.NtFlushBuffersFile.number)!;
      assert.isAtLeast(flushed, 3, 'data, metadata, the medium');
      assert.isTrue(
        flush.marks.some(({ name, words }) => name === 'cc.written' && words.request !== 0),
      );
      assert.equal(await client.write(file, 0, new Uint8Array(600)), 'STATUS_SUCCESS');
      const close = await watch(process, () => client.close(file));
      assert.isAtLeast(irpsOf(close).get(services.NtClose.number)!, 1, 'the time of writing');
    }));

  test('objects and handles: made and opened, closed and gone, by the number of snapshots', () =>
    rig.client(async (client) => {
      const { process } = client;
      const seen = await watch(process, async () => {
        const file = await client.opened('A:\\READ.TXT', { access: nt.FILE_READ_DATA });
        await client.close(file);
      });
      const of = (wanted: string) => seen.marks.filter(({ name }) => name === wanted);
      const [opened] = of('handle.opened');
      const [closed] = of('handle.closed');
      assert.deepEqual(opened!.words, closed!.words);
      const { object } = opened!.words;
      for (const name of ['ob.made', 'ob.gone'])
        assert.lengthOf(
          of(name).filter(({ words }) => words.object === object),
          1,
          name,
        );
      const said = seen.names.find(([kind, number]) => kind === 'object' && number === object);
      assert.match(said![2], /File/);
    }));
});

/** The file system says where it lies, the disk's driver reads it. */
const ONE_IRP = ['irp.made', 'irp.parent', 'irp.range', 'irp.passed', 'irp.taken'];
const COLD = [
  'service.in',
  'cc.miss',
  ...ONE_IRP,
  'driver.dispatch',
  'irp.done',
  ...ONE_IRP,
  'driver.dispatch',
  'driver.dma',
  'irp.done',
  'service.out',
];
