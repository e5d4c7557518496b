/**
 * What fsck.fat says of a disk, and what of that a crash may leave behind: clusters that no name
 * leads to, and the mark that the volume was in use.
 *
 *   fsckComplaints(path, strict)   the lines of `fsck.fat -n` that are neither; `strict`: all that
 *                                  it does not say of every disk
 */
import { spawnSync } from 'node:child_process';
import { findProgram } from '../find-browser.mjs';

/** Said of sound disks, too. */
const HARMLESS = [
  /^fsck\.fat \d/,
  /: \d+ files, \d+\/\d+ clusters$/,
  // Of FAT32 disks as small as floppies.
  /^Warning: Filesystem is FAT32 according to fat_length/,
  /^\s*but has only \d+ clusters, less than the required minimum/,
  /^\s*This may lead to problems on some systems\.$/,
];
const AFTER_CRASHES = [
  /^Leaving filesystem unchanged\.$/,
  /^\s*Reclaimed \d+ unused clusters? \(\d+ bytes\)/,
  /^Dirty bit is set\. Fs was not properly unmounted and some data may be corrupt\.$/,
  /^\s*Automatically removing dirty bit\.$/,
];

export function fsckComplaints(path, strict = false) {
  const { stdout, stderr, error } = spawnSync(findProgram(['fsck.fat']), ['-n', path], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (error) throw error;
  const passed = strict ? HARMLESS : [...HARMLESS, ...AFTER_CRASHES];
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.filter((line) => !passed.some((pattern) => pattern.test(line)));
}
