/**
 * Two services on one file or volume at once. What the first has decided before it waits is
 * otherwise when it goes on; the second makes sure of that.
 */
import { assert } from 'chai';
import { NtDelayExecution } from '../../personality/ntdll/native.ts';
import { closeFile } from '../../personality/ntos/io/file/close.ts';
import { deleteFile } from '../../personality/ntos/io/file/closefcb.ts';
import type { Fcb } from '../../personality/ntos/io/file/fcb.ts';
import type { FileObject } from '../../personality/ntos/io/file/fileobject.ts';
import { settleTimes } from '../../personality/ntos/io/file/flush.ts';
import { sectionOver } from '../../personality/ntos/io/file/section.ts';
import { CancelScope } from '../../personality/ntos/io/request/scope.ts';
import { fsControl } from '../../personality/ntos/io/service/fscontrol.ts';
import { openOnVolume } from '../../personality/ntos/io/service/open.ts';
import { rename } from '../../personality/ntos/io/service/rename.ts';
import { setInformation } from '../../personality/ntos/io/service/set.ts';
import type { OpenResult } from '../../personality/ntos/ob/types.ts';
import type { NtThread } from '../../personality/ntos/ps/types.ts';
import { encodeBasic, encodeDisposition } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, listFiles, makeImage, readFile } from '../support/mtools.ts';
import { bootClientRig, type ClientRig, pattern, RW } from './io-client.ts';

const OPEN = {
  access: RW | nt.DELETE | nt.FILE_WRITE_ATTRIBUTES,
  attributes: 0,
  share: nt.FILE_SHARE_ALL,
  disposition: nt.FILE_OPEN,
  options: 0,
  allocation: 0,
};
/** 100 ns each. */
const TWO_SECONDS = 20_000_000;

const pause = (): Promise<unknown> => new Promise((done) => setTimeout(done, 2));

