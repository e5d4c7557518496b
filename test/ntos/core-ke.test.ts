/** Service dispatch and fault decoding, without a kernel. */
import { assert } from 'chai';
import fc from 'fast-check';
import { timeoutMicros } from '../../personality/ntos/ex/time.ts';
import type { NtThread, Process } from '../../personality/ntos/ps/types.ts';
import { Dispatcher, type Result } from '../../personality/ntos/ke/dispatch.ts';
import { faultStatus } from '../../personality/ntos/ke/faults.ts';
import { driverName } from '../../personality/ntos/ldr/ldr.ts';
import { imageName } from '../../personality/ntos/ps/ps.ts';
import { putFields } from '../../personality/rtl/marshal.ts';
import { services, TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import type { Thread, Window } from '../../personality/sel4/types.ts';

function fixture(driver = false) {
  const registers: number[] = [];
  const memory = new Uint8Array(0x4000);
  const buffer = {
    length: memory.length,
    read: (offset: number, length: number) => memory.slice(offset, offset + length),
    write: (offset: number, bytes: Uint8Array) => memory.set(bytes, offset),
  } as unknown as Window;
  const thread = {
    getMR: (index: number) => (registers[index] ?? 0) >>> 0,
    setMR: (index: number, value: number) => void (registers[index] = value >>> 0),
  } as unknown as Thread;
  const log: unknown[][] = [];
  const dispatcher = new Dispatcher(thread, (...text) => void log.push(text));
  const process = { state: 'running', driver: driver ? {} : undefined } as Process;
  const caller = { process, buffer } as NtThread;
  return { registers, thread, buffer, dispatcher, caller, log };
}

suite('ntos/ke', () => {
  test('a call reaches its handler with its arguments, and the answer is encoded', () => {
    const { dispatcher, caller, thread, buffer, registers } = fixture();
    let seen: unknown;
    dispatcher.register('NtCreateSymbolicLinkObject', (_caller, input) => {
      seen = input;
      return { status: Status.STATUS_SUCCESS, handle: 8 };
    });
    const input = { name: '\\??\\Ä:', target: '\\Device\\Floppy0' };
    const used = putFields(services.NtCreateSymbolicLinkObject.in, input, thread, 0, buffer);
    const result = dispatcher.call(caller, 2, used) as Result;
    assert.deepEqual(seen, input);
    const info = dispatcher.encode(caller, 2, result);
    assert.equal(info & 0x7f, 2);
    assert.deepEqual(registers.slice(0, 2), [0, 8]);
  });

  test('what a handler throws is a status; a bug is logged as well', async () => {
    const { dispatcher, caller, log } = fixture();
    dispatcher.register('NtQuerySystemTime', () => {
      throw new NtException(Status.STATUS_DISK_FULL);
    });
    dispatcher.register('NtDelayExecution', async () => {
      throw new TypeError('a bug');
    });
    const now = dispatcher.call(caller, services.NtQuerySystemTime.number, 0) as Result;
    assert.equal(now.status, Status.STATUS_DISK_FULL);
    assert.lengthOf(log, 0);
    const later = await dispatcher.call(caller, services.NtDelayExecution.number, 3);
    assert.equal(later.status, Status.STATUS_UNSUCCESSFUL);
    assert.lengthOf(log, 1);
  });

  test('driver services are closed to others, unknown ones to all', () => {
    const client = fixture();
    client.dispatcher.register('WdmGetResources', () => ({ status: Status.STATUS_SUCCESS }));
    const number = services.WdmGetResources.number;
    const status = (f: ReturnType<typeof fixture>, which: number) =>
      (f.dispatcher.call(f.caller, which, 0) as Result).status;
    assert.equal(status(client, number), Status.STATUS_ACCESS_DENIED);
    const driver = fixture(true);
    driver.dispatcher.register('WdmGetResources', () => ({ status: Status.STATUS_SUCCESS }));
    assert.equal(status(driver, number), Status.STATUS_SUCCESS);
    for (const which of [0, 15, 999, 0xfffff])
      assert.equal(status(client, which), Status.STATUS_NOT_IMPLEMENTED);
  });

  test('an answer that does not fit is an error with all its fields', () => {
    const { dispatcher, caller, registers } = fixture();
    const number = services.NtQuerySystemInformation.number;
    dispatcher.register('NtQuerySystemInformation', () => ({ status: 0 }));
    const result = { status: 0, data: new Uint8Array(0x8000), total: 7 };
    const info = dispatcher.encode(caller, number, result);
    assert.equal(info & 0x7f, 3);
    assert.deepEqual(registers.slice(0, 3), [Status.STATUS_INVALID_PARAMETER, 0, 0]);
  });

  test('random messages to every service only ever make a status', async () => {
    const f = fixture(true);
    for (const name of Object.keys(services))
      f.dispatcher.register(name as 'NtClose', () => ({ status: Status.STATUS_SUCCESS }));
    assert.deepEqual(f.dispatcher.missing(), []);
    const numbers = Object.values(services).map((service) => service.number);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...numbers),
        fc.array(fc.nat(0xffffffff), { maxLength: 20 }),
        fc.nat(120),
        async (number, words, length) => {
          f.registers.splice(0, Infinity, ...words);
          const { status } = await f.dispatcher.call(f.caller, number, length);
          assert.oneOf(status, [Status.STATUS_SUCCESS, Status.STATUS_INVALID_PARAMETER]);
        },
      ),
      { numRuns: 500 },
    );
    assert.lengthOf(f.log, 0);
  });

  test('faults become statuses', () => {
    const status = (label: number, number = 0, code = 0, fetch = 0) =>
      faultStatus(label, (index) => [0, 0, fetch, number, code][index] ?? 0);
    assert.equal(status(5), Status.STATUS_ACCESS_VIOLATION);
    assert.equal(status(5, 0, 0, 1), Status.STATUS_INVALID_IMAGE_FORMAT);
    assert.equal(status(1), Status.STATUS_UNHANDLED_EXCEPTION);
    assert.isUndefined(status(3, 0));
    assert.equal(status(3, 1, 0xc0000034), Status.STATUS_OBJECT_NAME_NOT_FOUND);
    assert.equal(status(3, 1, 0xe0000001), Status.STATUS_UNHANDLED_EXCEPTION);
    assert.equal(status(3, 1, 0), Status.STATUS_UNHANDLED_EXCEPTION);
  });

  test('time-outs, image and driver names', () => {
    assert.equal(timeoutMicros(TIMEOUT_INFINITE, 5), Infinity);
    assert.equal(timeoutMicros(-10_000, 5), 1000);
    assert.equal(timeoutMicros(1_000_100, 1_000_000), 10);
    assert.isAtMost(timeoutMicros(5, 1_000_000), 0);
    assert.equal(timeoutMicros(0, 5), 0);
    assert.equal(imageName('\\??\\bootmodules\\SMSS.exe'), 'smss.exe');
    assert.isUndefined(imageName('..\\x'));
    assert.isUndefined(imageName(''));
    assert.equal(
      driverName('\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Fdc'),
      'fdc',
    );
    assert.equal(driverName('FATFS.SYS'), 'fatfs');
  });
});
