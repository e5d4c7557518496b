/** Defines `<neptune-os>`: what a page's module script loads. Loading it twice is harmless. */
import { NeptuneOs } from './neptune-os.ts';

if (!customElements.get('neptune-os')) customElements.define('neptune-os', NeptuneOs);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-os': NeptuneOs;
  }
}
