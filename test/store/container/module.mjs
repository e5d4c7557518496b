/**
 * The store's import code as Node can run it, and what a test asks of it.
 *
 *   loadStore()           { importImage, CodeTree, ... }: bundled once
 *   refused(work)         the ImageError with which it was refused
 */
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../../scripts/process.mjs';

const CONTENTS = `
export { importImage } from './web/store/images.ts';
export { LARGEST_FLOPPY, LARGEST_SOURCE } from './web/store/formats.ts';
export { CODES, CodeTree, DISTANCE_LENGTHS } from './web/store/container/lzhuf.ts';
export { expandLzw } from './web/store/container/lzw.ts';
export { crc16 } from './web/store/container/mfm.ts';
export { sum } from './web/store/container/td0.ts';
export { decodeTracks } from './web/machine/fdc/track-codec.ts';
export { Medium } from './web/machine/fdc/medium.ts';
`;

export async function loadStore() {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const outfile = join(folder, 'store.mjs');
  const stdin = { contents: CONTENTS, resolveDir: ROOT };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function refused(work) {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}
