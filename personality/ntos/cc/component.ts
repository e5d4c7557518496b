/** What cc gives to the other components; made by `createCc` in index.ts. */
import type { Process } from '../ps/types.ts';
import type { CacheManager } from './context.ts';

export interface Cc {
  /**
   * Asked by mm when pages run out: gives back up to `count` clean pages at once, by mm.freePages;
   * how many.
   */
  releasePages(count: number): number;
  /** The process ended: its views of volumes go. Called by io. */
  processEnded(process: Process): void;
  /** For io: all pages, files and volumes. */
  readonly manager: CacheManager;
}
