/**
 * The hives that are kept: `\Registry\Machine\Software` and `\Registry\User\.Default`.
 *
 * Both lie in one saved hive (hivewrite.ts) in the machine's battery-backed memory,
 * `\Device\Nvram`, so that both are always of one moment. The memory has two places, written in
 * turn: first the bytes, then the head of the place, then the driver is asked to make it safe. The
 * place with the newer sound head counts; whatever happens in the middle of a write leaves the
 * other one whole.
 *
 * They are read when somebody first comes to one of them. If the memory is not there, or cannot be
 * read, they begin empty and last as long as the system; NtFlushKey then says why. A change is
 * written a few seconds later, at NtFlushKey, and at the shutdown. Where that fails it is tried
 * again, each time after twice as long.
 *
 *   new KeptHives(needs, hives)
 *   load()      waits until they are there
 *   flush()     waits until every change so far is safe; a status
 */
import * as Status from '../../rtl/ntstatus.ts';
import { describeStatus, NT_SUCCESS } from '../../rtl/status.ts';
import type { Waitable } from '../../rtl/coroutines.ts';
import type { Timer } from '../ke/types.ts';
import { Mutex } from '../cc/lock.ts';
import { decodeHive, graft, type HiveKey } from './hiveread.ts';
import { encodeHive } from './hivewrite.ts';
import { Budget, Hive, place } from './key.ts';
import { decodeHead, encodeHead, HEAD, PLACE, PLACES, sumOf } from './places.ts';
import type { CmNeeds } from './needs.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const DRIVER = 'nvram';
const DEVICE = '\\Device\\Nvram';
/** Bytes of one request. */
const PIECE = 0x2000;
/** Between a change and its being written, in microseconds. */
const LAZY = 3_000_000;
/** The longest pause between two attempts is that, doubled so often. */
const MOST_DOUBLINGS = 6;

export class KeptHives {
  readonly #needs: CmNeeds;
  /** By their names in the saved hive. */
  readonly #hives: Readonly<Record<string, Hive>>;
  readonly #lock: Mutex;
  #loaded: Waitable | undefined;
  /**
   * Why it could not be read. Then nothing is ever written: what lies there is worth more than what
   * this system, which has not seen it, would put in its place.
   */
  #unread: number = SUCCESS;
  #generation = 0;
  /** Changes since the system began, and how many of them are safe. */
  #changes = 0;
  #safe = 0;
  #timer: Timer | undefined;
  /** Writings that failed, one after the other. */
  #failures = 0;
  /** By name: what stands in a hive's place from the next start on (NtReplaceKey). */
  readonly #replaced = new Map<string, Hive>();

  constructor(needs: CmNeeds, hives: Readonly<Record<string, Hive>>) {
    this.#needs = needs;
    this.#hives = hives;
    this.#lock = new Mutex(() => needs.ke.event());
    for (const [name, hive] of Object.entries(hives)) {
      hive.load = () => this.load();
      hive.flush = () => this.flush();
      hive.replace = (other) => this.#replace(name, other);
    }
  }

  get dirty(): boolean {
    return this.#changes !== this.#safe;
  }

  async load(): Promise<void> {
    if (this.#loaded) return void (await this.#loaded.wait());
    this.#loaded = this.#needs.ke.event();
    this.#unread = await this.#read();
    for (const hive of Object.values(this.#hives)) {
      hive.load = undefined;
      hive.onChange = () => this.#changed();
    }
    this.#loaded.set();
  }

  #changed(): void {
    this.#changes++;
    this.#writeLater();
  }

  #writeLater(): void {
    // Where nothing can be kept, only who asks is told.
    if (this.#timer || this.#unread !== SUCCESS) return;
    const { ke } = this.#needs;
    this.#timer = ke.after(LAZY * 2 ** Math.min(this.#failures, MOST_DOUBLINGS), () => {
      this.#timer = undefined;
      ke.spawn('registry', async () => {
        const status = await this.flush();
        if (NT_SUCCESS(status)) return;
        if (this.#failures === 1) ke.log(`the registry is not kept: ${describeStatus(status)}`);
        this.#writeLater();
      });
    });
  }

