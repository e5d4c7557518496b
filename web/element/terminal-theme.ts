/**
 * The terminal's look, from the custom properties of the element.
 *
 *   readTheme(probe, narrow, scale)   the look as it is now
 *   watchTheme(watch, changed)        `changed` is called whenever it may be another; returns how
 *                                     to stop
 *
 * xterm wants colours and sizes that are computed, so an invisible element wears each property and
 * is asked what it looks like. That a page turns dark, or its letters grow, no event tells: but a
 * second element has the same properties with a transition, and the end of that one is an event.
 *
 * @cssprop --neptune-font-size   size of the terminal's type: any length
 * @cssprop --neptune-black  the terminal's black
 * @cssprop --neptune-red  the terminal's red
 * @cssprop --neptune-green  the terminal's green
 * @cssprop --neptune-yellow  the terminal's yellow
 * @cssprop --neptune-blue  the terminal's blue
 * @cssprop --neptune-magenta  the terminal's magenta
 * @cssprop --neptune-cyan  the terminal's cyan
 * @cssprop --neptune-white  the terminal's white
 * @cssprop --neptune-bright-black  its bright black
 * @cssprop --neptune-bright-red  its bright red; default: its red
 * @cssprop --neptune-bright-green  its bright green; default: its green
 * @cssprop --neptune-bright-yellow  its bright yellow; default: its yellow
 * @cssprop --neptune-bright-blue  its bright blue; default: its blue
 * @cssprop --neptune-bright-magenta  its bright magenta; default: its magenta
 * @cssprop --neptune-bright-cyan  its bright cyan; default: its cyan
 * @cssprop --neptune-bright-white  its bright white
 * @cssprop --neptune-cursor      colour of the terminal's cursor
 * @cssprop --neptune-selection   colour behind what is selected
 *
 * Source: CSS Transitions §3 (a change of a computed value starts one), §6 (their events).
 */
import type { ITheme } from '@xterm/xterm';

/** Wears the custom properties; see styles.ts, `.probe`. */
export type ThemeProbe = HTMLElement;

export interface TerminalLook {
  theme: ITheme;
  fontFamily: string;
  fontSize: number;
  lineHeight: number;
}

/** In the page's own unit: letters grow with the page's. */
const FONT = '0.9375rem';
const NARROW_FONT = '0.75rem';
/** Beyond these nothing can be read, or nothing has room. */
const SMALLEST_PX = 6;
const LARGEST_PX = 96;

/** Six colours of a terminal's sixteen, for paper and for a dark screen; xterm has the others. */
const STANDARD = {
  red: ['#a3262a', '#ef8e87'],
  green: ['#2d6a30', '#9cc894'],
  yellow: ['#7d5a00', '#e0c377'],
  blue: ['#215a9c', '#8fb8e8'],
  magenta: ['#83357f', '#d3a3d6'],
  cyan: ['#0b6b70', '#82c9c6'],
};
const SELECTION = ['#c9dfe0', '#3a4d55'];

const PLAIN = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const bright = (name: string): string => `bright${name[0]!.toUpperCase()}${name.slice(1)}`;
/** xterm's names of colours, and the properties that have them. */
const PROPERTIES: readonly (readonly [string, string])[] = [
  ['background', '_background'],
  ['foreground', '_foreground'],
  ['cursor', '_cursor'],
  ['selectionBackground', 'neptune-selection'],
  ...PLAIN.map((name) => [name, `neptune-${name}`] as const),
  ...PLAIN.map((name) => [bright(name), `neptune-bright-${name}`] as const),
];

/**
 * All of them in one property, which can have a transition: shadows without size. Mixed with
 * itself a colour is computed as numbers of red, green and blue, however it was written.
 */
export const TERMINAL_COLOURS = PROPERTIES.map(([, name]) => `var(--${name}, transparent)`)
  .map((colour) => `0 0 color-mix(in srgb, ${colour}, ${colour})`)
  .join();

export function readTheme(probe: ThemeProbe, narrow: boolean, scale = 1): TerminalLook {
  const computed = getComputedStyle(probe);
  const theme = coloursOf(computed.boxShadow);
  const background = theme['background'] ?? '';
  const dark = Number(isDark(background));
  for (const [name, colours] of Object.entries(STANDARD)) {
    theme[name] ??= colours[dark]!;
    theme[bright(name)] ??= theme[name];
  }
  theme['selectionBackground'] ??= SELECTION[dark]!;
  const size = sizeOf(probe, narrow ? NARROW_FONT : FONT) * scale;
  return {
    theme: { ...theme, cursorAccent: background },
    fontFamily: computed.getPropertyValue('--_font').trim(),
    fontSize: Math.min(LARGEST_PX, Math.max(SMALLEST_PX, size)),
    lineHeight: 1.25,
  };
}

/** Those that are set; what is transparent is not. */
function coloursOf(shadows: string): Record<string, string> {
  const colours = shadows.match(/color\([^)]*\)/g) ?? [];
  const found: Record<string, string> = {};
  for (const [index, [name]] of PROPERTIES.entries()) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = numbersOf(colours[index] ?? '');
    const channels = [red, green, blue].map((part) => Math.round(part * 255));
    if (alpha > 0) found[name] = `rgba(${[...channels, alpha].join()})`;
  }
  return found;
}

const numbersOf = (text: string): number[] => (text.match(/[-\d.e]+(?=[ )])/g) ?? []).map(Number);

/** Pixels of `--neptune-font-size`: any length, or a number of pixels. */
function sizeOf(probe: ThemeProbe, standard: string): number {
  const given = getComputedStyle(probe).getPropertyValue('--neptune-font-size').trim();
  probe.style.fontSize = standard;
  probe.style.fontSize = Number(given) > 0 ? `${given}px` : given;
  return parseFloat(getComputedStyle(probe).fontSize);
}

export function watchTheme(watch: HTMLElement, changed: () => void): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  watch.addEventListener('transitionend', changed, { signal });
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)'])
    matchMedia(query).addEventListener('change', changed, { signal });
  return () => stopping.abort();
}

/** Of `rgba(...)`. */
function isDark(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
}
