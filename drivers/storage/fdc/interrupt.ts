/**
 * Interrupt 6: taking what the chip has to say, and waiting for it.
 *
 *   fdcServiceRoutine    quiets the chip by reading its result bytes, or by SENSE INTERRUPT
 *   waitForChip          until something arrived; false when the time is up
 *
 * A lost interrupt costs a slice of the wait: the chip's status is looked at after each. The
 * interrupt thread never meets a half-written command: it runs only while the main thread waits.
 * Source: 82077AA datasheet, "Interrupts", "SENSE INTERRUPT STATUS".
 */
import {
  KeClearEvent,
  type KInterrupt,
  KeInsertQueueDpc,
  KeWaitForSingleObject,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { Controller } from './controller.ts';
import { readByte, readResult, readStatus, writeByte } from './handshake.ts';
import {
  CMD_SENSE_INTERRUPT,
  DOR,
  MSR_BUSY,
  MSR_DIO,
  MSR_RQM,
  ST0_CODE,
  ST0_INVALID,
  ST0_POLLING,
} from './registers.ts';

const UNITS = 4;
/** Interrupts in a row without anything to collect. */
const PATIENCE = 32;
/** Microseconds between looks at the chip's status. */
const SLICE = 300_000;

export function fdcServiceRoutine(interrupt: KInterrupt, controller: Controller): boolean {
  if (!collect(controller)) {
    if (interrupt.unclaimed >= PATIENCE) silence(controller);
    return false;
  }
  KeInsertQueueDpc(controller.dpc);
  return true;
}

/** A chip that interrupts and says nothing is held in reset, which lets go of its line. */
function silence(controller: Controller): void {
  WRITE_PORT_UCHAR(controller.ports, DOR, 0);
  controller.ready = false;
}

/** Forgets what came before: call ahead of the command that is to be waited for. */
export function expectChip(controller: Controller, sense: boolean): void {
  KeClearEvent(controller.done);
  controller.awaitsSense = sense;
  controller.arrived = false;
  controller.result = [];
  controller.senses = [];
}

export async function waitForChip(controller: Controller, timeout: number): Promise<boolean> {
  for (let left = timeout; left > 0; left -= SLICE) {
    const slice = Math.min(left, SLICE);
    const status = await KeWaitForSingleObject(controller.done, slice);
    if (controller.arrived) return true;
    if (status === Status.STATUS_TIMEOUT && wasLost(controller)) return true;
  }
  return false;
}

function wasLost(controller: Controller): boolean {
  if (!collect(controller)) return false;
  controller.lostInterrupts++;
  return true;
}

/** Whether the chip had something to say. */
function collect(controller: Controller): boolean {
  const phase = readStatus(controller) & (MSR_RQM | MSR_DIO | MSR_BUSY);
  if (phase === (MSR_RQM | MSR_DIO | MSR_BUSY)) {
    controller.result = readResult(controller);
    controller.arrived ||= !controller.awaitsSense;
    return true;
  }
  return phase === MSR_RQM && collectSenses(controller);
}

/** One for a seek; four after a reset. The chip tells "nothing" with one byte, not two. */
function collectSenses(controller: Controller): boolean {
  let some = false;
  for (let count = 0; count < UNITS; count++) {
    if (!writeByte(controller, CMD_SENSE_INTERRUPT)) break;
    const st0 = readByte(controller);
    if (st0 === undefined || st0 === ST0_INVALID) break;
    const pcn = readByte(controller);
    if (pcn === undefined) break;
    controller.senses.push({ st0, pcn });
    some = true;
    if ((st0 & ST0_CODE) !== ST0_POLLING) break;
  }
  controller.arrived ||= some && controller.awaitsSense;
  return some;
}
