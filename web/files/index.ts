/** dist/neptune-files.js: what stands beside a machine and shows its disks; exports the classes. */
import { DiskMap } from './disk-map.ts';
import { NeptuneFiles } from './neptune-files.ts';

if (!customElements.get('neptune-files')) customElements.define('neptune-files', NeptuneFiles);
if (!customElements.get('neptune-disk-map')) customElements.define('neptune-disk-map', DiskMap);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-files': NeptuneFiles;
    'neptune-disk-map': DiskMap;
  }
}

export { DiskMap, NeptuneFiles };
