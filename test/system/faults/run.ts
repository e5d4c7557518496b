/**
 * A system's life with a floppy drive that fails, by a seed: the same seed, the same life, to the
 * last message (time is virtual).
 *
 *   live({ seed, disk, foreign })   `disk` holds BASE.BIN (baseFile()), `foreign` other files
 *
 * It throws where something hangs, a wrong byte is read under a success status, a status is not
 * that of the fault, or what was flushed is lost.
 *
 * One to four kinds of faults are chosen, and a client works on files while they come. In the end
 * the drive is mended: then all must be written, and read right. The disks as they are then go to
 * the caller, for judges that are not ours.
 */
import { assert } from 'chai';
import { NtFlushBuffersFile, NtFsControlFile } from '../../../personality/ntdll/native.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { Chance } from '../../../web/machine/chance.ts';
import type { FaultKind } from '../../../web/machine/types.ts';
import type { Client } from '../../ntos/io-client.ts';
import type { VirtualDoor } from '../../support/virtual-door.ts';
import { BLOCK, blockOf, BLOCKS, FileModel, versionOf } from '../storm-model.ts';
import { behindDoor } from './door.ts';
import { type Bench, below, type Kind, kinds, mend } from './kinds.ts';

export interface Outcome {
  image: Uint8Array;
  foreign: Uint8Array;
  /** By name: what the file holds, block by block. */
  files: Record<string, number[]>;
  /** Faults that were brought, and failures that were told, by name. */
  faults: Record<string, number>;
  failures: Record<string, number>;
  calls: number;
  /** Virtual milliseconds: all of it, and the longest call. */
  ms: number;
  longest: number;
}

const CALLS = 70;
const FILES = 3;
export const BASE_BYTES = 150_000;
const PIECE = 4096;
const OK = 'STATUS_SUCCESS';
/** Virtual milliseconds that a call may take: several requests, each with its time-outs. */
const PATIENCE_MS = 120_000;

/** Every byte tells its place. */
export function baseFile(): Uint8Array {
  return new Uint8Array(BASE_BYTES).map((_, at) => (at * 7 + (at >>> 8) * 13 + (at >>> 16)) & 0xff);
}

class Life {
  readonly #client: Client;
  readonly #bench: Bench;
  readonly #chance: Chance;
  readonly #door: VirtualDoor;
  readonly #chosen: readonly (readonly [string, Kind])[];
  readonly #base = baseFile();
  readonly #models = Array.from({ length: FILES }, () => new FileModel());
  readonly #handles: number[] = [];
  /** Faults that come by themselves, of every third seed. */
  readonly #byChance: () => void;
  #version = 1;
  readonly faults: Record<string, number> = {};
  readonly failures: Record<string, number> = {};
  calls = 0;
  longest = 0;

