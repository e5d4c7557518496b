/** The floppy driver's start, when somebody waits for its drives. */
import { assert } from 'chai';
import { fdcDriverEntry } from '../../drivers/storage/fdc/index.ts';
import { IRP_MJ_READ } from '../../personality/rtl/irp.ts';
import { createMachine } from '../../web/machine/index.ts';
import { FakeExecutive } from '../support/fake-executive.ts';
import { assertSame, patterned, resources } from './fdc-rig.ts';

const FIRST = '\\Device\\Floppy0';

suite('floppy driver, start', () => {
  test('who reads the first drive as soon as it is there does not lose the second', async () => {
    const machine = createMachine({ ram: new Uint8Array(1 << 20) });
    const image = patterned(1_474_560);
    machine.insert(0, image);
    const executive = new FakeExecutive({ machine, ...resources });
    const data = new Uint8Array(512);
    let read: Promise<{ status: number }> | undefined;
    const { devices } = executive;
    const push = devices.push.bind(devices);
    devices.push = (...made) => {
      const length = push(...made);
      if (made.some(({ name }) => name === FIRST))
        read = executive.request<'read'>(
          FIRST,
          IRP_MJ_READ,
          { offset: 4096, length: data.length },
          { buffer: data, flags: 0 },
        );
      return length;
    };
    assert.equal(await executive.start(fdcDriverEntry), 0);
    assert.equal((await read)?.status, 0);
    assertSame(data, image.slice(4096, 4096 + 512));
    assert.includeMembers(
      devices.map(({ name }) => name),
      [FIRST, '\\Device\\Floppy1'],
    );
  });
});
