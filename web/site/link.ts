/** What only a page with a link needs: asked for together with all else, where there is one. */
import { openLink as openLinkOf } from '../store/share/link.ts';
import type { OpenedLink } from '../store/types.ts';
import { noExperiment } from './experiment.ts';

export { goToExperiment } from './experiment.ts';
export { offerCommands } from './offer.ts';
export { openAtStart } from './open.ts';
export { applySettings } from './settings.ts';

/** What this page does of its address; the rest is in `errors`. */
export async function openLink(href: string): Promise<OpenedLink> {
  const link = await openLinkOf(href);
  const refused = noExperiment();
  return refused ? { ...link, errors: [...link.errors, refused] } : link;
}
