/**
 * A disk's files by mtools.
 *
 *   filesOf(path, folder)          path -> bytes of all that mcopy finds; `folder` is for its use
 *   mtools(tool, path, ...args)    any of its programs on an image; throws what it said
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../find-browser.mjs';

const env = { ...process.env, MTOOLSRC: '/dev/null', MTOOLS_SKIP_CHECK: '1', TZ: 'UTC' };

export function mtools(tool, path, ...args) {
  const words = ['-i', path, ...args];
  const { status, stderr, error } = spawnSync(findProgram([tool]), words, {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw error ?? new Error(`${tool} ${args.join(' ')}: ${stderr}`);
}

export function filesOf(path, folder) {
  const copies = join(folder, 'copies');
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies);
  mtools('mcopy', path, '-s', '-n', '-Q', '::/', copies);
  const found = new Map();
  for (const name of readdirSync(copies, { recursive: true })) {
    const file = join(copies, name);
    if (statSync(file).isFile()) found.set(name.replaceAll('/', '\\'), readFileSync(file));
  }
  return found;
}
