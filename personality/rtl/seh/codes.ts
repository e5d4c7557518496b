/**
 * From what the engine throws to NT's codes.
 *
 *   recordOf(thrown)    the record of anything that was thrown. Never throws
 *   pageFaultOf(thrown) [is a write, address]; undefined where it is no page fault. Never throws
 *   ENGINE_CODES        the table: what an exception is called, what it says, its code
 *
 * An exception of the engine cannot go on where it was thrown: its record is noncontinuable. What a
 * trap says is each engine's own; the table has what V8, SpiderMonkey and JavaScriptCore say. The
 * first row that fits counts.
 */
import * as Status from '../ntstatus.ts';
import { NtException } from '../status.ts';
import {
  EXCEPTION_JAVASCRIPT,
  EXCEPTION_NONCONTINUABLE,
  EXCEPTION_READ_FAULT,
  EXCEPTION_WRITE_FAULT,
  type ExceptionRecord,
  placeOf,
  SehException,
} from './record.ts';

export interface EngineCode {
  readonly name: string;
  /** All of its messages where there is none. */
  readonly says?: RegExp;
  readonly code: number;
}

const TRAP = 'RuntimeError';

export const ENGINE_CODES: readonly EngineCode[] = [
  // Wasm: division or remainder by zero.
  {
    name: TRAP,
    says: /divi(de|sion) by zero|remainder by zero/i,
    code: Status.STATUS_INTEGER_DIVIDE_BY_ZERO,
  },
  // Wasm: a quotient that is too large.
  {
    name: TRAP,
    says: /divide result unrepresentable|integer overflow/i,
    code: Status.STATUS_INTEGER_OVERFLOW,
  },
  // Wasm: a float that is no integer.
  {
    name: TRAP,
    says: /float unrepresentable|invalid conversion|out of bounds trunc/i,
    code: Status.STATUS_FLOAT_INVALID_OPERATION,
  },
  // Wasm: an atomic access that is not aligned.
  {
    name: TRAP,
    says: /unaligned/i,
    code: Status.STATUS_DATATYPE_MISALIGNMENT,
  },
  // Wasm: `unreachable`, a call through a bad table entry.
  {
    name: TRAP,
    says: /unreachable|signature|indirect call|null function|table/i,
    code: Status.STATUS_ILLEGAL_INSTRUCTION,
  },
  // Wasm: an access outside of its memory.
  {
    name: TRAP,
    says: /out of bounds/i,
    code: Status.STATUS_ACCESS_VIOLATION,
  },
  // Wasm: any other trap.
  { name: TRAP, code: Status.STATUS_ILLEGAL_INSTRUCTION },
  // The stack is used up (SpiderMonkey).
  {
    name: 'InternalError',
    says: /recursion/i,
    code: Status.STATUS_STACK_OVERFLOW,
  },
  // The stack is used up (V8, JavaScriptCore).
  {
    name: 'RangeError',
    says: /call stack/i,
    code: Status.STATUS_STACK_OVERFLOW,
  },
  // A BigInt divided by zero.
  {
    name: 'RangeError',
    says: /divi(de|sion) by zero/i,
    code: Status.STATUS_INTEGER_DIVIDE_BY_ZERO,
  },
  // A buffer that cannot be had.
  {
    name: 'RangeError',
    says: /allocation/i,
    code: Status.STATUS_NO_MEMORY,
  },
  // Any other value out of its range.
  {
    name: 'RangeError',
    code: Status.STATUS_ARRAY_BOUNDS_EXCEEDED,
  },
  // A property of undefined, a call of what is no function.
  {
    name: 'TypeError',
    code: Status.STATUS_ACCESS_VIOLATION,
  },
  // A name that is not there.
  {
    name: 'ReferenceError',
    code: Status.STATUS_ENTRYPOINT_NOT_FOUND,
  },
];

/** A property's text. What is asked may be a program's own object, whose getters throw. */
function textOf(thrown: unknown, property: 'name' | 'message'): string {
  try {
    const text = (thrown as Record<string, unknown> | null | undefined)?.[property];
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

/** By its shape (VMFault of sel4/types.ts): its class is the library's own. */
export function pageFaultOf(thrown: unknown): readonly [number, number] | undefined {
  try {
    if (!(thrown instanceof Error) || thrown.name !== 'VMFault') return undefined;
    const { address, write } = thrown as { address?: unknown; write?: unknown };
    if (typeof address !== 'number') return undefined;
    return [write === true ? EXCEPTION_WRITE_FAULT : EXCEPTION_READ_FAULT, address];
  } catch {
    return undefined;
  }
}

function codeOf(thrown: unknown): number {
  if (!(thrown instanceof Error)) return EXCEPTION_JAVASCRIPT;
  const name = textOf(thrown, 'name');
  const message = textOf(thrown, 'message');
  const row = ENGINE_CODES.find((each) => each.name === name && (each.says?.test(message) ?? true));
  return row?.code ?? EXCEPTION_JAVASCRIPT;
}

function describe(thrown: unknown): ExceptionRecord {
  const flags = EXCEPTION_NONCONTINUABLE;
  // It comes from another thread's frames, where it was raised: it is dispatched anew.
  if (thrown instanceof SehException) return { ...thrown.record, flags };
  const address = placeOf(thrown);
  if (thrown instanceof NtException)
    return { code: thrown.status, flags, address, parameters: [], nested: undefined };
  const fault = pageFaultOf(thrown);
  const code = fault ? Status.STATUS_ACCESS_VIOLATION : codeOf(thrown);
  return { code, flags, address, parameters: fault ?? [], nested: undefined };
}

export function recordOf(thrown: unknown): ExceptionRecord {
  try {
    return describe(thrown);
  } catch {
    // A proxy that throws when it is asked what it is.
    const [code, flags] = [EXCEPTION_JAVASCRIPT, EXCEPTION_NONCONTINUABLE];
    return { code, flags, address: '', parameters: [], nested: undefined };
  }
}
