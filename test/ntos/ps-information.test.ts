/** Information on processes, threads and the system as NT's structures; parameters of processes. */
import { assert } from 'chai';
import { systemInformation } from '../../personality/ntdll/files.ts';
import {
  NtClose,
  NtCreateProcessEx,
  NtDuplicateObject,
  NtOpenThread,
  NtQueryInformationProcess,
  NtQueryInformationThread,
  NtQuerySystemInformation,
  NtSetInformationProcess,
  NtSetInformationThread,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import {
  RtlCreateUserProcess,
  RtlExpandEnvironmentStrings_U,
  RtlGetCurrentDirectory_U,
  RtlGetFullPathName_U,
  RtlQueryEnvironmentVariable_U,
  RtlSetCurrentDirectory_U,
  RtlSetEnvironmentVariable,
} from '../../personality/ntdll/parameters.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { decodeObjectName } from '../../personality/rtl/objectinformation.ts';
import * as objects from '../../personality/rtl/objects.ts';
import {
  decodeProcessBasic,
  decodeQuotaLimits,
  decodeThreadBasic,
  decodeTimes,
} from '../../personality/rtl/processinformation.ts';
import {
  CURRENT_PROCESS,
  CURRENT_THREAD,
  TIMEOUT_INFINITE,
} from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import * as system from '../../personality/rtl/systeminformation.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type ClientRig } from './io-client.ts';

suite('ntos/ps: information and parameters', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  const told: unknown[] = [];

  const child = nativeImage(async (process: NtProcess) => {
    const { parameters } = process.shared;
    told.push(
      process.commandLine,
      parameters.image,
      RtlGetCurrentDirectory_U(process),
      RtlQueryEnvironmentVariable_U(process, 'colour').value,
      parameters.standardOutput,
    );
    if (parameters.standardOutput === 0) return 7;
    return (await NtClose(process, { handle: parameters.standardOutput })).status;
  });

  suiteSetup(async () => {
    const files = { 'DIR/SUB/X': new Uint8Array(3), FILE: new Uint8Array(3) };
    const disk = await makeImage({ kib: 1440, files });
    rig = await bootClientRig([disk], {}, { 'child.exe': child });
  });
  suiteTeardown(() => rig.end());

  async function exitOf(process: NtProcess, handle: number): Promise<number> {
    const wait = { handle, alertable: false, timeout: TIMEOUT_INFINITE };
    await NtWaitForSingleObject(process, wait);
    const query = { handle, class: objects.ProcessBasicInformation, length: 24 };
    return decodeProcessBasic((await NtQueryInformationProcess(process, query)).data).exitStatus;
  }

  test('a child inherits environment, directory and standard handles', () =>
    rig.client(async ({ process }) => {
      told.length = 0;
      assert.equal(RtlSetEnvironmentVariable(process, 'Colour', 'blue').status, 0);
      assert.equal((await RtlSetCurrentDirectory_U(process, 'dir\\SUB')).status, 0);
      const { handle: output } = await NtDuplicateObject(process, {
        sourceProcess: CURRENT_PROCESS,
        source: CURRENT_THREAD,
        targetProcess: CURRENT_PROCESS,
        access: 0,
        attributes: objects.OBJ_INHERIT,
        options: objects.DUPLICATE_SAME_ACCESS,
      });
      const first = await RtlCreateUserProcess(process, {
        image: 'child.exe',
        commandLine: 'a b',
        inherit: true,
        standardOutput: output,
      });
      assert.equal(await exitOf(process, first.handle), 0);
      const here = 'A:\\dir\\SUB';
      assert.deepEqual(told, ['a b', 'child.exe', here, 'blue', output]);
      told.length = 0;
      const plain = { image: 'child.exe', commandLine: 'c', flags: 0 };
      const second = await NtCreateProcessEx(process, plain);
      assert.equal(await exitOf(process, second.handle), 7);
      assert.deepEqual(told, ['c', 'child.exe', 'A:\\', '', 0], 'without parameters');
      const wrong = await NtCreateProcessEx(process, { ...plain, parameters: new Uint8Array(200) });
      assert.equal(statusName(wrong.status), 'STATUS_INVALID_PARAMETER');
      const flags = await NtCreateProcessEx(process, { ...plain, flags: 1 });
      assert.equal(statusName(flags.status), 'STATUS_INVALID_PARAMETER');
    }));

  test('variables and directories of the process itself', () =>
    rig.client(async ({ process }) => {
      for (const [name, value] of [
        ['', 'x'],
        ['a=b', 'x'],
        ['a', '\0'],
      ] as const) {
        const { status } = RtlSetEnvironmentVariable(process, name, value);
        assert.equal(statusName(status), 'STATUS_INVALID_PARAMETER');
      }
      RtlSetEnvironmentVariable(process, 'X', '1');
      assert.equal(RtlExpandEnvironmentStrings_U(process, '<%x%>'), '<1>');
      RtlSetEnvironmentVariable(process, 'x', undefined);
      const { status } = RtlQueryEnvironmentVariable_U(process, 'X');
      assert.equal(statusName(status), 'STATUS_VARIABLE_NOT_FOUND');
      const rows = [
        ['NONE', 'STATUS_OBJECT_NAME_NOT_FOUND'],
        ['FILE', 'STATUS_NOT_A_DIRECTORY'],
        ['nul', 'STATUS_OBJECT_NAME_INVALID'],
        ['DIR', 'STATUS_SUCCESS'],
      ] as const;
      for (const [name, expected] of rows)
        assert.equal(statusName((await RtlSetCurrentDirectory_U(process, name)).status), expected);
      assert.equal(RtlGetFullPathName_U(process, 'x'), 'A:\\DIR\\x');
      assert.equal(process.shared.parameters.directoryHandle, 0, 'a disk may be taken out');
    }));

  test('what is known of a process', () =>
    rig.client(async ({ process }) => {
      const query = async (which: number, length: number, handle = CURRENT_PROCESS) => {
        const input = { handle, class: which, length };
        const { status, data, needed } = await NtQueryInformationProcess(process, input);
        return { status: statusName(status), data, needed };
      };
      const { data } = await query(objects.ProcessBasicInformation, 24);
      const basic = decodeProcessBasic(data);
      assert.deepEqual([basic.exitStatus, basic.parent, basic.priority], [0x103, 0, 100]);
      const limits = decodeQuotaLimits((await query(objects.ProcessQuotaLimits, 32)).data);
      assert.equal(limits.pagedPool, 512 * 1024);
      const times = decodeTimes((await query(objects.ProcessTimes, 32)).data);
      assert.isAbove(times.created, 0);
      assert.equal(times.exited, 0);
      const image = decodeObjectName((await query(objects.ProcessImageFileName, 512)).data);
      assert.equal(image, '\\??\\BootModules\\tester.exe');
      const line = await query(objects.ProcessCommandLineInformation, 512);
      assert.equal(decodeObjectName(line.data), '');
      const count = (await query(objects.ProcessHandleCount, 4)).data;
      assert.deepEqual([...count], [0, 0, 0, 0]);
      assert.equal((await query(objects.ProcessVmCounters, 44)).status, 'STATUS_SUCCESS');
      const wrong = [
        [99, 24, CURRENT_PROCESS, 'STATUS_INVALID_INFO_CLASS'],
        [99, 0, 0x7770, 'STATUS_INVALID_INFO_CLASS'],
        [0, 25, 0x7770, 'STATUS_INFO_LENGTH_MISMATCH'],
        [27, 7, 0x7770, 'STATUS_INVALID_HANDLE'],
        [27, 10, CURRENT_PROCESS, 'STATUS_INFO_LENGTH_MISMATCH'],
        [0, 24, 0x7770, 'STATUS_INVALID_HANDLE'],
      ] as const;
      for (const [which, length, handle, expected] of wrong)
        assert.equal((await query(which, length, handle)).status, expected);
      for (const which of [0, 1, 3, 4, 20, 24, 27, 60]) {
        const { status, needed } = await query(which, 0);
        assert.equal(status, 'STATUS_INFO_LENGTH_MISMATCH', `class ${which}`);
        const full = await query(which, needed);
        assert.deepEqual([full.status, full.data.length], ['STATUS_SUCCESS', needed]);
      }
      const set = { handle: CURRENT_PROCESS, data: new Uint8Array(4) };
      const known = await NtSetInformationProcess(process, { ...set, class: 0 });
      assert.equal(statusName(known.status), 'STATUS_NOT_SUPPORTED');
      const unknown = await NtSetInformationProcess(process, { ...set, class: 99 });
      assert.equal(statusName(unknown.status), 'STATUS_INVALID_INFO_CLASS');
    }));

  test('what is known of a thread', () =>
    rig.client(async ({ process }) => {
      const query = async (which: number, length: number, handle = CURRENT_THREAD) => {
        const input = { handle, class: which, length };
        const { status, data, needed } = await NtQueryInformationThread(process, input);
        return { status: statusName(status), data, needed };
      };
      const { data } = await query(objects.ThreadBasicInformation, 28);
      const basic = decodeThreadBasic(data);
      assert.deepEqual([basic.exitStatus, basic.priority], [0x103, 100]);
      const opened = await NtOpenThread(process, {
        access: objects.THREAD_QUERY_INFORMATION,
        attributes: 0,
        process: basic.process,
        thread: basic.thread,
      });
      assert.equal(opened.status, 0, 'the ids are right');
      assert.deepEqual([...(await query(objects.ThreadAmILastThread, 4)).data], [1, 0, 0, 0]);
      assert.deepEqual([...(await query(objects.ThreadSuspendCount, 4)).data], [0, 0, 0, 0]);
      assert.deepEqual([...(await query(objects.ThreadIsTerminated, 4)).data], [0, 0, 0, 0]);
      const times = decodeTimes((await query(objects.ThreadTimes, 32)).data);
      assert.isAbove(times.created, 0);
      const wrong = [
        [99, 28, 'STATUS_INVALID_INFO_CLASS'],
        [0, 27, 'STATUS_INFO_LENGTH_MISMATCH'],
      ] as const;
      for (const [which, length, expected] of wrong)
        assert.equal((await query(which, length, 0x7770)).status, expected);
      assert.equal((await query(0, 28, 0x7770)).status, 'STATUS_INVALID_HANDLE');
      for (const [which, room] of [
        [0, 28],
        [1, 32],
        [12, 4],
        [20, 4],
        [35, 4],
      ] as const)
        for (const length of [0, room + 1]) {
          const { status, needed } = await query(which, length);
          assert.deepEqual([status, needed], ['STATUS_INFO_LENGTH_MISMATCH', room]);
        }
      const set = { handle: CURRENT_THREAD, class: 1, data: new Uint8Array(4) };
      const { status } = await NtSetInformationThread(process, set);
      assert.equal(statusName(status), 'STATUS_NOT_SUPPORTED');
    }));

  test('a thread stands above or below its process, and no higher than its class', () =>
    rig.client(async ({ process }) => {
      const priority = async (): Promise<number> => {
        const request = { handle: CURRENT_THREAD, class: 0, length: 28 };
        const { data } = await NtQueryInformationThread(process, request);
        return new DataView(data.buffer, data.byteOffset).getUint32(20, true);
      };
      const set = async (increment: number): Promise<string> => {
        const data = new Uint8Array(Int32Array.of(increment).buffer);
        const request = { handle: CURRENT_THREAD, class: objects.ThreadBasePriority, data };
        return statusName((await NtSetInformationThread(process, request)).status);
      };
      const own = await priority();
      for (const increment of [1, 2, 15, -1, -2, -15, 0]) {
        assert.equal(await set(increment), 'STATUS_SUCCESS');
        assert.equal(await priority(), own + increment);
      }
      for (const increment of [3, 14, 16, -3, -16, 0x7fff_ffff, -0x8000_0000])
        assert.equal(await set(increment), 'STATUS_INVALID_PARAMETER', String(increment));
      assert.equal(await priority(), own);
    }));

  test('what is known of the system', () =>
    rig.client(async (client) => {
      const { process } = client;
      const of = (which: number) => systemInformation(process, which);
      const basic = system.decodeSystemBasic(await of(nt.SystemBasicInformation));
      assert.deepEqual([basic.pageSize, basic.physicalPages], [4096, (32 * 1024) / 4]);
      const memory = system.decodePerformance(await of(nt.SystemPerformanceInformation));
      assert.isAbove(memory.availablePages, 1000);
      assert.isAbove(memory.commitLimit, memory.committedPages);
      const { boot, now } = system.decodeTimeOfDay(await of(nt.SystemTimeOfDayInformation));
      assert.isAtLeast(now, boot);
      const all = system.decodeProcesses(await of(nt.SystemProcessInformation));
      const mine = all.find(({ image }) => image === 'tester.exe')!;
      const shell = all.find(({ image }) => image === 'ntcmd.exe')!;
      assert.equal(mine.threads.length, 1);
      assert.isAbove(mine.pagefile, 0);
      assert.equal(all.find(({ id }) => id === shell.parent)?.image, 'smss.exe');
      const modules = system.decodeModules(await of(nt.SystemModuleInformation));
      assert.include(modules, '\\??\\BootModules\\fatfs.sys');
      const file = await client.opened('A:\\FILE');
      const handles = system.decodeHandles(await of(nt.SystemHandleInformation));
      const own = handles.filter(({ process: id, handle }) => id === mine.id && handle === file);
      assert.lengthOf(own, 1);
      assert.equal((await of(nt.SystemProcessorInformation)).length, 12);
      const ask = async (which: number, length: number) => {
        const input = { class: which, offset: 0, length };
        const { status, total } = await NtQuerySystemInformation(process, input);
        return [statusName(status), total];
      };
      const short = await ask(nt.SystemBasicInformation, 43);
      assert.deepEqual(short, ['STATUS_INFO_LENGTH_MISMATCH', 44]);
      const none = await ask(nt.SystemTimeOfDayInformation, 0);
      assert.deepEqual(none, ['STATUS_INFO_LENGTH_MISMATCH', 48]);
      assert.deepEqual((await ask(99, 1))[0], 'STATUS_INVALID_INFO_CLASS');
      const on = await NtQuerySystemInformation(process, { class: 0, offset: 8 });
      assert.equal(statusName(on.status), 'STATUS_INVALID_PARAMETER', 'nothing to read on in');
    }));

  test('each shell has directories of its own', async () => {
    assert.equal(await rig.run('cd \\DIR && cd'), 'A:\\DIR\n');
    assert.equal(await rig.run('cd'), 'A:\\\n', 'a line of the page has its own');
  });
});
