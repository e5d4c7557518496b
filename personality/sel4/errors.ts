/**
 * What this library throws at a process: page faults, and broken rules of the caller.
 *
 * Errors that a process causes carry `status`, the NTSTATUS that the processor puts into the
 * exception message when nobody catches them; an uncaught page fault is a VMFault message
 * (fault.ts).
 */
import { VMFAULT_PRESENT, VMFAULT_USER, VMFAULT_WRITE } from '../../kernel-as/abi.ts';
import { freezeClass } from './intrinsics.ts';
import type { VMFault } from './types.ts';

export const STATUS_ACCESS_VIOLATION = 0xc0000005;
export const STATUS_IO_TIMEOUT = 0xc00000b5;
/** For an uncaught exception that carries no status. */
export const STATUS_UNKNOWN_EXCEPTION = 0xe0000001;

class PageFault extends Error implements VMFault {
  override readonly name = 'VMFault' as const;
  readonly status = STATUS_ACCESS_VIOLATION;
  readonly address: number;
  readonly write: boolean;
  readonly errorCode: number;
  /** What the message to the fault handler says, whatever becomes of the properties. */
  readonly #fault: readonly [address: number, code: number];

  constructor(address: number, write: boolean, present: boolean) {
    super(`${write ? 'write to' : 'read from'} 0x${(address >>> 0).toString(16)}`);
    this.address = address >>> 0;
    this.write = write;
    const bits = (present ? VMFAULT_PRESENT : 0) | (write ? VMFAULT_WRITE : 0);
    this.errorCode = VMFAULT_USER | bits;
    this.#fault = [this.address, this.errorCode];
  }

  /** By the private field: only what was made here has it, and asking runs nobody's code. */
  static of(error: unknown): readonly [address: number, code: number] | undefined {
    return typeof error === 'object' && error !== null && #fault in error
      ? error.#fault
      : undefined;
  }
}

freezeClass(PageFault);

/** `present`: it is the rights that forbid the access. */
export function vmFault(address: number, write: boolean, present: boolean): VMFault {
  return new PageFault(address, write, present);
}

export function isVMFault(error: unknown): error is VMFault {
  return PageFault.of(error) !== undefined;
}

/** Address and error code of a page fault, undefined for other exceptions. Never throws. */
export const pageFaultOf = (error: unknown) => PageFault.of(error);

/** The caller broke a rule of the interface: a bug in it, never the result of bad input. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

freezeClass(RuleError);

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
