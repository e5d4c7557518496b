/**
 * HalMakeBeep: the speaker, which counter 2 of the clock's 8254 makes sound.
 *
 * Whoever can write the control word of counter 2 can stop the clock, so that the ports stay here.
 * A driver whose resources have port 61 may ask. What it leaves sounding ends with it.
 *
 *   registerSpeaker(executive, timer)   `timer`: the port capability of the 8254
 *                                       { processEnded(process) }
 *
 * Source: Intel 8254 datasheet, "Mode 3: square wave mode"; IBM AT technical reference, "Speaker".
 */
import * as Status from '../../rtl/ntstatus.ts';
import { seL4_X86_IOPort_In8, seL4_X86_IOPort_Out8 } from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { Process } from '../ps/types.ts';
import { assignedTo } from './grants.ts';
import type { HalNeeds } from './needs.ts';

const CONTROL = 0x43;
const COUNTER2 = 0x42;
/** Counter 2, low then high byte, mode 3, binary. */
const SQUARE_WAVE = 0xb6;
const GATES = 0x61;
/** The gate of counter 2, and the way to the cone. */
const ON = 0x03;
const TICKS_PER_SECOND = 1_193_182;
const LONGEST = 0xffff;
const SHORTEST = 2;

export function registerSpeaker(
  executive: HalNeeds,
  timer: CPtr,
): { processEnded(process: Process): void } {
  const { ke, hal, thread } = executive;
  let owner: Process | undefined;

  function mayUse(process: Process): boolean {
    return assignedTo(process).ports.some(
      ([first, count]) => GATES >= first && GATES < first + count,
    );
  }

  function off(gates: CPtr): number {
    const rest = seL4_X86_IOPort_In8(thread, gates, GATES) & ~ON;
    seL4_X86_IOPort_Out8(thread, gates, GATES, rest);
    return rest;
  }

  function on(gates: CPtr, count: number): void {
    const rest = off(gates);
    seL4_X86_IOPort_Out8(thread, timer, CONTROL, SQUARE_WAVE);
    seL4_X86_IOPort_Out8(thread, timer, COUNTER2, count & 0xff);
    seL4_X86_IOPort_Out8(thread, timer, COUNTER2, count >>> 8);
    seL4_X86_IOPort_Out8(thread, gates, GATES, rest | ON);
  }

  ke.register('HalMakeBeep', ({ process }, { frequency }) => {
    if (!mayUse(process)) return { status: Status.STATUS_ACCESS_DENIED };
    const gates = hal.lines.ports(GATES, 1);
    if (gates === 0) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    const count = Math.round(TICKS_PER_SECOND / frequency);
    if (frequency !== 0 && (count < SHORTEST || count > LONGEST))
      return { status: Status.STATUS_INVALID_PARAMETER };
    if (frequency === 0) off(gates);
    else on(gates, count);
    owner = frequency === 0 ? undefined : process;
    return { status: Status.STATUS_SUCCESS };
  });

  return {
    processEnded(process) {
      if (process !== owner) return;
      off(hal.lines.ports(GATES, 1));
      owner = undefined;
    },
  };
}
