/**
 * A folder of the user's own, where the browser has File System Access: chosen by the user, and
 * remembered; after a reload the browser asks again whether the page may use it.
 *
 *   hasFolders()               whether there is such a thing here
 *   chooseFolder()             undefined: the user chose none
 *   rememberedFolder()         the one that was chosen last; undefined: none
 *   mayUse(folder, mode)       asks where it must; to be called right behind a press
 *   writeInto(folder, file), filesIn(folder)
 *
 * Source: File System Access (WICG), §2.3 (permissions), §3.3 (showDirectoryPicker).
 */

type Mode = 'read' | 'readwrite';

/** What the platform's types do not have yet. */
interface Asking {
  queryPermission?(options: { mode: Mode }): Promise<PermissionState>;
  requestPermission?(options: { mode: Mode }): Promise<PermissionState>;
}
export type Folder = FileSystemDirectoryHandle & Asking;
type Picker = (options: { id: string; mode: Mode }) => Promise<Folder>;

const picker = (): Picker | undefined =>
  (globalThis as { showDirectoryPicker?: Picker }).showDirectoryPicker;

export const hasFolders = (): boolean => picker() !== undefined;

export async function chooseFolder(): Promise<Folder | undefined> {
  try {
    const folder = await picker()!.call(globalThis, { id: 'neptune-box', mode: 'readwrite' });
    await remember(folder).catch(() => undefined); // then it is asked for each time
    return folder;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

export async function mayUse(folder: Folder, mode: Mode): Promise<boolean> {
  if (!folder.queryPermission || !folder.requestPermission) return true;
  if ((await folder.queryPermission({ mode })) === 'granted') return true;
  return (await folder.requestPermission({ mode })) === 'granted';
}

export async function writeInto(folder: Folder, file: File): Promise<void> {
  const handle = await folder.getFileHandle(file.name, { create: true });
  const stream = await handle.createWritable();
  await stream.write(file);
  await stream.close();
}

export async function filesIn(folder: Folder): Promise<File[]> {
  const files: File[] = [];
  const entries = folder as unknown as { values(): AsyncIterable<FileSystemHandle> };
  for await (const entry of entries.values())
    if (entry.kind === 'file') files.push(await (entry as FileSystemFileHandle).getFile());
  return files;
}

const STORE = 'folders';
const KEY = 'last';

function database(): Promise<IDBDatabase> {
  return new Promise((found, failed) => {
    const request = indexedDB.open('neptune-box', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => found(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const db = await database();
  try {
    return await new Promise<T>((done, failed) => {
      const request = work(db.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  } finally {
    db.close();
  }
}

async function remember(folder: Folder): Promise<void> {
  await within('readwrite', (store) => store.put(folder, KEY));
}

export async function rememberedFolder(): Promise<Folder | undefined> {
  if (!hasFolders()) return undefined;
  return within<Folder | undefined>('readonly', (store) => store.get(KEY)).catch(() => undefined);
}
