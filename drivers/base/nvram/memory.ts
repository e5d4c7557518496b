/** The memory as the service routine and the main thread share it, and what its answers mean. */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type KDpc,
  KeInsertQueueDpc,
  type KEvent,
  type KInterrupt,
  type KMutex,
  type NTSTATUS,
  type PortRange,
  READ_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import { BUSY, COMMAND, FAILED, FOREIGN, NO_ANSWER, NO_ROOM } from './registers.ts';

export interface Memory {
  readonly ports: PortRange;
  readonly lock: KMutex;
  readonly done: KEvent;
  readonly dpc: KDpc;
  /** The last answer; undefined while none came. */
  answer: number | undefined;
}

export function memoryServiceRoutine(_interrupt: KInterrupt, memory: Memory): boolean {
  if (memory.answer !== undefined || !takeAnswer(memory)) return false;
  KeInsertQueueDpc(memory.dpc);
  return true;
}

/** Reading the status when it is not busy drops the interrupt. */
export function takeAnswer(memory: Memory): boolean {
  const status = READ_PORT_UCHAR(memory.ports, COMMAND);
  if (status & BUSY) return false;
  memory.answer = status;
  return true;
}

/** What could not be kept, and why; where it is another machine's, this one has a copy. */
export function statusOf(answer: number): NTSTATUS {
  if (!(answer & FAILED)) return Status.STATUS_SUCCESS;
  if (answer & FOREIGN) return Status.STATUS_SHARING_VIOLATION;
  if (answer & NO_ROOM) return Status.STATUS_DISK_QUOTA_EXCEEDED;
  const silent = (answer & NO_ANSWER) !== 0;
  return silent ? Status.STATUS_TRANSACTION_TIMED_OUT : Status.STATUS_TRANSACTION_ABORTED;
}
