/** What only a page with a link needs: asked for together with all else, where there is one. */
export { openLink } from '../store/share/link.ts';
export { offerCommands } from './offer.ts';
