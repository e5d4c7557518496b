/** Defines `<neptune-os>`: what a page's module script loads. Loading it twice is harmless. */
import { NeptuneOs } from './neptune-os.ts';
import type { NeptuneEventMap } from './types.ts';

if (!customElements.get('neptune-os')) customElements.define('neptune-os', NeptuneOs);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-os': NeptuneOs;
  }
  /** The events bubble, so that a page may listen anywhere. */
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- one more parent, no member
  interface GlobalEventHandlersEventMap extends NeptuneEventMap {}
}
