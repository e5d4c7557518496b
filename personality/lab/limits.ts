/** Programs that try what they may not. */
import type { NtProcess } from '../ntdll/process.ts';
import { seL4_X86_IOPort_In8 } from '../sel4/invocations-x86.ts';
import { PortError } from '../sel4/port-error.ts';
import { numberIn } from './words.ts';

/** Below every image, heap and buffer: nothing is ever mapped there. */
const NOWHERE = 0x1000;

/** The kernel's error number; 0, which never is, if it was let through. */
export function port(process: NtProcess, [number, slot]: readonly string[]): Promise<number> {
  try {
    seL4_X86_IOPort_In8(process.thread, numberIn(slot), numberIn(number, 16));
    return Promise.resolve(0);
  } catch (error) {
    if (error instanceof PortError) return Promise.resolve(error.error);
    throw error;
  }
}

/** Ends by a fault, with the process. */
export function wild({ thread }: NtProcess): Promise<number> {
  return Promise.resolve(thread.window(NOWHERE, 4, false).getUint32(0));
}
