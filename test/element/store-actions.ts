/**
 * What a user can do with a disk, for the crossing with what the store can do to it.
 *
 *   ACTIONS   name -> what it does; resolves to the image that it gave out, if it gives one out.
 *             What it rejects with is the cell's outcome
 */
import { openLink } from '../../web/store/share/link.ts';
import type { KeepingSystem } from './keeping-system.ts';
import { mount, type TestedElement, until } from './fixture.ts';

export interface Cell {
  element: TestedElement;
  system: KeepingSystem;
  prefix: string;
  /** Elements that came since, in order. */
  later: TestedElement[];
  /** What people were told since the disk was inserted. */
  readonly said: string[];
}

type Action = (cell: Cell) => Promise<Uint8Array | undefined | void>;

const OTHER_DISK = new Uint8Array(737_280).fill(0x22);

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** Presses Download in the drive bar, and catches the file. */
async function download({ element }: Cell): Promise<Uint8Array> {
  const click = HTMLAnchorElement.prototype.click;
  const button = element.shadowRoot!.querySelector<HTMLButtonElement>('[data-action=download]');
  const file = new Promise<string>((given, refused) => {
    HTMLAnchorElement.prototype.click = function () {
      if (this.download) given(this.href);
    };
    element.addEventListener('neptune-error', (event) => {
      const { message } = (event as CustomEvent<{ message: string }>).detail;
      if (/^The system|has no disk/.test(message)) refused(new Error(message));
    });
  });
  button!.click();
  try {
    return await bytesOf(await (await fetch(await file)).blob());
  } finally {
    HTMLAnchorElement.prototype.click = click;
  }
}

async function share({ element }: Cell): Promise<Uint8Array | undefined> {
  const link = await element.share({ base: 'https://site.example/' });
  const { disks } = await openLink(link);
  return disks.a?.kind === 'inline' ? disks.a.image : undefined;
}

async function another(cell: Cell): Promise<void> {
  const { element } = mount({ persist: cell.prefix });
  cell.later.push(element);
  await element.boot(); // also where it cannot be seen
}

export const ACTIONS: Record<string, Action> = {
  'write, sync': async ({ system }) => void (await system.ask({ op: 'flush', drive: 'A:' })),
  download: download,
  exportDisk: async ({ element }) => bytesOf(await element.exportDisk('A:')),
  share: share,
  eject: async ({ element }) => bytesOf(await element.ejectDisk('A:')),
  'insert over it': async ({ element }) => element.insertDisk('A:', OTHER_DISK),
  shutdown: async ({ element }) => element.shutdown(),
  reset: async ({ element }) => element.reset(),
  reload: async (cell) => {
    cell.element.remove();
    await until(() => cell.system.terminated, 15_000);
    await another(cell);
  },
  'second tab': another,
  'close tab': async () => undefined,
};
