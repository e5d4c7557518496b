/** What the engine throws, as NT's codes: each row is provoked, or its message said. */
import { assert } from 'chai';
import { recordOf } from '../../../personality/rtl/seh/codes.ts';
import {
  ENGINE_CODES,
  EXCEPTION_JAVASCRIPT,
  EXCEPTION_NONCONTINUABLE,
  SehException,
} from '../../../personality/rtl/seh/index.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { assertMade } from '../../support/made-page.ts';

function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

const nameOf = (thrown: unknown): string => statusName(recordOf(thrown).code);

/** A module of one function (i32, i32) -> i32 with a memory of one page and an empty table. */
function trap(body: number[]): () => unknown {
  const code = [0, ...body, 0x0b];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f],
    ...[3, 2, 1, 0],
    ...[4, 4, 1, 0x70, 0, 0],
    ...[5, 4, 1, 3, 1, 1],
    ...[7, 5, 1, 1, 0x66, 0, 0],
    ...[10, code.length + 2, 1, code.length, ...code],
  ];
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  const run = new WebAssembly.Instance(module, {}).exports['f'] as (a: number, b: number) => number;
  return () => run(-0x8000_0000, 0);
}

const [GET0, GET1] = [
  [0x20, 0],
  [0x20, 1],
];
const MINUS_ONE = [0x41, 0x7f];

/** What each row of the table is: words for the guide, which no image carries. */
const WHAT = [
  'Wasm: division or remainder by zero',
  'Wasm: a quotient that is too large',
  'Wasm: a float that is no integer',
  'Wasm: an atomic access that is not aligned',
  'Wasm: `unreachable`, a call through a bad table entry',
  'Wasm: an access outside of its memory',
  'Wasm: any other trap',
  'the stack is used up (SpiderMonkey)',
  'the stack is used up (V8, JavaScriptCore)',
  'a BigInt divided by zero',
  'a buffer that cannot be had',
  'any other value out of its range',
  'a property of undefined, a call of what is no function',
  'a name that is not there',
];

suite('rtl/seh: codes', () => {
  test('traps of Wasm', () => {
    const traps: [string, number[]][] = [
      ['STATUS_INTEGER_DIVIDE_BY_ZERO', [...GET0, ...GET1, 0x6d]],
      ['STATUS_INTEGER_DIVIDE_BY_ZERO', [...GET0, ...GET1, 0x6f]],
      ['STATUS_INTEGER_OVERFLOW', [...GET0, ...MINUS_ONE, 0x6d]],
      ['STATUS_FLOAT_INVALID_OPERATION', [0x43, 0, 0, 0xc0, 0x7f, 0xa8]],
      ['STATUS_ILLEGAL_INSTRUCTION', [0x00]],
      ['STATUS_ACCESS_VIOLATION', [...GET0, 0x28, 2, 0]],
      ['STATUS_DATATYPE_MISALIGNMENT', [0x41, 1, 0xfe, 0x10, 2, 0]],
      ['STATUS_ILLEGAL_INSTRUCTION', [...GET0, ...GET1, ...GET1, 0x11, 0, 0]],
    ];
    for (const [name, body] of traps) {
      const thrown = thrownBy(trap(body));
      assert.equal(nameOf(thrown), name, String(thrown));
    }
  });

  test('errors of the language', () => {
    const deep = (): number => 1 + deep();
    const absent = undefined as unknown as { property: number };
    const errors: [string, () => unknown][] = [
      ['STATUS_STACK_OVERFLOW', deep],
      ['STATUS_ACCESS_VIOLATION', () => absent.property],
      ['STATUS_ACCESS_VIOLATION', () => (5 as unknown as () => void)()],
      ['STATUS_ARRAY_BOUNDS_EXCEEDED', () => new Array(-1)],
      ['STATUS_INTEGER_DIVIDE_BY_ZERO', () => 1n / BigInt(0)],
      ['STATUS_ENTRYPOINT_NOT_FOUND', () => (0, eval)('nothingOfThisName')],
    ];
    for (const [name, body] of errors) {
      const thrown = thrownBy(body);
      assert.equal(nameOf(thrown), name, String(thrown));
    }
  });

  test('what other engines say', () => {
    const said: [string, string, string][] = [
      ['RuntimeError', 'integer divide by zero', 'STATUS_INTEGER_DIVIDE_BY_ZERO'],
      ['RuntimeError', 'Division by zero (evaluating f())', 'STATUS_INTEGER_DIVIDE_BY_ZERO'],
      ['RuntimeError', 'integer overflow', 'STATUS_INTEGER_OVERFLOW'],
      ['RuntimeError', 'invalid conversion to integer', 'STATUS_FLOAT_INVALID_OPERATION'],
      ['RuntimeError', 'Out of bounds Trunc operation', 'STATUS_FLOAT_INVALID_OPERATION'],
      ['RuntimeError', 'unreachable executed', 'STATUS_ILLEGAL_INSTRUCTION'],
      ['RuntimeError', 'indirect call to null', 'STATUS_ILLEGAL_INSTRUCTION'],
      ['RuntimeError', 'unaligned memory access', 'STATUS_DATATYPE_MISALIGNMENT'],
      ['RuntimeError', 'index out of bounds', 'STATUS_ACCESS_VIOLATION'],
      ['RuntimeError', 'Out of bounds memory access', 'STATUS_ACCESS_VIOLATION'],
      ['RuntimeError', 'something new', 'STATUS_ILLEGAL_INSTRUCTION'],
      ['InternalError', 'too much recursion', 'STATUS_STACK_OVERFLOW'],
      ['RangeError', 'Maximum call stack size exceeded.', 'STATUS_STACK_OVERFLOW'],
      ['RangeError', 'Array buffer allocation failed', 'STATUS_NO_MEMORY'],
    ];
    for (const [name, message, expected] of said)
      assert.equal(nameOf(Object.assign(new Error(message), { name })), expected, message);
  });

  test('whatever is thrown has a record, and looking at it runs into nothing', () => {
    const angry = new Proxy(
      {},
      {
        get: () => fail(),
        getPrototypeOf: () => fail(),
      },
    );
    const fail = (): never => {
      throw new Error('looked at');
    };
    const getter = Object.defineProperty(new Error('x'), 'name', { get: fail });
    for (const thrown of [5, undefined, null, 'text', {}, new Error('plain'), angry, getter]) {
      const { code, flags } = recordOf(thrown);
      assert.equal(code, EXCEPTION_JAVASCRIPT);
      assert.equal(flags, EXCEPTION_NONCONTINUABLE);
    }
  });

  test('what carries a status keeps it, and says where it was raised', () => {
    const plain = recordOf(new NtException(Status.STATUS_DISK_FULL));
    assert.equal(plain.code, Status.STATUS_DISK_FULL);
    assert.match(plain.address, /codes\.test|\/pages\//);
    const raised = new SehException({ code: 0xe0001234, flags: 0xff, parameters: [-1] });
    assert.deepInclude(recordOf(raised), { code: 0xe0001234, parameters: [0xffffffff] });
    assert.match(raised.record.address, /codes\.test|\/pages\//);
    assert.equal(raised.record.flags, EXCEPTION_NONCONTINUABLE);
    assert.lengthOf(
      new SehException({ code: 1, parameters: Array(20).fill(0) }).record.parameters,
      15,
    );
  });

  test('the table in the guide is this one', () =>
    assertMade(
      'seh',
      'codes',
      ['what is thrown', 'called', 'code'],
      ENGINE_CODES.map(({ name, code }, at) => [WHAT[at]!, name, statusName(code)]),
    ));
});
