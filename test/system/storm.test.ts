/**
 * Several processes at random file and object calls, while drivers are killed, calls cancelled and
 * processes ended: nothing that was acknowledged as flushed is lost, no call hangs, and nothing is
 * left behind.
 *
 * What may be read is in storm-model.ts. The seed makes the calls; when a driver dies between them
 * is the machine's.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import * as native from '../../personality/ntdll/native.ts';
import type { Executive } from '../../personality/ntos/executive.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { FSCTL_PIPE_LISTEN } from '../../personality/rtl/pipes.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import { bootClientRig, Client, type ClientRig } from '../ntos/io-client.ts';
import { control, createPipe } from '../ntos/pipe-client.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { seedsOf } from '../support/seeds.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';
import { BLOCK, blockOf, BLOCKS, FileModel, versionOf } from './storm-model.ts';

const CLIENTS = 3;
const FILES = 3;
const CALLS = 150;
/** Less than what a driver may be started again within half a minute (rtl/restarts.ts). */
const KILLS = 6;
/** So many at least while calls are made. */
const DEATHS = 3;
const PATIENCE = 20_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Fails where the answer does not come. */
async function soon<T>(what: string, answer: Awaitable<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), PATIENCE);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Open {
  readonly name: string;
  readonly model: FileModel;
  handle: number;
}

/** One client's calls: each file is its own, so that only drivers stand between call and model. */
class Caller {
  readonly #client: Client;
  readonly #files: Open[];
  #version = 1;
  /** Statuses other than success, and how often: a storm that nobody felt proves nothing. */
  readonly failures: Map<string, number>;

  constructor(client: Client, files: Open[], failures: Map<string, number>) {
    this.#client = client;
    this.#files = files;
    this.failures = failures;
  }

  async call(kind: number, file: number, block: number): Promise<void> {
    const open = this.#files[file % FILES]!;
    const at = block % BLOCKS;
    if (open.handle === 0) return this.#open(open);
    if (kind < 40) return this.#write(open, at);
    if (kind < 70) return this.#read(open, at);
    if (kind < 80) return this.#flush(open);
    if (kind < 88) return this.#reopen(open);
    if (kind < 94) return this.#cancelWait();
    return this.timer();
  }

  async end(): Promise<void> {
    for (const open of this.#files) if (open.handle !== 0) await this.#client.close(open.handle);
  }

  #failed(status: string): void {
    this.failures.set(status, (this.failures.get(status) ?? 0) + 1);
  }

  async #open(open: Open): Promise<void> {
    const options = { disposition: nt.FILE_OPEN_IF };
    const { status, handle } = await soon('open', this.#client.open(open.name, options));
    if (status !== 'STATUS_SUCCESS') return this.#failed(status);
    open.handle = handle;
    open.model.opened();
  }

  /** Whatever fails, the handle may be one of a driver that died. */
  async #reopen(open: Open): Promise<void> {
    const { handle } = open;
    open.handle = 0;
    await soon('close', this.#client.close(handle));
    await this.#open(open);
  }

  async #write(open: Open, block: number): Promise<void> {
    const version = this.#version++;
    const data = blockOf(version);
    const status = await soon('write', this.#client.write(open.handle, block * BLOCK, data));
    open.model.wrote(block, version, status === 'STATUS_SUCCESS');
    if (status === 'STATUS_SUCCESS') return;
    this.#failed(status);
    await this.#reopen(open);
  }

  async #read(open: Open, block: number): Promise<void> {
    const { handle } = open;
    const { status, data } = await soon('read', this.#client.read(handle, block * BLOCK, BLOCK));
    if (status === 'STATUS_SUCCESS') return open.model.check(block, versionOf(data), open.name);
    this.#failed(status);
    await this.#reopen(open);
  }

  async #flush(open: Open): Promise<void> {
    const { process } = this.#client;
    const { status } = await soon('flush', native.NtFlushBuffersFile(process, open));
    if (status === Status.STATUS_SUCCESS) return open.model.flushed();
    this.#failed(statusName(status));
    await this.#reopen(open);
  }

  /** A pipe to which nobody comes: its listening is pending, cancelled, over. */
  async #cancelWait(): Promise<void> {
    const { process } = this.#client;
    const made = await soon('pipe', createPipe(process, 'storm', { options: 0 }));
    if (made.status !== 'STATUS_SUCCESS') return this.#failed(made.status);
    const { handle } = made;
    const listened = await soon('listen', control(process, handle, FSCTL_PIPE_LISTEN));
    if (listened.status === 'STATUS_PENDING') {
      await soon('cancel', native.NtCancelIoFile(process, { handle }));
      const wait = { handle, alertable: false, timeout: TIMEOUT_INFINITE };
      await soon('the end of a cancelled call', native.NtWaitForSingleObject(process, wait));
    } else this.#failed(listened.status);
    await soon('close', this.#client.close(handle));
  }

  /** An event that nobody sets: the wait ends in time. */
  async timer(): Promise<void> {
    const { process } = this.#client;
    const made = await native.NtCreateEvent(process, {
      name: '',
      access: EVENT_ALL_ACCESS,
      attributes: 0,
      type: nt.NotificationEvent,
      initial: false,
    });
    const { handle } = made;
    const wait = { handle, alertable: false, timeout: -20_000 };
    const { status } = await soon('wait', native.NtWaitForSingleObject(process, wait));
    assert.equal(statusName(status), 'STATUS_TIMEOUT');
    await this.#client.close(handle);
  }
}

