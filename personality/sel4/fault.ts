/**
 * How a thread's entry function ends, as the fault that the processor raises for it.
 *
 *   returned           UserException EXCEPTION_RETURNED
 *   threw              UserException EXCEPTION_UNCAUGHT, with the exception's status
 *   threw a VMFault    VMFault: the access that nobody caught
 *   there is none      VMFault: nothing can be executed at REG_IP
 *   never goes on      UserException EXCEPTION_UNCAUGHT, STATUS_IO_TIMEOUT
 *
 * Manual: section 6.2 (fault messages).
 */
import {
  EXCEPTION_RETURNED,
  EXCEPTION_UNCAUGHT,
  VMFAULT_FETCH,
  VMFAULT_USER,
  seL4_UserException,
  seL4_VMFault,
} from '../../kernel-as/abi.ts';
import { STATUS_IO_TIMEOUT, pageFaultOf, statusOf } from './errors.ts';

/** A fault as the kernel is told of it: see fault() in kernel-as/index.ts. */
export interface Fault {
  readonly kind: number;
  readonly words: readonly [number, number, number];
}

/** The entry function returned. */
export const RETURNED: Fault = { kind: seL4_UserException, words: [EXCEPTION_RETURNED, 0, 0] };

/** The entry function neither goes on nor ends: STATUS_TIMEOUT would be no error. */
export const STUCK: Fault = {
  kind: seL4_UserException,
  words: [EXCEPTION_UNCAUGHT, STATUS_IO_TIMEOUT, 0],
};

/** The entry function ended with an exception. */
export function faultOf(error: unknown): Fault {
  const pageFault = pageFaultOf(error);
  if (pageFault) return { kind: seL4_VMFault, words: [pageFault[0], 0, pageFault[1]] };
  return { kind: seL4_UserException, words: [EXCEPTION_UNCAUGHT, statusOf(error), 0] };
}

/** There is no such entry function. */
export function noEntry(ip: number): Fault {
  return { kind: seL4_VMFault, words: [ip, 1, VMFAULT_USER | VMFAULT_FETCH] };
}
