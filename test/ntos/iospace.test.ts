/** Device memory: exactly the frames of the device's own range, and for one device at a time. */
import { assert } from 'chai';
import { Claims } from '../../personality/ntos/io/pnp/claims.ts';
import * as pnp from '../../personality/rtl/pnp.ts';
import { NO_HARDWARE } from '../../personality/rtl/resources.ts';
import { recordOf } from '../../personality/rtl/seh/codes.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Window } from '../../personality/sel4/types.ts';
import {
  driverImage,
  IoCompleteRequest,
  IoForwardIrpSynchronously,
  type Irp,
  MmMapIoSpace,
  PnpResources,
} from '../../personality/wdm/index.ts';
import { act, bootPnp, load, stateOf, STATUS_SUCCESS, toy, unload } from './pnp-rig.ts';

const PAGE = 0x1000;
const TEXT = 0xb8000;
const VIDEO = '\\Device\\Video0';

suite('ntos: device memory', function () {
  this.timeout(60_000);

  test('the text screen works, dies, and works again', async () => {
    const rig = await bootPnp({});
    const print = (text: string) =>
      rig.client(async (client) => {
        const handle = await client.opened(VIDEO);
        const status = await client.write(handle, 0, new TextEncoder().encode(text));
        await client.close(handle);
        return status;
      });
    const shown = () => {
      const { cells, columns } = rig.machine.screen()!;
      return Array.from({ length: columns }, (_, at) => String.fromCharCode(cells[at * 2]!))
        .join('')
        .trimEnd();
    };
    assert.isUndefined(rig.machine.screen());
    for (const text of ['hello', 'once more']) {
      assert.equal(await print(text), 'STATUS_SUCCESS');
      assert.equal(shown(), text);
      await rig.asExecutive(({ ps, ldr }) => ps.terminate(ldr.driverProcess('cga')!, 1));
    }
    rig.end();
  });

  test('claims: whole pages, and no RAM, whatever a bus says that its child needs', () => {
    const claims = new Claims();
    const claim = (first: number, length: number) =>
      claims.claim({}, { ...NO_HARDWARE, memory: [[first, length]] });
    assert.isTrue(claim(TEXT + 0x10, PAGE));
    for (const [first, length] of [
      [TEXT, 1],
      [TEXT + PAGE + 0x800, PAGE],
      [0x10_0000, PAGE],
      [TEXT - 1, 2],
      [TEXT + 0x3fff, 2],
    ] as const)
      assert.isFalse(claim(first, length), first.toString(16));
    assert.isTrue(claim(TEXT + 2 * PAGE, 2 * PAGE));
  });

  test('one device at a time, no RAM, and nothing is left of it when the device goes', async () => {
    const found: string[] = [];
    let memory: Window | undefined;
    let views = -1;
    const reach = (): string => {
      try {
        return String(memory!.getUint8(0));
      } catch (error) {
        return statusName(recordOf(error).code);
      }
    };
    const code = toy([], {
      name: '\\Device\\Toy',
      added: async () => void (memory && found.push(reach())),
      pnp: async ({ driverObject, extension }, irp) => {
        if (irp.minorFunction === pnp.IRP_MN_START_DEVICE) {
          await IoForwardIrpSynchronously(extension.below, irp as Irp);
          const [range] = PnpResources(irp).memory ?? [];
          memory = await MmMapIoSpace(driverObject, ...range!);
          memory.setUint8(0, 77);
          return IoCompleteRequest(irp, STATUS_SUCCESS);
        }
        if (irp.minorFunction === pnp.IRP_MN_QUERY_STOP_DEVICE) found.push(reach());
        return undefined;
      },
    });
    const rival = (id: string, first: number, length = PAGE) => ({
      code: toy([]),
      rootDevices: [{ id, memory: [[first, length] as const] }],
    });
    const old = driverImage(async (driver) => {
      const said = await MmMapIoSpace(driver, TEXT, 2 * PAGE).catch((error: NtException) => error);
      found.push(said instanceof NtException ? statusName(said.status) : 'mapped');
      return STATUS_SUCCESS;
    });
    const rig = await bootPnp({
      toy: { code, rootDevices: [{ id: 'TOY', memory: [[TEXT, PAGE + 16]] }] },
      same: rival('SAME', TEXT),
      page: rival('PAGE', TEXT + PAGE + 32, 16),
      next: rival('NEXT', TEXT + 2 * PAGE),
      ram: rival('RAM', 0x10_0000),
      half: rival('HALF', TEXT + 0x3000, 2 * PAGE),
      old: { code: old, memory: [[TEXT, 2 * PAGE]] },
    });
    const viewsOf = (who: string) =>
      rig.asExecutive(({ ldr }) => ldr.driverProcess(who)!.quota.usage.views);
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    views = await viewsOf('toy');
    for (const who of ['same', 'page', 'old'])
      assert.equal(await load(rig, who), 'STATUS_CONFLICTING_ADDRESSES', who);
    // A service key that says what cannot be has no such device.
    for (const who of ['ram', 'half']) {
      assert.equal(await load(rig, who), 'STATUS_SUCCESS', who);
      assert.equal(await stateOf(rig, `ROOT\\${who.toUpperCase()}\\0`), 'absent');
    }
    assert.equal(await load(rig, 'next'), 'STATUS_SUCCESS', 'the next page is another one');
    assert.equal(await act(rig, 'ROOT\\TOY\\0', 'stop'), 'STATUS_SUCCESS');
    assert.deepEqual(found.splice(0), ['77']);
    assert.equal(await act(rig, 'ROOT\\TOY\\0', 'start'), 'STATUS_SUCCESS');
    // Removed: the driver lives, and has nothing of it.
    assert.equal(await act(rig, 'ROOT\\TOY\\0', 'remove'), 'STATUS_SUCCESS');
    const rest = await viewsOf('toy');
    assert.equal(await act(rig, 'ROOT\\TOY\\0', 'start'), 'STATUS_SUCCESS');
    assert.deepEqual(found.splice(0), ['STATUS_ACCESS_VIOLATION']);
    // Two pages; the second start had mapped them once more.
    assert.equal(rest, views - 2);
    assert.equal(await viewsOf('toy'), views);
    // Dead: others may have it.
    await rig.asExecutive(({ ps, ldr }) => ps.terminate(ldr.driverProcess('toy')!, 1));
    assert.equal(await load(rig, 'old'), 'STATUS_SUCCESS');
    assert.deepEqual(found, ['mapped']);
    assert.equal(await load(rig, 'toy'), 'STATUS_CONFLICTING_ADDRESSES');
    assert.equal(await unload(rig, 'old'), 'STATUS_SUCCESS');
    assert.equal(await load(rig, 'toy'), 'STATUS_SUCCESS');
    rig.end();
  });
});
