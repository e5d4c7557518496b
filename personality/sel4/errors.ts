/**
 * What this library throws: page faults, failed port accesses, broken rules of the caller.
 *
 * Errors that a process causes carry `status`, the NTSTATUS that the processor puts into the exception message when
 * nobody catches them (see processor.ts).
 */
import type { VMFault } from './types.ts';

export const STATUS_ACCESS_VIOLATION = 0xc0000005;
export const STATUS_PRIVILEGED_INSTRUCTION = 0xc0000096;

class PageFault extends Error implements VMFault {
  override readonly name = 'VMFault' as const;
  readonly status = STATUS_ACCESS_VIOLATION;
  readonly address: number;
  readonly write: boolean;

  constructor(address: number, write: boolean) {
    super(`${write ? 'write to' : 'read from'} 0x${(address >>> 0).toString(16)}`);
    this.address = address >>> 0;
    this.write = write;
  }
}

export function vmFault(address: number, write: boolean): VMFault {
  return new PageFault(address, write);
}

export function isVMFault(error: unknown): error is VMFault {
  return error instanceof PageFault;
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
