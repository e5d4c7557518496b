/**
 * The keys of a PC keyboard, and what each sends in scan code set 2.
 *
 * A key is called by its place, as a page calls it (`KeyboardEvent.code`): what is printed on it is
 * the software's business.
 *
 *   makeOf(code), breakOf(code)   bytes; none where there is no such key
 *
 * Source: IBM PS/2 hardware interface technical reference, "Keyboards (101- and 102-key)", scan
 * code set 2; W3C UI Events KeyboardEvent code values.
 * Deviations: no further shift codes around the keys of the middle block while Shift is held or
 * Num Lock is on, and Print Screen and Pause are the same whatever is held beside them.
 */

/** One byte, in hexadecimal; `e0` before it where there are two. */
const table = `
Escape 76 F1 05 F2 06 F3 04 F4 0c F5 03 F6 0b F7 83 F8 0a F9 01 F10 09 F11 78 F12 07
Backquote 0e Digit1 16 Digit2 1e Digit3 26 Digit4 25 Digit5 2e Digit6 36 Digit7 3d Digit8 3e
Digit9 46 Digit0 45 Minus 4e Equal 55 Backspace 66
Tab 0d KeyQ 15 KeyW 1d KeyE 24 KeyR 2d KeyT 2c KeyY 35 KeyU 3c KeyI 43 KeyO 44 KeyP 4d
BracketLeft 54 BracketRight 5b Backslash 5d
CapsLock 58 KeyA 1c KeyS 1b KeyD 23 KeyF 2b KeyG 34 KeyH 33 KeyJ 3b KeyK 42 KeyL 4b
Semicolon 4c Quote 52 Enter 5a
ShiftLeft 12 IntlBackslash 61 KeyZ 1a KeyX 22 KeyC 21 KeyV 2a KeyB 32 KeyN 31 KeyM 3a
Comma 41 Period 49 Slash 4a IntlRo 51 ShiftRight 59
ControlLeft 14 MetaLeft e01f AltLeft 11 Space 29 AltRight e011 MetaRight e027 ContextMenu e02f
ControlRight e014 KanaMode 13 Convert 64 NonConvert 67 IntlYen 6a
ScrollLock 7e Insert e070 Home e06c PageUp e07d Delete e071 End e069 PageDown e07a
ArrowUp e075 ArrowLeft e06b ArrowDown e072 ArrowRight e074
NumLock 77 NumpadDivide e04a NumpadMultiply 7c NumpadSubtract 7b NumpadAdd 79 NumpadEnter e05a
NumpadDecimal 71 Numpad0 70 Numpad1 69 Numpad2 72 Numpad3 7a Numpad4 6b Numpad5 73 Numpad6 74
Numpad7 6c Numpad8 75 Numpad9 7d NumpadComma 6d
PrintScreen e012e07c Pause e11477e1f014f077
`;

const makes = new Map<string, readonly number[]>();
const words = table.trim().split(/\s+/);
for (let at = 0; at < words.length; at += 2)
  makes.set(
    words[at]!,
    words[at + 1]!.match(/../g)!.map((byte) => parseInt(byte, 16)),
  );

/** It says all that it has to say when it is pressed, and does not repeat. */
export const PAUSE = 'Pause';
/** Its two codes are released in the other order. */
const PRINT_SCREEN = 'PrintScreen';
const BREAK = 0xf0;

export const keyCodes: readonly string[] = [...makes.keys()];

export function makeOf(code: string): readonly number[] {
  return makes.get(code) ?? [];
}

export function breakOf(code: string): readonly number[] {
  if (code === PAUSE) return [];
  if (code === PRINT_SCREEN) return [0xe0, BREAK, 0x7c, 0xe0, BREAK, 0x12];
  const make = makeOf(code);
  return make.length === 0 ? [] : [...make.slice(0, -1), BREAK, make.at(-1)!];
}
