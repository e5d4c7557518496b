/**
 * The kernel under test, without the user library: one instance over a memory of its own, with the
 * messages written and the results read where layout.ts says they are.
 *
 * Threads are TCBs only: the test is the code of whichever thread the kernel says runs now.
 *
 *   const k = await startKernel();
 *   const ep = k.make(seL4_EndpointObject);
 *   const t = k.thread({ priority: 100 });
 *   k.enter(SysRecv, ep)          a system call of the current thread; the new current thread
 *   k.invoke(cptr, label, args)   an invocation of the current thread: { error, words }
 */
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';

export interface KernelExports {
  boot(ramBytes: number, kernelBytes: number, processors: number): number;
  enter(cpu: number, syscall: number, cptr: number, info: number): number;
  invoke(cpu: number, cptr: number, info: number): number;
  schedule(cpu: number): number;
  tick(cpu: number): number;
  irq(cpu: number, line: number): void;
  fault(cpu: number, kind: number, w0: number, w1: number, w2: number): number;
  mark(cpu: number, own: number, kind: number, a: number, b: number, c: number): void;
  hold(cpu: number): number;
  letGo(cpu: number): void;
  processorOnline(cpu: number): void;
  processorOffline(cpu: number, victim: number): void;
  counter(index: number): number;
  ipcBuffer(tcb: number): number;
  resolveVSpace(cpu: number, cptr: number): number;
}

export interface Reply {
  readonly error: number;
  readonly words: number[];
}

export interface ThreadOptions {
  priority?: number;
  mcp?: number;
  faultHandler?: number;
  cspace?: number;
  vspace?: number;
  /** Default: a buffer of its own. */
  buffer?: boolean;
  affinity?: number;
  resume?: boolean;
}

export interface TestThread {
  readonly cap: number;
  readonly tcb: number;
}

const MEGABYTE = 1 << 20;
let compiled: Promise<WebAssembly.Module> | undefined;

export function compile(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compileStreaming(fetch('/build/kernel.wasm'));
  return compiled;
}

let pooled: WebAssembly.Memory | undefined;

/** A fresh kernel. The memory is the same each time, so only one kernel lives at once. */
export async function startKernel(
  module?: WebAssembly.Module,
  processors?: number,
): Promise<TestKernel> {
  pooled ??= new WebAssembly.Memory({ initial: 256, maximum: 1024, shared: true });
  new Uint8Array(pooled.buffer).fill(0);
  return new TestKernel(pooled, await instantiateOver(pooled, module), undefined, processors);
}

export async function instantiateOver(
  memory: WebAssembly.Memory,
  module?: WebAssembly.Module,
): Promise<KernelExports> {
  const instance = await WebAssembly.instantiate(module ?? (await compile()), { env: { memory } });
  return instance.exports as unknown as KernelExports;
}

export function makeInfo(label: number, extraCaps: number, length: number): number {
  return (label << 12) | (extraCaps << 7) | length;
}

export class TestKernel {
  readonly root: number;
  readonly words: Uint32Array;
  cpu = 0;
  #nextSlot: number;
  readonly #untyped: number;

  readonly memory: WebAssembly.Memory;
  readonly kernel: KernelExports;

  /** Without `root`, boots; with it, joins a kernel that runs already. */
  constructor(
    memory: WebAssembly.Memory,
    kernel: KernelExports,
    root?: number,
    processors: number = abi.MAX_PROCESSORS,
  ) {
    this.memory = memory;
    this.kernel = kernel;
    this.words = new Uint32Array(memory.buffer);
    this.root = root ?? kernel.boot(32 * MEGABYTE, 16 * MEGABYTE, processors);
    this.#nextSlot = this.bootInfo(layout.BOOTINFO_EMPTY_START);
    this.#untyped = this.untypedSlot(false, 21);
  }

  // ---- Memory

  u32(address: number): number {
    return this.words[address >>> 2]!;
  }

  setU32(address: number, value: number): void {
    this.words[address >>> 2] = value;
  }

