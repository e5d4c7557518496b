/**
 * What few need, a module of its own that is loaded when it is asked for (scripts/code.mjs).
 *
 *   encodeQr(text)   the modules of a QR code, rows of dark ones; throws where it does not fit
 *
 * uqr (MIT): ESM and typed, no dependencies, kept by unjs; its core is Nayuki's QR Code generator.
 */
import { encode } from 'uqr';

export function encodeQr(text: string): boolean[][] {
  return encode(text, { ecc: 'L', boostEcc: true, border: 0 }).data;
}
