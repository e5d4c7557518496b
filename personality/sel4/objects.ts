/**
 * The kernel's objects, as a snapshot shows them: every slot of every CSpace, what threads wait
 * for, endpoints, page tables. No registers, no messages, no page of a process.
 *
 *   objectsIn(words)   the address of the root CNode, then pieces of kernel memory, one behind the
 *                      other: address, count, the words; zeros are left out
 *
 * All of it is found from the CSpace of the first processor's thread, which is the root task's:
 * what no original capability there leads to has none. To be called while nobody is in the kernel.
 */
import { IRQ_LINES } from '../../kernel-as/abi.ts';
import {
  CAP_CNODE,
  CAP_ENDPOINT,
  CAP_NOTIFICATION,
  CAP_PAGE_DIRECTORY,
  CAP_PAGE_TABLE,
  CAP_THREAD,
  IRQ_NODE,
  NODES,
  NODE_CURRENT,
  SLOT_NEXT,
  SLOT_SIZE,
  TCB_CTABLE,
  TCB_REGISTERS,
  TCB_SLOTS,
  TCB_STATE,
} from '../../kernel-as/layout.ts';

/** In the word of the next slot: Retype made it, or a new badge. */
const ORIGINAL = 1;
const PAGE = 4096;

export function objectsIn(words: Int32Array): number[] {
  const pieces: number[] = [];
  let end = 1;
  const word = (address: number): number => (words[address >>> 2] as number) >>> 0;

  function copy(first: number, bytes: number): void {
    /** Where the count of the piece is that is being written; 0: none is. */
    let head = 0;
    for (let address = first; address < first + bytes; address += 4) {
      const value = word(address);
      if (value === 0) head = 0;
      else {
        if (head === 0) {
          pieces[end] = address;
          head = end + 1;
          pieces[head] = 0;
          end += 2;
        }
        pieces[head] = (pieces[head] as number) + 1;
        pieces[end++] = value;
      }
    }
  }

  function slots(first: number, count: number): void {
    copy(first, count * SLOT_SIZE);
    for (let i = 0; i < count; i++) object(first + i * SLOT_SIZE);
  }

  /** Of untypeds, frames, lines and ports the capability says all. */
  function object(slot: number): void {
    if ((word(slot + SLOT_NEXT) & ORIGINAL) === 0) return;
    const cap = word(slot);
    const type = cap & 15;
    const address = cap - type;
    if (type === CAP_CNODE) {
      // The root task's own is being copied already.
      if (address !== root) slots(address, 1 << (word(slot + 4) & 31));
    } else if (type === CAP_THREAD) {
      copy(address + TCB_STATE, TCB_REGISTERS - TCB_STATE);
      slots(address, TCB_SLOTS);
    } else if (type === CAP_ENDPOINT || type === CAP_NOTIFICATION) copy(address, SLOT_SIZE);
    else if (type === CAP_PAGE_DIRECTORY || type === CAP_PAGE_TABLE) copy(cap - (cap % PAGE), PAGE);
  }

  const space = word(NODES + NODE_CURRENT) + TCB_CTABLE;
  const root = word(space) - (word(space) & 15);
  pieces[0] = root;
  slots(root, 1 << (word(space + 4) & 31));
  slots(IRQ_NODE, IRQ_LINES);
  return pieces;
}
