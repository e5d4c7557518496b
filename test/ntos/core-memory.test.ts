/** Virtual memory and sections over memory: what works, every wrong argument, nothing left. */
import { assert } from 'chai';
import fc from 'fast-check';
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { Mdl, segmentsOf } from '../../personality/ntos/mm/mdl.ts';
import { GRANULARITY, VadMap } from '../../personality/ntos/mm/vad.ts';
import { PAGE_SIZE, USER_LIMIT, VIRTUAL_BASE } from '../../personality/rtl/layout.ts';
import * as memory from '../../personality/rtl/memory.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { inClient, statusOf } from './core-client.ts';

const { MEM_COMMIT, MEM_DECOMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_READONLY, PAGE_READWRITE } =
  memory;
const own = { process: CURRENT_PROCESS };
const PLACE = VIRTUAL_BASE + 0x10_0000;
const whole = {
  ...own,
  address: 0,
  zeroBits: 0,
  length: PAGE_SIZE,
  type: MEM_RESERVE | MEM_COMMIT,
};
const any = { ...whole, protect: PAGE_READWRITE };
const section = {
  name: '',
  access: memory.SECTION_ALL_ACCESS,
  attributes: 0,
  size: 2 * PAGE_SIZE,
  protect: PAGE_READWRITE,
  allocation: memory.SEC_COMMIT,
  file: 0,
};
const view = {
  ...own,
  section: 0,
  address: 0,
  zeroBits: 0,
  offset: 0,
  length: 0,
  inherit: memory.ViewUnmap,
  type: 0,
  protect: PAGE_READWRITE,
};

async function basic(process: NtProcess, address: number): Promise<memory.MemoryBasic> {
  const { data } = await native.NtQueryVirtualMemory(process, {
    ...own,
    address,
    class: memory.MemoryBasicInformation,
    length: memory.MEMORY_BASIC_BYTES,
  });
  return memory.decodeMemoryBasic(data);
}

