/**
 * What a disposition does to a file is asked for like any right: by the volume's descriptor, and by
 * those who have the file open.
 */
import { assert } from 'chai';
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import { createRestrictedProcess } from '../../personality/ntdll/security.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { MAXIMUM_ALLOWED } from '../../personality/rtl/objects.ts';
import * as sec from '../../personality/rtl/security/constants.ts';
import { encodeDescriptor } from '../../personality/rtl/security/descriptor.ts';
import { fromSddl } from '../../personality/rtl/security/sddl.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, Client, type ClientRig } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const LONG = -100_000_000;
const DISPOSITIONS = {
  open: nt.FILE_OPEN,
  openIf: nt.FILE_OPEN_IF,
  create: nt.FILE_CREATE,
  overwrite: nt.FILE_OVERWRITE,
  overwriteIf: nt.FILE_OVERWRITE_IF,
  supersede: nt.FILE_SUPERSEDE,
};

suite('ntos/io: the rights that a disposition takes', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  let inside: ((client: Client) => Promise<void>) | undefined;
  const jail = nativeImage(async (process) => {
    await inside?.(new Client(process));
    return 0;
  });

  setup(async () => {
    const files = { 'KEPT.TXT': 'all of it' };
    const disk = await makeImage({ kib: 1440, files });
    rig = await bootClientRig([disk], {}, { 'jail.exe': jail });
  });
  teardown(() => rig.end());

  test('no file becomes empty under a handle that shares no writing', () =>
    rig.client(async (client) => {
      const read = { access: nt.FILE_READ_DATA };
      const mine = await client.opened('A:\\KEPT.TXT', { ...read, share: nt.FILE_SHARE_READ });
      for (const access of [nt.FILE_READ_DATA, nt.FILE_READ_ATTRIBUTES])
        for (const how of ['overwrite', 'overwriteIf', 'supersede'] as const) {
          const options = { access, disposition: DISPOSITIONS[how] };
          const { status } = await client.open('A:\\KEPT.TXT', options);
          assert.equal(status, 'STATUS_SHARING_VIOLATION', how);
        }
      assert.lengthOf((await client.read(mine, 0, 9)).data, 9);
    }));

  /** Users, and restricted code, may read the disk and change nothing on it. */
  async function toBeRead({ process }: Client): Promise<void> {
    const disk = await new Client(process).opened('\\Device\\Floppy0', {
      access: sec.WRITE_DAC,
    });
    const descriptor = encodeDescriptor(fromSddl('D:(A;;GR;;;BU)(A;;GR;;;RC)(A;;GA;;;BA)')!);
    const information = sec.DACL_SECURITY_INFORMATION;
    const set = { handle: disk, information, descriptor };
    assert.equal(statusName((await native.NtSetSecurityObject(process, set)).status), OK);
    await new Client(process).close(disk);
  }

  async function jailed(body: (client: Client) => Promise<void>): Promise<void> {
    let failure: unknown;
    inside = (client) => body(client).catch((error: unknown) => void (failure = error));
    await rig.client(async (client) => {
      await toBeRead(client);
      const { process } = client;
      const { handle } = await createRestrictedProcess(process, 'jail.exe', '', 0);
      await native.NtWaitForSingleObject(process, { handle, alertable: false, timeout: LONG });
    });
    if (failure !== undefined) throw failure;
  }

  test('who may only read a disk makes no file on it, and empties none', () =>
    jailed(async (client) => {
      const access = nt.FILE_READ_DATA;
      const how = async (name: string) => {
        const found: Record<string, string> = {};
        for (const [what, disposition] of Object.entries(DISPOSITIONS))
          found[what] = (await client.open(name, { access, disposition })).status;
        return found;
      };
      const denied = {
        create: 'STATUS_ACCESS_DENIED',
        overwrite: 'STATUS_ACCESS_DENIED',
        overwriteIf: 'STATUS_ACCESS_DENIED',
        supersede: 'STATUS_ACCESS_DENIED',
      };
      assert.deepEqual(await how('A:\\KEPT.TXT'), { ...denied, open: OK, openIf: OK });
      const none = { open: 'STATUS_OBJECT_NAME_NOT_FOUND', openIf: 'STATUS_ACCESS_DENIED' };
      assert.deepEqual(await how('A:\\NONE.TXT'), { ...denied, ...none });
      const root = await client.opened('A:\\', { access, options: nt.FILE_DIRECTORY_FILE });
      const below = { access, root, disposition: nt.FILE_OPEN_IF };
      assert.equal((await client.open('NONE.TXT', below)).status, 'STATUS_ACCESS_DENIED');
      const kept = await client.opened('A:\\KEPT.TXT', { access });
      assert.lengthOf((await client.read(kept, 0, 9)).data, 9);
    }));

  test('MAXIMUM_ALLOWED: all that the descriptor and the attributes let the caller do', async () => {
    const access = MAXIMUM_ALLOWED;
    await rig.client(async (client) => {
      const mine = await client.opened('A:\\KEPT.TXT', { access });
      assert.equal(await client.write(mine, 0, Uint8Array.of(65)), OK);
      const shared = { access: nt.FILE_READ_DATA, share: nt.FILE_SHARE_READ };
      const { status } = await client.open('A:\\KEPT.TXT', shared);
      assert.equal(status, 'STATUS_SHARING_VIOLATION');
      await client.close(mine);
      const attributes = nt.FILE_ATTRIBUTE_READONLY;
      const made = { disposition: nt.FILE_CREATE, attributes };
      await client.close(await client.opened('A:\\LOCKED.TXT', made));
      const locked = await client.opened('A:\\LOCKED.TXT', { access });
      assert.equal(await client.write(locked, 0, Uint8Array.of(65)), 'STATUS_ACCESS_DENIED');
    });
    await jailed(async (client) => {
      const kept = await client.opened('A:\\KEPT.TXT', { access });
      assert.lengthOf((await client.read(kept, 0, 9)).data, 9);
      assert.equal(await client.write(kept, 0, Uint8Array.of(65)), 'STATUS_ACCESS_DENIED');
    });
  });
});
