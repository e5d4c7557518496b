/**
 * Everything that can be done with files: one table, for keys and menus alike.
 *
 *   menuOf(desk, rows)      what can be done with these rows, and with the folder
 *   actionOf(desk, event)   what a key means; undefined: nothing
 */
import type { MenuItem } from '../beside/menu.ts';
import type { Column, Row } from './rows.ts';
import { COLUMNS } from './rows.ts';
import type { Room } from './room.ts';
import { isRoot } from './paths.ts';
import { attributes, newFolder, remove, rename } from './changes.ts';
import { save } from './save.ts';

/** What the actions need of the element beside the room. */
export interface Desk extends Room {
  /** The drives that a file can be copied to. */
  readonly drives: readonly string[];
  readonly canPaste: boolean;
  open(row: Row): Promise<void>;
  /** In a viewer. */
  look(row: Row, as: string): Promise<void>;
  copy(rows: readonly Row[]): void;
  paste(): Promise<void>;
  copyTo(rows: readonly Row[], drive: string): Promise<void>;
  /** Asks for files of the computer, or for a folder. */
  choose(folder: boolean): void;
  /** Does it, and says what went wrong. */
  act(work: () => Promise<void> | void): void;
}

type Rows = readonly Row[];

interface Action {
  readonly label: string;
  /** As they are written in the menu. */
  readonly keys?: string;
  readonly apart?: boolean;
  /** Whether it can be done with these. */
  fits(rows: Rows, desk: Desk): boolean;
  act(desk: Desk, rows: Rows): Promise<void> | void;
}

const any = (rows: Rows): boolean => rows.length > 0;
const there = (rows: Rows): boolean => any(rows) && rows.every(({ deleted }) => !deleted);
const one = (rows: Rows): boolean => rows.length === 1;
const oneFile = (rows: Rows): boolean => one(rows) && !rows[0]!.directory;
const isShown = (_: Rows, desk: Desk): boolean => desk.folder.state === 'shown';
const first = (rows: Rows): Row => rows[0]!;

const ON_ROWS: readonly Action[] = [
  { label: 'Open', keys: 'Enter', fits: one, act: (desk, rows) => desk.open(first(rows)) },
  { label: 'View as hex', fits: oneFile, act: (desk, rows) => desk.look(first(rows), 'hex') },
  {
    label: 'Save to this computer',
    keys: 'Ctrl+S',
    fits: any,
    act: (desk, rows) => save(desk, rows),
  },
  {
    label: 'Copy',
    keys: 'Ctrl+C',
    apart: true,
    fits: there,
    act: (desk, rows) => desk.copy(rows),
  },
  {
    label: 'Rename',
    keys: 'F2',
    fits: (rows) => one(rows) && there(rows),
    act: (desk, rows) => rename(desk, first(rows)),
  },
  { label: 'Attributes', keys: 'F8', fits: there, act: (desk, rows) => attributes(desk, rows) },
  { label: 'Delete', keys: 'Delete', fits: there, act: (desk, rows) => remove(desk, rows) },
];

const ON_FOLDER: readonly Action[] = [
  {
    label: 'Paste',
    keys: 'Ctrl+V',
    apart: true,
    fits: (_, desk) => desk.canPaste,
    act: (desk) => desk.paste(),
  },
  { label: 'Add files', keys: 'Insert', fits: isShown, act: (desk) => desk.choose(false) },
  { label: 'Add a folder', fits: isShown, act: (desk) => desk.choose(true) },
  { label: 'New folder', keys: 'F7', fits: isShown, act: (desk) => newFolder(desk) },
  {
    label: 'Choose all',
    keys: 'Ctrl+A',
    fits: isShown,
    act: (desk) => {
      desk.folder.selection.all();
      desk.announce(`${desk.folder.selection.size} chosen.`);
    },
  },
];

/** Keys that need no line in a menu: the bar has buttons for them. */
const WAYS: readonly { keys: readonly string[]; act(desk: Desk): Promise<void> }[] = [
  { keys: ['Backspace', 'Alt+ArrowUp'], act: ({ folder }) => folder.up() },
  { keys: ['Alt+ArrowLeft'], act: ({ folder }) => folder.back() },
  { keys: ['Alt+ArrowRight'], act: ({ folder }) => folder.forward() },
  { keys: ['F9'], act: ({ folder }) => folder.refresh(true) },
];

const SORTS: Readonly<Record<Column, string>> = {
  name: 'Sort by name',
  size: 'Sort by size',
  modified: 'Sort by date',
  attributes: 'Sort by attributes',
};

const itemOf = (desk: Desk, rows: Rows, action: Action): MenuItem => {
  const { label, keys, apart } = action;
  const act = (): void => desk.act(() => action.act(desk, rows));
  return { label, act, ...(keys && { keys }), ...(apart && { apart }) };
};

function copyItems(desk: Desk, rows: Rows): MenuItem[] {
  if (!there(rows)) return [];
  return desk.drives
    .filter((drive) => drive !== desk.folder.drive)
    .map((drive) => ({
      label: `Copy to ${drive}`,
      act: () => desk.act(() => desk.copyTo(rows, drive)),
    }));
}

export function rowItems(desk: Desk, rows: Rows): MenuItem[] {
  const items = ON_ROWS.filter(({ fits }) => fits(rows, desk));
  return items.flatMap((action) => {
    const item = itemOf(desk, rows, action);
    return action.label === 'Copy' ? [item, ...copyItems(desk, rows)] : [item];
  });
}

export function folderItems(desk: Desk): MenuItem[] {
  const { folder } = desk;
  const actions = ON_FOLDER.filter(({ fits }) => fits([], desk));
  const items = actions.map((action) => itemOf(desk, [], action));
  const sorts = COLUMNS.map((column, at) => ({
    label: SORTS[column],
    checked: folder.order.by === column,
    apart: at === 0,
    act: () => folder.sortBy(column),
  }));
  const deleted = {
    label: 'Show deleted files',
    checked: folder.showsDeleted,
    apart: true,
    act: () => desk.act(() => folder.showDeleted(!folder.showsDeleted)),
  };
  const again = {
    label: 'Look again',
    keys: 'F9',
    act: () => desk.act(() => folder.refresh(true)),
  };
  return [...items, ...sorts, ...(folder.canShowDeleted ? [deleted] : []), again];
}

/** `Ctrl+S` is Command's on a Mac. */
function nameOfKey(event: KeyboardEvent): string {
  const { key, ctrlKey, metaKey, altKey } = event;
  const letter = key.length === 1 ? key.toUpperCase() : key;
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${letter}`;
}

export function actionOf(desk: Desk, event: KeyboardEvent): (() => void) | undefined {
  if (event.shiftKey) return undefined;
  const pressed = nameOfKey(event);
  const way = WAYS.find(({ keys }) => keys.includes(pressed));
  if (way) return () => desk.act(() => way.act(desk));
  const rows = desk.folder.chosen();
  const action = [...ON_ROWS, ...ON_FOLDER].find(
    ({ keys, fits }) => keys === pressed && keys !== 'Enter' && fits(rows, desk),
  );
  return action && (() => desk.act(() => action.act(desk, rows)));
}

export const canGoUp = ({ folder }: Room): boolean => !isRoot(folder.path);
