/**
 * A link as a QR code, for the phone beside this screen.
 *
 *   fitsQr(text)   whether a phone can be expected to read it from a screen
 *   drawQr(text)   the picture; rejects where the code for it cannot be loaded
 *
 * What makes the code is a module of its own beside this one (scripts/code.mjs), loaded when it is
 * asked for: 4 KB that few need.
 */
import { svg, html, type TemplateResult } from 'lit';

/** Version 30 at the lowest correction, in bytes (ISO/IEC 18004, table 7). */
const MOST = 1_732;
/** Light modules around the code. */
const QUIET = 4;

type Encode = (text: string) => boolean[][];

const MODULE = new URL('../../build/parts/qr.js', import.meta.url);

export function fitsQr(text: string): boolean {
  return text.length <= MOST;
}

export async function drawQr(text: string): Promise<TemplateResult> {
  const { encodeQr } = (await import(/* @vite-ignore */ MODULE.href)) as { encodeQr: Encode };
  const rows = encodeQr(text);
  const size = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) =>
    row.flatMap((is, x) => (is ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
  );
  const path = svg`<path d=${dark.join('')} />`;
  return html`<svg
    class="qr"
    viewBox="0 0 ${size} ${size}"
    role="img"
    aria-label="QR code of the link"
  >
    ${path}
  </svg>`;
}
