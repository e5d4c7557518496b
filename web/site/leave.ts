/**
 * Asks before the page is left, as long as something would be lost.
 *
 *   askBeforeLeaving(machine)
 *
 * The browser shows its own question. It is asked only while it must be, since a page that always
 * listens is not kept for the Back button.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';

export function askBeforeLeaving(machine: NeptuneOs): void {
  const ask = (event: Event): void => event.preventDefault();
  const look = (): void => {
    if (machine.unsaved || machine.unkept) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  };
  for (const name of ['neptune-unsaved', 'neptune-unkept']) machine.addEventListener(name, look);
}
