/**
 * A file that a link is to show at the start. It is only shown, so nobody is asked; the path leads
 * to nothing but a file on a floppy (store/share/link-keys.ts).
 *
 *   openAtStart(machine, path, drives)   `drives`: those that the link names a disk for
 *
 * It belongs to the disks that the link names: where one did not come, it is another disk's file.
 * The list of files shows it where the page has one that can; else it is typed at the terminal.
 * Where it cannot be shown, a line says why.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { textOf } from '../element/shelf.ts';
import type { Drive } from '../element/types.ts';
import { visibleName } from '../store/share/visible.ts';
import { showFile } from './beside.ts';

export function openAtStart(machine: NeptuneOs, path: string, drives: readonly Drive[]): void {
  if (path === '') return;
  const show = async (): Promise<void> => {
    const results = await machine.firstDisks;
    const came = (drive: Drive): boolean =>
      results.some((result) => result.drive === drive && result.arrived);
    if (!drives.every(came)) throw new Error('the disk of the link is not in its drive.');
    await machine.ready;
    if (!(await showFile(path))) machine.typeLines(`type "${path}"`, { drives });
  };
  show().catch((error: unknown) =>
    machine.say(`${visibleName(path)} is not shown: ${textOf(error)}`, error),
  );
}
