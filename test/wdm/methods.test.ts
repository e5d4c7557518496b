/** METHOD_IN_DIRECT, METHOD_OUT_DIRECT and METHOD_NEITHER (methods.ts), on double and system. */
import { assert } from 'chai';
import { driverRegistry } from '../../drivers/registry.ts';
import {
  NtAllocateVirtualMemory,
  NtDeviceIoControlFile,
  NtProtectVirtualMemory,
} from '../../personality/ntdll/native.ts';
import { IRP_MJ_DEVICE_CONTROL } from '../../personality/rtl/irp.ts';
import {
  MEM_COMMIT,
  MEM_RESERVE,
  PAGE_READONLY,
  PAGE_READWRITE,
} from '../../personality/rtl/memory.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Window } from '../../personality/sel4/types.ts';
import { driverImage } from '../../personality/wdm/index.ts';
import { createMachine } from '../../web/machine/index.ts';
import { bootClientRig, type Client, type ClientRig } from '../ntos/io-client.ts';
import { FakeExecutive } from '../support/fake-executive.ts';
import { METHODS_DEVICE, methodsEntry, type Row, rows } from './methods.ts';

const INPUT = 0x1000;
const OUTPUT = 0x2000;
const isNeither = ({ code }: Row): boolean => (code & nt.METHOD_MASK) === nt.METHOD_NEITHER;

suite('wdm: buffer methods, on the double', () => {
  test('each row', async () => {
    const executive = new FakeExecutive({ machine: createMachine(), image: 'methods.sys' });
    assert.equal(await executive.start(methodsEntry), 0);
    for (const row of rows) {
      const [input, memory] = [Uint8Array.from(row.input), Uint8Array.from(row.memory)];
      const words = Uint32Array.of(INPUT, input.length, OUTPUT);
      const neither = isNeither(row);
      const parameters = {
        code: row.code,
        input: neither ? new Uint8Array(words.buffer) : input,
        outputLength: memory.length,
      };
      const user = [
        { address: INPUT, bytes: input, writable: !row.readOnly },
        { address: OUTPUT, bytes: memory, writable: true },
      ];
      const writable = (row.code & nt.METHOD_MASK) === nt.METHOD_OUT_DIRECT;
      const direct = memory.length > 0 ? { buffer: memory, writable } : {};
      const answer = await executive.request<'device_control'>(
        METHODS_DEVICE,
        IRP_MJ_DEVICE_CONTROL,
        parameters,
        neither ? { user } : direct,
      );
      assert.equal(statusName(answer.status), row.status, row.name);
      assert.equal(answer.information, row.information ?? 0, row.name);
      assert.deepEqual([...memory], [...(row.after ?? row.memory)], row.name);
    }
    assert.isUndefined(executive.crash);
    assert.equal(executive.mdls.size, 0);
  });
});

suite('wdm: buffer methods, on the system', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  suiteSetup(async () => {
    const none = { ports: [], interrupts: [], dma: [] };
    const methods = { image: 'methods.sys', counterName: 'methods', ...none };
    const images = { 'methods.sys': driverImage(methodsEntry) };
    rig = await bootClientRig([], { drivers: { ...driverRegistry, methods } }, images);
    await rig.run('loaddrv methods');
  });
  suiteTeardown(() => rig.end());

  const usage = () =>
    rig.asExecutive(({ ldr }) => ({ ...ldr.driverProcess('methods')!.quota.usage }));

  /** Two pages of the client's own. */
  async function pages({ process }: Client) {
    const whole = { process: CURRENT_PROCESS, address: 0, length: 0x2000 };
    const type = MEM_COMMIT | MEM_RESERVE;
    const request = { ...whole, type, protect: PAGE_READWRITE, zeroBits: 0 };
    const { address, status } = await NtAllocateVirtualMemory(process, request);
    assert.equal(statusName(status), 'STATUS_SUCCESS');
    const memory = process.thread.window(address, 0x2000, true);
    const protect = async (at: Window, protection: number) => {
      const range = { process: CURRENT_PROCESS, address: at.address, length: 1 };
      const answer = await NtProtectVirtualMemory(process, { ...range, protect: protection });
      assert.equal(statusName(answer.status), 'STATUS_SUCCESS');
    };
    return { input: memory.slice(0, 0x1000), memory: memory.slice(0x1000, 0x1000), protect };
  }

  const askAll = () =>
    rig.client(async (client) => {
      const handle = await client.opened(METHODS_DEVICE);
      const { input, memory, protect } = await pages(client);
      for (const row of rows) {
        const neither = isNeither(row);
        const limited = neither ? input : memory;
        input.write(0, Uint8Array.from(row.input));
        memory.write(0, Uint8Array.from(row.memory));
        if (row.readOnly) await protect(limited, PAGE_READONLY);
        const answer = await NtDeviceIoControlFile(client.process, {
          handle,
          code: row.code,
          input: neither ? new Uint8Array() : Uint8Array.from(row.input),
          outputLength: row.memory.length,
          address: memory.address,
          ...(neither && { inputAddress: input.address, inputLength: row.input.length }),
        });
        if (row.readOnly) await protect(limited, PAGE_READWRITE);
        assert.equal(statusName(answer.status), row.status, row.name);
        assert.equal(answer.information, row.information ?? 0, row.name);
        const after = [...memory.read(0, row.memory.length)];
        assert.deepEqual(after, [...(row.after ?? row.memory)], row.name);
      }
      await client.close(handle);
    });

  test('each row', async () => {
    await askAll();
    // Page tables stay.
    const before = await usage();
    await askAll();
    assert.deepEqual(await usage(), before, 'every mapping is paid back');
  });
});