  /** From the next start on; until then the keys are what they are, and not kept any more. */
  async #replace(name: string, other: Hive): Promise<number> {
    const before = this.#replaced.get(name);
    this.#replaced.set(name, other);
    this.#changes++;
    const status = await this.flush();
    if (NT_SUCCESS(status)) return status;
    if (before) this.#replaced.set(name, before);
    else this.#replaced.delete(name);
    return status;
  }

  flush(): Promise<number> {
    return this.#lock.run(async () => {
      if (!this.#loaded?.signalled || !this.dirty) return SUCCESS;
      if (this.#unread !== SUCCESS) return this.#unread;
      const status = await this.#write();
      this.#failures = NT_SUCCESS(status) ? 0 : this.#failures + 1;
      return status;
    });
  }

  async #ask(request: Parameters<CmNeeds['io']['askDevice']>[1]) {
    return this.#needs.io.askDevice(DEVICE, request);
  }

  async #driver(): Promise<number> {
    const status = await this.#needs.ldr.loadDriver(DRIVER);
    return status === Status.STATUS_IMAGE_ALREADY_LOADED ? SUCCESS : status;
  }

  // ---- reading ----

  async #read(): Promise<number> {
    const driver = await this.#driver();
    if (!NT_SUCCESS(driver)) return driver;
    let newest: HiveKey | undefined;
    for (let index = 0; index < PLACES; index++) {
      const { status, bytes, generation } = await this.#readPlace(index);
      if (!NT_SUCCESS(status)) return status;
      const tree = bytes && decodeHive(bytes);
      if (!tree || generation <= this.#generation) continue;
      newest = tree;
      this.#generation = generation;
    }
    return newest ? this.#take(newest) : SUCCESS;
  }

  /** Undefined bytes: nothing sound is there. */
  async #readPlace(
    index: number,
  ): Promise<{ status: number; bytes?: Uint8Array; generation: number }> {
    const first = await this.#readBytes(index * PLACE, HEAD);
    const head = first.data && decodeHead(first.data);
    if (!head) return { status: first.status, generation: 0 };
    const { status, data } = await this.#readBytes(index * PLACE + HEAD, head.length);
    if (!data || sumOf(data) !== head.sum) return { status, generation: 0 };
    return { status, bytes: data, generation: head.generation };
  }

  async #readBytes(offset: number, length: number): Promise<{ status: number; data?: Uint8Array }> {
    const data = new Uint8Array(length);
    for (let at = 0; at < length; at += PIECE) {
      const count = Math.min(PIECE, length - at);
      const read = await this.#ask({ major: 'read', offset: offset + at, length: count });
      if (!NT_SUCCESS(read.status)) return { status: read.status };
      if (read.data?.length !== count) return { status: Status.STATUS_REGISTRY_IO_FAILED };
      data.set(read.data, at);
    }
    return { status: SUCCESS, data };
  }

  #take(tree: HiveKey): number {
    for (const child of tree.keys) {
      const hive = Object.hasOwn(this.#hives, child.name) ? this.#hives[child.name] : undefined;
      // It was sound and within its budget when it was written.
      const status = hive ? graft(hive.root, child) : SUCCESS;
      if (!NT_SUCCESS(status)) return status;
    }
    return SUCCESS;
  }

  // ---- writing ----

  async #write(): Promise<number> {
    const driver = await this.#driver();
    if (!NT_SUCCESS(driver)) return driver;
    const changes = this.#changes;
    const bytes = this.#encode();
    const generation = this.#generation + 1;
    const start = (generation % PLACES) * PLACE;
    const head = encodeHead({ generation, length: bytes.length, sum: sumOf(bytes) });
    for (let at = 0; at < bytes.length; at += PIECE) {
      const data = bytes.subarray(at, at + PIECE);
      const { status } = await this.#ask({ major: 'write', offset: start + HEAD + at, data });
      if (!NT_SUCCESS(status)) return status;
    }
    const { status } = await this.#ask({ major: 'write', offset: start, data: head });
    if (!NT_SUCCESS(status)) return status;
    const flushed = await this.#ask({ major: 'flush' });
    if (!NT_SUCCESS(flushed.status)) return flushed.status;
    this.#generation = generation;
    this.#safe = changes;
    return SUCCESS;
  }

  #encode(): Uint8Array {
    const holder = new Hive({ name: 'Kept', limit: 0, volatiles: new Budget(0) });
    for (const [name, hive] of Object.entries(this.#hives)) {
      const { root } = this.#replaced.get(name) ?? hive;
      const { parent } = root;
      if (root.name !== name) throw new Error(`the hive ${name} has another name`);
      place(holder.root, root);
      root.parent = parent;
    }
    return encodeHive(holder.root, 'KEPT', this.#needs.ke.systemTime());
  }
}