/** Holds what a process can hold, and waits to be ended. */
const victim = nativeImage(async (process) => {
  const client = new Client(process);
  await client.open('A:\\VICTIM.BIN', { disposition: nt.FILE_OPEN_IF });
  const { handle } = await createPipe(process, 'victim', { options: 0 });
  await control(process, handle, FSCTL_PIPE_LISTEN);
  await native.NtDelayExecution(process, { alertable: false, interval: TIMEOUT_INFINITE });
  return 0;
});

async function endVictim(rig: ClientRig): Promise<void> {
  const made = await rig.asExecutive(({ ps }) => ps.createProcess({ image: 'victim.exe' }));
  await pause(30);
  await rig.asExecutive(({ ps, ob }) => {
    if (!made.process) return;
    ps.terminate(made.process, Status.STATUS_CONTROL_C_EXIT);
    ob.dereference(made.process);
  });
}

/** Drivers die, one after the other, while the calls are made; `died` hears of each. */
async function killDrivers(
  rig: ClientRig,
  over: () => boolean,
  died: (count: number) => void,
): Promise<void> {
  for (let kills = 0; kills < KILLS && !over(); kills++) {
    await pause(60);
    await endVictim(rig);
    const name = ['fdc', 'fatfs', 'npfs'][kills % 3]!;
    await rig.asExecutive(({ ldr, ps }) => {
      const process = ldr.driverProcess(name);
      if (process) ps.terminate(process, Status.STATUS_CONTROL_C_EXIT, true);
    });
    died(kills + 1);
  }
}

/** What the system holds for others, when they are gone. */
async function left(rig: ClientRig): Promise<Record<string, unknown>> {
  await rig.asExecutive(({ ldr }) => ldr.unloadDriver('npfs'));
  return rig.asExecutive(({ io, mm, ps, quotas }: Executive) => ({
    freePages: mm.freePageCount,
    clients: { ...quotas.clients.usage },
    processes: ps.processes().length,
    requests: io.irps().length,
  }));
}

type Calls = [number, number, number][];

function callsOf(seed: number): Calls[] {
  const byte = fc.integer({ min: 0, max: 99 });
  const calls = fc.array(fc.tuple(byte, byte, byte), { minLength: CALLS, maxLength: CALLS });
  return fc.sample(calls, { seed, numRuns: CLIENTS });
}

suite('system/storm', function () {
  this.timeout(120_000);
  let rig: ClientRig;

  setup(async () => {
    rig = await bootClientRig([undefined], {}, { 'victim.exe': victim });
  });
  teardown(() => rig.end());

  /** Makes the files, lets the storm go over them, and says what is on the disk then. */
  async function storm(seed: number, failures: Map<string, number>): Promise<void> {
    rig.insert(0, await makeImage({ kib: 1440 }));
    let running = CLIENTS;
    let ready = 0;
    let deaths = 0;
    const models = new Map<string, FileModel>();
    const clients = callsOf(seed).map((calls, index) =>
      rig.client(async (client) => {
        const files: Open[] = [];
        for (let number = 0; number < FILES; number++) {
          const name = `A:\\C${index}F${number}.BIN`;
          const handle = await client.opened(name, { disposition: nt.FILE_CREATE });
          await client.write(handle, 0, new Uint8Array(BLOCKS * BLOCK));
          await native.NtFlushBuffersFile(client.process, { handle });
          const model = new FileModel();
          models.set(name, model);
          files.push({ name, model, handle });
        }
        const caller = new Caller(client, files, failures);
        // From here on drivers die.
        ready++;
        while (ready < CLIENTS) await caller.timer();
        try {
          // A quick machine makes them more than once before enough drivers have died.
          do for (const call of calls) await caller.call(...call);
          while (deaths < DEATHS);
        } finally {
          running--;
          await caller.end();
        }
      }),
    );
    while (ready < CLIENTS) await pause(5);
    const killing = killDrivers(
      rig,
      () => running === 0,
      (count) => (deaths = count),
    );
    await Promise.all([...clients, killing]);
    await rig.run('sync');
    const image = rig.image(0);
    const verdict = await fsck(image);
    assert.isTrue(verdict.clean, verdict.output);
    for (const [name, model] of models) {
      const bytes = await readFile(image, name.slice(3));
      model.opened();
      for (let block = 0; block < BLOCKS; block++)
        model.check(block, versionOf(bytes.subarray(block * BLOCK, (block + 1) * BLOCK)), name);
    }
    await rig.ask({ op: 'dismount', drive: 'A:' });
    await rig.eject(0);
  }

  for (const seed of seedsOf(1128))
    test(`nothing flushed is lost, nothing hangs, nothing is left: seed ${seed}`, async () => {
      const failures = new Map<string, number>();
      await storm(seed, failures);
      const before = await left(rig);
      await storm(seed + 1, failures);
      assert.isAbove(failures.size, 0, 'no call felt it');
      for (let tries = 0; tries < 200; tries++) {
        if (JSON.stringify(await left(rig)) === JSON.stringify(before)) break;
        await pause(10);
      }
      assert.deepEqual(await left(rig), before);
    });
});
