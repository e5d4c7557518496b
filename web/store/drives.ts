/**
 * Which kept disk was in which drive, so that a reload puts it back.
 *
 *   createDriveMemory(backend, prefix)   remember, forget, recall for one prefix
 *
 * One record a drive, under ['drive', prefix, drive]. Two tabs with one prefix share the memory:
 * the last word counts.
 */

import { StoreError } from './errors.ts';
import type { DriveMemory, KeyPath, StoreBackend } from './types.ts';

function drivePath(prefix: string, drive: string): KeyPath {
  const letter = drive.toUpperCase();
  if (!/^[A-Z]:$/.test(letter)) {
    throw new StoreError('bad-argument', `"${drive}" is not a drive; drives are A:, B: and so on.`);
  }
  return ['drive', prefix, letter];
}

export function createDriveMemory(backend: StoreBackend, prefix = ''): DriveMemory {
  return {
    async remember(drive, disk) {
      await backend.write({ clear: [], put: [[drivePath(prefix, drive), disk]] });
    },

    async forget(drive) {
      await backend.write({ clear: [drivePath(prefix, drive)], put: [] });
    },

    async recall() {
      const [entries = []] = await backend.read([['drive', prefix]]);
      const drives = entries.filter(([, disk]) => typeof disk === 'string' && disk !== '');
      return Object.fromEntries(drives.map(([path, disk]) => [String(path[2]), disk as string]));
    },
  };
}
