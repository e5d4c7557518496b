/**
 * Dispatching: who handles an exception is found before anything is unwound.
 *
 *   dispatch(from, exception)   asks vectored handlers, then the frames from `from` outwards.
 *                               Undefined: the raise returns. Else the exception that is now on its
 *                               way: this one, or one that was raised while it was dispatched
 *   arrive(frame, thrown)       the same for what a frame has caught: it may be on its way already
 *
 * An exception that a filter lets out is dispatched from where the first one was raised: the frames
 * inside are asked about it too, with EXCEPTION_NESTED_CALL. A filter that always fails would go on
 * for ever, and in NT until the stack is used up: here STATUS_STACK_OVERFLOW ends it.
 */
import * as Status from '../ntstatus.ts';
import { recordOf } from './codes.ts';
import { type Asking, Exception, type Filter, Frame } from './frames.ts';
import {
  depthOf,
  EXCEPTION_CONTINUE_EXECUTION,
  EXCEPTION_CONTINUE_SEARCH,
  EXCEPTION_EXECUTE_HANDLER,
  EXCEPTION_NESTED_CALL,
  EXCEPTION_NONCONTINUABLE,
  EXCEPTION_UNWINDING,
  SehException,
} from './record.ts';

/** Exceptions in exceptions. */
const MOST_NESTED = 16;

function outermost(frame: Frame): Frame {
  let base = frame;
  while (base.outer) base = base.outer;
  return base;
}

/** From here on every frame up to the target lets it pass. */
function send(from: Frame, exception: Exception, target: Frame): Exception {
  exception.target = target;
  exception.record.flags &= ~EXCEPTION_NESTED_CALL;
  exception.record.flags |= EXCEPTION_UNWINDING;
  for (let frame: Frame | undefined = from; frame; frame = frame.outer) {
    frame.expect(exception);
    if (frame === target) break;
  }
  return exception;
}

/** What is on its way through one of these frames, made known to those inside. */
function known(from: Frame, thrown: unknown): Exception | undefined {
  for (let frame: Frame | undefined = from; frame; frame = frame.outer) {
    const exception = frame.expected(thrown);
    if (exception?.target) return send(from, exception, exception.target);
  }
  return undefined;
}

/** The dispatcher's own exception, such as STATUS_INVALID_DISPOSITION. */
function raisedIn(exception: Exception, code: number): Exception {
  const { record: nested } = exception;
  const error = new SehException({ code, flags: EXCEPTION_NONCONTINUABLE, nested });
  return new Exception(error.record, error);
}

/** What a filter answers, or the exception that it let out, on its way already. */
async function ask(
  from: Frame,
  of: Frame | undefined,
  filter: Filter,
  exception: Exception,
): Promise<number | Exception> {
  const inside = new Frame(from, undefined, undefined, { exception, of });
  exception.asked++;
  try {
    return await filter(exception, inside);
  } catch (thrown) {
    const flying = known(from, thrown) ?? (await dispatch(inside, caughtFrom(thrown)));
    return flying ?? EXCEPTION_CONTINUE_SEARCH;
  } finally {
    exception.asked--;
    inside.active = false;
  }
}

function caughtFrom(thrown: unknown): Exception {
  return new Exception(recordOf(thrown), thrown);
}

/** Those to be asked, in order: vectored handlers, then frames outwards. */
function* asked(from: Frame, exception: Exception): Generator<[Filter, Frame | undefined]> {
  const { vectored } = from.base;
  for (const entry of [...vectored]) if (vectored.includes(entry)) yield [entry.handler, undefined];
  let nestedUntil: Frame | undefined;
  for (let frame: Frame | undefined = from; frame; frame = frame.outer) {
    const asking: Asking | undefined = frame.asking;
    if (asking && frame.active && asking.of) {
      nestedUntil = asking.of;
      exception.record.flags |= EXCEPTION_NESTED_CALL;
    }
    if (frame.active && frame.filter) yield [frame.filter, frame];
    if (frame === nestedUntil) exception.record.flags &= ~EXCEPTION_NESTED_CALL;
  }
}

/** The exception that a filter was judging where this one is raised. */
function judgedAt(from: Frame): Exception | undefined {
  for (let frame: Frame | undefined = from; frame; frame = frame.outer)
    if (frame.asking && frame.active) return frame.asking.exception;
  return undefined;
}

export async function dispatch(from: Frame, exception: Exception): Promise<Exception | undefined> {
  const { record } = exception;
  record.nested ??= judgedAt(from)?.record;
  if (depthOf(record) >= MOST_NESTED) {
    const overflow = raisedIn(exception, Status.STATUS_STACK_OVERFLOW);
    return send(from, overflow, outermost(from));
  }
  for (const [filter, frame] of asked(from, exception)) {
    const answer = await ask(from, frame, filter, exception);
    if (typeof answer === 'object') return answer;
    if (answer === EXCEPTION_CONTINUE_SEARCH) continue;
    if (answer === EXCEPTION_EXECUTE_HANDLER && frame) return send(from, exception, frame);
    if (answer !== EXCEPTION_CONTINUE_EXECUTION)
      return dispatch(from, raisedIn(exception, Status.STATUS_INVALID_DISPOSITION));
    if ((record.flags & EXCEPTION_NONCONTINUABLE) === 0) return undefined;
    return dispatch(from, raisedIn(exception, Status.STATUS_NONCONTINUABLE_EXCEPTION));
  }
  return send(from, exception, outermost(from));
}

export async function arrive(frame: Frame, thrown: unknown): Promise<Exception> {
  const exception = known(frame, thrown) ?? (await dispatch(frame, caughtFrom(thrown)));
  if (!exception) throw new Error('what the engine throws is noncontinuable');
  return exception;
}
