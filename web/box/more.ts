/**
 * The menu of the whole box.
 *
 *   moreItems(whole, folder, also)   `folder`: the user's own, of last time
 */
import type { MenuItem } from '../beside/menu.ts';
import { type Folder, hasFolders } from './folder.ts';
import type { Whole } from './whole.ts';

export interface MoreActions {
  /** Asks for files: a folder of images, or a backup. */
  choose(what: 'folder' | 'backup'): void;
  bin(): void;
}

export function moreItems(
  whole: Whole,
  folder: Folder | undefined,
  { choose, bin }: MoreActions,
): MenuItem[] {
  return [
    { label: 'Add a folder of images…', act: () => choose('folder') },
    { label: 'Save all as images (.zip)', apart: true, act: () => void whole.zip('image') },
    { label: 'Save all as they came (.zip)', act: () => void whole.zip('original') },
    { label: 'Back up into one file', apart: true, act: () => void whole.backup() },
    { label: 'Restore a backup…', act: () => choose('backup') },
    ...(hasFolders() ? folderItems(whole, folder) : []),
    { label: 'The bin…', apart: true, act: bin },
  ];
}

function folderItems(whole: Whole, folder: Folder | undefined): MenuItem[] {
  const last = folder && {
    label: `Back up into “${folder.name}”`,
    act: () => void whole.backupInto(folder),
  };
  return [
    ...(last ? [last] : []),
    { label: 'Back up into a folder…', act: () => void whole.backupInto() },
    { label: 'Restore from a folder…', act: () => void whole.restoreFrom() },
  ];
}
