/**
 * What is known of names: whom a warm listing, open, attribute query and missing name ask (nobody),
 * and what a small file's making costs; then random operations by two clients, which see the same
 * names as the file system itself tells.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import {
  NtDeleteFile,
  NtQueryAttributesFile,
  NtQueryDirectoryFile,
  NtQueryFullAttributesFile,
  NtSetInformationFile,
} from '../../personality/ntdll/native.ts';
import { decodeDirectory } from '../../personality/rtl/directoryinformation.ts';
import { encodeBasic, encodeRename } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import type { Device } from '../../personality/ntos/io/device/device.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const MISSING = 'STATUS_OBJECT_NAME_NOT_FOUND';
const DIRECTORY = {
  access: nt.FILE_LIST_DIRECTORY,
  options: nt.FILE_DIRECTORY_FILE,
};

async function list(client: Client, path: string, expression = '*', length = 0x3000) {
  const handle = await client.opened(path, DIRECTORY);
  const all = [];
  for (let restart = true; ; restart = false) {
    const answer = await NtQueryDirectoryFile(client.process, {
      handle,
      class: nt.FileBothDirectoryInformation,
      length,
      pattern: expression,
      restart,
      single: false,
    });
    if (answer.status !== 0) {
      await client.close(handle);
      return { all, end: statusName(answer.status) };
    }
    all.push(...decodeDirectory(answer.data));
  }
}

const names = async (client: Client, path: string, expression?: string, length?: number) =>
  (await list(client, path, expression, length)).all.map(({ name }) => name);

async function attributes(client: Client, name: string): Promise<string> {
  const request = { name: `\\??\\${name}`, root: 0 };
  const one = await NtQueryAttributesFile(client.process, request);
  const two = await NtQueryFullAttributesFile(client.process, request);
  assert.equal(one.status, two.status);
  return statusName(one.status);
}

async function rename(client: Client, from: string, to: string, replace = false) {
  const { status, handle } = await client.open(from, { access: nt.DELETE });
  if (status !== OK) return status;
  const data = encodeRename({ replace, root: 0, name: `\\??\\${to}` });
  const request = { handle, class: nt.FileRenameInformation, data };
  const answer = await NtSetInformationFile(client.process, request);
  await client.close(handle);
  return statusName(answer.status);
}

const remove = async (client: Client, name: string) =>
  statusName((await NtDeleteFile(client.process, { name: `\\??\\${name}`, root: 0 })).status);

/** IRPs that drivers were handed while a client ran `body`. */
async function irps(
  rig: ClientRig,
  body: (client: Client) => Promise<void>,
  driver = '',
): Promise<Record<string, number>> {
  const snapshot = () => rig.asExecutive(({ counters }) => counters.snapshot());
  const before = await snapshot();
  await rig.client(body);
  const after = await snapshot();
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, value]) => [name, value - (before[name] ?? 0)] as const)
      .filter(([name, value]) => name.startsWith(`io.irp.${driver}`) && value !== 0)
      .filter(([name]) => !name.startsWith('io.irp.serial')),
  );
}

