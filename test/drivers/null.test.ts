/** The null driver against a made-up Executive: also the smoke test of the packet exchange. */
import { assert } from 'chai';
import { nullDriverEntry } from '../../drivers/base/null/index.ts';
import {
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_QUERY_INFORMATION,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../personality/rtl/irp.ts';
import { FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { FakeExecutive } from '../support/fake-executive.ts';

const NULL = '\\Device\\Null';

suite('null driver', () => {
  let executive: FakeExecutive;

  setup(async () => {
    executive = new FakeExecutive({ image: 'null.sys' });
    assert.equal(await executive.start(nullDriverEntry), 0);
  });

  test('makes its device', () => {
    assert.deepInclude(executive.devices[0], { name: NULL, type: FILE_DEVICE_NULL, flags: 4 });
  });

  test('reads nothing and swallows everything', async () => {
    const read = await executive.request<'read'>(NULL, IRP_MJ_READ, { offset: 0, length: 10 });
    assert.equal(read.status, Status.STATUS_END_OF_FILE);
    assert.equal(read.information, 0);
    const data = new Uint8Array(5000).fill(1);
    const write = { offset: 7, length: 5000, data };
    const written = await executive.request<'write'>(NULL, IRP_MJ_WRITE, write);
    assert.deepInclude(written, { status: 0, information: 5000 });
  });

  test('takes one round trip a request when it has nothing else to do', async () => {
    await executive.request<'read'>(NULL, IRP_MJ_READ, { offset: 0, length: 1 });
    const before = executive.counts.WdmRequestIoPackets!;
    for (let i = 0; i < 10; i++)
      await executive.request<'read'>(NULL, IRP_MJ_READ, { offset: 0, length: 1 });
    assert.equal(executive.counts.WdmRequestIoPackets! - before, 10);
    assert.notProperty(executive.counts, 'WdmSetTimer');
  });

  test('refuses what it does not know, and devices that are not there', async () => {
    const query = { class: 5, length: 24 };
    const refused = await executive.request<'query_information'>(
      NULL,
      IRP_MJ_QUERY_INFORMATION,
      query,
    );
    assert.equal(refused.status, Status.STATUS_INVALID_DEVICE_REQUEST);
    const absent = await executive.request<'close'>(4711, IRP_MJ_CLOSE, {});
    assert.equal(absent.status, Status.STATUS_NO_SUCH_DEVICE);
    assert.isUndefined(executive.crash);
  });

  test('opens and closes', async () => {
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
    const opened = await executive.request<'create'>(NULL, IRP_MJ_CREATE, create, { file: 9 });
    assert.equal(opened.status, 0);
    const closed = await executive.request<'close'>(NULL, IRP_MJ_CLOSE, {}, { file: 9 });
    assert.equal(closed.status, 0);
  });
});