  constructor(client: Client, bench: Bench, door: VirtualDoor, seed: number) {
    [this.#client, this.#bench, this.#door] = [client, bench, door];
    this.#chance = bench.chance;
    const all = Object.entries(kinds);
    const count = 1 + below(this.#chance, 4);
    this.#chosen = Array.from({ length: count }, () => all[below(this.#chance, all.length)]!);
    const named = this.#chosen.map(([name]) => name) as FaultKind[];
    const every = 20 + below(this.#chance, 300);
    this.#byChance = (): void => {
      if (seed % 3 === 0) bench.machine.fault.chance(seed, { kinds: named, every });
    };
  }

  /** Everything is well still. */
  async begin(): Promise<void> {
    for (let file = 0; file < FILES; file++) {
      const handle = await this.#client.opened(nameOf(file), { disposition: nt.FILE_CREATE });
      assert.equal(await this.#client.write(handle, 0, new Uint8Array(BLOCKS * BLOCK)), OK);
      assert.equal(await this.#flushed(handle), OK);
      this.#handles.push(handle);
    }
    this.#byChance();
  }

  async work(): Promise<void> {
    for (; this.calls < CALLS; this.calls++) {
      this.#meddle();
      const file = below(this.#chance, FILES);
      const dice = below(this.#chance, 100);
      await this.#timed(() => this.#call(dice, file));
    }
  }

  /** Mended: nothing has an excuse any more. */
  async end(): Promise<Record<string, number[]>> {
    mend(this.#bench);
    let status = '';
    for (let tries = 0; status !== OK && tries < 5; tries++) status = await this.#mended();
    assert.equal(status, OK, 'the drive is whole, and not all can be written');
    const files: Record<string, number[]> = {};
    for (let file = 0; file < FILES; file++) {
      await this.#close(file);
      const handle = await this.#client.opened(nameOf(file));
      this.#handles[file] = handle;
      this.#models[file]!.opened();
      files[nameOf(file).slice(3)] = await this.#readAll(file, handle);
    }
    const base = await this.#client.opened('A:\\BASE.BIN', { access: nt.FILE_READ_DATA });
    for (let at = 0; at < BASE_BYTES; at += PIECE) await this.#readBase(base, at, true);
    await this.#client.close(base);
    for (let file = 0; file < FILES; file++) await this.#close(file);
    assert.equal(await this.#volume('dismount'), OK);
    return files;
  }

  /**
   * What is cached of another disk answers for it as long as nobody has looked at the drive: it is
   * let go first.
   */
  async #mended(): Promise<string> {
    const status = await this.#volume('dismount');
    return status === OK ? this.#volume('flush') : status;
  }

  #meddle(): void {
    const dice = below(this.#chance, 100);
    const { machine, disk } = this.#bench;
    if (dice < 30) {
      const [name, kind] = this.#chosen[below(this.#chance, this.#chosen.length)]!;
      this.faults[name] = (this.faults[name] ?? 0) + 1;
      kind.bring(this.#bench);
    } else if (dice < 38) mend(this.#bench);
    else if (dice < 58 && machine.medium(0) !== disk) {
      machine.eject(0);
      machine.insert(0, disk);
    }
  }

  async #timed(body: () => Promise<void>): Promise<void> {
    const before = this.#door.time;
    await body();
    const took = this.#door.time - before;
    this.longest = Math.max(this.longest, took);
    assert.isBelow(took, PATIENCE_MS, `call ${this.calls} took too long`);
  }

  async #call(dice: number, file: number): Promise<void> {
    if (dice < 28) return this.#coldRead();
    if (dice < 38) return this.#leave();
    const handle = await this.#handle(file);
    if (handle === 0) return;
    if (dice < 64) return this.#write(file, handle);
    if (dice < 76) return this.#read(file, handle);
    if (dice < 92) return this.#flush(file, handle);
    return this.#close(file);
  }

  /** Only a status that belongs to one of the faults may be told. */
  #failed(what: string, status: string): void {
    this.failures[status] = (this.failures[status] ?? 0) + 1;
    const allowed = this.#chosen.some(([, { statuses }]) => statuses.includes(status));
    const names = this.#chosen.map(([name]) => name).join();
    assert.isTrue(allowed, `call ${this.calls}, ${what}: ${status} under ${names}`);
  }

  async #handle(file: number): Promise<number> {
    const known = this.#handles[file];
    if (known) return known;
    const { status, handle } = await this.#client.open(nameOf(file));
    if (status !== OK) {
      this.#failed('open', status);
      return 0;
    }
    this.#models[file]!.opened();
    return (this.#handles[file] = handle);
  }

  async #close(file: number): Promise<void> {
    const handle = this.#handles[file];
    this.#handles[file] = 0;
    if (handle) await this.#client.close(handle);
  }

  async #write(file: number, handle: number): Promise<void> {
    const block = below(this.#chance, BLOCKS);
    const version = this.#version++;
    const status = await this.#client.write(handle, block * BLOCK, blockOf(version));
    this.#models[file]!.wrote(block, version, status === OK);
    if (status === OK) return;
    this.#failed('write', status);
    await this.#close(file);
  }

  async #read(file: number, handle: number): Promise<void> {
    const block = below(this.#chance, BLOCKS);
    const { status, data } = await this.#client.read(handle, block * BLOCK, BLOCK);
    if (status === OK) return this.#models[file]!.check(block, versionOf(data), nameOf(file));
    this.#failed('read', status);
    await this.#close(file);
  }

  async #readAll(file: number, handle: number): Promise<number[]> {
    const versions: number[] = [];
    for (let block = 0; block < BLOCKS; block++) {
      const { status, data } = await this.#client.read(handle, block * BLOCK, BLOCK);
      assert.equal(status, OK, `${nameOf(file)}, at the end`);
      versions.push(versionOf(data));
      this.#models[file]!.check(block, versions[block]!, nameOf(file));
    }
    return versions;
  }

  async #flushed(handle: number): Promise<string> {
    return statusName((await NtFlushBuffersFile(this.#client.process, { handle })).status);
  }

  async #flush(file: number, handle: number): Promise<void> {
    const status = await this.#flushed(handle);
    if (status === OK) return this.#models[file]!.flushed();
    this.#failed('flush', status);
    await this.#close(file);
  }

  async #coldRead(): Promise<void> {
    const access = { access: nt.FILE_READ_DATA };
    const { status, handle } = await this.#client.open('A:\\BASE.BIN', access);
    if (status !== OK) return this.#failed('open of the base', status);
    const at = below(this.#chance, Math.floor(BASE_BYTES / PIECE)) * PIECE;
    await this.#readBase(handle, at, false);
    await this.#client.close(handle);
  }

  async #readBase(handle: number, at: number, mustSucceed: boolean): Promise<void> {
    const { status, data } = await this.#client.read(handle, at, PIECE);
    if (mustSucceed) assert.equal(status, OK, 'the base, at the end');
    if (status !== OK) return this.#failed('read of the base', status);
    const wanted = this.#base.subarray(at, at + PIECE);
    const wrong = data.findIndex((byte, index) => byte !== wanted[index]);
    assert.equal(wrong, -1, `call ${this.calls}: a wrong byte of the base at ${at + wrong}`);
    assert.equal(data.length, Math.min(PIECE, BASE_BYTES - at), 'a short read');
  }

  /** The volume is let go, so that what comes next reads the disk again. */
  async #leave(): Promise<void> {
    for (let file = 0; file < FILES; file++) await this.#close(file);
    const status = await this.#volume('dismount');
    if (status !== OK) this.#failed('dismount', status);
  }

  async #volume(what: 'flush' | 'dismount'): Promise<string> {
    const { status, handle } = await this.#client.open('A:');
    if (status !== OK) return status;
    const { process } = this.#client;
    const control = { code: nt.FSCTL_DISMOUNT_VOLUME, input: new Uint8Array(), outputLength: 0 };
    const done =
      what === 'flush'
        ? await this.#flushed(handle)
        : statusName((await NtFsControlFile(process, { handle, ...control })).status);
    await this.#client.close(handle);
    return done;
  }
}

const nameOf = (file: number): string => `A:\\F${file}.BIN`;

export async function live(job: {
  seed: number;
  disk: Uint8Array;
  foreign: Uint8Array;
}): Promise<Outcome> {
  return behindDoor(job.disk, async (rig, door) => {
    const { machine } = rig;
    const own = machine.medium(0)!;
    const chance = new Chance();
    chance.start(job.seed, { kinds: [], every: 1 });
    const bench = { machine, chance, disk: own, foreign: job.foreign.slice() };
    const { made, files } = await rig.client(async (client) => {
      const life = new Life(client, bench, door, job.seed);
      await life.begin();
      await life.work();
      return { made: life, files: await life.end() };
    });
    assert.deepEqual(rig.uncaught, []);
    assert.equal(rig.panic(), '');
    assert.notProperty(await rig.counters(), 'cc.lost');
    const { faults, failures, calls, longest } = made;
    const images = { image: own.slice(), foreign: bench.foreign };
    return { ...images, files, faults, failures, calls, longest, ms: door.time };
  });
}
