/**
 * Greedy clients in the whole system: what others read, write, start and load goes on, and what is
 * dirty reaches the disk.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { openFile } from '../../personality/ntdll/files.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import type { Process } from '../../personality/ntos/ps/types.ts';
import { quotaTable } from '../../personality/ntos/ps/quotatable.ts';
import { HEAP_BASE, PAGE_SIZE } from '../../personality/rtl/layout.ts';
import {
  FILE_OPEN_IF,
  FILE_SHARE_ALL,
  GENERIC_READ,
  GENERIC_WRITE,
} from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { greedy, holdings, untilRefused } from '../ntos/core-quota-fixture.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';
import { pattern } from './commands.suite.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const BIG = pattern(600_000);

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (condition()) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error(`never: ${what}`);
}

const start = (rig: Rig, image: string) =>
  rig.asExecutive(async ({ ps, ob }) => {
    const { status, process } = await ps.createProcess({ image });
    if (process) ob.dereference(process);
    return { status, process };
  });

const kill = (rig: Rig, processes: readonly Process[]) =>
  rig.asExecutive(({ ps }) => processes.forEach((process) => ps.terminate(process, 1)));

async function takeAllMemory(process: NtProcess): Promise<number> {
  let refused: number = SUCCESS;
  for (const pages of [64, 1]) {
    const length = pages * PAGE_SIZE;
    const allocate = () => callService(process, 'NtAllocateVirtualMemory', { length });
    refused = (await untilRefused(allocate)).status;
  }
  return refused;
}

suite('system/greedy clients', function () {
  this.timeout(60_000);
  let rig: Rig;

  async function boot(hog: (process: NtProcess) => Promise<void>): Promise<void> {
    const files = { 'BIG.BIN': BIG, 'SMALL.TXT': 'small\n' };
    rig = await bootRig({
      disks: [await makeImage({ kib: 1440, files })],
      images: { 'hog.exe': greedy(hog) },
    });
    await rig.prompt();
    await rig.run('type SMALL.TXT');
  }

  teardown(() => {
    rig.end();
    assert.deepEqual(
      rig.faults.filter(({ restarted }) => !restarted),
      [],
    );
    assert.deepEqual(rig.uncaught.map(String), []);
  });

  /** All that others must be able to do, whatever the hogs hold. */
  async function everythingWorks(): Promise<void> {
    const bytes = await rig.ask({ op: 'readFile', path: 'A:\\BIG.BIN' });
    assert.deepEqual(bytes, BIG);
    const data = pattern(200_000, 7);
    await rig.ask({ op: 'writeFile', path: 'A:\\NEW.BIN', data });
    await rig.run('md DIR');
    await rig.run('copy NEW.BIN DIR\\COPY.BIN');
    await rig.run('sync');
    const image = rig.image();
    assert.equal((await fsck(image)).status, 0);
    assert.deepEqual(await readFile(image, 'NEW.BIN'), data);
    assert.deepEqual(await readFile(image, 'DIR/COPY.BIN'), data);
    await rig.run('loaddrv null');
    await rig.run('unloaddrv null');
    const ps = await rig.run('ps');
    const shell = /^ *(\d+) +ntcmd/m.exec(ps)![1]!;
    await rig.run(`kill ${shell}`);
    // The screen ends in the old shell's prompt till then.
    let shells: string[] = [shell];
    for (let tries = 0; tries < 500 && (shells.length !== 1 || shells[0] === shell); tries++)
      shells = await rig.asExecutive((executive) =>
        executive.ps
          .processes()
          .filter(({ image }) => image === 'ntcmd.exe')
          .map(({ id }) => String(id)),
      );
    assert.lengthOf(shells, 1, 'a new shell');
    assert.notEqual(shells[0], shell);
    await rig.prompt();
  }

  test('three that take all memory: reads, new files, sync, a shell and a driver', async () => {
    const refusals: number[] = [];
    await boot(async (process) => void refusals.push(await takeAllMemory(process)));
    for (let turn = 0; turn < 3; turn++) {
      assert.equal((await start(rig, 'hog.exe')).status, SUCCESS);
      await until('refused', () => refusals.length === turn + 1);
    }
    const { STATUS_QUOTA_EXCEEDED, STATUS_COMMITMENT_LIMIT } = Status;
    for (const status of refusals)
      assert.oneOf(status, [STATUS_QUOTA_EXCEEDED, STATUS_COMMITMENT_LIMIT]);
    await everythingWorks();
  });

  test('files: 128 each; the 129th is refused, and neither made nor emptied', async () => {
    const refusals: { times: number; status: number }[] = [];
    await boot(async (process) => {
      const open = (name: string, disposition: number) =>
        callService(process, 'NtCreateFile', {
          name: `\\??\\A:\\${name}`,
          root: 0,
          access: GENERIC_READ,
          attributes: 0,
          share: FILE_SHARE_ALL,
          disposition,
          options: 0,
          allocation: 0,
        });
      refusals.push(await untilRefused(() => open('SMALL.TXT', FILE_OPEN_IF)));
      await open('MADE.TXT', FILE_OPEN_IF);
    });
    await start(rig, 'hog.exe');
    await until('refused', () => refusals.length === 1);
    assert.deepEqual(refusals[0], {
      times: quotaTable.files.client,
      status: Status.STATUS_TOO_MANY_OPENED_FILES,
    });
    assert.notEqual((await rig.exec('type MADE.TXT')).status, 0);
    await everythingWorks();
  });

  test('a disk full of dirty data, written by clients that hold all memory', async () => {
    let written = 0;
    const failures: number[] = [];
    await boot(async (process) => {
      const number = written++;
      try {
        await takeAllMemory(process);
        const handle = await openFile(process, `\\??\\A:\\DIRTY${number}.BIN`, {
          access: GENERIC_WRITE,
          disposition: FILE_OPEN_IF,
        });
        for (let offset = 0; ; offset += 0x8000) {
          const write = { handle, address: HEAP_BASE, length: 0x8000, offset };
          const { status } = await callService(process, 'NtWriteFile', write);
          if (status === SUCCESS) continue;
          failures.push(status);
          return;
        }
      } catch (error) {
        failures.push(error instanceof NtException ? error.status : -1);
      }
    });
    for (let turn = 0; turn < 3; turn++) await start(rig, 'hog.exe');
    await until('the disk is full', () => failures.length === 3);
    assert.isTrue(failures.every((status) => status === Status.STATUS_DISK_FULL));
    await rig.run('sync');
    const image = rig.image();
    assert.equal((await fsck(image)).status, 0);
    assert.deepEqual(await readFile(image, 'BIG.BIN'), BIG);
  });

  test('what greedy clients with open files held comes back when they are killed', async () => {
    let done = 0;
    await boot(async (process) => {
      await takeAllMemory(process);
      const path = '\\??\\A:\\BIG.BIN';
      const options = { access: GENERIC_READ };
      const { times } = await untilRefused(async () => {
        const handle = await openFile(process, path, options).catch(() => 0);
        return { status: handle === 0 ? Status.STATUS_TOO_MANY_OPENED_FILES : SUCCESS };
      });
      if (times === quotaTable.files.client) done++;
      const read = { handle: 4, address: HEAP_BASE, length: 0x4_0000, offset: 0 };
      await callService(process, 'NtReadFile', read);
    });
    await rig.ask({ op: 'readFile', path: 'A:\\BIG.BIN' });
    const held = () => rig.asExecutive((executive) => holdings(executive).clients);
    const before = await held();
    const hogs: Process[] = [];
    for (let turn = 0; turn < 2; turn++) hogs.push((await start(rig, 'hog.exe')).process!);
    await until('all are open', () => done === 2);
    assert.notDeepEqual(await held(), before);
    await kill(rig, hogs);
    let after = await held();
    for (let tries = 0; tries < 200; tries++) {
      if (JSON.stringify(after) === JSON.stringify(before)) break;
      await new Promise((wait) => setTimeout(wait, 5));
      after = await held();
    }
    assert.deepEqual(after, before);
  });
});