suite('ntos/io two at once', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  /** Of A.BIN; nobody has it open. */
  let fcb: Fcb;

  setup(async () => {
    const files = { 'A.BIN': pattern(20_000), 'B.BIN': pattern(3000, 3) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
    await rig.run('dir A:\\');
    await rig.run('copy A:\\A.BIN NUL');
    fcb = await rig.asExecutive(({ cc }) => {
      const caches = [...cc.manager.volumes].flatMap((volume) => [...volume.files]);
      return caches.find(({ label }) => label.endsWith('A.BIN'))!.backing as Fcb;
    });
  });
  teardown(() => rig.end());

  async function onDisk(): Promise<Uint8Array> {
    await rig.run('umount A:');
    assert.isTrue((await fsck(rig.image())).clean);
    return rig.image();
  }

  function open(path: string, more: Partial<typeof OPEN> = {}) {
    const { io, volume } = fcb;
    const { type } = [...io.files][0]!.header;
    return openOnVolume(io, type, volume, path, { ...OPEN, ...more });
  }

  async function opened(path: string): Promise<FileObject> {
    const { status, object } = await rig.asExecutive(async () => open(path));
    assert.equal(statusName(status), 'STATUS_SUCCESS');
    return object as FileObject;
  }

  /** A process that has it open until `end`. */
  async function holding(name: string) {
    let over = false;
    let handle = 0;
    const client = rig.client(async (own) => {
      handle = await own.opened(name);
      while (!over) await NtDelayExecution(own.process, { alertable: false, interval: -10_000 });
    });
    while (handle === 0) await pause();
    const process = await rig.asExecutive(({ ps }) =>
      ps.processes().find(({ image }) => image === 'tester.exe')!,
    );
    const end = (): Promise<void> => {
      over = true;
      return client;
    };
    return { process, handle, end };
  }

  const close = (file: FileObject) => rig.asExecutive(async () => closeFile(fcb.io, file));

  const set = (file: FileObject, infoClass: number, data: Uint8Array) =>
    rig.asExecutive(async ({ ps }) =>
      setInformation(infoClass, { io: fcb.io, process: ps.processes()[0]!, file, data }),
    );

  const dispose = (file: FileObject, goes: boolean) =>
    set(file, nt.FileDispositionInformation, encodeDisposition(goes));

  /** `body` begins while the lock is held; what it waits for goes on when it has returned. */
  async function behind<T>(
    lock: { acquire(): Promise<unknown>; release(): void },
    body: () => Promise<T>,
  ): Promise<T> {
    await rig.asExecutive(() => lock.acquire());
    const outcome = body();
    await rig.asExecutive(() => lock.release());
    return outcome;
  }

  const names = (outcomes: readonly number[]): string[] => outcomes.map(statusName);
  const OK = 'STATUS_SUCCESS';

  test('a file whose last handle is closed before it is marked for deletion goes', async () => {
    const file = await opened('A.BIN');
    const outcomes = await behind(fcb.volume.namespace, () =>
      Promise.all([dispose(file, true), close(file)]),
    );
    assert.equal(statusName(outcomes[0]), OK);
    assert.isTrue(fcb.gone);
    assert.deepEqual(await listFiles(await onDisk()), ['B.BIN']);
  });

  test('one that is to stay after all stays, though its last handle is closed', async () => {
    const file = await opened('A.BIN');
    assert.equal(statusName(await dispose(file, true)), OK);
    const outcomes = await behind(fcb.volume.namespace, () =>
      Promise.all([dispose(file, false), close(file)]),
    );
    assert.equal(statusName(outcomes[0]), OK);
    await close(await opened('A.BIN'));
    assert.deepEqual(await readFile(await onDisk(), 'A.BIN'), pattern(20_000));
  });

  test('an open that fails is the last, and the file goes with it', async () => {
    const first = await opened('A.BIN');
    await rig.asExecutive(() => fcb.cache.resource.acquire());
    const overwriting = rig.asExecutive(async () =>
      open('A.BIN', { disposition: nt.FILE_OVERWRITE }),
    );
    assert.equal(statusName(await dispose(first, true)), OK);
    await close(first);
    await rig.asExecutive(() => {
      fcb.cache.sections++;
      fcb.cache.resource.release();
    });
    const overwritten = await overwriting;
    assert.equal(statusName(overwritten.status), 'STATUS_USER_MAPPED_FILE');
    await rig.asExecutive(() => fcb.cache.sections--);
    assert.deepEqual(await listFiles(await onDisk()), ['B.BIN']);
  });

  test('what is cut while it is deleted is not written: its clusters are free', async () => {
    const write = await opened('A.BIN');
    await close(write);
    fcb.deletePending = true;
    const [cut] = await Promise.all([
      rig.asExecutive(async () => {
        const status = await fcb.resize(nt.FileEndOfFileInformation, 9000);
        return { status, safe: fcb.gone || fcb.cache.heldBack(0) };
      }),
      rig.asExecutive(() => deleteFile(fcb.io, fcb)),
    ]);
    assert.isTrue(cut.safe);
    assert.deepEqual(await listFiles(await onDisk()), ['B.BIN']);
  });

  test('places that were asked for before a cut are not taken for its own behind it', async () => {
    await rig.asExecutive(() => fcb.openWithFileSystem());
    await rig.asExecutive(() => fcb.cache.extents.truncate(0));
    const ask = fcb.ask.bind(fcb);
    let cut = false;
    // The answer comes when the file has been cut.
    fcb.ask = async (request) => {
      const answer = await ask(request);
      if (request.major === 'read' && !cut) {
        cut = true;
        await fcb.resize(nt.FileEndOfFileInformation, 600);
      }
      return answer;
    };
    const status = await rig.asExecutive(() => fcb.resolve(0, 512));
    assert.equal(statusName(status), OK);
    const end = fcb.cache.allocation;
    for (const { file, length } of fcb.cache.extents.entries()) assert.isAtMost(file + length, end);
    assert.isAtLeast(fcb.cache.extents.diskOffset(0), 0);
    await onDisk();
  });

  test('who opens a name that is being given to another file gets that one', async () => {
    const file = await opened('A.BIN');
    const [status, found] = await Promise.all([
      rig.asExecutive(({ ps }) =>
        rename(fcb.io, ps.processes()[0]!, file, fcb, { root: 0, name: 'B.BIN', replace: true }),
      ),
      rig.asExecutive(async (): Promise<OpenResult> => {
        // It is with the file system by then.
        for (let turn = 0; turn < 20; turn++) await undefined;
        assert.isTrue(fcb.volume.namespace.held, 'it is under way');
        return open('B.BIN');
      }),
    ]);
    assert.equal(statusName(status), OK);
    assert.equal(statusName(found.status), OK);
    assert.isTrue((found.object as FileObject).fcb === fcb);
    await close(found.object as FileObject);
    await close(file);
    const image = await onDisk();
    assert.deepEqual(await listFiles(image), ['B.BIN']);
    assert.deepEqual(await readFile(image, 'B.BIN'), pattern(20_000));
  });

  test('a name that somebody opened while it was waited for is not taken from him', async () => {
    const file = await opened('A.BIN');
    const [status, found] = await behind(fcb.volume.namespace, () =>
      Promise.all([
        rig.asExecutive(({ ps }) =>
          rename(fcb.io, ps.processes()[0]!, file, fcb, { root: 0, name: 'B.BIN', replace: true }),
        ),
        rig.asExecutive(async () => open('B.BIN')),
      ]),
    );
    assert.equal(statusName(found.status), OK);
    assert.equal(statusName(status), 'STATUS_ACCESS_DENIED');
    await close(found.object as FileObject);
    await close(file);
    assert.deepEqual((await listFiles(await onDisk())).sort(), ['A.BIN', 'B.BIN']);
  });

  test('a volume is locked by nobody while a file of it is being opened', async () => {
    const { io, volume } = fcb;
    const { type } = [...io.files][0]!.header;
    const holder = await holding('A:');
    const whole = await rig.asExecutive(({ ob }) => {
      const { object } = ob.referenceByHandle(holder.process, holder.handle, type, 0);
      return object as FileObject;
    });
    const request = { code: nt.FSCTL_LOCK_VOLUME, input: new Uint8Array(), outputLength: 0 };
    const none = undefined as unknown as NtThread;
    const [made, locked] = await behind(volume.namespace, () =>
      Promise.all([
        rig.asExecutive(async () => open('NEW.BIN', { disposition: nt.FILE_OPEN_IF })),
        rig.asExecutive(() => fsControl(io, whole, request as never, new CancelScope(), none)),
      ]),
    );
    assert.deepEqual(names([made.status, locked.status]).sort(), ['STATUS_ACCESS_DENIED', OK]);
    if (made.object) await close(made.object as FileObject);
    await holder.end();
    await onDisk();
  });

  test('a section that two extend at once is as long as the longer one wants', async () => {
    const { type } = [...fcb.io.files][0]!.header;
    const holder = await holding('A:\\B.BIN');
    const { backing } = await rig.asExecutive(() =>
      sectionOver(fcb.io, type, holder.process, holder.handle, true),
    );
    const outcomes = await Promise.all(
      [10_000, 5000].map((size) => rig.asExecutive(async () => backing!.extend(size))),
    );
    assert.deepEqual(names(outcomes), [OK, OK]);
    assert.equal(backing!.size, 10_000);
    await rig.asExecutive(() => backing!.close());
    await holder.end();
    await onDisk();
  });

  suite('what is told of a file', () => {
    test('attributes that somebody sets stay, though the time is told meanwhile', async () => {
      const file = await opened('A.BIN');
      await rig.asExecutive(() => fcb.openWithFileSystem());
      fcb.touch();
      const times = { created: 0, accessed: 0, written: 0, changed: 0 };
      const data = encodeBasic({ ...times, attributes: nt.FILE_ATTRIBUTE_HIDDEN });
      const outcomes = await Promise.all([
        set(file, nt.FileBasicInformation, data),
        rig.asExecutive(() => settleTimes(fcb)),
      ]);
      assert.deepEqual(names(outcomes), [OK, OK]);
      assert.equal(fcb.attributes & nt.FILE_ATTRIBUTE_HIDDEN, nt.FILE_ATTRIBUTE_HIDDEN);
      await close(file);
      await onDisk();
    });

    test('a write that came before other facts were set is not forgotten', async () => {
      const file = await opened('A.BIN');
      fcb.touch();
      const written = (fcb.written += 10 * TWO_SECONDS);
      const times = { created: 0, accessed: 0, written: 0, changed: 0 };
      const data = encodeBasic({ ...times, attributes: nt.FILE_ATTRIBUTE_HIDDEN });
      await set(file, nt.FileBasicInformation, data);
      await rig.asExecutive(() => settleTimes(fcb));
      assert.isAtMost(Math.abs(fcb.written - written), TWO_SECONDS);
      await close(file);
      await onDisk();
    });

    test('nor one that comes while the time of another is told', async () => {
      await rig.asExecutive(() => fcb.openWithFileSystem());
      fcb.touch();
      const told = rig.asExecutive(() => settleTimes(fcb));
      const later = await rig.asExecutive(() => {
        assert.isFalse(fcb.modified, 'it is on its way');
        fcb.touch();
        return (fcb.written += 10 * TWO_SECONDS);
      });
      assert.equal(statusName(await told), OK);
      assert.deepEqual([fcb.written, fcb.modified], [later, true]);
      await onDisk();
    });
  });

  test('a read of a file that is cut meanwhile ends where that does', async () => {
    const { cache } = fcb;
    await rig.asExecutive(() => cache.dropAll());
    await rig.asExecutive(() => cache.volume.lock.acquire(true));
    const reading = rig.client(async (client) => {
      const handle = await client.opened('A:\\A.BIN');
      return client.read(handle, 0, 10_000);
    });
    while ((await rig.asExecutive(({ cc }) => cc.manager.holds.pages)) === 0) await pause();
    await rig.asExecutive(() => {
      // As its file system says it.
      cache.setSizes(1000, 1024);
      cache.volume.lock.release(true);
    });
    const { status, data } = await reading;
    assert.equal(status, OK);
    assert.deepEqual(data, pattern(20_000).subarray(0, 1000));
  });
});
