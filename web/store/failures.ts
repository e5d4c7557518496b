/**
 * What went wrong with the browser's storage, in words, and waiting that ends.
 *
 *   describeFailure(error)          any error as a StoreError; a StoreError as it is
 *   silence()                       a `timeout` StoreError
 *   reasonOf(error)                 the same in a few words, to stand behind "not kept:"
 *   isDenied(error)                 the browser gives this page no storage, whoever asks
 *   withTimeout(promise, ms)        the promise, or a `timeout` StoreError
 *
 * Source: the error names of Web IDL and of IndexedDB 3.0 §5.
 */

import { StoreError, type StoreErrorCode } from './errors.ts';

const SENTENCES: Record<string, [StoreErrorCode, string]> = {
  QuotaExceededError: ['quota', 'This browser has no room left to keep the disk.'],
  SecurityError: ['unavailable', 'This browser does not let the page keep disks.'],
  NotAllowedError: ['unavailable', 'This browser does not let the page keep disks.'],
  InvalidStateError: ['unavailable', 'This browser closed its storage; disks are not kept now.'],
  UnknownError: ['unavailable', "This browser's storage does not work at the moment."],
  VersionError: ['unavailable', 'The kept disks were written by a newer version of this page.'],
  NotFoundError: ['corrupt', 'The storage of this page is damaged: its table of disks is gone.'],
  DataError: ['corrupt', 'The storage of this page is damaged: a key cannot be read.'],
  NotReadableError: ['corrupt', 'The storage of this page is damaged: a value cannot be read.'],
};

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

export function describeFailure(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const known = SENTENCES[nameOf(error)];
  if (known) return new StoreError(known[0], known[1], error);
  return new StoreError(
    'failed',
    'The disk could not be kept; what was kept before is intact.',
    error,
  );
}

const DENIALS = new Set(['SecurityError', 'NotAllowedError']);

/** Chromium says it as an UnknownError, with these words alone. */
const CHROMIUM_DENIAL = /denied permission/i;

export function isDenied(error: unknown): boolean {
  const { code, cause } = describeFailure(error);
  if (code !== 'unavailable') return false;
  if (cause === undefined || DENIALS.has(nameOf(cause))) return true;
  return cause instanceof DOMException && CHROMIUM_DENIAL.test(cause.message);
}

export function silence(): StoreError {
  return new StoreError('timeout', "This browser's storage does not answer.");
}

const REASONS: Partial<Record<StoreErrorCode, string>> = {
  quota: "this browser's storage is full",
  timeout: "this browser's storage does not answer",
  unavailable: 'this browser does not keep disks now',
  'read-only': 'another tab has taken it',
};

export function reasonOf(error: unknown): string {
  const { code } = describeFailure(error);
  return REASONS[code] ?? "this browser's storage refuses it";
}

export async function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(silence());
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