  bootInfo(field: number): number {
    return this.u32(this.bootInfoFrame() + field);
  }

  bootInfoFrame(): number {
    return this.frameAddress(abi.seL4_CapBootInfoFrame);
  }

  /** Capability slot of an untyped of at least so many bits. */
  untypedSlot(device: boolean, bits: number): number {
    const start = this.bootInfo(layout.BOOTINFO_UNTYPED_START);
    const end = this.bootInfo(layout.BOOTINFO_UNTYPED_END);
    for (let slot = start; slot < end; slot++) {
      const at =
        this.bootInfoFrame() +
        layout.BOOTINFO_UNTYPED_LIST +
        (slot - start) * layout.BOOTINFO_UNTYPED_SIZE;
      const flags = this.u32(at + 4);
      if (flags >>> 8 === (device ? 1 : 0) && (flags & 255) >= bits) return slot;
    }
    throw new Error('no such untyped');
  }

  /** Address of slot `index` of the root CNode. */
  slotAddress(index: number): number {
    return this.rootCNode() + index * layout.SLOT_SIZE;
  }

  rootCNode(): number {
    return (this.u32(this.root + layout.TCB_CTABLE) & ~15) >>> 0;
  }

  capWords(index: number): [number, number] {
    const at = this.slotAddress(index);
    return [this.u32(at), this.u32(at + 4)];
  }

  capType(index: number): number {
    return this.capWords(index)[0] & 15;
  }

  object(index: number): number {
    return (this.capWords(index)[0] & ~15) >>> 0;
  }

  frameAddress(index: number): number {
    return (this.capWords(index)[0] & ~0xfff) >>> 0;
  }

  // ---- The current thread

  current(cpu = this.cpu): number {
    return this.u32(layout.NODES + cpu * layout.NODE_SIZE + layout.NODE_CURRENT);
  }

  setMR(tcb: number, index: number, value: number): void {
    if (index < abi.seL4_MsgRegisters) this.setU32(tcb + layout.TCB_MR + index * 4, value);
    else this.setU32(this.kernel.ipcBuffer(tcb) + (abi.IPCBUF_MSG + index) * 4, value);
  }

  getMR(tcb: number, index: number): number {
    if (index < abi.seL4_MsgRegisters) return this.u32(tcb + layout.TCB_MR + index * 4);
    return this.u32(this.kernel.ipcBuffer(tcb) + (abi.IPCBUF_MSG + index) * 4);
  }

  setBufferWord(tcb: number, word: number, value: number): void {
    this.setU32(this.kernel.ipcBuffer(tcb) + word * 4, value);
  }

  getBufferWord(tcb: number, word: number): number {
    return this.u32(this.kernel.ipcBuffer(tcb) + word * 4);
  }

  badge(tcb: number): number {
    return this.u32(tcb + layout.TCB_BADGE);
  }

  info(tcb: number): number {
    return this.u32(tcb + layout.TCB_INFO);
  }

  label(tcb: number): number {
    return this.info(tcb) >>> 12;
  }

  length(tcb: number): number {
    return this.info(tcb) & 127;
  }

  state(tcb: number): number {
    return this.u32(tcb + layout.TCB_STATE);
  }

  /** Does something as another processor. */
  as<T>(cpu: number, work: () => T): T {
    const before = this.cpu;
    this.cpu = cpu;
    try {
      return work();
    } finally {
      this.cpu = before;
    }
  }

  message(args: readonly number[], caps: readonly number[]): void {
    const tcb = this.current();
    args.forEach((value, i) => this.setMR(tcb, i, value));
    caps.forEach((cap, i) => this.setBufferWord(tcb, abi.IPCBUF_CAPS + i, cap));
  }

  /** A system call of the current thread with a message. Returns who runs now. */
  enter(
    syscall: number,
    cptr = 0,
    label = 0,
    args: readonly number[] = [],
    caps: readonly number[] = [],
  ): number {
    this.message(args, caps);
    return this.kernel.enter(this.cpu, syscall, cptr, makeInfo(label, caps.length, args.length));
  }

