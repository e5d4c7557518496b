/**
 * A write, with one of those who take part in it killed at its n-th message to the Executive, for
 * each n there is: the file system, the disk's driver, the client. Of the disk's driver, which says
 * the most, it is each third, from a random one on. Afterwards the driver is there again, what was
 * flushed is on the disk, nothing hangs, and nothing of the write is left.
 */
import { assert } from 'chai';
import { driverRegistry } from '../../drivers/registry.ts';
import { NtFlushBuffersFile } from '../../personality/ntdll/native.ts';
import type { KeCore } from '../../personality/ntos/ke/ke.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { bootClientRig, type ClientRig } from '../ntos/io-client.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { BLOCK, blockOf, versionOf } from './storm-model.ts';

const BLOCKS = 4;
const PATIENCE = 15_000;
/** More messages than that would not be a write. */
const MOST = 80;
const OK = 'STATUS_SUCCESS';
const strideOf = (image: string): number => (image === 'fdc.sys' ? 3 : 1);

/** By its first message a client asks what it is called: before that there is no write. */
function first(image: string): number {
  return image === 'tester.exe' ? 2 : 1 + Math.floor(Math.random() * strideOf(image));
}

/** Killed often, and each time at once. */
const restart = { tries: MOST, window: 1, pause: 1 };

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function fileOf(version: number): Uint8Array {
  const bytes = new Uint8Array(BLOCKS * BLOCK);
  for (let block = 0; block < BLOCKS; block++) bytes.set(blockOf(version), block * BLOCK);
  return bytes;
}

/** Kills a process of that image when it is about to send its n-th message from now on. */
class Killer {
  readonly #rig: ClientRig;
  #image = '';
  #at = 0;
  #seen = 0;
  killed = false;

  constructor(rig: ClientRig) {
    this.#rig = rig;
  }

  async install(): Promise<void> {
    await this.#rig.asExecutive(({ ke, ps }) => {
      const { dispatcher } = ke as KeCore;
      const call = dispatcher.call.bind(dispatcher);
      dispatcher.call = (caller, ...message) => {
        const { process } = caller;
        const concerns = !this.killed && this.#at > 0 && process.image === this.#image;
        if (!concerns || ++this.#seen < this.#at) return call(caller, ...message);
        this.killed = true;
        ps.terminate(process, Status.STATUS_CONTROL_C_EXIT, true);
        return { status: Status.STATUS_PROCESS_IS_TERMINATING };
      };
    });
  }

  arm(image: string, at: number): void {
    [this.#image, this.#at, this.#seen, this.killed] = [image, at, 0, false];
  }

  disarm(): void {
    this.#at = 0;
  }
}

suite('system: killed at each step of a write', function () {
  this.timeout(120_000);
  let rig: ClientRig;
  let killer: Killer;

  setup(async () => {
    const files = { 'FILE.BIN': fileOf(1) };
    const drivers = Object.fromEntries(
      Object.entries(driverRegistry).map(([name, driver]) => [
        name,
        driver.restart ? { ...driver, restart } : driver,
      ]),
    );
    rig = await bootClientRig([await makeImage({ kib: 1440, files })], { drivers });
    await rig.run('dir');
    killer = new Killer(rig);
    await killer.install();
  });
  teardown(() => rig.end());

  /** Until it holds; what is asked may fail while a driver is being loaded. */
  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + PATIENCE; !(await holds());) {
      if (performance.now() > end) throw new Error(`never: ${what}`);
      await pause(5);
    }
  }

  /** The write: over a file that is there, and with `grow` a new one. What was acknowledged. */
  function write(version: number, grow: boolean): Promise<string[]> {
    return rig.client(async (client) => {
      const flushed: string[] = [];
      const names = grow ? ['FILE.BIN', `NEW${version}.BIN`] : ['FILE.BIN'];
      for (const name of names) {
        const open = { disposition: nt.FILE_OPEN_IF };
        const { status, handle } = await client.open(`A:\\${name}`, open);
        if (status !== OK) continue;
        const wrote = await client.write(handle, 0, fileOf(version));
        const flush = await NtFlushBuffersFile(client.process, { handle });
        if (wrote === OK && statusName(flush.status) === OK) flushed.push(name);
        await client.close(handle);
      }
      return flushed;
    });
  }

  /** What was flushed last of each file, and what may be there instead. */
  async function check(flushed: Map<string, number>, tried: number): Promise<void> {
    const image = rig.image();
    for (const [name, version] of flushed) {
      const bytes = await readFile(image, name);
      assert.equal(bytes.length, BLOCKS * BLOCK, name);
      for (let at = 0; at < bytes.length; at += BLOCK) {
        const found = versionOf(bytes.subarray(at, at + BLOCK));
        assert.isTrue(found >= version && found <= tried, `${name}: ${found} after ${version}`);
      }
    }
  }

  /** What the client says; a client that was killed says nothing. */
  async function answerOf(done: Promise<string[]>, image: string, at: number) {
    let answer: string[] | undefined;
    void done.then((flushed) => (answer = flushed));
    const over = () => answer !== undefined || (image === 'tester.exe' && killer.killed);
    await until(`the end of the client, message ${at}`, () => Promise.resolve(over()));
    return answer;
  }

  async function killEach(image: string, grow: boolean): Promise<number> {
    const flushed = new Map([['FILE.BIN', 1]]);
    let at = first(image);
    for (; at <= MOST; at += strideOf(image)) {
      const version = at + 1;
      killer.arm(image, at);
      const done = write(version, grow);
      const answer = await answerOf(done, image, at);
      killer.disarm();
      for (const name of answer ?? []) flushed.set(name, version);
      const { killed } = killer;
      let said = '';
      await until(`message ${at}: all is written`, async () => {
        const { status, output } = await rig.exec('sync');
        said = `${statusName(status)} ${output}`;
        return status === 0;
      }).catch((error: unknown) => assert.fail(`${String(error)}: ${said}`));
      await until('nobody is left', () =>
        rig.asExecutive(
          ({ io, ps }) =>
            ps.processes().every(({ image: other }) => other !== 'tester.exe') &&
            (io.irps() as { driver: string }[]).every(({ driver }) => driver === 'serial'),
        ),
      );
      if (!killed) break;
      await check(flushed, version);
    }
    assert.isAtMost(at, MOST, 'a write without an end');
    assert.equal(flushed.get('FILE.BIN'), at + 1, 'the last one was not disturbed');
    await check(flushed, at + 1);
    const verdict = await fsck(rig.image());
    assert.isTrue(verdict.clean, verdict.output);
    assert.deepEqual(rig.uncaught, []);
    assert.equal(rig.panic(), '');
    return at - 1;
  }

  for (const [image, grow, least] of [
    ['fatfs.sys', true, 6],
    ['fdc.sys', true, 6],
    ['tester.exe', true, 6],
  ] as const)
    test(`${image}`, async () => {
      assert.isAtLeast(await killEach(image, grow), least, 'messages of a write');
    });
});
