/**
 * What this library throws: page faults, failed port accesses, broken rules of the caller.
 *
 * Errors that a process causes carry `status`, the NTSTATUS that the processor puts into the
 * exception message when nobody catches them; an uncaught page fault is a VMFault message
 * (fault.ts).
 */
import { VMFAULT_PRESENT, VMFAULT_USER, VMFAULT_WRITE } from '../../kernel-as/abi.ts';
import type { VMFault } from './types.ts';

export const STATUS_ACCESS_VIOLATION = 0xc0000005;
/** For an uncaught exception that carries no status. */
export const STATUS_UNKNOWN_EXCEPTION = 0xe0000001;
export const STATUS_PRIVILEGED_INSTRUCTION = 0xc0000096;

class PageFault extends Error implements VMFault {
  override readonly name = 'VMFault' as const;
  readonly status = STATUS_ACCESS_VIOLATION;
  readonly address: number;
  readonly write: boolean;
  readonly errorCode: number;

  constructor(address: number, write: boolean, present: boolean) {
    super(`${write ? 'write to' : 'read from'} 0x${(address >>> 0).toString(16)}`);
    this.address = address >>> 0;
    this.write = write;
    const bits = (present ? VMFAULT_PRESENT : 0) | (write ? VMFAULT_WRITE : 0);
    this.errorCode = VMFAULT_USER | bits;
  }
}

/** `present`: it is the rights that forbid the access. */
export function vmFault(address: number, write: boolean, present: boolean): VMFault {
  return new PageFault(address, write, present);
}

export function isVMFault(error: unknown): error is VMFault {
  return error instanceof PageFault;
}

/** Address and error code of a page fault, undefined for other exceptions. Never throws. */
export function pageFaultOf(error: unknown): [address: number, code: number] | undefined {
  try {
    return isVMFault(error) ? [error.address >>> 0, error.errorCode >>> 0] : undefined;
  } catch {
    // Something that a program has made after a page fault's pattern.
    return undefined;
  }
}

/** A port access that the kernel refused; `error` is the kernel's error number. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly status = STATUS_PRIVILEGED_INSTRUCTION;
  readonly port: number;
  readonly error: number;

  constructor(port: number, error: number) {
    super(`access to port 0x${port.toString(16)} refused: error ${error}`);
    this.port = port;
    this.error = error;
  }
}

/** The caller broke a rule of the interface: a bug in it, never the result of bad input. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

/** The status that an exception carries; reading it must not throw, whatever was thrown. */
export function statusOf(error: unknown): number {
  try {
    const status = (error as { status?: unknown } | null | undefined)?.status;
    if (typeof status === 'number') return status >>> 0;
  } catch {
    // A getter that throws carries no status.
  }
  return STATUS_UNKNOWN_EXCEPTION;
}
