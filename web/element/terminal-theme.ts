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
 * @cssprop --neptune-font        family of the terminal's type
 * @cssprop --neptune-font-size   its size: any length
 *
 * Source: CSS Transitions §3 (a change of a computed value starts one), §6 (their events).
 */
import type { ITheme } from '@xterm/xterm';

/** Wears a CSS custom property as `color`; see styles.ts, `.probe`. */
export type ThemeProbe = HTMLElement;

export interface TerminalLook {
  theme: ITheme;
  fontFamily: string;
  fontSize: number;
  lineHeight: number;
}

const MONOSPACE = 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono"';
/** In the page's own unit: letters grow with the page's. */
const FONT = '0.9375rem';
const NARROW_FONT = '0.75rem';
/** Beyond these nothing can be read, or nothing has room. */
const SMALLEST_PX = 6;
const LARGEST_PX = 96;

/** The sixteen colours of a terminal, one set for paper and one for a dark screen. */
const LIGHT = {
  red: '#a3262a',
  green: '#2d6a30',
  yellow: '#7d5a00',
  blue: '#215a9c',
  magenta: '#83357f',
  cyan: '#0b6b70',
};
const DARK = {
  red: '#ef8e87',
  green: '#9cc894',
  yellow: '#e0c377',
  blue: '#8fb8e8',
  magenta: '#d3a3d6',
  cyan: '#82c9c6',
};

export function readTheme(probe: ThemeProbe, narrow: boolean, scale = 1): TerminalLook {
  const colour = (name: string): string => {
    probe.style.color = `var(--_${name})`;
    return getComputedStyle(probe).color;
  };
  const foreground = colour('foreground');
  const accent = colour('accent');
  const background = colour('background');
  const family = getComputedStyle(probe).getPropertyValue('--neptune-font').trim();
  const size = sizeOf(probe, narrow ? NARROW_FONT : FONT) * scale;
  return {
    theme: {
      ...brightened(isDark(background) ? DARK : LIGHT),
      foreground,
      background,
      cursor: accent,
      cursorAccent: background,
      selectionBackground: isDark(background) ? '#3a4d55' : '#c9dfe0',
    },
    fontFamily: family || `${MONOSPACE}, monospace`,
    fontSize: Math.min(LARGEST_PX, Math.max(SMALLEST_PX, size)),
    lineHeight: 1.25,
  };
}

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

function brightened(colours: Record<string, string>): ITheme {
  const bright = Object.entries(colours).map(([name, value]) => [
    `bright${name[0]!.toUpperCase()}${name.slice(1)}`,
    value,
  ]);
  return { ...colours, ...Object.fromEntries(bright) };
}

function isDark(rgb: string): boolean {
  const [red = 0, green = 0, blue = 0] = (rgb.match(/[\d.]+/g) ?? []).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
}
