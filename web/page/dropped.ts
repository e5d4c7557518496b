/**
 * Files and folders that were dropped, or chosen, with their relative paths.
 *
 *   entriesOf(transfer)   to be asked while the drop is being told of: later they are gone
 *   filesIn(entries)      all files, and folders that have none; at most MOST
 */
export interface DroppedItem {
  /** Names with `/` between them. */
  path: string;
  /** Without it, it is a folder. */
  file?: File;
}

export type Entry = FileSystemEntry | File;

const MOST = 20_000;
const DEEPEST = 64;

export function entriesOf(transfer: DataTransfer): Entry[] {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  return items.flatMap((item): Entry[] => {
    // A file that a script put there has no entry.
    const entry = item.webkitGetAsEntry?.() ?? item.getAsFile();
    return entry ? [entry] : [];
  });
}

export async function filesIn(entries: readonly Entry[]): Promise<DroppedItem[]> {
  const found: DroppedItem[] = [];
  for (const entry of entries) await gather(entry, '', found, 0);
  return found;
}

async function gather(
  entry: Entry,
  above: string,
  found: DroppedItem[],
  depth: number,
): Promise<void> {
  if (found.length >= MOST || depth > DEEPEST)
    throw new Error(`That is more than ${MOST} files, or folders too deep to be on a disk.`);
  const path = above + entry.name;
  if (entry instanceof File) found.push({ path, file: entry });
  else if (entry.isFile) found.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
  else {
    const inside = await all((entry as FileSystemDirectoryEntry).createReader());
    if (inside.length === 0) found.push({ path });
    for (const one of inside) await gather(one, `${path}/`, found, depth + 1);
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** A reader gives some at a time, and at last none. */
async function all(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}
