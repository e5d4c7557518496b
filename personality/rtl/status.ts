/**
 * NTSTATUS: what a number means for who gets it, and as an exception. The numbers are in
 * ntstatus.ts, words in statustext.ts.
 */
import * as Status from './ntstatus.ts';

/** Success or information. */
export function NT_SUCCESS(status: number): boolean {
  return status >>> 31 === 0;
}

export function NT_WARNING(status: number): boolean {
  return status >>> 30 === 2;
}

export function NT_ERROR(status: number): boolean {
  return status >>> 30 === 3;
}

const notKept: ReadonlySet<number> = new Set([
  Status.STATUS_DISK_QUOTA_EXCEEDED,
  Status.STATUS_TRANSACTION_ABORTED,
  Status.STATUS_TRANSACTION_TIMED_OUT,
]);

/**
 * A flush came as far as the medium, and no further: whoever holds the disk has all of it, but
 * where disks are kept it is not safe.
 */
export function isNotKept(status: number): boolean {
  return notKept.has(status >>> 0);
}

/** Everything is on the medium, kept or not: the disk may be taken out. */
export function isOnMedium(status: number): boolean {
  return NT_SUCCESS(status) || isNotKept(status);
}

const notSupported: ReadonlySet<number> = new Set([
  Status.STATUS_INVALID_DEVICE_REQUEST,
  Status.STATUS_NOT_SUPPORTED,
  Status.STATUS_NOT_IMPLEMENTED,
]);

/** What drivers answer to a request that they do not know. */
export function isNotSupported(status: number): boolean {
  return notSupported.has(status >>> 0);
}

/** `0xC0000034` */
export function hexOf(status: number): string {
  return `0x${(status >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** How exceptions say their status: in words where the program has them. */
let describe = (status: number): string => `NTSTATUS ${hexOf(status)}`;

export function describeWith(text: (status: number) => string): void {
  describe = text;
}

/** For those who cannot know whether their program has the words. */
export function describeStatus(status: number): string {
  return describe(status);
}

/** An NTSTATUS as an exception (RtlRaiseStatus). The kernel's fault message carries `status`. */
export class NtException extends Error {
  readonly status: number;

  constructor(status: number, detail?: string) {
    super(detail ? `${detail}: ${describe(status)}` : describe(status));
    this.name = 'NtException';
    this.status = status >>> 0;
  }
}
