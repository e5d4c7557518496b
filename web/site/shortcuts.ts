/**
 * The site's keys: one letter each, where nothing is being written.
 *
 *   setUpShortcuts(machine)   listens, and lists them in the help
 *
 * In the terminal every key is the terminal's: Escape and then Tab leaves it. Lists that search as
 * one types, fields and dialogs keep their letters, and whatever is held down with Ctrl, Alt or
 * Command stays the browser's. Who speaks to the computer can switch them off (WCAG 2.1.4).
 */
import type { NeptuneOs } from '../element/neptune-os.ts';

interface Shortcut {
  readonly key: string;
  readonly words: string;
  act(machine: NeptuneOs): void;
}

const press = (id: string): void => document.querySelector<HTMLElement>(id)?.click();

function pressInsert(machine: NeptuneOs): void {
  const found = machine.renderRoot.querySelector<HTMLElement>('.drive [data-action="insert"]');
  found?.click();
}

const SHORTCUTS: readonly Shortcut[] = [
  { key: '?', words: 'this list', act: () => press('#help') },
  { key: 'T', words: 'the terminal', act: (machine) => machine.focus() },
  {
    key: 'F',
    words: 'files of a disk, or away with them',
    act: () => press('[data-view="files"]'),
  },
  { key: 'B', words: 'the box of disks', act: () => press('[data-view="box"]') },
  { key: 'M', words: 'the map of a disk', act: () => press('[data-view="map"]') },
  {
    key: 'W',
    words: 'the inside: the window into the system',
    act: () => press('[data-view="inside"]'),
  },
  { key: 'I', words: 'insert a disk into A:', act: pressInsert },
  { key: 'S', words: 'share the disks as a link', act: () => press('#share') },
];
const OFF = 'neptune shortcuts off';

export function setUpShortcuts(machine: NeptuneOs): void {
  const list = document.querySelector('#shortcuts');
  if (!list) return;
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = !isOff();
  box.addEventListener('change', () => remember(!box.checked));
  list.append(...SHORTCUTS.flatMap(row));
  const label = document.createElement('label');
  label.append(box, ' Keys of one letter, outside of the terminal');
  list.after(label);
  addEventListener('keydown', (event) => {
    const found = SHORTCUTS.find(({ key }) => key === event.key.toUpperCase());
    if (!found || !box.checked || isTaken(event)) return;
    event.preventDefault();
    found.act(machine);
  });
}

/** A field, a dialog or a list has it. */
function isTaken(event: KeyboardEvent): boolean {
  const { defaultPrevented, ctrlKey, altKey, metaKey, repeat, isComposing } = event;
  if (defaultPrevented || ctrlKey || altKey || metaKey || repeat || isComposing) return true;
  return event.composedPath().some((one) => one instanceof Element && one.matches(KEEPS));
}
const KEEPS =
  'input, textarea, select, [contenteditable], dialog, neptune-files, neptune-box, neptune-disk-map';

function row({ key, words }: Shortcut): HTMLElement[] {
  const term = document.createElement('dt');
  const face = document.createElement('kbd');
  const meaning = document.createElement('dd');
  face.textContent = key;
  meaning.textContent = words;
  term.append(face);
  return [term, meaning];
}

function isOff(): boolean {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function remember(off: boolean): void {
  try {
    if (off) localStorage.setItem(OFF, 'true');
    else localStorage.removeItem(OFF);
  } catch {
    // As the settings are (remembered.ts).
  }
}
