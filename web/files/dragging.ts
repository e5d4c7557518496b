/**
 * Files that are dragged: from the computer onto the list or a folder in it, from one list to
 * another, and out onto the computer where the browser has that.
 *
 * A browser wants what is dragged out at once, and a disk takes its time: the file that was chosen
 * is read when it is pressed, and can be dragged out if it is here by then.
 */
import type { Folder } from './folder.ts';
import { joined } from './paths.ts';
import type { Row } from './rows.ts';
import { plainBlob, safeName } from './save.ts';
import type { Source } from './transfer.ts';

/** Of a list in this page. */
const OWN = 'application/x-neptune-files';
/** Of a file that is read before anybody asked for it. */
const MOST = 3 << 20;
const LATER_MS = 60_000;

export interface DraggingOwner {
  readonly folder: Folder;
  changed(): void;
  take(transfer: DataTransfer, into: string): void;
  copy(source: Source, into: string): void;
  read(row: Row): Promise<Uint8Array>;
}

/** What is dragged now, from whichever list of this page. */
let dragged: Source | undefined;

export class Dragging {
  readonly #owner: DraggingOwner;
  #over = false;
  #row: HTMLElement | undefined;
  #ready: { key: string; address: string } | undefined;

  constructor(owner: DraggingOwner) {
    this.#owner = owner;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** It may be dragged out soon. */
  pressed(row: Row): void {
    const { folder, read } = this.#owner;
    const isAlone = folder.selection.size === 1 && folder.selection.has(row.key);
    if (!isAlone || row.directory || row.size > MOST || this.#ready?.key === row.key) return;
    this.#forget();
    read(row).then(
      (bytes) => {
        this.#forget();
        this.#ready = { key: row.key, address: URL.createObjectURL(plainBlob([bytes])) };
      },
      () => undefined,
    );
  }

  start(event: DragEvent, row: Row): void {
    const { folder } = this.#owner;
    const transfer = event.dataTransfer;
    if (!transfer) return;
    if (!folder.selection.has(row.key)) folder.selection.only(row.key);
    dragged = { folder: folder.path, rows: folder.chosen().filter(({ deleted }) => !deleted) };
    transfer.effectAllowed = 'copy';
    transfer.setData(OWN, '');
    if (this.#ready?.key === row.key && folder.selection.size === 1) {
      const name = safeName(row.name).replaceAll(':', '_');
      transfer.setData('DownloadURL', `application/octet-stream:${name}:${this.#ready.address}`);
    }
  }

  over(event: DragEvent): void {
    const types = event.dataTransfer?.types ?? [];
    if (this.#owner.folder.state !== 'shown') return;
    if (!types.includes('Files') && !types.includes(OWN)) return;
    event.preventDefault();
    event.dataTransfer!.dropEffect = 'copy';
    this.#mark(this.#rowUnder(event), true);
  }

  leave(event: DragEvent): void {
    const list = event.currentTarget as Element;
    if (!(event.relatedTarget instanceof Node && list.contains(event.relatedTarget)))
      this.#mark(undefined, false);
  }

  drop(event: DragEvent): void {
    const { folder } = this.#owner;
    const transfer = event.dataTransfer;
    const row = this.#rowUnder(event);
    this.#mark(undefined, false);
    if (!transfer || folder.state !== 'shown') return;
    const name = row && folder.rows.find(({ key }) => key === row.dataset['key'])?.name;
    const into = name === undefined ? folder.path : joined(folder.path, name);
    if (transfer.types.includes(OWN) && dragged) {
      const source = dragged;
      // Back where it came from: somebody has thought better of it.
      if (source.folder !== into) this.#owner.copy(source, into);
    } else if (transfer.types.includes('Files')) this.#owner.take(transfer, into);
    else return;
    event.preventDefault();
    event.stopPropagation();
    dragged = undefined;
  }

  end(): void {
    this.#forget();
  }

  /** A folder's row takes what is dropped on it. */
  #rowUnder(event: DragEvent): HTMLElement | undefined {
    const row = (event.target as Element).closest<HTMLElement>('.row');
    const key = row?.dataset['key'];
    const found = this.#owner.folder.rows.find((one) => one.key === key);
    return row && found?.directory ? row : undefined;
  }

  #mark(row: HTMLElement | undefined, over: boolean): void {
    if (this.#row !== row) this.#row?.classList.remove('under');
    row?.classList.add('under');
    this.#row = row;
    if (this.#over === over) return;
    this.#over = over;
    this.#owner.changed();
  }

  #forget(): void {
    const old = this.#ready?.address;
    this.#ready = undefined;
    // One that is being dragged is read when it is dropped.
    if (old) setTimeout(() => URL.revokeObjectURL(old), LATER_MS);
  }
}
