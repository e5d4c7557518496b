/** The keyboard and its 8042 controller, by what the technical references say of them. */
import { assert } from 'chai';
import { createMachine, type KeyboardState, type Machine } from '../../web/machine/index.ts';
import { keyCodes } from '../../web/machine/keyboard/keys.ts';

const DATA = 0x60;
const STATUS = 0x64;
const KEYBOARD_IRQ = 1;

/** IBM PS/2 hardware interface technical reference, scan code set 1: the makes of some keys. */
const SET_1: Readonly<Record<string, readonly number[]>> = {
  Escape: [0x01],
  Digit1: [0x02],
  Digit0: [0x0b],
  Minus: [0x0c],
  Equal: [0x0d],
  Backspace: [0x0e],
  Tab: [0x0f],
  KeyQ: [0x10],
  KeyP: [0x19],
  BracketLeft: [0x1a],
  BracketRight: [0x1b],
  Enter: [0x1c],
  ControlLeft: [0x1d],
  KeyA: [0x1e],
  KeyL: [0x26],
  Semicolon: [0x27],
  Quote: [0x28],
  Backquote: [0x29],
  ShiftLeft: [0x2a],
  Backslash: [0x2b],
  KeyZ: [0x2c],
  KeyC: [0x2e],
  KeyM: [0x32],
  Comma: [0x33],
  Period: [0x34],
  Slash: [0x35],
  ShiftRight: [0x36],
  NumpadMultiply: [0x37],
  AltLeft: [0x38],
  Space: [0x39],
  CapsLock: [0x3a],
  F1: [0x3b],
  F7: [0x41],
  F10: [0x44],
  NumLock: [0x45],
  ScrollLock: [0x46],
  Numpad7: [0x47],
  NumpadSubtract: [0x4a],
  Numpad5: [0x4c],
  NumpadAdd: [0x4e],
  Numpad0: [0x52],
  NumpadDecimal: [0x53],
  IntlBackslash: [0x56],
  F11: [0x57],
  F12: [0x58],
  NumpadEnter: [0xe0, 0x1c],
  ControlRight: [0xe0, 0x1d],
  NumpadDivide: [0xe0, 0x35],
  PrintScreen: [0xe0, 0x2a, 0xe0, 0x37],
  AltRight: [0xe0, 0x38],
  Home: [0xe0, 0x47],
  ArrowUp: [0xe0, 0x48],
  PageUp: [0xe0, 0x49],
  ArrowLeft: [0xe0, 0x4b],
  ArrowRight: [0xe0, 0x4d],
  End: [0xe0, 0x4f],
  ArrowDown: [0xe0, 0x50],
  PageDown: [0xe0, 0x51],
  Insert: [0xe0, 0x52],
  Delete: [0xe0, 0x53],
  MetaLeft: [0xe0, 0x5b],
  ContextMenu: [0xe0, 0x5d],
  Pause: [0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5],
};

/** A controller's user: everything by polling. */
class Rig {
  readonly machine: Machine;
  readonly states: KeyboardState[] = [];

  constructor(timing: 'fast' | 'real' = 'fast') {
    this.machine = createMachine({ ram: new Uint8Array(0), timing });
    this.machine.onKeyboard = (state) => this.states.push(state);
  }

  get status(): number {
    return this.machine.in8(STATUS);
  }

  /** Until the write has been taken up. */
  #taken(): void {
    for (let left = 100; this.status & 2; left--) {
      assert.isAbove(left, 0, 'the controller takes nothing');
      this.machine.advance(100);
    }
  }

  command(code: number, data?: number): void {
    this.machine.out8(STATUS, code);
    this.#taken();
    if (data !== undefined) this.send(data);
  }

  send(byte: number): void {
    this.machine.out8(DATA, byte);
    this.#taken();
  }

  /** All that comes within some milliseconds. */
  bytes(milliseconds = 20): number[] {
    const found: number[] = [];
    for (let left = milliseconds * 10; left >= 0; left--) {
      if (this.status & 1) found.push(this.machine.in8(DATA));
      this.machine.advance(100);
    }
    return found;
  }

  /** As firmware would have left it; `command` byte: interrupt, system flag, translation. */
  setUp(command = 0x45): this {
    this.command(0x60, command);
    this.bytes();
    return this;
  }

  /** What a byte for the keyboard is answered with. */
  ask(...sent: number[]): number[] {
    return sent.flatMap((byte) => {
      this.send(byte);
      return this.bytes();
    });
  }

  tap(code: string): void {
    this.machine.key(code, true);
    this.machine.key(code, false);
  }
}

