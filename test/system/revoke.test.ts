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
  async function statusOf(work: () => Promise<unknown>): Promise<number | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      assert.instanceOf(error, SystemError);
      return (error as SystemError).status;
    }
  }

  /** Makes every process do something: the shell reads a key, the drivers read and write. */
  async function use(): Promise<void> {
    machine.typeLines('ver');
    await statusOf(() => machine.readFile('A:\\A.BIN'));
    await statusOf(() => machine.writeFile('A:\\B.BIN', pattern(600, 3)));
    await statusOf(() => machine.exec('sync'));
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
    await statusOf(async () => {
      found = (await processes()).some((process) => process.image === image);
    });
    return found;
  };

  test('each in its turn', async () => {
    await use();
    const all = await processes();
    const victims = all.flatMap(({ image, capabilities }) =>
      capabilities.map(({ slot, about }) => ({ image, slot, about })),
    );
    assert.isAbove(victims.length, 15);
    for (const { image, slot, about } of victims) {
      const what = `${image}, slot ${slot}: ${about}`;
      await machine.reset();
      await use();
      const now = await processes();
      const victim = now.find((process) => process.image === image);
      if (!victim?.capabilities.some((one) => one.slot === slot)) continue;
      const status = await statusOf(() => machine.control('revoke', victim.id, slot));
      if (image !== 'agent.exe') assert.isUndefined(status, what);
      await use();
      for (const other of now)
        if (other.image !== image || KEPT.includes(image))
          await until(() => lives(other.image), `${what}: ${other.image} lives`);
      let shown = '';
      await until(async () => {
        await statusOf(async () => {
          shown = (await machine.exec('ver')).output;
        });
        return shown !== '';
      }, `${what}: a command is answered`);
    }
  });
});
