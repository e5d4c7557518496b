/** What only a page with a link needs: asked for together with all else, where there is one. */
export { openLink } from '../store/share/link.ts';
export { offerCommands } from './offer.ts';
export { openAtStart } from './open.ts';
export { applySettings } from './settings.ts';
