/** Page tables and frames: mapping, rights, errors in order, and what deletion undoes. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;
const VADDR = 0x0800_3000;
const RW = abi.seL4_CanRead | abi.seL4_CanWrite;

suite('kernel: VSpace', () => {
  let k: TestKernel;
  let pd: number;
  let pt: number;
  let frame: number;
  setup(async () => {
    k = await startKernel();
    pd = k.make(abi.seL4_X86_PageDirectoryObject);
    pt = k.make(abi.seL4_X86_PageTableObject);
    const ram = k.make(abi.seL4_UntypedObject, 20, k.untypedSlot(true, 24));
    frame = k.make(abi.seL4_X86_4K, 0, ram);
  });
  teardown(() => assertInvariants(k));

  const map = (cap: number, vaddr = VADDR, rights = RW, root = pd) =>
    k.invoke(cap, abi.X86PageMap, [vaddr, rights, 0], [root]);
  const mapTable = (cap = pt, vaddr = VADDR, root = pd) =>
    k.invoke(cap, abi.X86PageTableMap, [vaddr, 0], [root]);
  /** The page table entry as the user library finds it, 0 if there is no table. */
  const entry = (vaddr = VADDR, root = pd) => {
    const table = k.u32(k.frameAddress(root) + (vaddr >>> 22) * 4);
    if (!(table & layout.PTE_PRESENT)) return 0;
    return k.u32(((table & ~0xfff) >>> 0) + ((vaddr >>> 12) & 1023) * 4);
  };
  const flags = layout.PTE_PRESENT | layout.PTE_USER;

  test('a frame of RAM is entered with its physical address and DEVICE', () => {
    assert.equal(mapTable().error, 0);
    assert.equal(map(frame).error, 0);
    const [paddr] = k.ok(frame, abi.X86PageGetAddress);
    assert.equal(entry(), paddr! | flags | layout.PTE_WRITABLE | layout.PTE_DEVICE);
    k.ok(frame, abi.X86PageUnmap);
    assert.equal(entry(), 0);
    k.ok(frame, abi.X86PageUnmap);
  });

  test('a frame of kernel memory is entered without DEVICE', () => {
    mapTable();
    const page = k.make(abi.seL4_X86_4K);
    assert.equal(map(page).error, 0);
    assert.equal(entry(), k.frameAddress(page) | flags | layout.PTE_WRITABLE);
  });

  test('mapping again at the same address changes the rights', () => {
    mapTable();
    map(frame);
    assert.equal(map(frame, VADDR, abi.seL4_CanRead).error, 0);
    assert.equal(entry() & layout.PTE_WRITABLE, 0);
    assert.equal(map(frame, VADDR, abi.seL4_CanWrite).error, 0);
    assert.equal(entry() & (layout.PTE_USER | layout.PTE_WRITABLE), 0, 'no write-only pages');
    assert.equal(map(frame).error, 0);
    assert.equal(entry() & layout.PTE_WRITABLE, layout.PTE_WRITABLE);
  });

  test('a read-only capability cannot be mapped for writing', () => {
    mapTable();
    const readOnly = k.copy(frame, abi.seL4_CanRead);
    assert.equal(map(readOnly).error, 0);
    assert.equal(entry() & layout.PTE_WRITABLE, 0);
  });

  test('Page_Map: errors in order', () => {
    assert.equal(k.invoke(frame, abi.X86PageMap, [1, 1], [pd]).error, abi.seL4_TruncatedMessage);
    assert.deepEqual(map(frame, 1, RW, NODE), { error: abi.seL4_InvalidCapability, words: [1] });
    const kernel = map(frame, 0xe000_0000);
    assert.deepEqual(kernel, { error: abi.seL4_InvalidArgument, words: [0] });
    assert.equal(map(frame, VADDR + 4).error, abi.seL4_AlignmentError);
    const missing = { error: abi.seL4_FailedLookup, words: [0, abi.seL4_MissingCapability, 22] };
    assert.deepEqual(map(frame), missing);
    mapTable();
    map(frame);
    assert.deepEqual(map(frame, VADDR + 4096), { error: abi.seL4_InvalidArgument, words: [0] });
    const other = k.make(abi.seL4_X86_PageDirectoryObject);
    const elsewhere = map(frame, VADDR, RW, other);
    assert.deepEqual(elsewhere, { error: abi.seL4_InvalidCapability, words: [1] });
    assert.equal(map(k.make(abi.seL4_X86_4K)).error, abi.seL4_DeleteFirst);
    assert.equal(k.invoke(frame, abi.TCBSuspend).error, abi.seL4_IllegalOperation);
  });

  test('PageTable_Map: errors in order', () => {
    const noRoot = mapTable(pt, VADDR, frame);
    assert.deepEqual(noRoot, { error: abi.seL4_InvalidCapability, words: [1] });
    assert.equal(mapTable(pt, 0xf000_0000).error, abi.seL4_InvalidArgument);
    assert.equal(mapTable().error, 0);
    assert.deepEqual(mapTable(), { error: abi.seL4_InvalidCapability, words: [0] });
    const second = k.make(abi.seL4_X86_PageTableObject);
    assert.equal(mapTable(second).error, abi.seL4_DeleteFirst);
    const copy = k.onSlot(abi.CNodeCopy, k.freeSlot(), [second, 32, 15], [NODE]);
    assert.equal(copy.error, abi.seL4_IllegalOperation, 'unmapped tables cannot be copied');
    const mapped = k.copy(pt);
    assert.equal(k.invoke(pt, abi.X86PageTableUnmap).error, abi.seL4_RevokeFirst);
    k.delete(mapped);
    assert.equal(k.invoke(pt, abi.X86PageTableUnmap).error, 0);
  });

  test('unmapping a table unmaps what it held, for good', () => {
    mapTable();
    map(frame);
    k.ok(pt, abi.X86PageTableUnmap);
    assert.equal(entry(), 0);
    mapTable();
    assert.equal(entry(), 0);
    assert.equal(map(frame).error, 0, 'the frame may be mapped there again');
    assert.notEqual(entry(), 0);
  });

  test('deleting a frame capability unmaps its own mapping and no other', () => {
    mapTable();
    map(frame);
    const copy = k.copy(frame);
    assert.equal(map(copy, VADDR + 4096).error, 0);
    k.delete(copy);
    assert.equal(entry(VADDR + 4096), 0);
    assert.notEqual(entry(), 0);
    k.delete(frame);
    assert.equal(entry(), 0);
  });

  test('deleting the last capability to a table unmaps it', () => {
    mapTable();
    map(frame);
    const copy = k.copy(pt);
    k.delete(copy);
    assert.notEqual(entry(), 0, 'one is left');
    k.delete(pt);
    assert.equal(entry(), 0);
    assert.equal(k.u32(k.frameAddress(pd) + (VADDR >>> 22) * 4), 0);
  });

  test('a directory that has gone frees its frames, and stale mappings touch nothing new', () => {
    const block = k.make(abi.seL4_UntypedObject, 12);
    const root = k.make(abi.seL4_X86_PageDirectoryObject, 0, block);
    mapTable(pt, VADDR, root);
    assert.equal(map(frame, VADDR, RW, root).error, 0);
    assert.equal(k.kernel.resolveVSpace(0, root), k.frameAddress(root));
    k.revoke(block);
    assert.equal(k.kernel.resolveVSpace(0, root), 0);
    assert.equal(k.retype(block, abi.seL4_CapTableObject, 8, root, 1).error, 0);
    k.ok(root, abi.CNodeCopy, [(VADDR >>> 22) / 4, 8, frame, 32, 15], [NODE]);
    k.ok(frame, abi.X86PageUnmap);
    assert.equal(mapTable(pt).error, abi.seL4_InvalidCapability, 'still says mapped');
    k.ok(pt, abi.X86PageTableUnmap);
    assert.equal(mapTable(pt).error, 0);
    assert.equal(entry(), 0, 'what it mapped there is gone');
    assert.equal(map(frame).error, 0);
  });

  test('resolveVSpace: only a page directory', () => {
    assert.equal(k.kernel.resolveVSpace(0, abi.seL4_CapInitThreadVSpace), layout.HEAP_BASE);
    assert.equal(k.kernel.resolveVSpace(0, NODE), 0);
    assert.equal(k.kernel.resolveVSpace(0, 0xffff_ffff), 0);
  });
});
