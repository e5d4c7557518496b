/** RAM in the Executive's view: what is mapped, when, and what that leaves alone. */
import { assert } from 'chai';
import { X86PageGetAddress, X86PageMap } from '../../kernel-as/abi.ts';
import { makeFrames } from '../../personality/ntos/mm/frames.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { MessageInfo_get_label } from '../../personality/sel4/message.ts';
import type { BootInfo, Thread } from '../../personality/sel4/types.ts';

const SIZE_BITS = 20;
const PAGES = 2 ** SIZE_BITS / PAGE_SIZE;

/** A thread whose calls overwrite all of its registers, as the kernel's may. */
class Registers {
  readonly words = [0, 0, 0, 0];
  mapped = 0;

  getMR(index: number): number {
    return this.words[index]!;
  }

  setMR(index: number, value: number): void {
    if (index < this.words.length) this.words[index] = value;
  }

  setCap(): void {}

  invoke(_cptr: number, info: number): number {
    const label = MessageInfo_get_label(info);
    if (label === X86PageMap) this.mapped++;
    this.words.fill(label === X86PageGetAddress ? 0 : 0xdead);
    return 0;
  }

  window(): object {
    return {};
  }
}

type Parts = Parameters<typeof makeFrames>;

function framesOf(thread: Registers) {
  const untyped = [{ paddr: 0, sizeBits: SIZE_BITS, isDevice: true }];
  const info = { ramBytes: PAGES * PAGE_SIZE, untypedStart: 1, untyped, empty: [0, 0] };
  const slots = { allocateRange: () => 100 } as unknown as Parts[2];
  const store = { create: () => 7 } as unknown as Parts[3];
  return makeFrames(thread as unknown as Thread, info as unknown as BootInfo, slots, store);
}

suite('ntos/mm frames', () => {
  test('a page is mapped when it is first taken, and once', () => {
    const thread = new Registers();
    const frames = framesOf(thread);
    assert.equal(frames.slotOf(PAGES - 1), 100 + PAGES - 1);
    assert.equal(thread.mapped, 0);
    frames.see([3, 4]);
    frames.see([4, 5]);
    assert.equal(thread.mapped, 3);
  });

  test('an answer that is being written meanwhile is left as it was', () => {
    const thread = new Registers();
    const frames = framesOf(thread);
    const answer = [0xc0000005, 2, 0xffffffff, 4];
    answer.forEach((word, index) => thread.setMR(index, word));
    frames.see([3, 4]);
    assert.deepEqual(thread.words, answer);
  });
});
