/**
 * Raising: an exception whose filters run before anything is unwound.
 *
 *   RtlRaiseException(seh, options)   returns where a filter says EXCEPTION_CONTINUE_EXECUTION
 *   RtlRaiseStatus(seh, status)       never returns: its record is noncontinuable
 *   RtlAddVectoredExceptionHandler    asked before all frames of the process
 *
 * `throw` works as well, and is what code without a `seh` does; it is an exception of the engine
 * then: the innermost frame catches it, and only there the filters run.
 */
import { dispatch } from './dispatch.ts';
import { Exception, type Filter, type Seh, type VectoredHandler } from './frames.ts';
import { EXCEPTION_NONCONTINUABLE, type RaiseOptions, SehException } from './record.ts';

export async function RtlRaiseException(seh: Seh, options: RaiseOptions): Promise<void> {
  // Made before anything is awaited: its stack is that of whoever raised.
  const error = new SehException(options);
  const exception = await dispatch(seh.frame, new Exception(error.record, error));
  if (exception) throw exception.thrown;
}

export async function RtlRaiseStatus(seh: Seh, status: number, detail?: string): Promise<never> {
  const options = { code: status, flags: EXCEPTION_NONCONTINUABLE, detail };
  const error = new SehException(options);
  const exception = await dispatch(seh.frame, new Exception(error.record, error));
  throw exception?.thrown ?? error;
}

/** `first`: before those that are there. Answers what RtlRemoveVectoredExceptionHandler takes. */
export function RtlAddVectoredExceptionHandler(
  seh: Seh,
  first: boolean,
  handler: Filter,
): VectoredHandler {
  const entry: VectoredHandler = { handler };
  const { vectored } = seh.frame.base;
  if (first) vectored.unshift(entry);
  else vectored.push(entry);
  return entry;
}

/** Whether it was there. One that is not called yet for the exception at hand is not called. */
export function RtlRemoveVectoredExceptionHandler(seh: Seh, entry: VectoredHandler): boolean {
  const { vectored } = seh.frame.base;
  const index = vectored.indexOf(entry);
  if (index >= 0) vectored.splice(index, 1);
  return index >= 0;
}
