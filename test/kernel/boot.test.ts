/** Boot: what the root task starts with, and that the kernel keeps no state outside its memory. */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { compile, instantiateOver, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

suite('kernel: boot', () => {
  test('the root task runs on processor 0 with its first capabilities', async () => {
    const k = await startKernel();
    assert.notEqual(k.root, 0);
    assert.equal(k.current(), k.root);
    const expected: [number, number][] = [
      [abi.seL4_CapNull, layout.CAP_NULL],
      [abi.seL4_CapInitThreadTCB, layout.CAP_THREAD],
      [abi.seL4_CapInitThreadCNode, layout.CAP_CNODE],
      [abi.seL4_CapInitThreadVSpace, layout.CAP_PAGE_DIRECTORY],
      [abi.seL4_CapIRQControl, layout.CAP_IRQ_CONTROL],
      [abi.seL4_CapIOPortControl, layout.CAP_IOPORT_CONTROL],
      [abi.seL4_CapBootInfoFrame, layout.CAP_FRAME],
      [abi.seL4_CapInitThreadIPCBuffer, layout.CAP_FRAME],
      [abi.seL4_CapDomain, layout.CAP_DOMAIN],
    ];
    for (const [slot, type] of expected) assert.equal(k.capType(slot), type, `slot ${slot}`);
    assertInvariants(k);
  });

  test('the untypeds cover RAM once, none across the ISA line, and do not overlap', async () => {
    const k = await startKernel();
    const start = k.bootInfo(layout.BOOTINFO_UNTYPED_START);
    const end = k.bootInfo(layout.BOOTINFO_UNTYPED_END);
    const ranges: { from: number; to: number; device: boolean }[] = [];
    for (let i = 0; i < end - start; i++) {
      const at = k.bootInfoFrame() + layout.BOOTINFO_UNTYPED_LIST + i * 8;
      const size = 2 ** (k.u32(at + 4) & 255);
      const from = k.u32(at);
      assert.equal(from % size, 0, 'aligned to its size');
      ranges.push({ from, to: from + size, device: k.u32(at + 4) >>> 8 === 1 });
      assert.equal(k.capType(start + i), layout.CAP_UNTYPED);
    }
    const ram = ranges.filter((r) => r.device);
    assert.equal(
      ram.reduce((sum, r) => sum + r.to - r.from, 0),
      32 << 20,
    );
    assert.isTrue(ram.every((r) => r.to <= 16 << 20 || r.from >= 16 << 20));
    for (const list of [ram, ranges.filter((r) => !r.device)]) {
      list.sort((a, b) => a.from - b.from);
      for (let i = 1; i < list.length; i++) assert.isAtLeast(list[i]!.from, list[i - 1]!.to);
    }
    assert.equal(k.bootInfo(layout.BOOTINFO_EMPTY_START), end);
    assert.equal(k.bootInfo(layout.BOOTINFO_EMPTY_END), 1 << abi.ROOT_CNODE_BITS);
  });

  test('sizes out of range are refused', async () => {
    const memory = new WebAssembly.Memory({ initial: 256, maximum: 1024, shared: true });
    const kernel = await instantiateOver(memory);
    assert.equal(kernel.boot(32 << 20, 1 << 20, 1), 0, 'too little kernel memory');
    assert.equal(kernel.boot(32 << 20, 17 << 20, 1), 0, 'more than there is');
    assert.equal(kernel.boot((32 << 20) + 1, 16 << 20, 1), 0, 'not whole pages');
    assert.equal(kernel.boot(0x4000_0000, 16 << 20, 1), 0, 'too much RAM');
    assert.equal(kernel.boot(32 << 20, 16 << 20, 0), 0, 'no processor');
    assert.equal(kernel.boot(32 << 20, 16 << 20, abi.MAX_PROCESSORS + 1), 0, 'too many');
  });

  test('the module is small, and has no data and no mutable or exported global', async () => {
    const bytes = await (await fetch('/build/kernel.wasm')).arrayBuffer();
    assert.isBelow(bytes.byteLength, 64 << 10);
    const module = await compile();
    const kinds = WebAssembly.Module.exports(module).map((e) => e.kind);
    assert.isTrue(kinds.every((kind) => kind === 'function'));
    const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
    assert.deepEqual(imports, ['env.memory']);
    assert.deepEqual(
      sections(new Uint8Array(bytes)).filter((id) => id === 6 || id === 11),
      [],
    );
  });

  test('an offline processor and numbers out of range get nothing', async () => {
    const k = await startKernel();
    assert.equal(k.kernel.enter(1, abi.SysYield, 0, 0), 0);
    assert.equal(k.kernel.schedule(99), 0);
    assert.equal(k.kernel.invoke(31, abi.seL4_CapInitThreadTCB, 0), -1);
    k.kernel.irq(0, 4000);
    k.kernel.processorOnline(77);
    assert.equal(k.kernel.counter(1000), 0);
    assert.equal(k.current(), k.root);
  });
});

/**
 * Numbers of the module's sections (6: globals, 11: data), as the binary format chapter 5.5 has it.
 */
function sections(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    ids.push(bytes[at++]!);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return ids;
}
