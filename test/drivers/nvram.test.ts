/** The driver of the battery-backed memory, on the emulated one. */
import { assert } from 'chai';
import { nvramDriverEntry } from '../../drivers/base/nvram/index.ts';
import {
  IRP_MJ_CREATE,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../personality/rtl/irp.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { createMachine, type Machine } from '../../web/machine/index.ts';
import type { NvramRequest, NvramResult } from '../../web/machine/types.ts';
import { FakeExecutive } from '../support/fake-executive.ts';

const NVRAM = '\\Device\\Nvram';
const SIZE = 0x4_0000;

suite('nvram driver', () => {
  let machine: Machine;
  let executive: FakeExecutive;
  let asked: NvramRequest[];
  let answer: NvramResult | undefined;

  setup(async () => {
    machine = createMachine({ ram: new Uint8Array(1 << 20) });
    asked = [];
    answer = 'kept';
    machine.onNvram = (request) => {
      asked.push(request);
      const result = answer;
      const contents = new Uint8Array(SIZE).fill(3);
      if (result) queueMicrotask(() => machine.nvramDone(request, { result, contents }));
    };
    executive = new FakeExecutive({ machine, ports: [[0x4e0, 8]], interrupts: [10] });
    assert.equal(await executive.start(nvramDriverEntry), 0);
  });

  const read = (offset: number, length: number) =>
    executive.request<'read'>(NVRAM, IRP_MJ_READ, { offset, length });
  const write = (offset: number, data: Uint8Array) =>
    executive.request<'write'>(NVRAM, IRP_MJ_WRITE, { offset, length: data.length, data });
  const flush = () => executive.request<'flush'>(NVRAM, IRP_MJ_FLUSH_BUFFERS, {});
  const named = async (completion: Promise<{ status: number }>) =>
    statusName((await completion).status);

  test('the contents are brought with the first request, once', async () => {
    assert.deepEqual(asked, []);
    const { status, result } = await read(SIZE - 8, 8);
    assert.equal(status, 0);
    assert.deepEqual([...(result.data ?? [])], [3, 3, 3, 3, 3, 3, 3, 3]);
    const data = Uint8Array.from({ length: 0x2000 }, (_, index) => index % 253);
    assert.equal(await named(write(512, data)), 'STATUS_SUCCESS');
    assert.deepEqual((await read(512, 0x2000)).result.data, data);
    assert.deepEqual(machine.nvram.slice(512, 512 + 0x2000), data);
    assert.equal(await named(flush()), 'STATUS_SUCCESS');
    assert.deepEqual(asked, ['bring', 'keep']);
  });

  test('why nothing was kept', async () => {
    await read(0, 4);
    const results: [NvramResult, string][] = [
      ['full', 'STATUS_DISK_QUOTA_EXCEEDED'],
      ['failed', 'STATUS_TRANSACTION_ABORTED'],
      ['silent', 'STATUS_TRANSACTION_TIMED_OUT'],
      ['foreign', 'STATUS_SHARING_VIOLATION'],
      ['kept', 'STATUS_SUCCESS'],
    ];
    for (const [result, status] of results) {
      answer = result;
      assert.equal(await named(flush()), status);
    }
  });

  test('contents that do not come are asked for again', async () => {
    answer = 'silent';
    assert.equal(await named(read(0, 4)), 'STATUS_TRANSACTION_TIMED_OUT');
    answer = undefined;
    assert.equal(await named(read(0, 4)), 'STATUS_TRANSACTION_TIMED_OUT', 'a page that is silent');
    machine.nvramDone('bring', { result: 'kept' });
    answer = 'kept';
    assert.equal(await named(read(0, 4)), 'STATUS_SUCCESS');
  });

  test('whole words inside it, and no open file', async () => {
    for (const [offset, length] of [
      [-4, 8],
      [2, 4],
      [0, 6],
      [SIZE - 4, 8],
      [2 ** 40, 4],
    ] as const) {
      assert.equal(await named(read(offset, length)), 'STATUS_INVALID_PARAMETER');
      const data = new Uint8Array(length);
      assert.equal(await named(write(offset, data)), 'STATUS_INVALID_PARAMETER');
    }
    const create = {
      path: '',
      related: 0,
      access: 1,
      attributes: 0,
      share: 7,
      disposition: 1,
      options: 0,
      allocation: 0,
    };
    const opened = executive.request<'create'>(NVRAM, IRP_MJ_CREATE, create, { file: 9 });
    assert.equal(await named(opened), 'STATUS_ACCESS_DENIED');
    assert.isUndefined(executive.crash);
  });
});
