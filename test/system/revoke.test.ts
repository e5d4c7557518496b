/**
 * Every capability of every process, revoked in turn, each in a fresh system: the others live,
 * whatever is asked is answered with a status, and what the system cannot do without is there
 * again.
 */
import { assert } from 'chai';
import type { NeptuneOs } from '../../web/element/index.ts';
import { SystemError } from '../../web/host/system.ts';
import type { ProcessInformation } from '../../personality/rtl/snapshot.ts';
import { endMachine, freshDisk, pattern, startMachine } from '../files/machine.ts';

/** Longest wait for an answer: a driver that hangs is ended before. */
const LIMIT_MS = 40_000;
/** These are started again when they end. */
const KEPT = ['smss.exe', 'agent.exe', 'ntcmd.exe'];

suite('system/revoke', function () {
  this.timeout(280_000);
  let machine: NeptuneOs;
  suiteSetup(async () => {
    machine = await startMachine();
    await freshDisk({ 'A.BIN': pattern(9000, 7) });
  });
  suiteTeardown(endMachine);

  async function processes(): Promise<readonly ProcessInformation[]> {
    return (await machine.snapshot()).processes;
  }

  /** A status, and never a wait without end; undefined: it was done. */
  async function statusOf(what: string, work: () => Promise<unknown>): Promise<number | undefined> {
    const late = Symbol('late');
    const limit = new Promise<symbol>((resolve) => setTimeout(() => resolve(late), LIMIT_MS));
    try {
      const first = await Promise.race([work(), limit]);
      assert.notEqual(first, late, `${what}: no answer`);
      return undefined;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.status;
    }
  }

  /** Makes every process do something: the shell reads a key, the drivers read and write. */
  async function use(what: string): Promise<void> {
    machine.typeLines('ver');
    await statusOf(`${what}, read`, () => machine.readFile('A:\\A.BIN'));
    await statusOf(`${what}, write`, () => machine.writeFile('A:\\B.BIN', pattern(600, 3)));
    await statusOf(`${what}, sync`, () => machine.exec('sync'));
  }

  async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
    for (let turn = 0; turn < 400; turn++) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`it never came to be: ${what}`);
  }

  /** The agent may just be on its way back. */
  const lives = async (image: string): Promise<boolean> => {
    let found = false;
    await statusOf(image, async () => {
      found = (await processes()).some((process) => process.image === image);
    });
    return found;
  };

  interface Victim {
    readonly image: string;
    readonly slot: number;
    readonly what: string;
  }

  async function revoke({ image, slot, what }: Victim): Promise<void> {
    await machine.reset();
    await use('before');
    const now = await processes();
    const victim = now.find((process) => process.image === image);
    if (!victim?.capabilities.some((one) => one.slot === slot)) return;
    const status = await statusOf(what, () => machine.control('revoke', victim.id, slot));
    if (image !== 'agent.exe') assert.isUndefined(status, what);
    await use(what);
    for (const other of now)
      if (other.image !== image || KEPT.includes(image))
        await until(() => lives(other.image), `${what}: ${other.image} lives`);
    let shown = '';
    await until(async () => {
      await statusOf(what, async () => {
        shown = (await machine.exec('ver')).output;
      });
      return shown !== '';
    }, `${what}: a command is answered`);
  }

  test('each in its turn', async () => {
    await use('at first');
    const victims = (await processes()).flatMap(({ image, capabilities }) =>
      capabilities.map(({ slot, about }) => {
        return { image, slot, what: `${image}, slot ${slot}: ${about}` };
      }),
    );
    assert.isAbove(victims.length, 15);
    const failed: string[] = [];
    for (const victim of victims)
      await revoke(victim).catch((error: Error) => failed.push(error.message));
    assert.deepEqual(failed, []);
  });
});
