/** HalMakeBeep of the made-up Executive (fake-executive.ts): the speaker of its machine. */
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Machine } from '../../web/machine/types.ts';

/** `ports`: the driver's resources. */
export function makeBeep(
  machine: Machine,
  ports: readonly (readonly [number, number])[] | undefined,
  frequency: number,
): { status: number } {
  if (!ports?.some(([first]) => first === 0x61)) return { status: Status.STATUS_ACCESS_DENIED };
  const rest = machine.in8(0x61) & ~3;
  machine.out8(0x61, rest);
  if (frequency === 0) return { status: 0 };
  const count = Math.round(1_193_182 / frequency);
  machine.out8(0x43, 0xb6);
  machine.out8(0x42, count & 0xff);
  machine.out8(0x42, count >>> 8);
  machine.out8(0x61, rest | 3);
  return { status: 0 };
}
