/**
 * The caches against a plain model: any sequence of operations gives the bytes that a plain array
 * would.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { Waitable } from '../../personality/rtl/coroutines.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../personality/rtl/status.ts';
import { readUncached, writeUncached } from '../../personality/ntos/cc/uncached.ts';
import { flushFile, flushVolume } from '../../personality/ntos/cc/writeback.ts';
import { bufferOf, FakeFile, scatteredClusters, World } from './cc-fakes.ts';

type Operation =
  | { readonly kind: 'read' | 'write'; readonly offset: number; readonly length: number }
  | {
      readonly kind: 'readUncached' | 'writeUncached';
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'truncate' | 'grow'; readonly size: number }
  | { readonly kind: 'flush' | 'evict' };

const MAXIMUM = 70_000;
const offset = fc.nat(MAXIMUM);
const length = fc.oneof(fc.nat(600), fc.nat(5000), fc.nat(40_000));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), offset, length }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), offset, length }) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        kind: fc.constantFrom('readUncached' as const, 'writeUncached' as const),
        sector: fc.nat(Math.floor(MAXIMUM / 512)),
        sectors: fc.integer({ min: 1, max: 40 }),
      })
      .map(({ kind, sector, sectors }) => ({ kind, offset: sector * 512, length: sectors * 512 })),
  },
  fc.record({ kind: fc.constantFrom('truncate' as const, 'grow' as const), size: offset }),
  fc.record({ kind: fc.constantFrom('flush' as const, 'evict' as const) }),
);

class Model {
  readonly world: World;
  readonly file: FakeFile;
  bytes: Uint8Array;
  #seed = 1;

  readonly #slot: number;

  constructor(world: World, clusterSize: number, free: number[], size: number, slot = 0) {
    this.world = world;
    this.#slot = slot;
    this.file = new FakeFile(world, clusterSize, free, size);
    this.bytes = this.file.onDisk();
  }

  /** Whether the file stays within so many clusters of 512 bytes. */
  fits(op: Operation, clusters: number): boolean {
    const end = 'offset' in op ? op.offset + op.length : 'size' in op ? op.size : 0;
    return op.kind.startsWith('read') || end <= clusters * 512;
  }

  async apply(op: Operation): Promise<void> {
    const { cache } = this.file;
    if (op.kind === 'read') await this.#read(op.offset, op.length);
    else if (op.kind === 'write') await this.#write(op.offset, op.length);
    else if (op.kind === 'readUncached') await this.#readUncached(op.offset, op.length);
    else if (op.kind === 'writeUncached') await this.#writeUncached(op.offset, op.length);
    else if (op.kind === 'truncate') {
      const size = Math.min(op.size, this.bytes.length);
      await this.file.truncate(size);
      this.bytes = this.bytes.slice(0, size);
    } else if (op.kind === 'grow') {
      if (op.size <= this.bytes.length) return;
      await cache.resource.run(() => this.file.extend(op.size - 1, 1));
      this.#resize(op.size);
    } else if (op.kind === 'flush') {
      assert.equal(await flushFile(cache), Status.STATUS_SUCCESS);
      assert.deepEqual(this.file.onDisk(), this.bytes);
    } else this.world.cc.pool.release(5);
  }

  async #read(offset: number, length: number): Promise<void> {
    const count = Math.max(0, Math.min(length, this.bytes.length - offset));
    const got = await this.world.read(this.file.cache, offset, count, this.#slot);
    assert.deepEqual(got, this.bytes.slice(offset, offset + count));
  }

  /** By the sector; what follows the end in the last one is nobody's. */
  async #readUncached(offset: number, length: number): Promise<void> {
    const end = Math.min(offset + length, this.bytes.length);
    if (offset >= end) return;
    const room = Math.ceil((end - offset) / 512) * 512;
    const pieces = this.world.buffer(room, this.#slot);
    assert.equal(await readUncached(this.file.cache, offset, room, pieces), Status.STATUS_SUCCESS);
    const got = this.world.ram.read(bufferOf(this.#slot), end - offset);
    assert.deepEqual(got, this.bytes.slice(offset, end));
  }

  async #writeUncached(offset: number, length: number): Promise<void> {
    const data = new Uint8Array(length).map(() => (this.#seed = (this.#seed * 31 + 7) & 0xff));
    this.world.ram.write(bufferOf(this.#slot), data);
    const pieces = this.world.buffer(length, this.#slot);
    const status = await writeUncached(this.file.cache, offset, length, pieces);
    assert.equal(status, Status.STATUS_SUCCESS);
    this.#resize(Math.max(this.bytes.length, offset + length));
    this.bytes.set(data, offset);
    const onDisk = this.file.onDisk().slice(offset, offset + length);
    assert.deepEqual(onDisk, data, 'it is on the disk already');
  }

  async #write(offset: number, length: number): Promise<void> {
    if (length === 0) return;
    const data = new Uint8Array(length).map(() => (this.#seed = (this.#seed * 31 + 7) & 0xff));
    const status = await this.world.write(this.file.cache, offset, data, this.#slot);
    assert.isTrue(NT_SUCCESS(status), status.toString(16));
    this.#resize(Math.max(this.bytes.length, offset + length));
    this.bytes.set(data, offset);
  }

  #resize(size: number): void {
    const grown = new Uint8Array(size);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

function alone(pages: number, clusterSize: number, size: number): Model {
  return new Model(new World(pages), clusterSize, scatteredClusters(clusterSize), size);
}

suite('ntos/cc model', function () {
  this.timeout(60_000);

  test('two files that take clusters from each other, while pages are written and evicted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 5, maxLength: 25 }),
        fc.array(operation, { minLength: 5, maxLength: 25 }),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 }),
        async (first, second, order) => {
          const world = new World(40);
          let turn = 0;
          world.choose = (count) => order[turn++ % order.length]! % count;
          // So few clusters that what one file frees is the other's next.
          const free = scatteredClusters(512).slice(0, 400);
          const models = [new Model(world, 512, free, 0, 0), new Model(world, 512, free, 0, 1)];
          let running = 2;
          const apply = (model: Model, operations: Operation[]) => async () => {
            try {
              for (const op of operations) if (model.fits(op, 200)) await model.apply(op);
            } finally {
              running--;
            }
          };
          await world.run(apply(models[0]!, first), apply(models[1]!, second), async () => {
            const pause = new Waitable(world.coroutines);
            while (running > 0) {
              assert.equal(await flushVolume(world.volume, world.time), Status.STATUS_SUCCESS);
              world.cc.pool.release(3);
              await pause.wait(7);
            }
          });
          await world.run(() => flushVolume(world.volume));
          for (const model of models) assert.deepEqual(model.file.onDisk(), model.bytes);
        },
      ),
      { numRuns: 150 },
    );
  });

  for (const [clusterSize, pages] of [
    [512, 64],
    [1024, 64],
    [512, 8],
    [2048, 12],
  ] as const)
    test(`clusters of ${clusterSize}, ${pages} pages: any operations give a plain array's bytes`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(50_000),
          fc.array(operation, { minLength: 1, maxLength: 30 }),
          async (size, operations) => {
            const model = alone(pages, clusterSize, size);
            await model.world.run(async () => {
              for (const op of operations) await model.apply(op);
              assert.equal(await flushVolume(model.world.volume), Status.STATUS_SUCCESS);
            });
            assert.deepEqual(model.file.onDisk(), model.bytes);
            assert.equal(model.world.cc.pool.dirtyCount, 0);
            const held = model.world.cc.pool.count;
            assert.isAtMost(held, pages + 64);
            model.world.volume.abandon();
            assert.equal(model.world.cc.pool.count, 0);
          },
        ),
        { numRuns: 150 },
      );
    });

  test('a second read of everything asks neither the disk nor the file system', async () => {
    const model = alone(64, 512, 100_000);
    const read = () => model.world.read(model.file.cache, 0, 100_000);
    await model.world.run(read);
    const requests = model.world.disk.log.length;
    const { questions } = model.file;
    assert.isAbove(requests, 0);
    const [second] = await model.world.run(read);
    assert.deepEqual(second, model.bytes);
    assert.equal(model.world.disk.log.length, requests);
    assert.equal(model.file.questions, questions);
  });
});
