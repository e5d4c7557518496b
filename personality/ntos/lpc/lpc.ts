/** What the parts of lpc share: one for each Executive. */
import type { ObType } from '../ob/types.ts';
import type { Connect } from './connect.ts';
import type { Exchanges } from './exchange.ts';
import type { LpcNeeds } from './needs.ts';

export interface Lpc {
  readonly needs: LpcNeeds;
  readonly type: ObType;
  readonly exchanges: Exchanges;
  /** Connection requests that have not been answered, by the number of their message. */
  readonly connects: Map<number, Connect>;
}
