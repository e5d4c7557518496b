/**
 * A plain model of a FAT volume's tree: what random operations are compared with.
 *
 * Each operation is done to the driver and to the model; where the model knows that it must fail,
 * so must the driver, and the other way round. A full disk is the driver's to find out.
 */
import { assert } from 'chai';
import { encodeLarge } from '../../../personality/rtl/information.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import type { Tree } from './judge.ts';
import { type FatRig, patterned } from './rig.ts';

export type Operation =
  | { kind: 'write'; path: string; size: number; append: boolean }
  | { kind: 'cut'; path: string; size: number }
  | { kind: 'mkdir'; path: string }
  | { kind: 'remove'; path: string }
  | { kind: 'rename'; path: string; target: string; replace: boolean }
  | { kind: 'remount' };

interface Directory {
  name: string;
  children: Map<string, Node>;
}

interface File {
  name: string;
  bytes: Uint8Array;
}

type Node = Directory | File;

/** Where a path leads: its directory, its key there, and what is there. */
interface Place {
  parent: Directory;
  key: string;
  name: string;
  node: Node | undefined;
  /** The directories on the way. */
  way: Directory[];
}

function isDirectory(node: Node): node is Directory {
  return 'children' in node;
}

export class Model {
  readonly #root: Directory = { name: '', children: new Map() };
  readonly #rig: FatRig;
  #seed = 0;

  constructor(rig: FatRig) {
    this.#rig = rig;
  }

  async apply(operation: Operation): Promise<void> {
    if (operation.kind === 'remount') return this.#rig.remount();
    const place = this.#find(operation.path);
    if (!place) {
      const { status } = await this.#rig.create(operation.path);
      return same(status, Status.STATUS_OBJECT_PATH_NOT_FOUND, operation);
    }
    switch (operation.kind) {
      case 'write':
        return this.#write(place, operation);
      case 'cut':
        return this.#cut(place, operation);
      case 'mkdir':
        return this.#mkdir(place, operation);
      case 'remove':
        return this.#remove(place, operation);
      case 'rename':
        return this.#rename(place, operation);
    }
  }

  /** As judge.ts wants it. */
  tree(): Tree {
    const found = new Map<string, Uint8Array | undefined>();
    const visit = (directory: Directory, prefix: string): void => {
      for (const node of directory.children.values()) {
        const path = prefix + node.name;
        if (isDirectory(node)) {
          found.set(`${path}/`, undefined);
          visit(node, `${path}/`);
        } else found.set(path, node.bytes);
      }
    };
    visit(this.#root, '');
    return found;
  }

  #find(path: string): Place | undefined {
    const names = path.split('\\');
    const way = [this.#root];
    let parent = this.#root;
    for (const name of names.slice(0, -1)) {
      const next = parent.children.get(name.toUpperCase());
      if (!next || !isDirectory(next)) return undefined;
      parent = next;
      way.push(next);
    }
    const name = names.at(-1)!;
    const key = name.toUpperCase();
    return { parent, key, name, node: parent.children.get(key), way };
  }

  async #write(
    { parent, key, name, node }: Place,
    operation: Operation & { kind: 'write' },
  ): Promise<void> {
    const { path, size, append } = operation;
    // The I/O manager's to refuse.
    if (node && isDirectory(node)) return;
    const opened = await this.#rig.create(path, { disposition: nt.FILE_OPEN_IF });
    if (isFull(opened.status) && !node) return;
    same(opened.status, 0, operation);
    const file = node ?? { name, bytes: new Uint8Array(0) };
    parent.children.set(key, file);
    if (!append) {
      const emptied = await this.#rig.set(opened.file, nt.FileEndOfFileInformation, encodeLarge(0));
      same(emptied.status, 0, operation);
      file.bytes = new Uint8Array(0);
    }
    const added = patterned(size, ++this.#seed);
    try {
      await this.#rig.writeAt(opened.file, file.bytes.length, added);
      file.bytes = new Uint8Array([...file.bytes, ...added]);
    } catch (error) {
      if (!isFull((error as { status: number }).status)) throw error;
    } finally {
      await this.#rig.close(opened.file);
    }
  }

  async #cut({ node }: Place, operation: Operation & { kind: 'cut' }): Promise<void> {
    const { status, file } = await this.#rig.create(operation.path);
    if (!node) return same(status, Status.STATUS_OBJECT_NAME_NOT_FOUND, operation);
    same(status, 0, operation);
    const size = isDirectory(node) ? 0 : Math.min(operation.size, node.bytes.length);
    const done = await this.#rig.set(file, nt.FileEndOfFileInformation, encodeLarge(size));
    await this.#rig.close(file);
    if (isDirectory(node)) return same(done.status, Status.STATUS_FILE_IS_A_DIRECTORY, operation);
    same(done.status, 0, operation);
    node.bytes = node.bytes.slice(0, size);
  }

  async #mkdir({ parent, key, name, node }: Place, operation: Operation): Promise<void> {
    const { path } = operation as { path: string };
    const options = nt.FILE_DIRECTORY_FILE;
    const { status, file } = await this.#rig.create(path, {
      disposition: nt.FILE_CREATE,
      options,
    });
    if (node) return same(status, Status.STATUS_OBJECT_NAME_COLLISION, operation);
    if (isFull(status)) return;
    same(status, 0, operation);
    await this.#rig.close(file);
    parent.children.set(key, { name, children: new Map() });
  }

  async #remove({ parent, key, node }: Place, operation: Operation): Promise<void> {
    const status = await this.#rig.remove((operation as { path: string }).path);
    if (!node) return same(status, Status.STATUS_OBJECT_NAME_NOT_FOUND, operation);
    if (isDirectory(node) && node.children.size > 0)
      return same(status, Status.STATUS_DIRECTORY_NOT_EMPTY, operation);
    same(status, 0, operation);
    parent.children.delete(key);
  }

  async #rename(from: Place, operation: Operation & { kind: 'rename' }): Promise<void> {
    const { path, target, replace } = operation;
    const to = this.#find(target);
    const { node } = from;
    if (!node) {
      const { status } = await this.#rig.create(path);
      return same(status, Status.STATUS_OBJECT_NAME_NOT_FOUND, operation);
    }
    const status = await this.#rig.rename(path, target, replace);
    if (!to) return same(status, Status.STATUS_OBJECT_PATH_NOT_FOUND, operation);
    if (isDirectory(node) && to.way.includes(node))
      return same(status, Status.STATUS_INVALID_PARAMETER, operation);
    const other = to.node === node ? undefined : to.node;
    if (other && !replace) return same(status, Status.STATUS_OBJECT_NAME_COLLISION, operation);
    if (other && isDirectory(other)) return same(status, Status.STATUS_ACCESS_DENIED, operation);
    if (isFull(status)) return;
    same(status, 0, operation);
    from.parent.children.delete(from.key);
    node.name = to.name;
    to.parent.children.set(to.key, node);
  }
}

function isFull(status: number): boolean {
  return status === Status.STATUS_DISK_FULL || status === Status.STATUS_CANNOT_MAKE;
}

function same(actual: number, expected: number, operation: Operation): void {
  assert.equal(statusName(actual), statusName(expected), JSON.stringify(operation));
}
