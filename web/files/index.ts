/** dist/neptune-files.js: what stands beside a machine and shows its disks; exports the classes. */
import { DiskMap, type DiskMapEventMap } from './disk-map.ts';
import { NeptuneFiles } from './neptune-files.ts';

if (!customElements.get('neptune-files')) customElements.define('neptune-files', NeptuneFiles);
if (!customElements.get('neptune-disk-map')) customElements.define('neptune-disk-map', DiskMap);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-files': NeptuneFiles;
    'neptune-disk-map': DiskMap;
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- one more parent, no member
  interface GlobalEventHandlersEventMap extends DiskMapEventMap {}
}

export { DiskMap, NeptuneFiles };
export type { DiskMapDetail, DiskMapEventMap } from './disk-map.ts';