suite('machine/keyboard controller', () => {
  test('after power-on the keyboard is held off, and nothing is due', () => {
    const { machine, status } = new Rig();
    assert.equal(status, 0x10);
    assert.isUndefined(machine.nextEvent());
    assert.isFalse(machine.irq(KEYBOARD_IRQ));
  });

  /** IBM AT, "Commands (64)": AA gives 55 and sets the system flag; AB gives 00. */
  test('self test and interface test', () => {
    const rig = new Rig();
    rig.setUp(0x41);
    rig.command(0xaa);
    assert.equal(rig.status & 5, 5);
    assert.deepEqual(rig.bytes(), [0x55]);
    rig.command(0x20);
    assert.deepEqual(rig.bytes(), [0x34], 'the command byte is as after power-on');
    rig.command(0xab);
    assert.deepEqual(rig.bytes(), [0x00]);
  });

  test('20 to 3F read what 60 to 7F wrote', () => {
    const rig = new Rig();
    for (let at = 1; at < 32; at++) rig.command(0x60 + at, at * 5);
    for (let at = 1; at < 32; at++) {
      rig.command(0x20 + at);
      assert.deepEqual(rig.bytes(1), [at * 5]);
    }
  });

  /** IBM AT, "Status register": bit 1 until the write is taken up, bit 3 which port it was. */
  test('a write is not taken up inside the write', () => {
    const { machine } = new Rig();
    machine.out8(STATUS, 0xab);
    assert.equal(machine.in8(STATUS), 0x1a);
    machine.advance(0);
    assert.equal(machine.in8(STATUS), 0x19);
    machine.in8(DATA);
    machine.out8(DATA, 0xee);
    assert.equal(machine.in8(STATUS), 0x12);
  });

  /** IBM AT, "Command byte", bit 0: an interrupt is generated when data are in the buffer. */
  test('line 1 is high while the output buffer is full, if the command byte says so', () => {
    const rig = new Rig();
    rig.command(0xab);
    assert.isFalse(rig.machine.irq(KEYBOARD_IRQ));
    rig.command(0x60, 0x11);
    assert.isTrue(rig.machine.irq(KEYBOARD_IRQ));
    rig.machine.in8(DATA);
    assert.isFalse(rig.machine.irq(KEYBOARD_IRQ));
  });

  test('D2 puts a byte as if the keyboard had sent it; C0 and D0 answer', () => {
    const rig = new Rig().setUp();
    rig.command(0xd2, 0x5a);
    assert.isTrue(rig.machine.irq(KEYBOARD_IRQ));
    assert.deepEqual(rig.bytes(), [0x5a]);
    rig.command(0xc0);
    assert.equal(rig.bytes()[0]! & 0x80, 0x80, 'not locked');
    rig.command(0xd0);
    assert.equal(rig.bytes()[0]! & 0x03, 0x03);
  });

  /** IBM AT, "Commands (64)": AD drives the clock low, and a byte for the keyboard lets it go. */
  test('AD holds keys off, and they come when the clock is on', () => {
    const rig = new Rig().setUp();
    rig.command(0xad);
    rig.tap('KeyA');
    assert.deepEqual(rig.bytes(), []);
    rig.command(0xae);
    assert.deepEqual(rig.bytes(), [0x1e, 0x9e]);
    rig.command(0xad);
    assert.deepEqual(rig.ask(0xee), [0xee]);
  });
});

