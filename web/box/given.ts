/**
 * Files that somebody drops, pastes or chooses, folders with all that is in them.
 *
 *   filesIn(transfer)      of a drop or the clipboard; to be called at once: the browser forgets
 *   isHidden(file)         what systems leave in folders, and nobody means
 */

const MOST_FILES = 5_000;
const HIDDEN = /^(\.|thumbs\.db$|desktop\.ini$|__MACOSX)/i;

export const isHidden = ({ name }: File): boolean => HIDDEN.test(name);

export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

export async function filesIn(transfer: DataTransfer): Promise<File[]> {
  const plain = [...transfer.files];
  const entries = [...transfer.items].map((item) =>
    item.kind === 'file' ? (item.webkitGetAsEntry?.() ?? null) : null,
  );
  const known = entries.filter((entry) => entry !== null);
  if (!known.some(({ isDirectory }) => isDirectory)) return plain;
  const files: File[] = [];
  for (const entry of known) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length >= MOST_FILES || HIDDEN.test(entry.name)) return;
  if (entry.isFile) {
    const { file } = entry as FileSystemFileEntry;
    files.push(await new Promise<File>((take, no) => file.call(entry, take, no)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives some at a time, and none when it is at the end.
    const some = await new Promise<FileSystemEntry[]>((take, no) => reader.readEntries(take, no));
    if (some.length === 0) return;
    for (const inside of some) await collect(inside, files);
  }
}
