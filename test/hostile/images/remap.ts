/** A value whose conversion frees the page under the store, and has it allocated to another. */
import { callService } from '../../../personality/ntdll/call.ts';
import { PAGE_SIZE } from '../../../personality/rtl/layout.ts';
import { attacker, tries } from '../attack.ts';

export const image = attacker(async (process, found) => {
  const { thread } = process;
  const page = await callService(process, 'NtAllocateVirtualMemory', { length: PAGE_SIZE });
  const window = thread.window(page.address, PAGE_SIZE, true);
  const writes: [string, (value: number) => void][] = [
    ['setUint8', (value) => window.setUint8(0, value)],
    ['setUint16', (value) => window.setUint16(0, value)],
    ['setUint16 unaligned', (value) => window.setUint16(1, value)],
    ['setUint32', (value) => window.setUint32(0, value)],
    ['setInt32 unaligned', (value) => window.setInt32(3, value)],
    ['fill', (value) => window.fill(0, 64, value)],
  ];
  for (const [name, write] of writes) {
    // What can be seen from here: the conversion comes before the look-up of the page. The value
    // changes the page's first byte; if the store was prepared before, the order shows.
    let order = '';
    const value = {
      valueOf: () => ((order += window.getUint8(0) === 0x55 ? 'early ' : 'late '), 0x66),
    };
    window.fill(0, 64, 0x55);
    write(value as unknown as number);
    if (order !== 'early ') found.push(`${name} converted: ${order}`);
  }
  let freeing: unknown;
  const value = {
    valueOf() {
      freeing = callService(process, 'NtFreeVirtualMemory', { address: page.address });
      return 0x7777_7777;
    },
  };
  try {
    window.setUint32(0, value as unknown as number);
    found.push('a store went through though its thread was in a call');
  } catch {
    // The thread does not run now: refused.
  }
  await freeing;
  tries(found, 'the page is there after it was freed', () => window.getUint8(0));
});
