/**
 * Room on the stack, made sure of before the kernel is entered.
 *
 * Every Wasm and JavaScript function checks the stack, and throws a RangeError where it is used up.
 * A caller that has recursed to the right depth would have that happen in the middle of the kernel,
 * whose work would stay half done and its lock held. So the library first calls a function whose
 * frame is far larger than what the kernel ever needs: an engine checks for the whole of a frame
 * when the function is entered, so that it throws before anything has been done, or there is room.
 *
 *   room(0)   throws a RangeError unless there is room for an entry into the kernel
 *   room(n)   for n + 1 times as much
 *
 * The function is Wasm, since only there a frame's size is known when it is compiled. Its text:
 *
 *   (func $room (param $more i32) (local v128 ... )
 *     (if (local.get $more) (then
 *       (if (i32.gt_s (local.get $more) (i32.const 0))
 *         (then (call $room (i32.sub (local.get $more) (i32.const 1))))
 *         (else                                     ;; never
 *           (call_indirect (result v128 ...))       ;; set all locals
 *           (call_indirect)                         ;; here they must be somewhere: in the frame
 *           (call_indirect (param v128 ...))))))    ;; use them all
 *
 * The table of the indirect calls is empty, which a compiler cannot know. What V8 and SpiderMonkey
 * leave, and what was tried before: docs/decisions/0012.
 */
import { U8, compile, instantiate } from './intrinsics.ts';

/** Locals of 16 bytes each; a function may have 1,000 results at the most. */
const LOCALS = 1000;

const I32 = 0x7f;
const V128 = 0x7b;
const NOTHING = 0x40;
const FUNC = 0x60;
const FUNCREF = 0x70;
const EXPORTED_FUNC = 0;

const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const GET = 0x20;
const SET = 0x21;
const CONST = 0x41;
const GT_S = 0x4a;
const SUB = 0x6b;

// Indices of types.
const RESULTS = 0;
const PARAMS = 1;
const PLAIN = 2;
const ROOM = 3;

/** LEB128. */
function number(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}

const times = (count: number, make: (index: number) => number[]): number[] =>
  Array.from({ length: count }, (_, index) => make(index)).flat();

const sized = (bytes: number[]): number[] => [...number(bytes.length), ...bytes];

function section(id: number, entries: number[][]): number[] {
  return [id, ...sized([...number(entries.length), ...entries.flat()])];
}

function code(): number[] {
  const callThrough = (type: number): number[] => [CONST, 0, CALL_INDIRECT, type, 0];
  return [
    ...[1, ...number(LOCALS), V128],
    ...[GET, 0, IF, NOTHING],
    ...[GET, 0, CONST, 0, GT_S, IF, NOTHING],
    ...[GET, 0, CONST, 1, SUB, CALL, 0],
    ELSE,
    ...callThrough(RESULTS),
    ...times(LOCALS, (index) => [SET, ...number(LOCALS - index)]),
    ...callThrough(PLAIN),
    ...times(LOCALS, (index) => [GET, ...number(index + 1)]),
    ...callThrough(PARAMS),
    ...[END, END, END],
  ];
}

function moduleBytes(): number[] {
  const vectors = [...number(LOCALS), ...times(LOCALS, () => [V128])];
  const types = [
    [FUNC, 0, ...vectors],
    [FUNC, ...vectors, 0],
    [FUNC, 0, 0],
    [FUNC, 1, I32, 0],
  ];
  return [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(3, [[ROOM]]),
    ...section(4, [[FUNCREF, 0, 1]]),
    ...section(7, [[1, 'r'.charCodeAt(0), EXPORTED_FUNC, 0]]),
    ...section(10, [sized(code())]),
  ];
}

/** Throws a RangeError unless there is room on the stack; negative numbers are not for use. */
export const room = instantiate(compile(new U8(moduleBytes())), {}).exports['r'] as (
  more: number,
) => void;
