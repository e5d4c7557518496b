/**
 * A link as a QR code, for the phone beside this screen.
 *
 *   fitsQr(text)   whether a phone can be expected to read it from a screen
 *   drawQr(text)   the code; throws where it does not fit
 *
 * uqr (MIT): ESM and typed, no dependencies, kept by unjs; its core is Nayuki's QR Code generator.
 * Source: ISO/IEC 18004, table 7 and 5.3.8 (the quiet zone).
 */
import { encode } from 'uqr';
import type { QrCode } from './types.ts';

/** Bytes of version 30 at the lowest correction. */
const MOST = 1_732;
const QUIET = 4;

export function fitsQr(text: string): boolean {
  return text.length <= MOST;
}

export function drawQr(text: string): QrCode {
  const { data } = encode(text, { ecc: 'L', boostEcc: true, border: 0 });
  const dark = data.flatMap((row, y) =>
    row.flatMap((is, x) => (is ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
  );
  return { size: data.length + 2 * QUIET, path: dark.join('') };
}
