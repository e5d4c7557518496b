/** Handles that may only append: whatever is under way, nobody writes over what another wrote. */
import { assert } from 'chai';
import {
  NtCreateEvent,
  NtLockFile,
  NtUnlockFile,
  NtWaitForSingleObject,
  NtWriteFile,
} from '../../personality/ntdll/native.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const PENDING = 'STATUS_PENDING';
const CONFLICT = 'STATUS_FILE_LOCK_CONFLICT';
const MINUTE = -600_000_000;
const CLUSTER = 1024;

suite('ntos/io append', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  teardown(() => rig.end());

  /** Without waiting for its end. */
  async function begin({ process }: Client, handle: number, letter: number): Promise<string> {
    const { address, memory } = process.heap.allocate(CLUSTER);
    memory.write(0, new Uint8Array(CLUSTER).fill(letter));
    const request = { handle, address, length: CLUSTER, offset: 0 };
    return statusName((await NtWriteFile(process, request)).status);
  }

  const kinds = [
    ['through the cache', 0],
    ['past it', nt.FILE_NO_INTERMEDIATE_BUFFERING],
  ] as const;
  /** The same; how it ends, when it has. */
  async function beginTold({ process }: Client, handle: number): Promise<() => Promise<string>> {
    const { address, memory } = process.heap.allocate(2 * CLUSTER);
    const { handle: event } = await NtCreateEvent(process, {
      name: '',
      access: EVENT_ALL_ACCESS,
      attributes: 0,
      type: nt.NotificationEvent,
      initial: false,
    });
    const iosb = address + CLUSTER;
    const request = { handle, address, length: CLUSTER, offset: 0, event, iosb };
    const { status } = await NtWriteFile(process, request);
    return async () => {
      if (statusName(status) !== PENDING) return statusName(status);
      await NtWaitForSingleObject(process, { handle: event, alertable: false, timeout: MINUTE });
      return statusName(memory.getUint32(CLUSTER));
    };
  }

  for (const [kind, options] of kinds)
    test(`three at once, ${kind}: each has its place`, async () => {
      const files = { 'LOG.TXT': new Uint8Array(), 'FILL.BIN': new Uint8Array(353 * CLUSTER) };
      rig = await bootClientRig([await makeImage({ kib: 360, files })]);
      await rig.client(async (client) => {
        const how = { access: nt.FILE_APPEND_DATA, options, asynchronous: true };
        const handles: number[] = [];
        for (let i = 0; i < 3; i++) handles.push(await client.opened('A:\\LOG.TXT', how));
        // What it had is given away when the disk knows that it went: all but one wait for that.
        const deletes = { access: nt.DELETE, options: nt.FILE_DELETE_ON_CLOSE };
        await client.close(await client.opened('A:\\FILL.BIN', deletes));
        for (const [i, handle] of handles.entries())
          assert.include([OK, PENDING], await begin(client, handle, 65 + i));
        const log = await client.opened('A:\\LOG.TXT');
        let bytes = new Uint8Array();
        // A flush waits for nobody's write.
        for (let turn = 0; turn < 2000 && bytes.length < 3 * CLUSTER; turn++)
          bytes = Uint8Array.from((await client.read(log, 0, 4 * CLUSTER)).data);
        const letters = Array.from({ length: 3 }, (_, i) => bytes[i * CLUSTER]!);
        assert.deepEqual(letters.sort(), [65, 66, 67]);
      });
    });

  for (const [kind, options] of kinds)
    test(`locks count where it goes when it is its turn, ${kind}`, async () => {
      const files = { 'LOG.TXT': new Uint8Array(), 'FILL.BIN': new Uint8Array(354 * CLUSTER) };
      rig = await bootClientRig([await makeImage({ kib: 360, files })]);
      await rig.client(async (client) => {
        const { process } = client;
        const how = { access: nt.FILE_APPEND_DATA, options, asynchronous: true };
        const handles: number[] = [];
        for (let i = 0; i < 3; i++) handles.push(await client.opened('A:\\LOG.TXT', how));
        const log = await client.opened('A:\\LOG.TXT');
        const lock = { handle: log, key: 0, failImmediately: true, exclusive: true };
        const second = { offset: CLUSTER, length: CLUSTER };
        assert.equal((await NtLockFile(process, { ...lock, ...second })).status, 0);
        const deletes = { access: nt.DELETE, options: nt.FILE_DELETE_ON_CLOSE };
        await client.close(await client.opened('A:\\FILL.BIN', deletes));
        // The first waits for the disk to know that; the second comes behind it, into the lock.
        const ends = [await beginTold(client, handles[0]!), await beginTold(client, handles[1]!)];
        assert.deepEqual([await ends[0]!(), await ends[1]!()], [OK, CONFLICT]);
        assert.equal((await NtUnlockFile(process, { handle: log, key: 0, ...second })).status, 0);
        // Where the file ends now is locked, when it is asked; not any more when it is its turn.
        const first = await beginTold(client, handles[1]!);
        const end = { offset: CLUSTER, length: 1 };
        assert.equal((await NtLockFile(process, { ...lock, ...end })).status, 0);
        const last = await beginTold(client, handles[2]!);
        assert.deepEqual([await first(), await last()], [OK, OK]);
      });
    });
});
