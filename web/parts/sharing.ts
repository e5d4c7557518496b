/**
 * What few need, a module of its own that is loaded when it is asked for (scripts/code.mjs): how
 * links are made, disks that come as changes of an image at an address, and which files damage
 * hits. `Sharing` (types.ts) is what it exports; web/element/sharing.ts loads it.
 *
 * It imports nothing when it is built, and has classes of its own: what it throws is told from
 * other errors by its name.
 */
export { damagedFiles } from '../store/damaged-files.ts';
export { decodeOverlay } from '../store/share/overlay.ts';
export { makeLink } from './share/make-link.ts';
export { drawQr } from './share/qr.ts';
