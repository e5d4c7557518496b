/**
 * How a disk of a link that is an overlay begins. Alone, so that who only reads addresses needs
 * nothing else of overlay.ts.
 */
export const OVERLAY_TAG = '2.';

export function isOverlay(text: string): boolean {
  return text.startsWith(OVERLAY_TAG);
}
