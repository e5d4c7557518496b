/**
 * Exceptions on the real kernel: page faults and probes of a client, and what becomes of a process
 * whose exception nobody handles.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import {
  EXCEPTION_CONTINUE_EXECUTION,
  EXCEPTION_EXECUTE_HANDLER,
  EXCEPTION_NONCONTINUABLE,
  type ExceptionRecord,
  GetExceptionCode,
  GetExceptionInformation,
  ProbeForRead,
  ProbeForWrite,
  RtlAddVectoredExceptionHandler,
  RtlRaiseException,
  RtlRaiseStatus,
  type Seh,
  tryExcept,
  tryFinally,
} from '../../personality/ntdll/seh.ts';
import { PAGE_SIZE, SERVICE_BUFFER_BASE, USER_LIMIT } from '../../personality/rtl/layout.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/index.ts';
import { driverImage, ExRaiseStatus } from '../../personality/wdm/index.ts';
import { bootExecutive, testDriver, until } from './core-fixture.ts';
import type { Booted } from './core-fixture.ts';

const NOWHERE = 0x10;

/** The record of what the body raises. */
async function recordOf(seh: Seh, body: (seh: Seh) => unknown): Promise<ExceptionRecord> {
  let found: ExceptionRecord | undefined;
  await tryExcept<unknown>(
    seh,
    body,
    (exception) => {
      found = { ...GetExceptionInformation(exception).exceptionRecord };
      return EXCEPTION_EXECUTE_HANDLER;
    },
    () => undefined,
  );
  if (!found) throw new Error('nothing was raised');
  return found;
}

/** Runs `client` as the first process, among other images; its failure fails the test. */
async function run(
  client: (process: NtProcess) => Promise<void>,
  images: Record<string, Image> = {},
  after: (booted: Booted) => void | Promise<void> = () => undefined,
): Promise<void> {
  const end: { failure?: unknown; done?: boolean } = {};
  const smss = nativeImage(async (process) => {
    await client(process).catch((error: unknown) => (end.failure = error));
    end.done = true;
    await callService(process, 'NtDelayExecution', {
      alertable: false,
      interval: TIMEOUT_INFINITE,
    });
    return 0;
  });
  const drivers = { raising: { ...testDriver({}), image: 'raising.sys' } };
  await bootExecutive(
    { images: { 'smss.exe': smss, ...images }, options: { drivers }, whole: true },
    async (booted) => {
      await until('the client is done', () => end.done ?? booted.panics.length > 0);
      if (end.failure) throw end.failure;
      assert.deepEqual(booted.panics, []);
      await after(booted);
    },
  );
}

async function exitStatusOf(process: NtProcess, image: string): Promise<number> {
  const { handle } = await callService(process, 'NtCreateProcess', { image, commandLine: '' });
  await callService(process, 'NtWaitForSingleObject', {
    handle,
    alertable: false,
    timeout: TIMEOUT_INFINITE,
  });
  return (await callService(process, 'NtQueryInformationProcess', { handle })).exitStatus;
}

