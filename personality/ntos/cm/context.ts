/** What the parts of the configuration manager share. */
import type { Budget, Hive, Key } from './key.ts';
import type { CmNeeds } from './needs.ts';

export interface CmContext {
  readonly needs: CmNeeds;
  /** `\Registry`. */
  readonly root: Key;
  readonly volatiles: Budget;
  /** `\Registry\Machine\System`. */
  readonly system: Hive;
}