suite('ntos/io names', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  setup(async () => {
    const files = {
      'FILE.BIN': pattern(9000),
      'A long name.txt': 'long',
      'DIR/OTHER.BIN': pattern(600, 3),
      'DIR/SUB/DEEP.TXT': 'deep',
    };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
  });

  teardown(async () => {
    await rig.run('umount A:');
    const verdict = await fsck(rig.image());
    assert.isTrue(verdict.clean, verdict.output);
    assert.deepEqual(rig.faults, []);
    rig.end();
  });

  test('what is known asks nobody', async () => {
    let all: string[] = [];
    await rig.client(async (client) => {
      all = await names(client, 'A:\\');
      assert.sameMembers(all, ['FILE.BIN', 'A long name.txt', 'DIR']);
      assert.equal(await attributes(client, 'A:\\DIR\\SUB\\DEEP.TXT'), OK);
      await client.close(await client.opened('A:\\FILE.BIN'));
      assert.deepEqual(await names(client, 'A:\\DIR', '*.BIN'), ['OTHER.BIN']);
    });
    const asked = await irps(rig, async (client) => {
      assert.deepEqual(await names(client, 'A:\\'), all);
      assert.deepEqual(await names(client, 'A:\\', '*.TXT'), ['A long name.txt']);
      assert.deepEqual(await names(client, 'A:\\', 'ALONGN~1.TXT'), ['A long name.txt']);
      assert.sameMembers(await names(client, 'A:\\DIR', '*', 200), ['.', '..', 'SUB', 'OTHER.BIN']);
      assert.equal((await list(client, 'A:\\', 'NO*')).end, 'STATUS_NO_SUCH_FILE');
      for (const name of ['A:\\FILE.BIN', 'A:\\file.bin', 'A:\\alongn~1.txt', 'A:\\DIR\\SUB'])
        await client.close(await client.opened(name, { access: nt.FILE_READ_ATTRIBUTES }));
      // Never opened: only when it is read is its file system asked for it.
      await client.close(await client.opened('A:\\DIR\\SUB\\DEEP.TXT'));
      assert.equal(await attributes(client, 'A:\\DIR\\OTHER.BIN'), OK);
      assert.equal(await attributes(client, 'A:\\DIR\\NONE.BIN'), MISSING);
      assert.equal(await attributes(client, 'A:\\DIR\\'), OK);
      assert.equal(await attributes(client, 'A:\\FILE.BIN\\'), 'STATUS_NOT_A_DIRECTORY');
      assert.equal((await client.open('A:\\NONE')).status, MISSING);
      const deep = await client.open('A:\\NONE\\DEEPER');
      assert.equal(deep.status, 'STATUS_OBJECT_PATH_NOT_FOUND');
      const behind = await client.open('A:\\FILE.BIN\\DEEPER');
      assert.equal(behind.status, 'STATUS_OBJECT_PATH_NOT_FOUND');
      const { status } = await client.open('A:\\FILE.BIN', { disposition: nt.FILE_CREATE });
      assert.equal(status, 'STATUS_OBJECT_NAME_COLLISION');
    });
    assert.deepEqual(asked, {});
    await rig.client(async (client) => {
      // What cannot be a name is the file system's to say.
      assert.equal((await client.open('A:\\a?b')).status, 'STATUS_OBJECT_NAME_INVALID');
      const { data } = await client.read(await client.opened('A:\\DIR\\SUB\\DEEP.TXT'), 0, 9);
      assert.equal(new TextDecoder().decode(data), 'deep');
    });
  });

  test('making, renaming and deleting a file asks its file system as little as can be', async () => {
    await rig.client(async (client) => void (await names(client, 'A:\\')));
    const create = { disposition: nt.FILE_CREATE };
    const make = async (client: Client) => {
      const handle = await client.opened('A:\\Eight kilobytes.bin', create);
      assert.equal(await client.write(handle, 0, pattern(8192, 5)), OK);
      await client.close(handle);
    };
    // Three calls of the client's, and these: at most six messages.
    assert.deepEqual(await irps(rig, make, 'fatfs'), {
      'io.irp.fatfs.create': 1,
      'io.irp.fatfs.write': 1,
    });
    const move = async (client: Client) =>
      assert.equal(await rename(client, 'A:\\EIGHTK~1.BIN', 'A:\\8192.BIN'), OK);
    assert.deepEqual(await irps(rig, move, 'fatfs'), { 'io.irp.fatfs.set_information': 1 });
    const look = async (client: Client) => {
      assert.equal(await attributes(client, 'A:\\Eight kilobytes.bin'), MISSING);
      assert.equal(await attributes(client, 'A:\\8192.bin'), OK);
      assert.include(await names(client, 'A:\\'), '8192.BIN');
    };
    assert.deepEqual(await irps(rig, look, 'fatfs'), {});
    await rig.client(async (client) => {
      assert.equal(await remove(client, 'A:\\8192.BIN'), OK);
      assert.notInclude(await names(client, 'A:\\'), '8192.BIN');
      assert.equal(await attributes(client, 'A:\\8192.BIN'), MISSING);
    });
  });

  test('a hundred small writes are acknowledged without a driver, and are few transfers', async () => {
    const warm = async (client: Client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      await client.read(handle, 0, 9000);
      await client.close(handle);
    };
    await rig.client(warm);
    const write = async (client: Client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      for (let i = 0; i < 100; i++)
        assert.equal(await client.write(handle, i * 90, pattern(90, i)), OK);
      await client.close(handle);
    };
    const asked = await irps(rig, write);
    // The close tells when it was written.
    assert.deepEqual(
      Object.keys(asked).filter((name) => name !== 'io.irp.floppy.write'),
      ['io.irp.fatfs.set_information'],
    );
    assert.equal(asked['io.irp.fatfs.set_information'], 1);
    const before = asked['io.irp.floppy.write'] ?? 0;
    const flushed = await irps(rig, async () => void 0);
    await rig.run('sync');
    assert.isAtMost(before + (flushed['io.irp.floppy.write'] ?? 0), 8);
    const bytes = await readFile(rig.image(), 'FILE.BIN');
    assert.deepEqual(bytes.subarray(8910), pattern(90, 99));
  });

  test('a cold read of 500 KB asks where it lies four times at most, and reads whole tracks', async () => {
    rig.end();
    const files = { 'BIG.BIN': pattern(500_000, 9) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
    await rig.client(async (client) => void (await names(client, 'A:\\')));
    const asked = await irps(rig, async (client) => {
      const handle = await client.opened('A:\\BIG.BIN');
      for (let at = 0; at < 500_000; at += 4096) {
        const { data } = await client.read(handle, at, 4096);
        if (data[0] !== pattern(500_000, 9)[at]) throw new Error(`wrong at ${at}`);
      }
      await client.close(handle);
    });
    const CYLINDERS = Math.ceil(500_000 / (36 * 512)) + 1;
    assert.isAtMost(asked['io.irp.fatfs.read']!, 4);
    assert.isAtMost(asked['io.irp.floppy.read']!, CYLINDERS);
    assert.hasAllKeys(asked, ['io.irp.fatfs.create', 'io.irp.fatfs.read', 'io.irp.floppy.read']);
  });

  /** Nothing is known of any name from now on: whoever asks, asks the file system. */
  const forgetAll = () =>
    rig.asExecutive(({ ob }) => {
      const { object } = ob.lookup('\\Device\\Floppy0');
      (object as unknown as Device).volume?.directories.clear();
    });

  const killFileSystem = () =>
    rig.asExecutive(({ ldr, ps }) => {
      const found = ldr.driverProcess('fatfs');
      if (found) ps.terminate(found, Status.STATUS_CONTROL_C_EXIT, true);
    });

  /** All that programs can know of names: listings of both directories, and what each name is. */
  async function look(client: Client): Promise<unknown> {
    const listings = [];
    for (const path of ['A:\\', 'A:\\DIR']) {
      const { all } = await list(client, path);
      listings.push(
        all.map(({ name, shortName, attributes, endOfFile }) => [
          name,
          shortName,
          attributes,
          endOfFile,
        ]),
      );
    }
    const statuses = [];
    for (const name of NAMES) statuses.push(await attributes(client, name));
    return { listings, statuses };
  }

  test('two clients at random: what is remembered is what the file system tells', async () => {
    const steps = fc.sample(
      fc.record({
        kind: fc.integer({ min: 0, max: 99 }),
        one: fc.constantFrom(...NAMES),
        two: fc.constantFrom(...NAMES),
        size: fc.integer({ min: 0, max: 3000 }),
        compare: fc.boolean(),
      }),
      { numRuns: STEPS, seed: SEED },
    );
    const turns = [0, 1].map((own) =>
      rig.client(async (client) => {
        for (const step of steps.slice(own * (STEPS / 2), (own + 1) * (STEPS / 2)))
          await act(client, step);
      }),
    );
    await Promise.all(turns);
    for (let index = 0; index < STEPS;) {
      let end = index + 1;
      while (end < STEPS && !steps[end]!.compare) end++;
      let remembered: unknown;
      await rig.client(async (client) => {
        for (; index < end; index++) await act(client, steps[index]!);
        remembered = await look(client);
      });
      await forgetAll();
      const told = await rig.client(look);
      assert.deepEqual(remembered, told, `step ${index}, seed ${SEED}`);
      if (index % 10 === 0) await killFileSystem();
    }
    assert.isTrue(rig.faults.every(({ image }) => image === 'fatfs.sys'));
    rig.faults.length = 0;
  });
});

