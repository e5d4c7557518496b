/**
 * What is known of an exception: its record, and what filters may answer.
 *
 *   ExceptionRecord            NT's EXCEPTION_RECORD
 *   EXCEPTION_*                flags of a record, and the answers of a filter
 *   SehException               what RtlRaiseException throws: a record as a JavaScript exception
 *   depthOf(record)            how many records hang on it
 *
 * Values: the Windows SDK's public documentation of EXCEPTION_RECORD and of filter expressions.
 */
import { NtException, describeStatus } from '../status.ts';

/** The body goes on after the raise. Not for what is noncontinuable. */
export const EXCEPTION_CONTINUE_EXECUTION = -1;
/** Not mine: the next frame is asked. */
export const EXCEPTION_CONTINUE_SEARCH = 0;
/** Mine: everything inside is unwound, then my handler runs. */
export const EXCEPTION_EXECUTE_HANDLER = 1;

/** Flags of a record. */
export const EXCEPTION_NONCONTINUABLE = 0x01;
/** The handler is known; finally blocks run. */
export const EXCEPTION_UNWINDING = 0x02;
/** It was raised while a filter that is still asked judged another one. */
export const EXCEPTION_NESTED_CALL = 0x10;
/** It was raised in a finally block that another exception had made run, and replaced that one. */
export const EXCEPTION_COLLIDED_UNWIND = 0x40;

export const EXCEPTION_MAXIMUM_PARAMETERS = 15;
/** parameters[0] of STATUS_ACCESS_VIOLATION; parameters[1] is the address. */
export const EXCEPTION_READ_FAULT = 0;
export const EXCEPTION_WRITE_FAULT = 1;

/** The code of an exception of the language that stands for no status: `JS`, as a customer code. */
export const EXCEPTION_JAVASCRIPT = 0xe0004a53;

export interface ExceptionRecord {
  /** An NTSTATUS, or a code of the program's own. */
  readonly code: number;
  /** EXCEPTION_*; those that tell of dispatching come and go. */
  flags: number;
  /** Where it was raised, as the engine tells it: `function (file:line:column)`. May be empty. */
  readonly address: string;
  readonly parameters: readonly number[];
  /** The exception that was being dispatched when this one was raised. */
  nested: ExceptionRecord | undefined;
}

/** What RtlRaiseException is given: all but the code may be left out. */
export interface RaiseOptions {
  readonly code: number;
  readonly flags?: number;
  readonly parameters?: readonly number[];
  readonly nested?: ExceptionRecord;
  /** In words, for whoever reads the report. */
  readonly detail?: string;
}

/** What raising adds to a stack, by file and, in a built image, by function. */
const OURS = /personality\/rtl\/seh\/|SehException|RtlRaise|ExRaise|ProbeFor|\b(violate|probe)\b/;

/** The first place in a stack that is none of ours. Never throws. */
export function placeOf(error: unknown): string {
  try {
    const { stack } = error as { stack?: unknown };
    if (typeof stack !== 'string') return '';
    const place = stack.split('\n').find((line) => /:\d+/.test(line) && !OURS.test(line));
    return (place ?? '').trim().replace(/^at (async )?/, '');
  } catch {
    return '';
  }
}

/** A record as an exception: an NtException, so that a plain `catch` knows its status too. */
export class SehException extends NtException {
  readonly record: ExceptionRecord;

  constructor({ code, flags = 0, parameters = [], nested, detail }: RaiseOptions) {
    super(code, detail);
    this.name = 'SehException';
    this.record = {
      code: code >>> 0,
      flags: flags & EXCEPTION_NONCONTINUABLE,
      address: placeOf(this),
      parameters: parameters.slice(0, EXCEPTION_MAXIMUM_PARAMETERS).map((value) => value >>> 0),
      nested,
    };
  }
}

export function depthOf(record: ExceptionRecord): number {
  let depth = 0;
  for (let { nested } = record; nested; { nested } = nested) depth++;
  return depth;
}

/** The code in words, with its name: `The disk is full (STATUS_DISK_FULL).` */
export function codeText(code: number): string {
  return code >>> 0 === EXCEPTION_JAVASCRIPT
    ? 'The program failed (EXCEPTION_JAVASCRIPT).'
    : describeStatus(code);
}
