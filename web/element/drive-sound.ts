/**
 * What is heard of the drives: motors that turn a disk, and heads that step. It is made of noise
 * and a low tone, and quiet.
 *
 *   new DriveSound().hear(signs)    what the drives did since the last time; none: silence
 *
 * A browser lets a page sound once somebody has used it: until then nothing is heard, and nothing
 * is kept to be heard later. While no disk turns the sound's clock rests, and costs nothing.
 *
 * Source: Web Audio API, "AudioContext", "AudioParam", "BiquadFilterNode"; HTML, "user activation".
 */
import type { DriveSigns } from '../host/protocol.ts';

const HUM = 0.02;
const TONE_HERTZ = 58;
const CLICK = 0.1;
const CLICK_SECONDS = 0.014;
/** A stepper is not quicker; of a quick machine's steps these many are heard at a time. */
const STEP_SECONDS = 0.006;
const MOST_STEPS = 12;
/** How long a motor takes to be up, and a disk to stand still. */
const UP = 0.12;
const DOWN = 0.06;
const REST_MS = 1000;

interface Voice {
  readonly context: AudioContext;
  readonly noise: AudioBuffer;
  readonly hum: GainNode;
  readonly head: AudioNode;
}

const isUsed = (): boolean => navigator.userActivation?.hasBeenActive ?? true;

export class DriveSound {
  #voice: Voice | undefined;
  #free = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  hear(signs: readonly DriveSigns[]): void {
    const turning = signs.filter(({ turns }) => turns).length;
    const steps = signs.reduce((sum, one) => sum + one.steps, 0);
    if ((turning > 0 || steps > 0) && isUsed()) this.#wake();
    const voice = this.#voice;
    if (!voice) return;
    const { hum, context } = voice;
    hum.gain.setTargetAtTime(HUM * Math.sqrt(turning), context.currentTime, turning ? UP : DOWN);
    for (let step = 0; step < Math.min(steps, MOST_STEPS); step++) this.#click(voice);
    clearTimeout(this.#rest);
    if (turning === 0) this.#rest = setTimeout(() => void context.suspend(), REST_MS);
  }

  #wake(): void {
    this.#voice ??= makeVoice();
    const { context } = this.#voice;
    if (context.state === 'suspended') void context.resume();
  }

  #click({ context, noise, head }: Voice): void {
    const at = Math.max(context.currentTime, this.#free);
    this.#free = at + STEP_SECONDS;
    const source = new AudioBufferSourceNode(context, { buffer: noise });
    const loud = new GainNode(context, { gain: CLICK });
    loud.gain.setTargetAtTime(0, at, CLICK_SECONDS / 4);
    source.connect(loud).connect(head);
    source.start(at, (this.#free * 7) % 1, CLICK_SECONDS);
  }
}

function makeVoice(): Voice {
  const context = new AudioContext({ latencyHint: 'interactive' });
  const noise = noiseOf(context);
  const hum = new GainNode(context, { gain: 0 });
  const air = new AudioBufferSourceNode(context, { buffer: noise, loop: true });
  const dull = new BiquadFilterNode(context, { type: 'lowpass', frequency: 320 });
  const tone = new OscillatorNode(context, { type: 'triangle', frequency: TONE_HERTZ });
  air.connect(dull).connect(hum);
  tone.connect(hum).connect(context.destination);
  air.start();
  tone.start();
  const head = new BiquadFilterNode(context, { type: 'bandpass', frequency: 1100, Q: 0.9 });
  head.connect(context.destination);
  return { context, noise, hum, head };
}

/** Two seconds of it, so that its beginning is not heard again and again. */
function noiseOf(context: AudioContext): AudioBuffer {
  const length = 2 * context.sampleRate;
  const buffer = new AudioBuffer({ length, sampleRate: context.sampleRate });
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < length; i++) samples[i] = 2 * Math.random() - 1;
  return buffer;
}
