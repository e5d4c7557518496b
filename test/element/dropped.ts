/** What is dropped, and where it is copied: a folder as a browser gives it, and a disk's root. */
import type { AgentRequest, FileEntry } from '../../web/host/agent-protocol.ts';

export interface Tree {
  [name: string]: number | Tree;
}

/** As a browser gives a folder that was dropped: two entries at a time. */
export function fakeFolder(tree: Tree, name = 'box'): FileSystemDirectoryEntry {
  const entries = Object.entries(tree).map(([inside, what]) =>
    typeof what === 'number'
      ? {
          isFile: true,
          isDirectory: false,
          name: inside,
          file: (take: (file: File) => void) => take(new File([new Uint8Array(what)], inside)),
        }
      : fakeFolder(what, inside),
  );
  const createReader = () => ({
    readEntries: (take: (some: unknown[]) => void) => take(entries.splice(0, 2)),
  });
  const folder = { isFile: false, isDirectory: true, name, createReader };
  return folder as unknown as FileSystemDirectoryEntry;
}

/** A disk's root, as far as copying looks at it; a file of eight letters has a short name. */
export class FakeDisk {
  readonly files = new Map<string, Uint8Array>();
  readonly folders: string[] = [];

  answer = (request: AgentRequest): unknown => {
    if (request.op === 'volume')
      return { drive: request.drive, label: '', serial: 1, total: 1e6, free: 1e6, cluster: 512 };
    if (request.op === 'list') return [...this.files].map(entryOf);
    if (request.op === 'writePart') this.files.set(request.path, request.data.slice());
    if (request.op === 'createFolder') this.folders.push(request.path);
    if (request.op === 'rename') {
      this.files.set(request.to, this.files.get(request.from)!);
      this.files.delete(request.from);
    }
    return undefined;
  };
}

function entryOf([path, { length }]: [string, Uint8Array]): FileEntry {
  const name = path.replace(/^.*\\/, '');
  const shortName = `${name.slice(0, 6).toUpperCase()}~1.DOC`;
  const common = { attributes: 0, modified: new Date(2000, 0, 1), directory: false };
  return { ...common, name, size: length, shortName };
}
