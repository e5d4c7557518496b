/**
 * Commands: reset and set-up of the chip, and commands that end with an interrupt.
 *
 *   resetController(controller)            any state -> ready; STATUS_IO_DEVICE_ERROR if it is dead
 *   execute(drive, bytes, timeout)         a command with a result phase
 *   executeSeek(drive, bytes, anyDisk)     SEEK or RECALIBRATE
 *   setRate(drive, rate)                   data rate, step times, recording mode
 *   changeLine(drive)                      DSKCHG: only with the motor on
 *
 * A step clears the change line, and a write is done to whatever disk there is. So the line is
 * looked at last of all before a command begins: STATUS_MEDIA_CHANGED, and nothing has moved.
 *
 * A time-out leaves the chip in the middle of something: it is reset before the next command.
 * Source: 82077AA datasheet, "Reset", "CONFIGURE", "SPECIFY", "PERPENDICULAR MODE".
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type NTSTATUS,
  READ_PORT_UCHAR,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import type { Controller, Drive, Sense } from './controller.ts';
import { writeCommand } from './handshake.ts';
import { expectChip, waitForChip } from './interrupt.ts';
import {
  CCR,
  CMD_CONFIGURE,
  CMD_PERPENDICULAR,
  CMD_SPECIFY,
  DIR,
  DIR_DSKCHG,
  DOR,
  DOR_DMA_GATE,
  DOR_NOT_RESET,
  RATE_1M,
  ST0_CODE,
  ST0_POLLING,
  ST0_UNIT,
  TIMEOUT_RESET,
  TIMEOUT_SEEK,
} from './registers.ts';
import { isResult } from './status.ts';

/** FIFO on with a threshold of 8 bytes, drive polling off, no implied seeks. */
const CONFIGURATION = 0x17;
/** Writable D bits. */
const PERPENDICULAR_OW = 0x80;

/**
 * SPECIFY by rate code: step rate and head unload in the first byte, head load and DMA in the
 * second. Units depend on the rate; all mean steps of 3-4 ms, loading in 16 ms, unloading in 240 ms
 * or as long as can be said.
 */
const specify: readonly (readonly [number, number])[] = [
  [0xdf, 8 << 1],
  [0xef, 5 << 1],
  [0xef, 4 << 1],
  [0xaf, 16 << 1],
];

export interface Answer {
  readonly status: NTSTATUS;
  /** ST0 ST1 ST2 C H R N. */
  readonly result: readonly number[];
}

/** DOR as `dor` says, with the chip running. */
export function writeDor(controller: Controller): void {
  WRITE_PORT_UCHAR(controller.ports, DOR, controller.dor | DOR_NOT_RESET | DOR_DMA_GATE);
}

export async function resetController(controller: Controller): Promise<NTSTATUS> {
  controller.ready = false;
  controller.rate = -1;
  for (const drive of controller.drives) drive.cylinder = undefined;
  WRITE_PORT_UCHAR(controller.ports, DOR, controller.dor | DOR_DMA_GATE);
  expectChip(controller, true);
  writeDor(controller);
  const told = await waitForChip(controller, TIMEOUT_RESET);
  const polled = controller.senses.some(({ st0 }) => (st0 & ST0_CODE) === ST0_POLLING);
  if (!told || !polled) return Status.STATUS_IO_DEVICE_ERROR;
  if (!writeCommand(controller, [CMD_CONFIGURE, 0, CONFIGURATION, 0]))
    return Status.STATUS_IO_DEVICE_ERROR;
  controller.ready = true;
  return Status.STATUS_SUCCESS;
}

async function ensureReady(controller: Controller): Promise<NTSTATUS> {
  if (controller.interrupt?.masked) return Status.STATUS_IO_DEVICE_ERROR;
  return controller.ready ? Status.STATUS_SUCCESS : resetController(controller);
}

export function changeLine({ controller }: Drive): boolean {
  return (READ_PORT_UCHAR(controller.changePort, DIR) & DIR_DSKCHG) !== 0;
}

/** Sends a command and waits for its end. */
async function run(
  drive: Drive,
  bytes: readonly number[],
  timeout: number,
  sense: boolean,
  anyDisk = false,
): Promise<NTSTATUS> {
  const { controller } = drive;
  const status = await ensureReady(controller);
  if (status !== Status.STATUS_SUCCESS) return status;
  if (!anyDisk && changeLine(drive)) return Status.STATUS_MEDIA_CHANGED;
  expectChip(controller, sense);
  if (!writeCommand(controller, bytes)) {
    controller.ready = false;
    return Status.STATUS_IO_DEVICE_ERROR;
  }
  if (await waitForChip(controller, timeout)) return Status.STATUS_SUCCESS;
  controller.ready = false;
  return Status.STATUS_IO_TIMEOUT;
}

export async function execute(
  drive: Drive,
  bytes: readonly number[],
  timeout: number,
): Promise<Answer> {
  const { controller, unit } = drive;
  const status = await run(drive, bytes, timeout, false);
  const result = controller.result;
  if (status !== Status.STATUS_SUCCESS) return { status, result: [] };
  if (isResult(result, unit)) return { status, result };
  controller.ready = false;
  return { status: Status.STATUS_FLOPPY_BAD_REGISTERS, result: [] };
}

/**
 * What SENSE INTERRUPT said of the drive; undefined with a failure status. `anyDisk`: the head
 * moves whatever the change line says.
 */
export async function executeSeek(
  drive: Drive,
  bytes: readonly number[],
  anyDisk: boolean,
): Promise<{ status: NTSTATUS; sense: Sense | undefined }> {
  const { controller, unit } = drive;
  const status = await run(drive, bytes, TIMEOUT_SEEK, true, anyDisk);
  if (status !== Status.STATUS_SUCCESS) return { status, sense: undefined };
  const sense = controller.senses.find(({ st0 }) => (st0 & ST0_UNIT) === unit);
  return { status: sense ? status : Status.STATUS_FLOPPY_BAD_REGISTERS, sense };
}

/** The chip is set up only where it is not so already. */
export async function setRate(drive: Drive, rate: number): Promise<NTSTATUS> {
  const { controller, unit } = drive;
  const status = await ensureReady(controller);
  if (status !== Status.STATUS_SUCCESS) return status;
  if (controller.rate === rate && controller.rateUnit === unit) return status;
  WRITE_PORT_UCHAR(controller.changePort, CCR, rate);
  const vertical = rate === RATE_1M ? 1 << (unit + 2) : 0;
  const taken =
    writeCommand(controller, [CMD_SPECIFY, ...specify[rate]!]) &&
    writeCommand(controller, [CMD_PERPENDICULAR, PERPENDICULAR_OW | vertical]);
  controller.ready = taken;
  controller.rate = taken ? rate : -1;
  controller.rateUnit = unit;
  return taken ? status : Status.STATUS_IO_DEVICE_ERROR;
}