suite('ntos/memory', () => {
  test('reserved, committed, protected, decommitted, released; nothing is left', async () => {
    await inClient(async (process) => {
      const reserve = { ...any, address: PLACE, length: 4 * PAGE_SIZE, type: MEM_RESERVE };
      const { address } = await native.NtAllocateVirtualMemory(process, reserve);
      assert.equal(address, PLACE);
      assert.equal((await basic(process, PLACE)).state, MEM_RESERVE);
      const commit = {
        ...reserve,
        address: PLACE + PAGE_SIZE,
        length: PAGE_SIZE,
        type: MEM_COMMIT,
      };
      await native.NtAllocateVirtualMemory(process, commit);
      const window = process.thread.window(PLACE + PAGE_SIZE, PAGE_SIZE, true);
      window.setUint32(0, 77);
      const page = { ...own, address: PLACE + PAGE_SIZE, length: 1 };
      const { old } = await native.NtProtectVirtualMemory(process, {
        ...page,
        protect: PAGE_READONLY,
      });
      assert.equal(old, PAGE_READWRITE);
      assert.throws(() => window.setUint32(0, 1), /write/);
      assert.equal(window.getUint32(0), 77);
      const { state, protect, regionSize } = await basic(process, PLACE + PAGE_SIZE);
      assert.deepEqual([state, protect, regionSize], [MEM_COMMIT, PAGE_READONLY, PAGE_SIZE]);
      await native.NtFreeVirtualMemory(process, { ...page, type: MEM_DECOMMIT });
      assert.throws(() => window.getUint32(0), /read/);
      // A hole in the middle leaves two.
      await native.NtFreeVirtualMemory(process, { ...page, type: MEM_RELEASE });
      assert.equal((await basic(process, PLACE + PAGE_SIZE)).state, memory.MEM_FREE);
      assert.equal((await basic(process, PLACE + 2 * PAGE_SIZE)).allocationBase, PLACE);
      const top = { ...any, type: MEM_RESERVE | memory.MEM_TOP_DOWN };
      const { address: high } = await native.NtAllocateVirtualMemory(process, top);
      assert.equal(high, USER_LIMIT - GRANULARITY);
    });
  });

  test('each wrong argument has its status', async () => {
    await inClient(async (process) => {
      const allocate = async (more: object) =>
        statusOf(await native.NtAllocateVirtualMemory(process, { ...any, ...more }));
      const { address } = await native.NtAllocateVirtualMemory(process, any);
      const cases: [string, object][] = [
        ['STATUS_INVALID_HANDLE', { process: 0 }],
        ['STATUS_INVALID_PARAMETER_3', { zeroBits: 22 }],
        ['STATUS_INVALID_PARAMETER_4', { length: 0 }],
        ['STATUS_INVALID_PARAMETER_2', { address: USER_LIMIT - PAGE_SIZE, length: 2 * PAGE_SIZE }],
        ['STATUS_INVALID_PARAMETER_5', { type: 1 }],
        ['STATUS_INVALID_PARAMETER_5', { type: memory.MEM_RESET | MEM_COMMIT }],
        ['STATUS_INVALID_PAGE_PROTECTION', { protect: 3 }],
        ['STATUS_CONFLICTING_ADDRESSES', { address, type: MEM_RESERVE }],
        ['STATUS_CONFLICTING_ADDRESSES', { address: PLACE, type: MEM_COMMIT }],
      ];
      for (const [status, more] of cases) assert.equal(await allocate(more), status);
      const free = async (more: object) =>
        statusOf(
          await native.NtFreeVirtualMemory(process, {
            ...own,
            address,
            length: 0,
            type: MEM_RELEASE,
            ...more,
          }),
        );
      assert.equal(await free({ type: 0 }), 'STATUS_INVALID_PARAMETER_4');
      assert.equal(await free({ address: PLACE }), 'STATUS_MEMORY_NOT_ALLOCATED');
      assert.equal(await free({ length: 2 * PAGE_SIZE }), 'STATUS_UNABLE_TO_FREE_VM');
      const protect = async (more: object) =>
        statusOf(
          await native.NtProtectVirtualMemory(process, {
            ...own,
            address,
            length: 1,
            protect: PAGE_READONLY,
            ...more,
          }),
        );
      assert.equal(await protect({ protect: 0 }), 'STATUS_INVALID_PAGE_PROTECTION');
      assert.equal(await protect({ address: PLACE }), 'STATUS_CONFLICTING_ADDRESSES');
      assert.equal(await protect({ length: 0 }), 'STATUS_INVALID_PARAMETER_3');
      const query = async (more: object) =>
        statusOf(
          await native.NtQueryVirtualMemory(process, {
            ...own,
            address,
            class: 0,
            length: 28,
            ...more,
          }),
        );
      assert.equal(await query({ class: 1 }), 'STATUS_INVALID_INFO_CLASS');
      assert.equal(await query({ length: 27 }), 'STATUS_INFO_LENGTH_MISMATCH');
      assert.equal(await query({ address: USER_LIMIT }), 'STATUS_INVALID_PARAMETER');
      const read = { ...own, address: PLACE, length: 4, buffer: address };
      assert.equal(
        statusOf(await native.NtReadVirtualMemory(process, read)),
        'STATUS_PARTIAL_COPY',
      );
      assert.equal(
        statusOf(await native.NtReadVirtualMemory(process, { ...read, buffer: PLACE })),
        'STATUS_ACCESS_VIOLATION',
      );
    });
  });

  test('two processes map a section onto the same frames, and read and write each other', async () => {
    const other = nativeImage(async (process) => {
      const opened = await native.NtOpenSection(process, { ...section, name: '\\Shared' });
      const mapped = await native.NtMapViewOfSection(process, {
        ...view,
        section: opened.handle,
      });
      const window = process.thread.window(mapped.address, mapped.length, true);
      window.setUint32(4, window.getUint32(0) + 1);
      return 0;
    });
    await inClient(
      async (process) => {
        const named = { ...section, name: '\\Shared' };
        const { handle } = await native.NtCreateSection(process, named);
        const mapped = await native.NtMapViewOfSection(process, { ...view, section: handle });
        const window = process.thread.window(mapped.address, mapped.length, true);
        window.setUint32(0, 41);
        const child = await native.NtCreateProcess(process, {
          image: 'other.exe',
          commandLine: '',
        });
        await native.NtWaitForSingleObject(process, {
          handle: child.handle,
          alertable: false,
          timeout: -50_000_000,
        });
        assert.equal(window.getUint32(4), 42);
        await native.NtClose(process, { handle });
        assert.equal(window.getUint32(4), 42, 'a view keeps its section');
        const wrong: [string, object][] = [
          ['STATUS_INVALID_HANDLE', { section: 0 }],
          ['STATUS_INVALID_PARAMETER_8', { inherit: 0 }],
          ['STATUS_INVALID_PARAMETER_4', { zeroBits: 22 }],
          ['STATUS_MAPPED_ALIGNMENT', { offset: PAGE_SIZE }],
          ['STATUS_INVALID_PAGE_PROTECTION', { protect: 0 }],
        ];
        for (const [status, more] of wrong)
          assert.equal(
            statusOf(await native.NtMapViewOfSection(process, { ...view, ...more })),
            status,
          );
        const gone = { ...own, address: mapped.address };
        assert.equal(
          statusOf(
            await native.NtFreeVirtualMemory(process, { ...gone, length: 0, type: MEM_RELEASE }),
          ),
          'STATUS_UNABLE_TO_DELETE_SECTION',
        );
        await native.NtUnmapViewOfSection(process, gone);
        assert.throws(() => window.getUint32(4), /read/);
        assert.equal(
          statusOf(await native.NtUnmapViewOfSection(process, gone)),
          'STATUS_NOT_MAPPED_VIEW',
        );
        const bad: [string, object][] = [
          ['STATUS_INVALID_PARAMETER_6', { allocation: 0 }],
          ['STATUS_NOT_SUPPORTED', { allocation: memory.SEC_IMAGE }],
          ['STATUS_INVALID_PAGE_PROTECTION', { protect: memory.PAGE_NOACCESS }],
          ['STATUS_INVALID_PARAMETER_4', { size: 0 }],
          ['STATUS_SECTION_TOO_BIG', { size: 2 ** 40 }],
        ];
        for (const [status, more] of bad)
          assert.equal(
            statusOf(await native.NtCreateSection(process, { ...section, ...more })),
            status,
          );
        const readOnly = { ...section, protect: PAGE_READONLY };
        const { handle: ro } = await native.NtCreateSection(process, readOnly);
        assert.equal(
          statusOf(await native.NtMapViewOfSection(process, { ...view, section: ro })),
          'STATUS_SECTION_PROTECTION',
        );
        const long = { ...view, section: ro, protect: PAGE_READONLY, length: 3 * PAGE_SIZE };
        assert.equal(
          statusOf(await native.NtMapViewOfSection(process, long)),
          'STATUS_INVALID_VIEW_SIZE',
        );
        assert.equal(
          statusOf(await native.NtExtendSection(process, { section: ro, size: PAGE_SIZE })),
          'STATUS_SECTION_NOT_EXTENDED',
        );
      },
      { 'other.exe': other },
    );
  });

  test('VADs against a list of pages', () => {
    const step = fc.record({
      pages: fc.integer({ min: 1, max: 40 }),
      at: fc.nat(60),
      cut: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const vads = new VadMap();
        const model = new Map<number, number>();
        for (const [turn, { pages, at, cut }] of steps.entries()) {
          const place = VIRTUAL_BASE + at * GRANULARITY;
          const address = turn % 3 === 0 ? place : 0;
          const vad = vads.reserve(address, pages * PAGE_SIZE, { protect: 4, view: undefined });
          const taken = (start: number) =>
            Array.from({ length: pages }, (_, i) => start + i * PAGE_SIZE).some((p) =>
              model.has(p),
            );
          if (!vad) assert.isTrue(taken(place));
          else {
            assert.isFalse(taken(vad.start));
            for (let p = vad.start; p < vad.end; p += PAGE_SIZE) model.set(p, vad.base);
          }
          const victim = vads.find(place);
          if (victim && turn % 2 === 0) {
            const start = Math.min(victim.start + cut * PAGE_SIZE, victim.end - PAGE_SIZE);
            const end = Math.min(start + pages * PAGE_SIZE, victim.end);
            vads.release(victim, start, end);
            for (let p = start; p < end; p += PAGE_SIZE) model.delete(p);
          }
          const all = [...vads].flatMap(({ start, end, base }) =>
            Array.from({ length: (end - start) / PAGE_SIZE }, (_, i) => [
              start + i * PAGE_SIZE,
              base,
            ]),
          );
          assert.deepEqual(
            all,
            [...model].sort(([a], [b]) => a - b),
          );
        }
      }),
    );
  });

  test('an MDL: pieces join at borders of pages, parts hold their own pages, locks come back', () => {
    const pieces = [
      { address: 0x1e00, length: 0x200 },
      { address: 0x5000, length: 0x1000 },
      { address: 0x9200, length: 0x200 },
    ];
    assert.deepEqual(segmentsOf(pieces), [
      { byteOffset: 0xe00, byteCount: 0x1200, pages: [0x1000, 0x5000] },
      { byteOffset: 0x200, byteCount: 0x200, pages: [0x9000] },
    ]);
    let locked = 0;
    const count = (list: readonly { length: number }[]) =>
      list.reduce((sum, { length }) => sum + length, 0);
    const mm = {
      lockPages: (list: typeof pieces) => (locked += count(list)),
      unlockPages: (list: typeof pieces) => (locked -= count(list)),
    };
    const mdl = new Mdl(mm as never, pieces, 'toDevice');
    const part = mdl.partial(0x100, 0x200);
    assert.deepEqual(part.pieces, [
      { address: 0x1f00, length: 0x100 },
      { address: 0x5000, length: 0x100 },
    ]);
    assert.deepEqual([part.allows(true), part.allows(false)], [true, false]);
    mdl.release();
    assert.equal(locked, 0x200);
    part.release();
    part.release();
    assert.equal(locked, 0);
  });
});
