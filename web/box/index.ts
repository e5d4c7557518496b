/** dist/neptune-box.js: defines `<neptune-box>`, and exports its class. */
import { NeptuneBox } from './box.ts';

export { NeptuneBox } from './box.ts';

if (!customElements.get('neptune-box')) customElements.define('neptune-box', NeptuneBox);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-box': NeptuneBox;
  }
}
