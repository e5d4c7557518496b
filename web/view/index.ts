/** dist/neptune-view.js: the window into a running system; exports the class. */
import { NeptuneView, type ViewEventMap } from './neptune-view.ts';

NeptuneView.module = import.meta.url;
if (!customElements.get('neptune-view')) customElements.define('neptune-view', NeptuneView);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-view': NeptuneView;
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- one more parent, no member
  interface GlobalEventHandlersEventMap extends ViewEventMap {}
}

export { NeptuneView };
export type { ViewDetail, ViewEventMap, ViewWindowDetail } from './neptune-view.ts';
