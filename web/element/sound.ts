/**
 * The machine's speaker, heard through Web Audio: a square wave, as the timer makes it.
 *
 *   play(tones)    as they follow one another on the machine's clock
 *   silence()      at once: the system has ended
 *
 * A browser lets a page sound once somebody has used it. Until then nothing is heard, and nothing
 * is kept to be heard later. What mutes the page mutes this.
 *
 * Source: Web Audio API, "AudioContext", "AudioParam"; HTML, "user activation".
 */
import type { Tone } from '../host/protocol.ts';

/** A speaker of this size is not to be louder than a voice. */
const VOLUME = 0.06;
/** Seconds that a change may be late for all pauses between changes to be kept. */
const LATENCY = 0.03;
/** A change of the machine that is this much later is another sound. */
const APART = 0.5;

interface Voice {
  readonly context: AudioContext;
  readonly oscillator: OscillatorNode;
  readonly gain: GainNode;
  /** What to add to the machine's seconds to have the context's. */
  shift: number;
}

let voice: Voice | undefined;

function isUsed(): boolean {
  return navigator.userActivation?.hasBeenActive ?? true;
}

function makeVoice(): Voice {
  const context = new AudioContext({ latencyHint: 'interactive' });
  const gain = new GainNode(context, { gain: 0 });
  const oscillator = new OscillatorNode(context, { type: 'square' });
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  return { context, oscillator, gain, shift: -Infinity };
}

/** When a change of the machine's is to be heard. */
function whenOf(own: Voice, at: number): number {
  const now = own.context.currentTime;
  const when = at / 1000 + own.shift;
  if (when >= now && when < now + APART) return when;
  own.shift = now + LATENCY - at / 1000;
  return now + LATENCY;
}

export async function play(tones: readonly Tone[]): Promise<void> {
  if (!isUsed()) return;
  voice ??= makeVoice();
  if (voice.context.state === 'suspended') await voice.context.resume();
  const { oscillator, gain, context } = voice;
  for (const { hertz, at } of tones) {
    const when = whenOf(voice, at);
    const audible = hertz > 0 && hertz < context.sampleRate / 2;
    if (audible) oscillator.frequency.setValueAtTime(hertz, when);
    gain.gain.setValueAtTime(audible ? VOLUME : 0, when);
  }
}

export function silence(): void {
  if (!voice) return;
  const { context, gain } = voice;
  gain.gain.cancelScheduledValues(context.currentTime);
  gain.gain.setValueAtTime(0, context.currentTime);
}
