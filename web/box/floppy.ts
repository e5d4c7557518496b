/**
 * A floppy disk as a drawing, to recognise one by: what is written on its label, a colour of its
 * own, its size, and its write-protect tab.
 *
 *   floppy(disk)            3.5 or 5.25 inches, by the format
 *   isLarge(size)           whether it is one of 5.25 inches
 *   labelLines(text, ...)   what fits on a label, in lines
 *
 * The drawing says nothing that the card's text does not: it is hidden from screen readers.
 */
import { nothing, svg, type TemplateResult } from 'lit';
import type { KeptDiskInfo } from '../element/index.ts';

export type Drawn = Pick<KeptDiskInfo, 'name' | 'label' | 'size' | 'writeProtected'>;

/** Formats of drives of 5.25 inches; 720K and 640K are far more often 3.5. */
const LARGE: ReadonlySet<number> = new Set([
  163_840, 184_320, 327_680, 368_640, 1_228_800, 1_261_568,
]);
const HIGH_DENSITY = 1_000_000;
/** Plastic that floppies were made of; by the disk's name. */
const BODIES = ['#33373c', '#35496b', '#5c3d44', '#3b5348', '#5a5348', '#4a4266'];
const HUES = 12;

export const isLarge = (size: number): boolean => LARGE.has(size);

export function floppy(disk: Drawn): TemplateResult {
  const look = lookOf(disk.name);
  return isLarge(disk.size) ? large(disk, look) : small(disk, look);
}

interface Look {
  readonly body: string;
  readonly band: string;
}

function lookOf(name: string): Look {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) >>> 0;
  const hue = ((sum >>> 8) % HUES) * (360 / HUES);
  return { body: BODIES[sum % BODIES.length]!, band: `oklch(0.64 0.14 ${hue})` };
}

function small({ label, size, writeProtected }: Drawn, { body, band }: Look): TemplateResult {
  const high = size > HIGH_DENSITY;
  return svg`<svg viewBox="0 0 96 100" aria-hidden="true" focusable="false">
    <path class="body" fill=${body} d="M5 2H86L94 10V93a5 5 0 0 1-5 5H7a5 5 0 0 1-5-5V5a3 3 0 0 1 3-3Z" />
    <rect class="metal" x="25" y="2" width="47" height="29" rx="2" />
    <rect class="hole" x="55" y="6" width="11" height="21" rx="1" />
    <rect class=${writeProtected ? 'hole' : 'tab'} x="6" y="86" width="7" height="7" />
    ${high ? svg`<rect class="hole" x="83" y="86" width="7" height="7" />` : nothing}
    <rect class="paper" x="12" y="39" width="72" height="59" rx="2" />
    <rect class="band" fill=${band} x="12" y="39" width="72" height="10" rx="2" />
    ${writing(labelLines(label, 13, 3), { x: 16, y: 61, width: 64, step: 12 })}
  </svg>`;
}

function large({ label, writeProtected }: Drawn, { body, band }: Look): TemplateResult {
  return svg`<svg viewBox="0 0 100 100" aria-hidden="true" focusable="false">
    <path class="body" fill=${body} d="M3 1H97a2 2 0 0 1 2 2V${writeProtected ? 97 : '17H95V27H99V97'}a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2Z" />
    ${writeProtected ? svg`<rect class="metal" x="91" y="15" width="8" height="14" />` : nothing}
    <circle class="metal" cx="50" cy="56" r="13" /><circle class="hole" cx="50" cy="56" r="10" />
    <circle class="hole" cx="69" cy="48" r="1.8" />
    <rect class="hole" x="46" y="73" width="8" height="23" rx="4" />
    <rect class="paper" x="6" y="5" width="62" height="32" rx="1" />
    <rect class="band" fill=${band} x="6" y="5" width="62" height="6" rx="1" />
    ${writing(labelLines(label, 13, 2), { x: 10, y: 22, width: 54, step: 10 })}
  </svg>`;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly step: number;
}

/** About as wide as a letter is; a line that is longer is squeezed onto the paper. */
const LETTER = 5.4;

function writing(lines: readonly string[], { x, y, width, step }: Place): TemplateResult[] {
  return lines.map((line, i) => {
    const squeezed = line.length * LETTER > width;
    return svg`<text class="ink" x=${x} y=${y + i * step}
      textLength=${squeezed ? width : nothing}
      lengthAdjust=${squeezed ? 'spacingAndGlyphs' : nothing}>${line}</text>`;
  });
}

/** Words stay whole where they fit; what does not fit ends in an ellipsis. */
export function labelLines(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text.replace(/\.(img|ima|dsk|st|flp|vfd|td0|imd|zip|imz)$/i, '').trim();
  while (rest && lines.length < most) {
    const fits = rest.length <= width;
    const cut = fits ? rest.length : breakOf(rest, width);
    lines.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  if (rest) lines.push(`${lines.pop()!.slice(0, width - 1)}…`);
  return lines;
}

/** Behind the last blank, dash or underscore that leaves a line of some length. */
function breakOf(text: string, width: number): number {
  const found = [...text.slice(0, width + 1).matchAll(/[\s_-]/g)].at(-1);
  return found && found.index > width / 3 ? Math.min(found.index + 1, width) : width;
}