suite('ntos/exceptions', () => {
  test('page faults and probes of a client', async () => {
    await run(async ({ thread, seh }) => {
      const fault = await recordOf(seh, () => thread.window(NOWHERE, 4, true).setUint32(0, 1));
      assert.deepInclude(fault, {
        code: Status.STATUS_ACCESS_VIOLATION,
        flags: EXCEPTION_NONCONTINUABLE,
        parameters: [1, NOWHERE],
      });
      const read = await recordOf(seh, () => thread.window(NOWHERE, 4, true).getUint32(0));
      assert.deepEqual(read.parameters, [0, NOWHERE]);

      await ProbeForRead(seh, SERVICE_BUFFER_BASE, 5000, 4);
      await ProbeForWrite(seh, SERVICE_BUFFER_BASE + 1, 5000, 1);
      await ProbeForRead(seh, NOWHERE, 0, 8);
      const cases: [Parameters<typeof ProbeForRead>[1], number, number, number, number[]][] = [
        [SERVICE_BUFFER_BASE + 2, 4, 4, Status.STATUS_DATATYPE_MISALIGNMENT, []],
        [NOWHERE, 4, 4, Status.STATUS_ACCESS_VIOLATION, [0, NOWHERE]],
        [PAGE_SIZE - 4, 8, 1, Status.STATUS_ACCESS_VIOLATION, [0, PAGE_SIZE - 4]],
        [USER_LIMIT - 4, 8, 1, Status.STATUS_ACCESS_VIOLATION, [0, USER_LIMIT - 4]],
        [NOWHERE, -4, 1, Status.STATUS_ACCESS_VIOLATION, [0, NOWHERE]],
      ];
      for (const [address, length, alignment, code, parameters] of cases) {
        const record = await recordOf(seh, (seh) => ProbeForRead(seh, address, length, alignment));
        assert.deepInclude(record, { code, parameters }, statusName(code));
      }
    });
  });

  test('a filter that brings the page has the probe go on', async () => {
    await run(async (process) => {
      const allocate = () => callService(process, 'NtAllocateVirtualMemory', { length: PAGE_SIZE });
      const { address } = await allocate();
      await callService(process, 'NtFreeVirtualMemory', { address });
      let asked = 0;
      const wrote = await tryExcept(
        process.seh,
        async (seh) => {
          await ProbeForWrite(seh, address, 4, 4);
          process.thread.window(address, 4, true).setUint32(0, 77);
          return process.thread.window(address, 4, false).getUint32(0);
        },
        async (exception) => {
          asked++;
          const [write, at] = GetExceptionInformation(exception).exceptionRecord.parameters;
          assert.deepEqual([write, at], [1, address]);
          assert.equal((await allocate()).address, address);
          return EXCEPTION_CONTINUE_EXECUTION;
        },
        (exception) => GetExceptionCode(exception),
      );
      assert.deepEqual([wrote, asked], [77, 1]);
    });
  });

  test('a second thread asks the vectored handlers of the process', async () => {
    const vectored = nativeImage(async (process) => {
      let asked = 0;
      RtlAddVectoredExceptionHandler(process.seh, true, () => {
        asked++;
        return EXCEPTION_CONTINUE_EXECUTION;
      });
      const { status, handle } = await RtlCreateUserThread(process, async ({ seh }) => {
        await RtlRaiseException(seh, { code: Status.STATUS_DISK_FULL });
        return 5;
      });
      if (status !== 0) return status;
      const forever = { alertable: false, timeout: TIMEOUT_INFINITE };
      await callService(process, 'NtWaitForSingleObject', { handle, ...forever });
      return 0x50 + asked;
    });
    await run(async (process) => assert.equal(await exitStatusOf(process, 'vectored.exe'), 0x51), {
      'vectored.exe': vectored,
    });
  });

  test('what nobody handles ends that process alone, with a report', async () => {
    const got: Record<string, string> = {};
    const steps: string[] = [];
    const images = {
      'raises.exe': nativeImage(({ seh }) =>
        tryFinally(
          seh,
          (seh) => RtlRaiseStatus(seh, Status.STATUS_DISK_FULL),
          () => void steps.push('finally'),
        ),
      ),
      'throws.exe': nativeImage(async () => {
        throw new RangeError('Maximum call stack size exceeded');
      }),
      'own.exe': nativeImage(async ({ seh }) => {
        await RtlRaiseException(seh, { code: 0xe0001234 });
        return 0;
      }),
      'thread.exe': nativeImage(async (process) => {
        const { handle } = await RtlCreateUserThread(process, ({ seh }) =>
          RtlRaiseStatus(seh, Status.STATUS_CANCELLED),
        );
        const forever = { alertable: false, timeout: TIMEOUT_INFINITE };
        await callService(process, 'NtWaitForSingleObject', { handle, ...forever });
        return 0;
      }),
      'fault.exe': nativeImage(async ({ thread }) => thread.window(NOWHERE, 4, false).getUint32(0)),
    };
    await run(
      async (process) => {
        for (const image of Object.keys(images))
          got[image] = statusName(await exitStatusOf(process, image));
      },
      images,
      ({ log, faults }) => {
        assert.deepEqual(got, {
          'raises.exe': 'STATUS_DISK_FULL',
          'throws.exe': 'STATUS_STACK_OVERFLOW',
          'own.exe': 'STATUS_UNHANDLED_EXCEPTION',
          'thread.exe': 'STATUS_CANCELLED',
          'fault.exe': 'STATUS_ACCESS_VIOLATION',
        });
        assert.deepEqual(
          faults.map(({ image }) => image),
          Object.keys(images),
        );
        assert.deepEqual(steps, ['finally']);
        const [raised, thrown, own, , fault] = (log as Error[]).map(({ stack }) => stack!);
        assert.match(
          raised!,
          /^raises\.exe: unhandled exception: The disk is full \(STATUS_DISK_FULL\)\.\n/,
        );
        assert.match(raised!, /core-seh\.test|\/pages\//);
        assert.match(thrown!, /The stack is used up \(STATUS_STACK_OVERFLOW\)\.\nRangeError: Max/);
        assert.match(own!, /0xE0001234/);
        assert.match(fault!, /STATUS_ACCESS_VIOLATION[^]*read from 0x10/);
      },
    );
  });

  test('a driver: its DriverEntry raises a status, a routine of it raises what nobody handles', async () => {
    const load = (booted: Booted) =>
      booted.inside(() => booted.executive.ldr.loadDriver('raising'));
    let times = 0;
    const raising = driverImage(async (driver) => {
      if (times++ === 0) return ExRaiseStatus(driver.seh, Status.STATUS_DEVICE_NOT_READY);
      await tryFinally(
        driver.seh,
        () => (undefined as unknown as { extension: number }).extension,
        () => undefined,
      );
      return 0;
    });
    await run(
      async () => {},
      { 'raising.sys': raising },
      async (booted) => {
        assert.equal((await load(booted)) as unknown, Status.STATUS_DEVICE_NOT_READY);
        assert.deepEqual(booted.log, []);
        await load(booted);
        await until('the report', () => booted.log.length > 0);
        const { stack } = booted.log[0] as Error;
        assert.match(
          stack!,
          /^\\Driver\\raising: unhandled exception: .*\(STATUS_ACCESS_VIOLATION\)/,
        );
        assert.equal(booted.faults[0]!.status, Status.STATUS_ACCESS_VIOLATION);
        assert.equal(booted.executive.ps.processes().length, 1);
      },
    );
  });
});
