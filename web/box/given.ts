/**
 * Files that somebody drops, pastes or chooses, folders with all that is in them.
 *
 *   acceptFiles(element, host)
 *                          from now on: told whether files hover over it, and given what they are
 *   isHidden(file)         what systems leave in folders, and nobody means
 */
import { type Entry, entriesOf, filesIn } from '../page/dropped.ts';

const HIDDEN = /(^|\/)(\.|thumbs\.db$|desktop\.ini$|__MACOSX)/i;

export const isHidden = ({ name, webkitRelativePath }: File): boolean =>
  HIDDEN.test(webkitRelativePath || name);

export interface FilesHost {
  over(is: boolean): void;
  take(files: File[]): void;
  fail(error: unknown): void;
}

export function acceptFiles(element: HTMLElement, { over, take, fail }: FilesHost): void {
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
    imagesIn(entriesOf(transfer)).then(take, fail);
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

async function imagesIn(entries: readonly Entry[]): Promise<File[]> {
  const items = await filesIn(entries);
  return items.flatMap(({ path, file }) => (file && !HIDDEN.test(path) ? [file] : []));
}
