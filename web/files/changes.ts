/**
 * Changes of what is on the disk: a new folder, another name, other attributes, deleting.
 *
 * Each asks what it has to know, makes the calls, and looks at the folder again.
 */
import { html } from 'lit';
import type { AttributeChange } from '../element/index.ts';
import { CANCEL } from './dialogs.ts';
import { Status, statusOf } from './machine.ts';
import { folded, joined } from './paths.ts';
import type { Room } from './room.ts';
import type { Row } from './rows.ts';
import { ATTRIBUTES, count, shown } from './words.ts';

/** What FAT cannot hold, in words; '': nothing. */
export function nameTrouble(name: string): string {
  if (name === '') return 'A name is needed.';
  const bad = /["*/:<>?\\|]/.exec(name)?.[0];
  if (bad) return `A name cannot have ${bad} in it.`;
  if (/[\0-\x1f]/.test(name)) return 'A name cannot have control characters in it.';
  if (/[. ]$/.test(name)) return 'A name cannot end with a dot or a blank.';
  return name.length > 255 ? 'A name has at most 255 letters.' : '';
}

const checkAgainst =
  (room: Room, except = '') =>
  (name: string): string => {
    const trouble = nameTrouble(name);
    if (trouble || folded(name) === folded(except)) return trouble;
    const wanted = folded(name);
    const taken = room.folder.there.some((entry) => folded(entry.name) === wanted);
    return taken ? `There is a ${shown(name)} already.` : '';
  };

export async function newFolder(room: Room): Promise<void> {
  const { folder, dialogs, machine } = room;
  const { path } = folder;
  const name = await dialogs.text('New folder', 'Name', 'NEW', 'Make it', checkAgainst(room));
  if (name === undefined) return;
  await machine.createFolder(joined(path, name));
  await showNew(room, name);
}

export async function rename(room: Room, row: Row): Promise<void> {
  const { folder, dialogs, machine } = room;
  const from = folder.pathOf(row);
  const title = `Rename ${shown(row.name)}`;
  const name = await dialogs.text(
    title,
    'New name',
    row.name,
    'Rename',
    checkAgainst(room, row.name),
  );
  if (name === undefined || name === row.name) return;
  await machine.rename(from, joined(from.slice(0, -row.name.length - 1) || from, name));
  await showNew(room, name);
}

async function showNew(room: Room, name: string): Promise<void> {
  const { folder } = room;
  await folder.refresh(true);
  const row = folder.rows.find((one) => one.name === name);
  if (row) folder.selection.only(row.key);
  room.announce(`${shown(name)} is there.`);
}

/** Names that a question lists. */
const MOST = 8;

export function namesOf(rows: readonly Row[]): string[] {
  const names = rows.slice(0, MOST).map(({ name }) => shown(name));
  return rows.length > MOST ? [...names, `and ${rows.length - MOST} more`] : names;
}

export async function remove(room: Room, rows: readonly Row[]): Promise<void> {
  const { folder, dialogs } = room;
  const paths = rows.map((row) => ({ row, path: folder.pathOf(row) }));
  const one = rows.length === 1;
  const title = one
    ? `Delete ${shown(rows[0]!.name)}?`
    : `Delete ${count(rows.length, 'entry', 'entries')}?`;
  const inside = rows.some(({ directory }) => directory);
  const pressed = await dialogs.choose({
    title,
    lines: inside ? ['Folders go with all that is in them.'] : [],
    list: one ? [] : namesOf(rows),
    buttons: [CANCEL, { value: 'delete', label: 'Delete', main: true }],
  });
  if (!pressed) return;
  await room.run('Deleting', async (job) => {
    for (const [at, { row, path }] of paths.entries()) {
      job.signal.throwIfAborted();
      job.tell(at, paths.length, shown(row.name));
      await deleteOne(room, row, path);
    }
  });
  await folder.refresh(true);
  room.announce(`Deleted. ${count(folder.rows.length, 'entry', 'entries')} left.`);
}

async function deleteOne({ machine, dialogs }: Room, row: Row, path: string): Promise<void> {
  try {
    await machine.deleteFile(path, { recursive: true });
  } catch (error) {
    if (statusOf(error) !== Status.cannotDelete || row.directory) throw error;
    const pressed = await dialogs.choose({
      title: `${shown(row.name)} is read-only`,
      lines: ['Delete it all the same?'],
      buttons: [CANCEL, { value: 'delete', label: 'Delete', main: true }],
    });
    if (!pressed) return;
    await machine.setAttributes(path, { readOnly: false });
    await machine.deleteFile(path);
  }
}

/** Ticked: all of them have it; half ticked, and left so: each as it is. */
export async function attributes(room: Room, rows: readonly Row[]): Promise<void> {
  const { folder, dialogs, machine } = room;
  const paths = rows.map((row) => folder.pathOf(row));
  const boxes = ATTRIBUTES.map(({ bit, name, words }) => {
    const many = rows.filter((row) => row.attributes & bit).length;
    const mixed = many > 0 && many < rows.length;
    return html`<label class="box"
      ><input
        type="checkbox"
        name=${name}
        .checked=${many === rows.length}
        .indeterminate=${mixed}
      />
      ${words}</label
    >`;
  });
  const title =
    rows.length === 1
      ? `Attributes of ${shown(rows[0]!.name)}`
      : `Attributes of ${count(rows.length, 'entry', 'entries')}`;
  const buttons = [CANCEL, { value: 'set', label: 'Set', main: true }];
  const body = html`<fieldset>
    <legend class="unseen">Attributes</legend>
    ${boxes}
  </fieldset>`;
  const answer = await dialogs.form({ title, buttons }, body, changeOf);
  if (!answer) return;
  for (const path of paths) await machine.setAttributes(path, answer.value);
  await folder.refresh(true);
  room.announce('The attributes are set.');
}

function changeOf(form: HTMLFormElement): AttributeChange {
  const change: AttributeChange = {};
  for (const { name } of ATTRIBUTES) {
    const box = form.elements.namedItem(name) as HTMLInputElement;
    if (!box.indeterminate) change[name] = box.checked;
  }
  return change;
}
