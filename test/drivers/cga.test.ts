/** The text screen's driver on the emulated adapter, without the kernel. */
import { assert } from 'chai';
import { cgaDriverEntry } from '../../drivers/video/cga/index.ts';
import {
  IRP_MJ_PNP,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
  type IrpParameters,
} from '../../personality/rtl/irp.ts';
import { IRP_MN_REMOVE_DEVICE } from '../../personality/rtl/pnp.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { createMachine } from '../../web/machine/index.ts';
import { FakeExecutive } from '../support/fake-executive.ts';

const DEVICE = '\\Device\\Video0';
const HARDWARE = {
  ports: [[0x3d4, 2] as const],
  memory: [[0xb8000, 0x4000] as const],
};

suite('drivers: cga', () => {
  async function start(hardware = HARDWARE) {
    const machine = createMachine();
    const executive = new FakeExecutive({ machine, image: 'cga.sys', ...hardware });
    const status = statusName(await executive.start(cgaDriverEntry));
    const write = async (text: string) => {
      const data = Uint8Array.from(text, (each) => each.charCodeAt(0));
      const parameters = { offset: 0, length: data.length, data };
      return executive.request<'write'>(DEVICE, IRP_MJ_WRITE, parameters);
    };
    const read = async (offset: number, length: number) => {
      const answer = await executive.request<'read'>(DEVICE, IRP_MJ_READ, { offset, length });
      const text = String.fromCharCode(...(answer.result.data ?? []));
      return { status: statusName(answer.status), text };
    };
    const row = (number: number) => {
      const { cells, columns } = machine.screen()!;
      const from = number * columns;
      return Array.from({ length: columns }, (_, at) =>
        String.fromCharCode(cells[(from + at) * 2]!),
      )
        .join('')
        .trimEnd();
    };
    return { machine, executive, status, write, read, row };
  }

  test('sets the screen up, prints, moves the cursor, scrolls, clears', async () => {
    const { machine, status, write, row, executive } = await start();
    assert.equal(status, 'STATUS_SUCCESS');
    const { columns, rows, cells, cursor } = machine.screen()!;
    assert.deepEqual([columns, rows, cursor], [80, 25, 0]);
    assert.deepEqual([...cells.subarray(0, 4)], [0x20, 7, 0x20, 7]);
    const { information } = await write('one\r\ntwo\tx\b!');
    assert.equal(information, 12);
    assert.deepEqual([row(0), row(1)], ['one', 'two     !']);
    assert.equal(machine.screen()!.cursor, 80 + 9);
    // A line that is longer than the screen, and the last row.
    await write(`\f${'x'.repeat(81)}`);
    assert.deepEqual([row(0), row(1), row(2)], ['x'.repeat(80), 'x', '']);
    await write(`\f${Array.from({ length: 26 }, (_, at) => `line ${at}`).join('\r\n')}`);
    assert.deepEqual([row(0), row(23), row(24)], ['line 1', 'line 24', 'line 25']);
    await write('\f');
    assert.equal(row(24), '');
    assert.isUndefined(executive.crash);
  });

  test('gives back what is on the screen, also what others put there', async () => {
    const { machine, write, read } = await start();
    await write('hello');
    machine.ram[0xb8000] = 0x4a;
    assert.deepEqual(await read(0, 5), { status: 'STATUS_SUCCESS', text: 'Jello' });
    assert.equal((await read(1999, 10)).text, ' ');
    assert.equal((await read(2000, 1)).status, 'STATUS_END_OF_FILE');
  });

  test('nothing is shown without the driver; without its hardware it does not start', async () => {
    const { machine, executive } = await start();
    const nothing = new Uint8Array();
    const parameters: IrpParameters<'pnp'> = {
      type: 0,
      device: 0,
      text: '',
      resources: nothing,
      translated: nothing,
    };
    const options = { minor: IRP_MN_REMOVE_DEVICE };
    await executive.request<'pnp'>(DEVICE, IRP_MJ_PNP, parameters, options);
    assert.isUndefined(machine.screen());
    assert.equal(executive.counts.WdmUnmapIoSpace, 1);
    const without = await start({ ...HARDWARE, memory: [] });
    assert.equal(without.status, statusName(Status.STATUS_DEVICE_CONFIGURATION_ERROR));
  });

  test('the adapter: registers that can be read, bits that they have, memory that wraps', () => {
    const machine = createMachine();
    const set = (register: number, value: number) => {
      machine.out8(0x3d4, register);
      machine.out8(0x3d5, value);
    };
    assert.isUndefined(machine.screen());
    set(1, 2);
    set(6, 1);
    set(12, 0x5f);
    set(13, 0xff);
    machine.ram.set([1, 2], 0xb8000 + 0x3ffe);
    machine.ram.set([3, 4], 0xb8000);
    assert.deepEqual([...machine.screen()!.cells], [1, 2, 3, 4]);
    set(14, 0xff);
    assert.equal(machine.in8(0x3d5), 0x3f);
    machine.out8(0x3d4, 12);
    assert.equal(machine.in8(0x3d5), 0xff, 'write only');
    assert.equal(machine.in8(0x3d4), 0xff);
    set(20, 1);
    assert.equal(machine.in8(0x3d5), 0xff);
  });
});
