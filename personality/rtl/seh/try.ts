/**
 * Guarded bodies: try/except and try/finally.
 *
 *   tryExcept(seh, body, filter, handler)   what the body resolves to, or the handler
 *   tryFinally(seh, body, handler)          what the body resolves to; the handler ran in any case
 *   GetExceptionCode(exception)             in a filter or handler
 *   GetExceptionInformation(exception)      in a filter alone
 *   AbnormalTermination(termination)        in a finally handler
 *
 * The body is given a `seh` of its own, for everything inside of it; filters and handlers use the
 * one around. A body's `return` is C's `__leave`: it ends normally.
 */
import * as Status from '../ntstatus.ts';
import { NtException } from '../status.ts';
import { arrive } from './dispatch.ts';
import { type Awaitable, type Exception, type Filter, Frame, type Seh } from './frames.ts';
import { EXCEPTION_COLLIDED_UNWIND, type ExceptionRecord } from './record.ts';

/** NT's EXCEPTION_POINTERS. What stands for the machine's context is the JavaScript exception. */
export interface ExceptionPointers {
  readonly exceptionRecord: ExceptionRecord;
  readonly thrown: unknown;
}

/** How a body ended, for its finally handler. */
export interface Termination {
  /** The exception that unwinds it. */
  readonly exception: Exception | undefined;
}

export function GetExceptionCode(exception: Exception): number {
  return exception.record.code;
}

/** Only while a filter runs: later the place where it was raised is gone. */
export function GetExceptionInformation(exception: Exception): ExceptionPointers {
  if (exception.asked === 0)
    throw new NtException(Status.STATUS_INVALID_PARAMETER, 'GetExceptionInformation in no filter');
  return { exceptionRecord: exception.record, thrown: exception.thrown };
}

/** Whether the body was left by an exception. */
export function AbnormalTermination(termination: Termination): boolean {
  return termination.exception !== undefined;
}

/** `filter` may be a constant, such as EXCEPTION_EXECUTE_HANDLER. */
export async function tryExcept<T, H = T>(
  seh: Seh,
  body: (seh: Seh) => Awaitable<T>,
  filter: Filter | number,
  handler: (exception: Exception) => Awaitable<H>,
): Promise<T | H> {
  const ask = typeof filter === 'number' ? (): number => filter : filter;
  const frame = new Frame(seh.frame, undefined, ask);
  let exception: Exception;
  try {
    return await body(frame);
  } catch (thrown) {
    exception = await arrive(frame, thrown);
  } finally {
    frame.active = false;
  }
  if (exception.target !== frame) throw exception.thrown;
  return handler(exception);
}

export async function tryFinally<T>(
  seh: Seh,
  body: (seh: Seh) => Awaitable<T>,
  handler: (termination: Termination) => Awaitable<void>,
): Promise<T> {
  const frame = new Frame(seh.frame);
  let exception: Exception | undefined;
  let result: T | undefined;
  try {
    result = await body(frame);
  } catch (thrown) {
    exception = await arrive(frame, thrown);
  } finally {
    frame.active = false;
  }
  if (exception) await unwind(seh.frame, exception, handler);
  else await handler({ exception });
  return result as T;
}

/** Runs a finally handler for an exception, which then goes on; or another one in its place. */
async function unwind(
  outer: Frame,
  exception: Exception,
  handler: (termination: Termination) => Awaitable<void>,
): Promise<never> {
  try {
    await handler({ exception });
  } catch (thrown) {
    const collided = await arrive(outer, thrown);
    collided.record.flags |= EXCEPTION_COLLIDED_UNWIND;
    throw collided.thrown;
  }
  throw exception.thrown;
}
