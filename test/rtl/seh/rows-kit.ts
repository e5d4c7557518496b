/**
 * What the rows of the matrix are made of: frames that say their steps.
 *
 *   filter, handler   that say what they are asked about
 *   except, guarded   try/except and try/finally with these
 *   fail()            a mistake in the code: STATUS_ACCESS_VIOLATION
 */
import {
  AbnormalTermination,
  EXCEPTION_NESTED_CALL,
  type Exception,
  type Filter,
  GetExceptionCode,
  GetExceptionInformation,
  type Seh,
  tryExcept,
  tryFinally,
} from '../../../personality/rtl/seh/index.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { codeName } from './names.ts';

export type Say = (step: string) => void;

export interface Row {
  readonly what: string;
  readonly order: string;
  run(say: Say, seh: Seh): Promise<unknown>;
}

export const DISK_FULL = Status.STATUS_DISK_FULL;
export const CANCELLED = Status.STATUS_CANCELLED;

/** A filter that says what it is asked about. */
export function filter(say: Say, name: string, answer: number): Filter {
  return (exception) => {
    const { flags } = GetExceptionInformation(exception).exceptionRecord;
    const nested = (flags & EXCEPTION_NESTED_CALL) === 0 ? '' : ', nested';
    say(`${name} filter (${codeName(GetExceptionCode(exception))}${nested})`);
    return answer;
  };
}

export function handler(say: Say, name: string): (exception: Exception) => void {
  return (exception) => say(`${name} handler (${codeName(GetExceptionCode(exception))})`);
}

export function except(
  say: Say,
  seh: Seh,
  name: string,
  answer: number,
  body: (seh: Seh) => unknown,
) {
  return tryExcept<unknown>(seh, body, filter(say, name, answer), handler(say, name));
}

export function guarded(say: Say, seh: Seh, name: string, body: (seh: Seh) => unknown) {
  return tryFinally<unknown>(seh, body, (termination) =>
    say(`${name} finally (${AbnormalTermination(termination) ? 'abnormal' : 'normal'})`),
  );
}

export const fail = (): unknown => (undefined as unknown as { property: unknown }).property;
