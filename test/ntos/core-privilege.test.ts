/** Who may end whom, unload drivers, shut down: what the system starts, and what clients start. */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { makeProcess, nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { SLOT_SERVICE } from '../../personality/rtl/layout.ts';
import { SystemKernelInformation } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Entry } from '../../personality/sel4/index.ts';
import { bootExecutive, testDriver, until } from './core-fixture.ts';
import { idle, waitForEver } from './core-quota-fixture.ts';

const { STATUS_SUCCESS, STATUS_ACCESS_DENIED, STATUS_PRIVILEGE_NOT_HELD } = Status;
const SMSS = 4;

type Ends = Record<string, number>;

async function end(process: NtProcess, id: number, family = false): Promise<number> {
  const { handle } = await callService(process, 'NtOpenProcess', { id });
  const service = family ? 'NtTerminateJobObject' : 'NtTerminateProcess';
  return (await callService(process, service, { handle, status: 1 })).status;
}

/** What must be refused, in an order in which nothing is lost if it is not. */
async function attack(process: NtProcess, victims: Ends): Promise<Ends> {
  const found: Ends = {};
  for (const [name, id] of Object.entries(victims)) {
    found[name] = await end(process, id);
    found[`family of ${name}`] = await end(process, id, true);
  }
  for (const service of ['NtLoadDriver', 'NtUnloadDriver'] as const)
    found[service] = (await callService(process, service, { name: 'test' })).status;
  const slot = { id: SMSS, slot: SLOT_SERVICE };
  found['revoke'] = (await callService(process, 'NtRevokeCapability', slot)).status;
  const kernel = { class: SystemKernelInformation, offset: 0 };
  found['kernel'] = (await callService(process, 'NtQuerySystemInformation', kernel)).status;
  found['shutdown'] = (await callService(process, 'NtShutdownSystem', { action: 0 })).status;
  return found;
}

const refusals = (victims: Ends): Ends => ({
  ...Object.fromEntries(
    Object.keys(victims).flatMap((name) => [
      [name, STATUS_ACCESS_DENIED],
      [`family of ${name}`, STATUS_ACCESS_DENIED],
    ]),
  ),
  NtLoadDriver: STATUS_PRIVILEGE_NOT_HELD,
  NtUnloadDriver: STATUS_PRIVILEGE_NOT_HELD,
  revoke: STATUS_PRIVILEGE_NOT_HELD,
  kernel: STATUS_PRIVILEGE_NOT_HELD,
  shutdown: STATUS_PRIVILEGE_NOT_HELD,
});

suite('ntos/privileges', () => {
  test("a client's child and a driver end their own family alone; the shell ends anybody", async () => {
    let driverFound: Ends | undefined;
    let childFound: Ends | undefined;
    let shellFound: number[] | undefined;
    let victims: Ends = {};
    const driver: Entry = async (thread) => {
      const process = makeProcess(thread, 0);
      const ask = { outgoing: 0, wait: false, status: 0 };
      await callService(process, 'WdmRequestIoPackets', ask);
      driverFound = await attack(process, { smss: SMSS });
      await waitForEver(process);
    };
    const child = nativeImage(async (process) => {
      childFound = await attack(process, victims);
      const input = { image: 'idle.exe', commandLine: '' };
      const own = await callService(process, 'NtCreateProcess', input);
      childFound['its child'] = await end(process, own.id);
      return waitForEver(process);
    });
    const shell = nativeImage(async (process) => {
      const input = { image: 'child.exe', commandLine: '' };
      const { id } = await callService(process, 'NtCreateProcess', input);
      while (childFound?.['its child'] === undefined)
        await callService(process, 'NtDelayExecution', { alertable: false, interval: -10_000 });
      shellFound = [await end(process, id), await end(process, SMSS)];
      return waitForEver(process);
    });
    const images = {
      'smss.exe': idle,
      'idle.exe': idle,
      'shell.exe': shell,
      'child.exe': child,
      'test.sys': () => ({ entries: [driver] }),
    };
    const options = { criticalImages: ['smss.exe'], drivers: { test: testDriver() } };
    await bootExecutive({ images, options }, async ({ executive, inside, panics }) => {
      const { ps, ldr } = executive;
      await until('smss runs', () => ps.processes()[0]?.state === 'running');
      assert.equal(ps.processes()[0]!.id, SMSS);
      assert.equal(await inside(() => ldr.loadDriver('test')), STATUS_SUCCESS);
      await until('the driver is done', () => driverFound !== undefined);
      assert.deepEqual(driverFound, refusals({ smss: SMSS }));
      const other = await inside(() => ps.createProcess({ image: 'idle.exe' }));
      victims = { smss: SMSS, driver: ldr.driverProcess('test')!.id, other: other.process!.id };
      await inside(() => ps.createProcess({ image: 'shell.exe' }));
      await until('the shell is done', () => shellFound !== undefined);
      assert.deepEqual(childFound, { ...refusals(victims), 'its child': STATUS_SUCCESS });
      assert.deepEqual(shellFound, [STATUS_SUCCESS, STATUS_SUCCESS]);
      await until('a new smss', () => ps.processes().some(({ image }) => image === 'smss.exe'));
      assert.deepEqual(panics, []);
    });
  }).timeout(30_000);
});
