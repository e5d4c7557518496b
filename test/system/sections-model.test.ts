/**
 * Sections over a file against a plain array: processes that map, write, flush, extend, unmap, read
 * and write by NtReadFile and NtWriteFile, and end with or without their views. Each may start
 * another one in the middle, and goes on when that has ended.
 */
import { assert } from 'chai';
import * as native from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { encodeRename } from '../../personality/rtl/information.ts';
import * as memory from '../../personality/rtl/memory.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import type { Window } from '../../personality/sel4/types.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import { statusOf } from '../ntos/core-client.ts';
import { bootClientRig, Client, type ClientRig, RW } from '../ntos/io-client.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { SECTION, VIEW } from '../support/section-fields.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];
const STEPS = 25;
const DEPTH = 3;
const MOST = 30 * PAGE_SIZE;
const VIEWS = 3;

interface View {
  readonly address: number;
  /** In the file; bytes that were there when it was mapped. */
  readonly offset: number;
  readonly length: number;
  readonly window: Window;
  readonly writable: boolean;
}

/** Numbers that the seed settles (a linear congruence). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class Model {
  readonly name: string;
  readonly roll: (below: number) => number;
  readonly bytes = new Uint8Array(MOST);
  size: number;
  #last = 0;

  constructor(seed: number, content: Uint8Array) {
    this.name = `\\??\\A:\\FILE${seed}.BIN`;
    this.roll = dice(seed);
    this.bytes.set(content);
    this.size = content.length;
  }

  /** A stretch of so many bytes at most, inside [start, end). */
  stretch(start: number, end: number, most: number): { at: number; length: number } {
    const at = start + this.roll(end - start);
    return { at, length: 1 + this.roll(Math.min(most, end - at)) };
  }

  fresh(at: number, length: number): Uint8Array {
    const data = new Uint8Array(length).map(() => (this.#last = (this.#last * 5 + 1) & 0xff));
    this.bytes.set(data, at);
    this.size = Math.max(this.size, at + length);
    return data;
  }
}

class Actor {
  readonly #client: Client;
  readonly #process: NtProcess;
  readonly #model: Model;
  readonly #views: View[] = [];
  readonly #child: () => Promise<void>;
  #file = 0;

  constructor(client: Client, model: Model, child: () => Promise<void>) {
    this.#client = client;
    this.#process = client.process;
    this.#model = model;
    this.#child = child;
  }

  async live(): Promise<void> {
    this.#file = await this.#client.opened(this.#model.name, { access: RW });
    for (let step = 0; step < STEPS; step++) await this.#step(this.#model.roll(10));
    // Half of them end as they are.
    if (this.#model.roll(2) === 0) return;
    while (this.#views.length > 0) await this.#unmap();
    await this.#client.close(this.#file);
  }

  async #step(which: number): Promise<void> {
    const view = this.#views[this.#model.roll(Math.max(1, this.#views.length))];
    if (which === 0) return this.#child();
    if (which === 1) return this.#extend();
    if (which === 2) return this.#readFile();
    if (which === 3) return this.#writeFile();
    if (!view || (which === 4 && this.#views.length < VIEWS)) return this.#map();
    if (which === 5 && this.#views.length > 1) return this.#unmap();
    if (which === 6) return this.#flush(view);
    if (which === 7) return this.#look(view);
    if (view.writable) this.#write(view);
  }

  async #section(): Promise<number> {
    const { status, handle } = await native.NtCreateSection(this.#process, {
      ...SECTION,
      file: this.#file,
    });
    assert.equal(statusOf(status), 'STATUS_SUCCESS');
    return handle;
  }

  async #map(): Promise<void> {
    const { roll, size } = this.#model;
    const section = await this.#section();
    const offset = size > 0x1_0000 && roll(2) === 0 ? 0x1_0000 : 0;
    const length = 1 + roll(size - offset);
    const writable = roll(3) > 0;
    const { status, address } = await native.NtMapViewOfSection(this.#process, {
      section,
      ...VIEW,
      offset,
      length,
      protect: writable ? memory.PAGE_READWRITE : memory.PAGE_READONLY,
    });
    assert.equal(statusOf(status), 'STATUS_SUCCESS');
    await native.NtClose(this.#process, { handle: section });
    const window = this.#process.thread.window(address, length, writable);
    this.#views.push({ address, offset, length, window, writable });
  }

  async #unmap(): Promise<void> {
    const [view] = this.#views.splice(this.#model.roll(this.#views.length), 1);
    const range = { process: CURRENT_PROCESS, address: view!.address };
    const { status } = await native.NtUnmapViewOfSection(this.#process, range);
    assert.equal(statusOf(status), 'STATUS_SUCCESS');
  }

  #write({ window, offset, length }: View): void {
    const part = this.#model.stretch(0, length, 3000);
    window.write(part.at, this.#model.fresh(offset + part.at, part.length));
  }

  #look({ window, offset, length }: View): void {
    const part = this.#model.stretch(0, length, 9000);
    const from = offset + part.at;
    const expected = this.#model.bytes.subarray(from, from + part.length);
    assert.deepEqual(window.read(part.at, part.length), expected.slice());
  }

  async #flush({ address, length }: View): Promise<void> {
    const part = this.#model.stretch(0, length, length);
    const range = { process: CURRENT_PROCESS, address: address + part.at, length: part.length };
    const flushed = await native.NtFlushVirtualMemory(this.#process, range);
    assert.equal(statusOf(flushed), 'STATUS_SUCCESS');
    const start = Math.floor(range.address / PAGE_SIZE) * PAGE_SIZE;
    const end = Math.ceil((range.address + part.length) / PAGE_SIZE) * PAGE_SIZE;
    assert.deepEqual([flushed.address, flushed.length], [start, end - start]);
  }

  async #extend(): Promise<void> {
    const { roll, size } = this.#model;
    if (size === MOST) return;
    const section = await this.#section();
    const wanted = size + 1 + roll(Math.min(3 * PAGE_SIZE, MOST - size));
    const extended = await native.NtExtendSection(this.#process, { section, size: wanted });
    assert.deepEqual([statusOf(extended), extended.size], ['STATUS_SUCCESS', wanted]);
    this.#model.size = wanted;
    await native.NtClose(this.#process, { handle: section });
  }

  async #readFile(): Promise<void> {
    const { at, length } = this.#model.stretch(0, this.#model.size, 9000);
    const { status, data } = await this.#client.read(this.#file, at, length);
    assert.equal(status, 'STATUS_SUCCESS');
    assert.deepEqual(data, this.#model.bytes.slice(at, at + length));
  }

  async #writeFile(): Promise<void> {
    const { at, length } = this.#model.stretch(0, MOST - 3000, 3000);
    // No holes: they would be zeros, as what NtExtendSection adds is.
    const from = Math.min(at, this.#model.size);
    const data = this.#model.fresh(from, length);
    assert.equal(await this.#client.write(this.#file, from, data), 'STATUS_SUCCESS');
  }
}

suite('sections over files, against a plain array', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  let body: ((client: Client) => Promise<void>) | undefined;
  let failure: unknown;
  const contents = SEEDS.map((seed) => new Uint8Array(9000 * seed).map((_, at) => at * seed));

  suiteSetup(async () => {
    const actor = nativeImage(async (process) => {
      await body?.(new Client(process)).catch((error: unknown) => (failure ??= error));
      return 0;
    });
    const seeds = Object.fromEntries(SEEDS.map((seed, at) => [`FILE${seed}.BIN`, contents[at]!]));
    const plain = { 'FILE.BIN': new Uint8Array(5 * PAGE_SIZE).fill(1), 'OTHER.BIN': 'other' };
    const files = { ...seeds, ...plain, 'MAPPED.BIN': 'mapped' };
    const disk = await makeImage({ kib: 1440, files });
    rig = await bootClientRig([disk], {}, { 'actor.exe': actor });
  });
  suiteTeardown(() => rig.end());

  /** Another process, which lives and ends while the caller waits. */
  function begin(process: NtProcess, model: Model, depth: number): () => Promise<void> {
    return async () => {
      if (depth === DEPTH || failure !== undefined) return;
      body = (own) => new Actor(own, model, begin(own.process, model, depth + 1)).live();
      const start = { image: 'actor.exe', commandLine: '' };
      const { status, handle } = await native.NtCreateProcess(process, start);
      assert.equal(statusOf(status), 'STATUS_SUCCESS');
      const wait = { handle, alertable: false, timeout: -300_000_000 };
      assert.equal(statusOf(await native.NtWaitForSingleObject(process, wait)), 'STATUS_SUCCESS');
      await native.NtClose(process, { handle });
    };
  }

  test('what comes out is what went in, whoever had it mapped; nothing is left', async () => {
    const models = SEEDS.map((seed, at) => new Model(seed, contents[at]!));
    for (const model of models) {
      await rig.client(({ process }) => begin(process, model, 0)());
      if (failure !== undefined) throw failure;
    }
    // Every view has gone, or the volume could not be taken out.
    await rig.run('umount A:');
    for (const [at, model] of models.entries()) {
      const expected = model.bytes.slice(0, model.size);
      assert.deepEqual(await readFile(rig.image(), `FILE${SEEDS[at]}.BIN`), expected);
    }
    assert.equal((await fsck(rig.image())).status, 0);
  });

  test('a mapped file is not deleted, cut or emptied; a flush keeps to its pages', async () => {
    await rig.client(async (client) => {
      const { process } = client;
      const path = 'A:\\FILE.BIN';
      const file = await client.opened(path, { access: RW | nt.DELETE });
      const input = { name: '', access: memory.SECTION_ALL_ACCESS, attributes: 0, size: 0, file };
      const { SEC_COMMIT: allocation, PAGE_READWRITE, PAGE_READONLY } = memory;
      const make = async (protect: number, more = {}) =>
        (await native.NtCreateSection(process, { ...input, protect, allocation, ...more })).handle;
      const section = await make(PAGE_READWRITE);
      const reading = await make(PAGE_READONLY);
      const mapped = await native.NtMapViewOfSection(process, {
        section,
        ...VIEW,
      });
      const { address, length } = mapped;
      const window = process.thread.window(address, length, true);

      const options = { access: RW | nt.DELETE };
      const opened = async (more: object) =>
        (await client.open(path, { ...options, ...more })).status;
      const doomed = { options: nt.FILE_DELETE_ON_CLOSE };
      assert.equal(await opened(doomed), 'STATUS_CANNOT_DELETE');
      assert.equal(await opened({ disposition: nt.FILE_OVERWRITE }), 'STATUS_USER_MAPPED_FILE');
      assert.equal(await opened({ disposition: nt.FILE_SUPERSEDE }), 'STATUS_USER_MAPPED_FILE');

      const extend = async (handle: number, size: number) =>
        statusOf(await native.NtExtendSection(process, { section: handle, size }));
      assert.equal(await extend(section, 6 * PAGE_SIZE), 'STATUS_SUCCESS');
      assert.equal(await extend(section, PAGE_SIZE), 'STATUS_SUCCESS', 'it is that long');
      assert.equal(await extend(reading, 7 * PAGE_SIZE), 'STATUS_SECTION_PROTECTION');
      assert.equal(await extend(section, -1), 'STATUS_INVALID_PARAMETER_2');
      assert.equal(await extend(section, 2 ** 40), 'STATUS_SECTION_TOO_BIG');

      // Page 1 is written back, page 3 is not.
      window.setUint32(PAGE_SIZE, 0x0202_0202);
      window.setUint32(3 * PAGE_SIZE, 0x0303_0303);
      const flush = (at: number, bytes: number) =>
        native.NtFlushVirtualMemory(process, {
          process: CURRENT_PROCESS,
          address: at,
          length: bytes,
        });
      const before = rig.image();
      const flushed = await flush(address + PAGE_SIZE + 5, 10);
      assert.deepEqual(
        [statusOf(flushed), flushed.address, flushed.length],
        ['STATUS_SUCCESS', address + PAGE_SIZE, PAGE_SIZE],
      );
      const onDisk = await readFile(rig.image(), 'FILE.BIN');
      assert.deepEqual([onDisk[PAGE_SIZE], onDisk[3 * PAGE_SIZE]], [2, 1]);
      assert.notDeepEqual(before, rig.image());
      const rest = await flush(address, 0);
      assert.deepEqual([statusOf(rest), rest.length], ['STATUS_SUCCESS', length]);
      assert.equal((await readFile(rig.image(), 'FILE.BIN'))[3 * PAGE_SIZE], 3);

      const anonymous = await make(PAGE_READWRITE, { file: 0, size: PAGE_SIZE });
      const view = { zeroBits: 0, offset: 0, length: 0, inherit: memory.ViewUnmap, type: 0 };
      const own = await native.NtMapViewOfSection(process, {
        section: anonymous,
        process: CURRENT_PROCESS,
        address: 0,
        ...view,
        protect: PAGE_READWRITE,
      });
      const { address: heap } = process.heap.allocate(16);
      for (const [at, bytes, expected] of [
        [own.address, 0, 'STATUS_NOT_MAPPED_DATA'],
        [heap, 16, 'STATUS_NOT_MAPPED_VIEW'],
        [0x3000_0000, 16, 'STATUS_NOT_MAPPED_VIEW'],
        [address, length + 1, 'STATUS_NOT_MAPPED_VIEW'],
      ] as const)
        assert.equal(statusOf(await flush(at, bytes)), expected);
      const nobody = { process: 0x4444, address, length: 1 };
      assert.equal(
        statusOf(await native.NtFlushVirtualMemory(process, nobody)),
        'STATUS_INVALID_HANDLE',
      );
      await client.close(file);
    });
    // The handle is closed, the views went with their process.
    const { output, status } = await rig.exec('del A:\\FILE.BIN');
    assert.equal(status, 0, output);
  });

  test('a file that is mapped, and not open, is not replaced by a rename', async () => {
    await rig.client(async (client) => {
      const { process } = client;
      const file = await client.opened('A:\\MAPPED.BIN');
      const { handle } = await native.NtCreateSection(process, {
        ...SECTION,
        file,
      });
      await client.close(file);
      const data = encodeRename({ replace: true, root: 0, name: 'MAPPED.BIN' });
      const rename = async () => {
        const other = await client.opened('A:\\OTHER.BIN', { access: RW | nt.DELETE });
        const input = { handle: other, class: nt.FileRenameInformation, data };
        const { status } = await native.NtSetInformationFile(process, input);
        await client.close(other);
        return statusOf(status);
      };
      assert.equal(await rename(), 'STATUS_ACCESS_DENIED');
      await native.NtClose(process, { handle });
      assert.equal(await rename(), 'STATUS_SUCCESS');
    });
  });
});
