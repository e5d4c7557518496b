/**
 * Bytes to and from the chip: each waits for RQM with the right direction, for a bounded time.
 *
 *   writeByte(controller, value)    false: the chip does not take it
 *   readByte(controller)            undefined: the chip has none
 *   writeCommand(controller, bytes) all of them, or false
 *   readResult(controller)          up to ten bytes, until the chip is not busy any more
 *   query(controller, bytes)        a command that answers at once, without an interrupt
 *
 * RQM may stay low for 250 microseconds between two bytes. How often a port can be read in that
 * time depends on where the hardware runs, so the bound is a time *and* a number of reads; the
 * number alone ends the wait where time stands still.
 * Source: 82077AA datasheet, "Main Status Register".
 */
import { KeQueryTime, READ_PORT_UCHAR, WRITE_PORT_UCHAR } from '../../../personality/wdm/index.ts';
import type { Controller } from './controller.ts';
import { FIFO, MSR, MSR_BUSY, MSR_DIO, MSR_RQM } from './registers.ts';

const PATIENCE = 5_000;
const FEW_READS = 50;
const MANY_READS = 20_000;
const LONGEST_RESULT = 10;

export function readStatus(controller: Controller): number {
  return READ_PORT_UCHAR(controller.ports, MSR);
}

/** The main status once RQM is up; 0 where it never is. */
function waitForRequest(controller: Controller): number {
  const start = KeQueryTime(controller.driver);
  for (let reads = 0; reads < MANY_READS; reads++) {
    const status = readStatus(controller);
    if (status & MSR_RQM) return status;
    if (reads > FEW_READS && KeQueryTime(controller.driver) - start > PATIENCE) return 0;
  }
  return 0;
}

export function writeByte(controller: Controller, value: number): boolean {
  if ((waitForRequest(controller) & (MSR_RQM | MSR_DIO)) !== MSR_RQM) return false;
  WRITE_PORT_UCHAR(controller.ports, FIFO, value);
  return true;
}

export function readByte(controller: Controller): number | undefined {
  if (!(waitForRequest(controller) & MSR_DIO)) return undefined;
  return READ_PORT_UCHAR(controller.ports, FIFO);
}

export function writeCommand(controller: Controller, bytes: readonly number[]): boolean {
  return bytes.every((byte) => writeByte(controller, byte));
}

export function readResult(controller: Controller): number[] {
  const bytes: number[] = [];
  while (bytes.length < LONGEST_RESULT) {
    const status = waitForRequest(controller) & (MSR_DIO | MSR_BUSY);
    if (status !== (MSR_DIO | MSR_BUSY)) break;
    bytes.push(READ_PORT_UCHAR(controller.ports, FIFO));
  }
  return bytes;
}

/** The result bytes; none where the chip does not answer, and its state is unknown then. */
export function query(controller: Controller, bytes: readonly number[]): number[] {
  const result = writeCommand(controller, bytes) ? readResult(controller) : [];
  if (result.length === 0) controller.ready = false;
  return result;
}