suite('machine/keyboard', () => {
  test('every key has its code in set 1, through the translation; its break has bit 7', () => {
    const rig = new Rig().setUp();
    for (const [code, make] of Object.entries(SET_1)) {
      rig.machine.key(code, true);
      assert.deepEqual(rig.bytes(), make, code);
      rig.machine.key(code, false);
      if (code === 'Pause' || code === 'PrintScreen') rig.bytes();
      else assert.deepEqual(rig.bytes(), [...make.slice(0, -1), make.at(-1)! | 0x80], code);
    }
    assert.isAtLeast(keyCodes.length, 101);
    assert.isFalse(rig.machine.key('BrowserHome', true));
  });

  test('no two keys are the same', () => {
    const rig = new Rig().setUp();
    const seen = keyCodes.map((code) => {
      rig.machine.key(code, true);
      const bytes = rig.bytes().join(' ');
      rig.machine.key(code, false);
      rig.bytes();
      return bytes;
    });
    assert.lengthOf([...new Set(seen)], keyCodes.length);
  });

  test('without translation it is set 2; F0 chooses, and says what is chosen', () => {
    const rig = new Rig().setUp(0x05);
    rig.tap('ArrowUp');
    assert.deepEqual(rig.bytes(), [0xe0, 0x75, 0xe0, 0xf0, 0x75]);
    assert.deepEqual(rig.ask(0xf0, 0), [0xfa, 0xfa, 2]);
    assert.deepEqual(rig.ask(0xf0, 1), [0xfa, 0xfa]);
    rig.tap('ArrowUp');
    assert.deepEqual(rig.bytes(), [0xe0, 0x48, 0xe0, 0xc8]);
    assert.deepEqual(rig.ask(0xf0, 3), [0xfa, 0xfe], 'there is no set 3');
    assert.deepEqual(rig.ask(0xf0, 0), [0xfa, 0xfa, 1]);
  });

  /** IBM PS/2, "Commands from the system". */
  test('commands and their answers', () => {
    const rig = new Rig().setUp(0x05);
    assert.deepEqual(rig.ask(0xf2), [0xfa, 0xab, 0x83], 'identify');
    assert.deepEqual(rig.ask(0xee), [0xee], 'echo');
    assert.deepEqual(rig.ask(0xfe), [0xee], 'resend');
    assert.deepEqual(rig.ask(0xf6), [0xfa], 'defaults');
    for (const unknown of [0xef, 0xf1, 0x00, 0x7f]) assert.deepEqual(rig.ask(unknown), [0xfe]);
    assert.deepEqual(rig.ask(0xff), [0xfa, 0xaa], 'reset, and its test');
    assert.deepEqual(rig.ask(0xed, 0xf2), [0xfa, 0xfa, 0xab, 0x83], 'a command in its place');
  });

  test('ED sets the LEDs, and a reset puts them out', () => {
    const rig = new Rig().setUp();
    assert.deepEqual(rig.ask(0xed, 0x05), [0xfa, 0xfa]);
    assert.equal(rig.states.at(-1)!.leds, 5);
    rig.ask(0xff);
    assert.equal(rig.states.at(-1)!.leds, 0);
  });

  test('F5 stops it and F4 starts it; keys in between are lost', () => {
    const rig = new Rig().setUp();
    assert.isTrue(rig.states.at(-1)!.listening);
    assert.deepEqual(rig.ask(0xf5), [0xfa]);
    assert.isFalse(rig.states.at(-1)!.listening);
    rig.tap('KeyA');
    assert.deepEqual(rig.ask(0xf4), [0xfa]);
    assert.isTrue(rig.states.at(-1)!.listening);
    rig.tap('KeyB');
    assert.deepEqual(rig.bytes(), [0x30, 0xb0]);
  });

  /** IBM PS/2, "Keyboard buffer": 16 bytes, all of a key or none, an overrun code in 17th place. */
  test('the buffer holds 16 bytes; then an overrun code, and what follows is lost', () => {
    for (const [command, code] of [
      [0x05, 0x00],
      [0x45, 0xff],
    ] as const) {
      const rig = new Rig().setUp(command);
      rig.command(0xad);
      for (let i = 0; i < 5; i++) rig.tap('KeyA');
      rig.machine.key('ArrowUp', true);
      rig.machine.key('KeyB', true);
      rig.command(0xae);
      const bytes = rig.bytes();
      assert.equal(bytes.at(-1), code);
      const raw = bytes.length - 1 + (command === 0x45 ? 5 : 0);
      assert.equal(raw, 15, 'the arrow had no room, nor what came behind it');
      rig.tap('KeyC');
      assert.deepEqual(rig.bytes().length, command === 0x45 ? 2 : 3, 'it goes on');
    }
  });

  /** IBM PS/2, "Commands from the system": response codes do not occupy a buffer position. */
  test('answers go before keys that wait', () => {
    const rig = new Rig().setUp();
    rig.command(0xad);
    rig.tap('KeyA');
    rig.send(0xee);
    assert.deepEqual(rig.bytes(), [0xee, 0x1e, 0x9e]);
  });

  /** IBM PS/2, "Typematic": 500 ms, then 10.9 a second; the last key pressed, until released. */
  test('a key that is held repeats, the last one alone, at the rate that F3 sets', () => {
    const rig = new Rig().setUp();
    rig.machine.key('KeyA', true);
    assert.deepEqual(rig.bytes(480), [0x1e]);
    assert.equal(rig.bytes(1000).length, 11);
    rig.machine.key('KeyB', true);
    assert.deepEqual([...new Set(rig.bytes(1000))], [0x30]);
    rig.machine.key('KeyA', false);
    assert.include(rig.bytes(200), 0x30, 'another key’s release does not end it');
    rig.machine.key('KeyB', false);
    assert.deepEqual(rig.bytes(1000).slice(1), []);
    assert.isUndefined(rig.machine.nextEvent());
    rig.ask(0xf3, 0x00);
    rig.machine.key('KeyA', true);
    assert.deepEqual(rig.bytes(240), [0x1e]);
    assert.closeTo(rig.bytes(1000).length, 30, 1);
    rig.machine.key('KeyA', false);
  });

  test('a key that is held while nobody takes its code is kept once', () => {
    const rig = new Rig().setUp();
    rig.command(0xad);
    rig.machine.key('KeyA', true);
    rig.machine.advance(5_000_000);
    rig.machine.key('KeyA', false);
    rig.command(0xae);
    assert.deepEqual(rig.bytes(), [0x1e, 0x9e]);
  });

  test('with real timing a byte takes its time on the line, and a reset half a second', () => {
    const rig = new Rig('real').setUp();
    rig.machine.key('KeyA', true);
    rig.machine.advance(500);
    assert.equal(rig.status & 1, 0);
    rig.machine.advance(500);
    assert.equal(rig.status & 1, 1);
    rig.machine.key('KeyA', false);
    rig.bytes();
    assert.deepEqual(rig.ask(0xff), [0xfa]);
    assert.deepEqual(rig.bytes(600), [0xaa]);
  });

  test('a mute keyboard answers nothing, until the fault is cleared', () => {
    const rig = new Rig().setUp();
    rig.machine.fault.muteKeyboard(true);
    rig.tap('KeyA');
    assert.deepEqual(rig.ask(0xee, 0xff), []);
    rig.machine.fault.clear();
    assert.deepEqual(rig.ask(0xee), [0xee]);
  });
});
