/**
 * `?experiment=NAME`: an experiment's page of the guide, which has a machine of its own.
 *
 *   goToExperiment()   goes there, if there is one of that name; false: this page stays
 *   noExperiment()     why it was not gone to, for a page that stays; empty: none was asked for
 *
 * Whether there is one, its address says: its page is what is loaded next.
 */
import { visibleName } from '../store/share/visible.ts';

const LONGEST_SHOWN = 40;

const asked = (): string | null => new URLSearchParams(location.search).get('experiment');

export async function goToExperiment(): Promise<boolean> {
  const name = asked() ?? '';
  if (!/^[a-z\d-]+$/.test(name)) return false;
  const page = `guide/experiments/${name}.html`;
  // Where no server answers, the browser says so better than this page could.
  const found = await fetch(page).then(
    ({ status }) => status !== 404,
    () => true,
  );
  if (found) location.replace(page);
  return found;
}

export function noExperiment(): string {
  const name = asked();
  if (name === null) return '';
  const shown = visibleName(name).slice(0, LONGEST_SHOWN);
  return `There is no experiment "${shown}": the guide has a list of all that there are.`;
}
