/**
 * A real machine in the page, and a list of files beside it.
 *
 *   startMachine()      one for all tests of a file; `endMachine()` removes it
 *   besideIt(path?)     a `<neptune-files>` that shows its A:; removed after each test by `clear`
 *   within(list)        what is in it, as a person finds it
 */
import { assert } from 'chai';
import '../../web/files/index.ts';
import '../../web/element/index.ts';
import type { NeptuneOs } from '../../web/element/index.ts';
import type { NeptuneFiles } from '../../web/files/index.ts';
import { makeImage } from '../support/mtools.ts';

let machine: NeptuneOs;

export async function startMachine(): Promise<NeptuneOs> {
  machine = document.createElement('neptune-os');
  machine.id = 'machine';
  machine.setAttribute('topology', 'single');
  document.body.append(machine);
  await machine.boot();
  return machine;
}

export function endMachine(): void {
  clear();
  machine.remove();
}

/** A fresh disk in a drive. */
export async function freshDisk(
  files: Record<string, Uint8Array | string> = {},
  drive = 'A:',
  kib = 720,
): Promise<void> {
  await machine.insertDisk(drive, await makeImage({ kib, files, label: 'TEST' }));
}

export async function imageOf(drive = 'A:'): Promise<Uint8Array> {
  return new Uint8Array(await (await machine.exportDisk(drive)).arrayBuffer());
}

export async function besideIt(path = 'A:\\'): Promise<NeptuneFiles> {
  const list = document.createElement('neptune-files');
  list.setAttribute('for', 'machine');
  list.path = path;
  list.style.setProperty('block-size', '500px');
  list.style.setProperty('inline-size', '900px');
  document.body.append(list);
  await until(() => list.shadowRoot?.querySelector('.row, .instead') !== null);
  await list.refresh();
  await list.updateComplete;
  return list;
}

export function clear(): void {
  for (const list of document.querySelectorAll('neptune-files')) list.remove();
}

export async function until(holds: () => unknown, limit = 20_000): Promise<void> {
  const end = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it never became true: ${holds}`);
    await new Promise((later) => setTimeout(later, 10));
  }
}

export async function rejection(work: Promise<unknown>): Promise<Error & { status?: number }> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

export const pattern = (length: number, seed = 1): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (i * seed + (i >>> 8)) & 255);

/** What a person finds in a list. */
export function within(list: NeptuneFiles) {
  const root = list.shadowRoot!;
  const all = <E extends Element>(selector: string): E[] => [...root.querySelectorAll<E>(selector)];
  const named = (selector: string, name: string): HTMLElement => {
    const found = all<HTMLElement>(selector).find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').trim() === name,
    );
    assert.exists(
      found,
      `${selector} called ${name}: ${all(selector)
        .map((one) => one.textContent?.trim())
        .join(' | ')}`,
    );
    return found;
  };
  return {
    root,
    names: () => all('.row .name .text').map(({ textContent }) => textContent),
    chosen: () => all('.row[aria-selected=true] .name .text').map(({ textContent }) => textContent),
    /** The name of the row that has the focus, and the column. */
    get focused(): string {
      const cell = root.activeElement as HTMLElement | null;
      const name = cell?.closest('.row')?.querySelector('.name .text')?.textContent;
      return cell?.dataset['cell'] === undefined ? '' : `${name ?? 'head'} ${cell.dataset['cell']}`;
    },
    said: () => root.querySelector('#spoken')!.textContent!.trim(),
    notices: () => all('.notice span').map(({ textContent }) => textContent),
    text: (selector: string) =>
      root.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim(),
    async press(key: string, options: KeyboardEventInit = {}): Promise<void> {
      const target = root.activeElement ?? root.querySelector('#grid')!;
      const init = { key, bubbles: true, composed: true, cancelable: true, ...options };
      target.dispatchEvent(new KeyboardEvent('keydown', init));
      await list.updateComplete;
    },
    async button(name: string, selector = 'button'): Promise<void> {
      named(selector, name).click();
      await list.updateComplete;
    },
    /** An item of the menu that is open. */
    async item(name: string): Promise<void> {
      await until(() => root.querySelector('.menu'));
      const items = all<HTMLElement>('.menu button');
      const found = items.find((one) => one.querySelector('.what')!.textContent === name);
      assert.exists(found, name);
      found.click();
      await list.updateComplete;
    },
    async dialog(title: RegExp): Promise<HTMLDialogElement> {
      await until(() => title.test(root.querySelector('dialog[open] h2')?.textContent ?? ''));
      return root.querySelector('dialog')!;
    },
  };
}
