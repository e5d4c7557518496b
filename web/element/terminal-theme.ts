/**
 * The terminal's look, from the custom properties of the element.
 *
 * xterm wants colours that are computed, so an invisible element wears each property and is asked
 * what it looks like.
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
const FONT_PX = 15;
const NARROW_FONT_PX = 12;

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

export function readTheme(probe: ThemeProbe, narrow: boolean): TerminalLook {
  const colour = (name: string): string => {
    probe.style.color = `var(--_${name})`;
    return getComputedStyle(probe).color;
  };
  const foreground = colour('foreground');
  const accent = colour('accent');
  const background = colour('background');
  const family = getComputedStyle(probe).getPropertyValue('--neptune-font').trim();
  const size = parseFloat(getComputedStyle(probe).getPropertyValue('--neptune-font-size'));
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
    fontSize: size || (narrow ? NARROW_FONT_PX : FONT_PX),
    lineHeight: 1.25,
  };
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
