/**
 * Asks the browser, once, to spare the kept disks (beside/sparing.ts): when the first disk is kept,
 * since a browser that asks its user then asks about something. The box has a button to ask again.
 *
 *   spareKept(machine)   listens
 *
 * A frame does not ask: what is stored there is another site's matter.
 */
import { askToSpare, sparing } from '../beside/sparing.ts';
import type { NeptuneOs } from '../element/neptune-os.ts';

const ASKED = 'neptune asked to spare';
const EVENTS = ['neptune-disk', 'neptune-kept'] as const;

export function spareKept(machine: NeptuneOs): void {
  if (window.top !== window || wasAsked()) return;
  const look = async (): Promise<void> => {
    if (wasAsked() || (await machine.kept.list()).length === 0 || wasAsked()) return;
    stop();
    remember();
    if ((await sparing()) !== false || !(await askToSpare())) return;
    // The box shows what is so.
    machine.dispatchEvent(new CustomEvent('neptune-kept', { bubbles: true, composed: true }));
  };
  const listen = (): void => void look().catch(() => undefined);
  const stop = (): void => EVENTS.forEach((name) => machine.removeEventListener(name, listen));
  EVENTS.forEach((name) => machine.addEventListener(name, listen));
}

/** A page that cannot remember it keeps no disks, either. */
function wasAsked(): boolean {
  try {
    return localStorage.getItem(ASKED) !== null;
  } catch {
    return true;
  }
}

function remember(): void {
  try {
    localStorage.setItem(ASKED, 'true');
  } catch {
    // Full: it is asked again with the next page.
  }
}
