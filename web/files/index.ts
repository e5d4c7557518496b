/** dist/neptune-files.js: defines `<neptune-files>`, and exports its class. */
import { NeptuneFiles } from './neptune-files.ts';

if (!customElements.get('neptune-files')) customElements.define('neptune-files', NeptuneFiles);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-files': NeptuneFiles;
  }
}

export { NeptuneFiles };
