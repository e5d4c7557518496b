/**
 * Files that somebody drops, pastes or chooses, folders with all that is in them.
 *
 *   acceptFiles(element, host)
 *                          from now on: told whether files hover over it, and given what they are
 *   filesIn(transfer)      of a drop or the clipboard; to be called at once: the browser forgets
 *   isHidden(file)         what systems leave in folders, and nobody means
 */

const MOST_FILES = 5_000;
const HIDDEN = /^(\.|thumbs\.db$|desktop\.ini$|__MACOSX)/i;

export const isHidden = ({ name }: File): boolean => HIDDEN.test(name);

export interface FilesHost {
  over(is: boolean): void;
  take(files: File[]): void;
}

export function acceptFiles(element: HTMLElement, { over, take }: FilesHost): void {
  element.addEventListener('dragover', (event) => {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    over(true);
  });
  element.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && element.contains(relatedTarget))) over(false);
  });
  const takeOf = (event: Event, transfer: DataTransfer | null): void => {
    if (!transfer || !carriesFiles(transfer)) return;
    event.preventDefault();
    // What stands around the box, such as a site that takes drops, is not to take them as well.
    event.stopPropagation();
    void filesIn(transfer).then(take);
  };
  element.addEventListener('drop', (event) => {
    over(false);
    takeOf(event, event.dataTransfer);
  });
  element.addEventListener('paste', (event) => takeOf(event, event.clipboardData));
}

function carriesFiles(transfer: DataTransfer | null): boolean {
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
