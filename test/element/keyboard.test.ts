/** Keys of a page on their way to the machine's keyboard, and the speaker's on theirs to an ear. */
import { assert } from 'chai';
import { removeAll, running } from './fixture.ts';
import { MachineKeyboard } from '../../web/element/keyboard.ts';
import { Speaker } from '../../web/element/speaker.ts';
import type { Tone } from '../../web/host/protocol.ts';
import { readNote } from '../../web/host/notes.ts';

suite('element/keyboard', () => {
  let pressed: string[];
  let keyboard: MachineKeyboard;
  let host: HTMLElement;
  let terminal: HTMLTextAreaElement;

  setup(() => {
    pressed = [];
    keyboard = new MachineKeyboard((code, down) => pressed.push(`${down ? '+' : '-'}${code}`));
    host = document.createElement('div');
    terminal = document.createElement('textarea');
    host.append(terminal);
    document.body.append(host);
  });

  teardown(() => host.remove());

  const event = (type: string, code: string, init: KeyboardEventInit = {}, target = terminal) =>
    void target.dispatchEvent(
      new KeyboardEvent(type, { code, bubbles: true, composed: true, ...init }),
    );

  test('no key is looked at while nobody listens', () => {
    keyboard.attach(host);
    event('keydown', 'KeyA');
    keyboard.listening = true;
    event('keydown', 'KeyB');
    event('keyup', 'KeyB');
    keyboard.listening = false;
    event('keydown', 'KeyC');
    assert.deepEqual(pressed, ['+KeyB', '-KeyB']);
  });

  test('repeats are the machine’s; a release without a press, and a key without a place, are none', () => {
    keyboard.listening = true;
    keyboard.attach(host);
    event('keydown', 'KeyA');
    event('keydown', 'KeyA', { repeat: true });
    event('keyup', 'KeyB');
    event('keydown', '');
    event('keyup', 'KeyA');
    assert.deepEqual(pressed, ['+KeyA', '-KeyA']);
  });

  test('what is held is released when the terminal is left, and when nobody listens any more', () => {
    keyboard.listening = true;
    const detach = keyboard.attach(host);
    event('keydown', 'ShiftLeft');
    terminal.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
    event('keydown', 'AltLeft');
    detach();
    event('keydown', 'KeyA');
    assert.deepEqual(pressed, ['+ShiftLeft', '-ShiftLeft', '+AltLeft', '-AltLeft']);
  });

  test('the element’s terminal gives its keys to the system that asks for them, till it ends', async () => {
    const { element, system } = await running();
    const typed = element.shadowRoot!.querySelector('textarea')!;
    const keys = () => system.calls.filter((call) => /^(press|release) /.test(call));
    event('keydown', 'KeyA', {}, typed);
    assert.deepEqual(keys(), []);
    system.options.onKeyboard?.(true);
    event('keydown', 'KeyB', {}, typed);
    event('keyup', 'KeyB', {}, typed);
    assert.deepEqual(keys(), ['press KeyB', 'release KeyB']);
    await removeAll();
    event('keydown', 'KeyC', {}, typed);
    assert.lengthOf(keys(), 2);
  });

  test('a key of another field is not the terminal’s', () => {
    keyboard.listening = true;
    keyboard.attach(host);
    const field = document.createElement('input');
    host.append(field);
    event('keydown', 'KeyA', {}, field as unknown as HTMLTextAreaElement);
    assert.deepEqual(pressed, []);
  });
});

suite('element/speaker', () => {
  const TONES: readonly Tone[] = [
    { hertz: 440, at: 1000 },
    { hertz: 0, at: 1200 },
  ];

  test('what sounds is loaded with the first tone, once', async () => {
    const played: unknown[] = [];
    let loads = 0;
    const sound = { play: async (tones: unknown) => void played.push(tones), silence: () => {} };
    const speaker = new Speaker(async () => {
      loads++;
      return sound;
    });
    speaker.silence();
    assert.equal(loads, 0);
    speaker.play(TONES);
    speaker.play([]);
    await new Promise((done) => setTimeout(done));
    assert.equal(loads, 1);
    assert.deepEqual(played, [TONES, []]);
  });

  test('a page without sound goes on, and tries again', async () => {
    let loads = 0;
    const speaker = new Speaker(() => Promise.reject(new Error(String(loads++))));
    speaker.play(TONES);
    await new Promise((done) => setTimeout(done));
    speaker.play(TONES);
    await new Promise((done) => setTimeout(done));
    assert.equal(loads, 2);
  });

  /** A context that notes what is set when. */
  class Heard {
    static made = 0;
    static set: [string, number, number][] = [];
    state = 'suspended';
    currentTime = 10;
    sampleRate = 48_000;
    destination = {};
    constructor() {
      Heard.made++;
    }
    async resume(): Promise<void> {
      this.state = 'running';
    }
  }
  class Node {
    readonly gain = param('gain');
    readonly frequency = param('frequency');
    connect = (other: unknown) => other;
    start = () => undefined;
  }
  const param = (name: string) => ({
    setValueAtTime: (value: number, at: number) => void Heard.set.push([name, value, at]),
    cancelScheduledValues: () => undefined,
  });

  test('nothing sounds before the page was used; then a tone lasts as long as it did', async () => {
    const names = ['AudioContext', 'GainNode', 'OscillatorNode'] as const;
    const all = globalThis as unknown as Record<string, unknown>;
    const kept = names.map((name) => all[name]);
    const used = { hasBeenActive: false };
    Object.defineProperty(navigator, 'userActivation', { value: used, configurable: true });
    Object.assign(all, { AudioContext: Heard, GainNode: Node, OscillatorNode: Node });
    try {
      const { play } = await import('../../web/element/sound.ts');
      await play(TONES);
      assert.equal(Heard.made, 0);
      used.hasBeenActive = true;
      await play(TONES);
      assert.equal(Heard.made, 1);
      const [frequency, on, off] = Heard.set;
      assert.deepEqual([frequency![0], frequency![1]], ['frequency', 440]);
      assert.isAbove(on![1], 0);
      assert.equal(off![1], 0);
      assert.closeTo(off![2] - on![2], 0.2, 1e-9);
    } finally {
      names.forEach((name, index) => (all[name] = kept[index]));
      delete (navigator as unknown as Record<string, unknown>)['userActivation'];
    }
  });

  test('a worker may say so, and in this form alone', () => {
    const note = { note: 'sound', tones: TONES };
    assert.isDefined(readNote('machine', note));
    assert.isUndefined(readNote('process', note));
    for (const tones of [
      undefined,
      [{ hertz: -1, at: 0 }],
      [{ hertz: NaN, at: 0 }],
      [{ hertz: 440 }],
      Array(65).fill(TONES[0]),
    ])
      assert.isUndefined(readNote('machine', { note: 'sound', tones }));
    assert.isDefined(readNote('single', { note: 'keyboard', listening: true }));
    assert.isUndefined(readNote('single', { note: 'keyboard', listening: 1 }));
    assert.isUndefined(readNote('executive', { note: 'keyboard', listening: true }));
  });
});