const SEED = 2811;
const STEPS = 120;
const NAMES = [
  'A:\\FILE.BIN',
  'A:\\A long name.txt',
  'A:\\ALONGN~1.TXT',
  'A:\\A long name too.txt',
  'A:\\DIR',
  'A:\\DIR\\other.bin',
  'A:\\DIR\\FILE.BIN',
  'A:\\DIR\\A long name.txt',
  'A:\\NEW.TXT',
];

interface Step {
  readonly kind: number;
  readonly one: string;
  readonly two: string;
  readonly size: number;
}

/** Whatever comes of it: the other client is at it, too. */
async function act(client: Client, { kind, one, two, size }: Step): Promise<void> {
  if (kind < 25) {
    const { handle } = await client.open(one, { disposition: nt.FILE_OVERWRITE_IF });
    if (handle === 0) return;
    if (size > 0) await client.write(handle, 0, pattern(size));
    await client.close(handle);
  } else if (kind < 40) {
    const { handle } = await client.open(one);
    if (handle === 0) return;
    await client.write(handle, size, pattern(10));
    await client.close(handle);
  } else if (kind < 65) await rename(client, one, two, size % 2 === 0);
  else if (kind < 80) await remove(client, one);
  else if (kind < 85) {
    const made = { disposition: nt.FILE_CREATE, options: nt.FILE_DIRECTORY_FILE };
    const { handle } = await client.open(one, made);
    if (handle !== 0) await client.close(handle);
  } else if (kind < 90) {
    const { handle } = await client.open(one, { access: nt.FILE_WRITE_ATTRIBUTES });
    if (handle === 0) return;
    const times = { created: 0, accessed: 0, written: 0, changed: 0 };
    const data = encodeBasic({ ...times, attributes: size % 2 ? 0x20 : 0x22 });
    const request = { handle, class: nt.FileBasicInformation, data };
    await NtSetInformationFile(client.process, request);
    await client.close(handle);
  } else await attributes(client, one);
}
