/**
 * FLUSH_BUFFERS: waits until what was written to a medium is kept for good.
 *
 * A real diskette holds what the head wrote. In this machine the keeper stands behind the drives:
 * asked by a port write, it interrupts when the medium is safe where images are stored.
 *
 *   openKeeper(driver, ports, line)   throws NtException where the ports are not the driver's
 *   keepMedium(keeper, unit)          STATUS_DISK_QUOTA_EXCEEDED, STATUS_TRANSACTION_ABORTED,
 *                                     STATUS_TRANSACTION_TIMED_OUT
 *
 * None of the three says anything of the medium: it is written, and may be taken out
 * (rtl/status.ts, isNotKept).
 *
 * Source: the header of the machine's keeper: 3E0 write drive number; read bit 0 busy, bit 7
 * failed, bit 6 for lack of room, bit 5 for lack of an answer; reading when not busy drops the
 * interrupt.
 */
import { SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DriverObject,
  HalMapIoPorts,
  IoConnectInterrupt,
  type KDpc,
  KeClearEvent,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeMutex,
  KeInsertQueueDpc,
  KeReleaseMutex,
  KeSetEvent,
  type KEvent,
  KeWaitForSingleObject,
  type KInterrupt,
  type KMutex,
  type NTSTATUS,
  type PortRange,
  READ_PORT_UCHAR,
  waitForHardware,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';

const BUSY = 0x01;
const FAILED = 0x80;
const NO_ROOM = 0x40;
const NO_ANSWER = 0x20;
/** No device there: an undriven bus. */
const ABSENT = 0xff;
/** Twice this is still less than the Executive gives an IRP. */
const PATIENCE = { total: 9_000_000, slice: 1_000_000 };

export interface Keeper {
  readonly ports: PortRange;
  readonly lock: KMutex;
  readonly done: KEvent;
  readonly dpc: KDpc;
  /** The last answer; undefined while none came. */
  answer: number | undefined;
  interrupt: KInterrupt | undefined;
}

export async function openKeeper(
  driver: DriverObject,
  ports: readonly [number, number],
  line: number,
): Promise<Keeper | undefined> {
  const range = await HalMapIoPorts(driver, ports[0], ports[1]);
  if (READ_PORT_UCHAR(range, 0) === ABSENT) return undefined;
  const done = KeInitializeEvent(driver, SynchronizationEvent, false);
  const keeper: Keeper = {
    ports: range,
    lock: KeInitializeMutex(driver),
    done,
    dpc: KeInitializeDpc(driver, () => KeSetEvent(done), undefined),
    answer: undefined,
    interrupt: undefined,
  };
  keeper.interrupt = await IoConnectInterrupt(driver, {
    line,
    serviceRoutine: keeperServiceRoutine,
    context: keeper,
  });
  return keeper;
}

function keeperServiceRoutine(_interrupt: KInterrupt, keeper: Keeper): boolean {
  if (keeper.answer !== undefined || !takeAnswer(keeper)) return false;
  KeInsertQueueDpc(keeper.dpc);
  return true;
}

function takeAnswer(keeper: Keeper): boolean {
  const status = READ_PORT_UCHAR(keeper.ports, 0);
  if (status & BUSY) return false;
  keeper.answer = status;
  return true;
}

export async function keepMedium(keeper: Keeper, unit: number): Promise<NTSTATUS> {
  await KeWaitForSingleObject(keeper.lock);
  const status = await ask(keeper, unit);
  KeReleaseMutex(keeper.lock);
  return status;
}

/**
 * A keeper that is still busy with a request given up would ignore this one: its end comes first.
 */
async function ask(keeper: Keeper, unit: number): Promise<NTSTATUS> {
  if (READ_PORT_UCHAR(keeper.ports, 0) & BUSY) {
    keeper.answer = undefined;
    await waitForAnswer(keeper);
    if (keeper.answer === undefined) return Status.STATUS_TRANSACTION_TIMED_OUT;
  }
  KeClearEvent(keeper.done);
  keeper.answer = undefined;
  WRITE_PORT_UCHAR(keeper.ports, 0, unit);
  return waitForAnswer(keeper);
}

async function waitForAnswer(keeper: Keeper): Promise<NTSTATUS> {
  const answer = await waitForHardware(keeper.done, PATIENCE, () => {
    if (keeper.answer === undefined) takeAnswer(keeper);
    return keeper.answer;
  });
  return answer === undefined ? Status.STATUS_TRANSACTION_TIMED_OUT : statusOf(answer);
}

function statusOf(answer: number): NTSTATUS {
  if (!(answer & FAILED)) return Status.STATUS_SUCCESS;
  if (answer & NO_ROOM) return Status.STATUS_DISK_QUOTA_EXCEEDED;
  const silent = (answer & NO_ANSWER) !== 0;
  return silent ? Status.STATUS_TRANSACTION_TIMED_OUT : Status.STATUS_TRANSACTION_ABORTED;
}
