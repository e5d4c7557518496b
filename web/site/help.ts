/**
 * The header's buttons, and the help behind one of them. embed.html has neither.
 *
 *   setUpHelp(machine, tour, showSteps)   `tour`: the address of the tour disk
 */
import type { NeptuneOs } from '../element/neptune-os.ts';

const find = <T extends HTMLElement>(id: string): T | null => document.querySelector<T>(`#${id}`);

export function setUpHelp(machine: NeptuneOs, tour: URL, showSteps: () => Promise<void>): void {
  const dialog = find<HTMLDialogElement>('help-text');
  if (!dialog) return;
  find('share')?.addEventListener('click', () => void machine.showShare());
  find('help')?.addEventListener('click', () => {
    find('topology')!.textContent = machine.topology;
    find<HTMLInputElement>('screen-reader')!.checked = machine.screenReader;
    dialog.showModal();
  });
  find('tour')?.addEventListener('click', () => {
    dialog.close();
    void machine.take('A:', tour);
  });
  find('first')?.addEventListener('click', () => {
    dialog.close();
    void showSteps();
  });
  find<HTMLInputElement>('screen-reader')?.addEventListener('change', (event) => {
    machine.screenReader = (event.currentTarget as HTMLInputElement).checked;
  });
}
