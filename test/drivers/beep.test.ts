/** The beep driver on the emulated speaker, in virtual time. */
import { assert } from 'chai';
import { beepDriverEntry } from '../../drivers/base/beep/index.ts';
import {
  BEEP_DEVICE,
  BEEP_WITHOUT_END,
  encodeBeep,
  IOCTL_BEEP_SET,
} from '../../personality/rtl/beep.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_READ,
} from '../../personality/rtl/irp.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { createMachine, type Machine } from '../../web/machine/index.ts';
import { FakeExecutive } from '../support/fake-executive.ts';

suite('beep driver', () => {
  let machine: Machine;
  let executive: FakeExecutive;
  /** Each change: hertz, and milliseconds since the start. */
  let heard: [number, number][];

  setup(async () => {
    machine = createMachine({ ram: new Uint8Array(0) });
    heard = [];
    machine.onSpeaker = (hertz, at) => heard.push([Math.round(hertz), Math.round(at / 1000)]);
    executive = new FakeExecutive({ machine, image: 'beep.sys', ports: [[0x61, 1]] });
    assert.equal(await executive.start(beepDriverEntry), 0);
  });

  const control = (input: Uint8Array, file = 0, code = IOCTL_BEEP_SET) =>
    executive.request<'device_control'>(
      BEEP_DEVICE,
      IRP_MJ_DEVICE_CONTROL,
      { code, input, outputLength: 0 },
      { file },
    );
  const set = async (frequency: number, duration: number, file = 0) =>
    statusName((await control(encodeBeep({ frequency, duration }), file)).status);
  const open = (file: number) => {
    const create = { path: '', access: 3, attributes: 0, share: 7, disposition: 1, options: 0 };
    const parameters = { ...create, related: 0, allocation: 0 };
    return executive.request<'create'>(BEEP_DEVICE, IRP_MJ_CREATE, parameters, { file });
  };

  test('a tone begins at once and ends with its time', async () => {
    await executive.advance(5000);
    assert.equal(await set(440, 200), 'STATUS_SUCCESS');
    await executive.advance(0);
    assert.deepEqual(heard, [[440, 5]], 'the request is done while it sounds');
    await executive.advance(300_000);
    assert.deepEqual(heard, [
      [440, 5],
      [0, 205],
    ]);
  });

  test('the last request is what is heard, and its time counts', async () => {
    await set(440, 100);
    await executive.advance(50_000);
    await set(880, 100);
    await executive.advance(75_000);
    assert.deepEqual(heard.slice(-1), [[880, 50]], 'the end of the first one is none of its');
    await executive.advance(100_000);
    assert.deepEqual(heard.slice(-1), [[0, 150]]);
  });

  test('one without end sounds until frequency 0 is asked for', async () => {
    await set(1000, BEEP_WITHOUT_END);
    await executive.advance(60_000_000);
    assert.deepEqual(heard, [[1000, 0]]);
    assert.equal(await set(0, 0), 'STATUS_SUCCESS');
    assert.deepEqual(heard.slice(-1), [[0, 60_000]]);
  });

  test('many at once: each is begun, in order, and the last one stays', async () => {
    const statuses = await Promise.all([100, 200, 300, 400].map((each) => set(each, 1000)));
    assert.deepEqual([...new Set(statuses)], ['STATUS_SUCCESS']);
    const tones = heard.map(([hertz]) => hertz).filter((hertz) => hertz > 0);
    assert.deepEqual(tones, [100, 200, 300, 400]);
    await executive.advance(2_000_000);
    assert.equal(heard.at(-1)![0], 0);
  });

  test('the last handle takes its own tone along, and no other', async () => {
    await open(5);
    await open(6);
    await set(440, BEEP_WITHOUT_END, 5);
    await executive.request<'cleanup'>(BEEP_DEVICE, IRP_MJ_CLEANUP, {}, { file: 6 });
    assert.deepEqual(heard, [[440, 0]]);
    await executive.request<'cleanup'>(BEEP_DEVICE, IRP_MJ_CLEANUP, {}, { file: 5 });
    assert.equal(heard.at(-1)![0], 0);
    assert.isUndefined(executive.crash);
  });

  test('a request that waits for its turn can be given up', async () => {
    const first = set(440, 10);
    const second = set(880, 10);
    executive.cancelLast();
    assert.equal(await first, 'STATUS_SUCCESS');
    assert.include(['STATUS_CANCELLED', 'STATUS_SUCCESS'], await second);
    await executive.advance(100_000);
    assert.equal(heard.at(-1)![0], 0);
  });

  test('what it refuses', async () => {
    for (const frequency of [1, 36, 32_768, 0xffff_ffff])
      assert.equal(await set(frequency, 100), 'STATUS_INVALID_PARAMETER');
    assert.equal(statusName((await control(new Uint8Array(7))).status), 'STATUS_INVALID_PARAMETER');
    const other = await control(encodeBeep({ frequency: 440, duration: 1 }), 0, 4);
    assert.equal(statusName(other.status), 'STATUS_INVALID_DEVICE_REQUEST');
    const read = await executive.request<'read'>(BEEP_DEVICE, IRP_MJ_READ, {
      offset: 0,
      length: 1,
    });
    assert.equal(statusName(read.status), 'STATUS_INVALID_DEVICE_REQUEST');
    assert.deepEqual(heard, []);
    for (const frequency of [37, 32_767]) assert.equal(await set(frequency, 100), 'STATUS_SUCCESS');
  });

  test('without the speaker among its hardware it is not loaded', async () => {
    const none = new FakeExecutive({ machine, ports: [] });
    assert.equal(statusName(await none.start(beepDriverEntry)), 'STATUS_ACCESS_DENIED');
  });

  test('it begins with silence, whatever was before', async () => {
    await set(440, BEEP_WITHOUT_END);
    const next = new FakeExecutive({ machine, ports: [[0x61, 1]] });
    await next.start(beepDriverEntry);
    assert.equal(heard.at(-1)![0], 0);
  });
});
