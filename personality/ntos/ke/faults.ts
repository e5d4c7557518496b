/**
 * Faults of threads, as the kernel reports them at the fault endpoint.
 *
 * The first thread's return is the end of its process with status 0; another thread's return is the
 * end of that thread. Everything
 * else ends the process, with the fault's NTSTATUS. The faulting thread is never answered: it stops
 * where it is.
 *
 *   faultStatus(label, register)   the status that a fault message stands for; undefined: the entry
 *   function returned
 *
 * Messages: seL4 manual, chapter 6.2 (fault message layouts).
 */
import {
  EXCEPTION_RETURNED,
  EXCEPTION_UNCAUGHT,
  seL4_UserException,
  seL4_VMFault,
} from '../../sel4/index.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_ERROR } from '../../rtl/status.ts';

// Message registers of a UserException: IP, SP, FLAGS, number, code.
const EXCEPTION_NUMBER = 3;
const EXCEPTION_CODE = 4;
// Of a VMFault: IP, address, is instruction, status.
const FAULT_IS_INSTRUCTION = 2;

export function faultStatus(label: number, register: (index: number) => number) {
  if (label === seL4_VMFault) {
    const fetches = register(FAULT_IS_INSTRUCTION) !== 0;
    // Where nothing can be executed, the image has no such entry.
    return fetches ? Status.STATUS_INVALID_IMAGE_FORMAT : Status.STATUS_ACCESS_VIOLATION;
  }
  if (label !== seL4_UserException) return Status.STATUS_UNHANDLED_EXCEPTION;
  const number = register(EXCEPTION_NUMBER);
  if (number === EXCEPTION_RETURNED) return undefined;
  const code = register(EXCEPTION_CODE) >>> 0;
  return number === EXCEPTION_UNCAUGHT && NT_ERROR(code) && code < 0xd0000000
    ? code
    : Status.STATUS_UNHANDLED_EXCEPTION;
}
