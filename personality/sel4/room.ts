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

/** All of the module has 7.8 KB. */
const MOST = 10_000;

/**
 * The module's bytes, put one after the other into one buffer: every worker makes them when it
 * starts, and lists of lists would leave megabytes of garbage in each.
 */
function moduleBytes(): BufferSource {
  const bytes = new U8(MOST);
  let length = 0;

  function put(...values: number[]): void {
    for (let i = 0; i < values.length; i++) bytes[length++] = values[i]!;
  }

  /** LEB128. */
  function number(value: number): void {
    if (value > 127) bytes[length++] = (value & 127) | 128;
    bytes[length++] = value > 127 ? value >>> 7 : value;
  }

  /** What `write` puts, its size before it: three bytes of LEB128, as it is known afterwards. */
  function sized(write: () => void): void {
    const at = length;
    length += 3;
    write();
    const size = length - at - 3;
    bytes[at] = (size & 127) | 128;
    bytes[at + 1] = ((size >>> 7) & 127) | 128;
    bytes[at + 2] = size >>> 14;
  }

  function section(id: number, entries: number, write: () => void): void {
    put(id);
    sized(() => {
      number(entries);
      write();
    });
  }

  function vectors(): void {
    number(LOCALS);
    for (let i = 0; i < LOCALS; i++) bytes[length++] = V128;
  }

  function callThrough(type: number): void {
    put(CONST, 0, CALL_INDIRECT, type, 0);
  }

  function code(): void {
    put(1);
    number(LOCALS);
    put(V128);
    put(GET, 0, IF, NOTHING);
    put(GET, 0, CONST, 0, GT_S, IF, NOTHING);
    put(GET, 0, CONST, 1, SUB, CALL, 0);
    put(ELSE);
    callThrough(RESULTS);
    for (let local = LOCALS; local > 0; local--) {
      bytes[length++] = SET;
      number(local);
    }
    callThrough(PLAIN);
    for (let local = 1; local <= LOCALS; local++) {
      bytes[length++] = GET;
      number(local);
    }
    callThrough(PARAMS);
    put(END, END, END);
  }

  put(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  section(1, 4, () => {
    put(FUNC, 0);
    vectors();
    put(FUNC);
    vectors();
    put(0);
    put(FUNC, 0, 0);
    put(FUNC, 1, I32, 0);
  });
  section(3, 1, () => put(ROOM));
  section(4, 1, () => put(FUNCREF, 0, 1));
  section(7, 1, () => put(1, 'r'.charCodeAt(0), EXPORTED_FUNC, 0));
  section(10, 1, () => sized(code));
  return new U8(bytes.buffer, 0, length);
}

/** Throws a RangeError unless there is room on the stack; negative numbers are not for use. */
export const room = instantiate(compile(moduleBytes()), {}).exports['r'] as (more: number) => void;