  invokeRaw(cptr: number, label: number, args: readonly number[], caps: readonly number[]): number {
    this.message(args, caps);
    return this.kernel.invoke(this.cpu, cptr, makeInfo(label, caps.length, args.length));
  }

  invoke(
    cptr: number,
    label: number,
    args: readonly number[] = [],
    caps: readonly number[] = [],
  ): Reply {
    const tcb = this.current();
    const disposition = this.invokeRaw(cptr, label, args, caps);
    if (disposition < 0) throw new Error('not invoked');
    const words = Array.from({ length: this.length(tcb) }, (_, i) => this.getMR(tcb, i));
    return { error: this.label(tcb), words };
  }

  /** An invocation that must succeed. */
  ok(
    cptr: number,
    label: number,
    args: readonly number[] = [],
    caps: readonly number[] = [],
  ): number[] {
    const reply = this.invoke(cptr, label, args, caps);
    if (reply.error) throw new Error(`label ${label}: error ${reply.error} [${reply.words}]`);
    return reply.words;
  }

  // ---- Objects

  freeSlot(): number {
    return this.#nextSlot++;
  }

  retype(
    untyped: number,
    type: number,
    sizeBits: number,
    offset: number,
    count = 1,
    root = abi.seL4_CapInitThreadCNode,
  ): Reply {
    return this.invoke(untyped, abi.UntypedRetype, [type, sizeBits, 0, 0, offset, count], [root]);
  }

  make(type: number, sizeBits = 0, untyped = this.#untyped): number {
    const slot = this.freeSlot();
    const reply = this.retype(untyped, type, sizeBits, slot);
    if (reply.error) throw new Error(`Retype: error ${reply.error} [${reply.words}]`);
    return slot;
  }

  /** CNode method on a slot of the root CNode. */
  onSlot(label: number, slot: number, rest: number[] = [], caps: number[] = []): Reply {
    return this.invoke(abi.seL4_CapInitThreadCNode, label, [slot, 32, ...rest], caps);
  }

  copy(source: number, rights = abi.seL4_AllRights): number {
    const dest = this.freeSlot();
    const reply = this.onSlot(abi.CNodeCopy, dest, [source, 32, rights], [2]);
    if (reply.error) throw new Error(`Copy: error ${reply.error}`);
    return dest;
  }

  mint(source: number, badge: number, rights = abi.seL4_AllRights): number {
    const dest = this.freeSlot();
    const reply = this.onSlot(abi.CNodeMint, dest, [source, 32, rights, badge], [2]);
    if (reply.error) throw new Error(`Mint: error ${reply.error}`);
    return dest;
  }

  delete(slot: number): Reply {
    return this.onSlot(abi.CNodeDelete, slot);
  }

  revoke(slot: number): Reply {
    return this.onSlot(abi.CNodeRevoke, slot);
  }

  /** A thread of the root's CSpace and VSpace, resumed unless told otherwise. */
  thread(options: ThreadOptions = {}): TestThread {
    const cap = this.make(abi.seL4_TCBObject);
    const frame = this.make(abi.seL4_X86_4K);
    const cspace = options.cspace ?? abi.seL4_CapInitThreadCNode;
    const vspace = options.vspace ?? abi.seL4_CapInitThreadVSpace;
    const address = options.buffer === false ? 0 : 0x1000_0000;
    const args = [options.faultHandler ?? 0, 0, 0, address];
    this.ok(cap, abi.TCBConfigure, args, [cspace, vspace, frame]);
    const priorities = [options.mcp ?? 0, options.priority ?? 0];
    this.ok(cap, abi.TCBSetSchedParams, priorities, [abi.seL4_CapInitThreadTCB]);
    if (options.affinity !== undefined) this.ok(cap, abi.TCBSetAffinity, [options.affinity]);
    if (options.resume !== false) this.ok(cap, abi.TCBResume);
    return { cap, tcb: this.object(cap) };
  }

  counter(index: number): number {
    return this.kernel.counter(index);
  }
}
