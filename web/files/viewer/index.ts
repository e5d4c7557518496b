/**
 * The registry of viewers: the first that fits shows a file, and any other can be chosen.
 *
 * A viewer is a file here and a line in VIEWERS. No viewer gives bytes to anything that interprets
 * them: what is drawn is text, or dots of a picture that the browser decoded as a picture.
 */
import { documentViewer } from './document.ts';
import { hexViewer } from './hex.ts';
import { pictureViewer } from './picture.ts';
import { textViewer } from './text.ts';
import type { Viewed, Viewer } from './types.ts';

export const VIEWERS: readonly Viewer[] = [pictureViewer, documentViewer, textViewer, hexViewer];

/** Hex shows whatever it is. */
export const viewerFor = (file: Viewed): Viewer =>
  VIEWERS.find((viewer) => viewer.fits(file)) ?? hexViewer;

/** The ones that can be chosen for a file: a picture that is none cannot be shown as one. */
export const viewersFor = (file: Viewed): readonly Viewer[] =>
  VIEWERS.filter((viewer) => viewer === hexViewer || viewer === textViewer || viewer.fits(file));
