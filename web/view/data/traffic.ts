/**
 * Which line of the map a record of the trace goes along: messages, signals, interrupts, and what
 * is asked of hardware. Only those of lines that are there: the picture shows what a capability
 * allowed.
 *
 *   new Routes(seen, lines)   of(record): from which place to which; undefined: along no line
 *   trafficOf(records, routes)
 *                             how many went where in the last second that was recorded
 */
import type { WatchedRecord } from '../../host/agent-protocol.ts';
import { namesOf } from '../kernel/names.ts';
import type { Seen } from './types.ts';

export const EXECUTIVE_PLACE = 'executive';
const SECOND = 1_000_000;

export interface Traffic {
  readonly from: string;
  readonly to: string;
  readonly messages: number;
}

/** What of a line of the map (map.ts) decides who goes along it. */
export interface RoutedLine {
  readonly from: string;
  readonly to: string;
  readonly slot: number;
  readonly type: string;
  readonly object: number;
}

export type Route = readonly [from: string, to: string];

export class Routes {
  /** Places by TCB, and of who waits at a notification by its address. */
  readonly #threads = new Map<number, string>();
  readonly #notified = new Map<number, string>();
  /** `place slot` -> hardware. */
  readonly #hardware = new Map<string, string>();
  /** Interrupt lines -> the process that serves it. */
  readonly #served = new Map<string, string>();

  constructor({ kernel, snapshot }: Seen, lines: readonly RoutedLine[]) {
    if (!kernel) return;
    const names = namesOf(kernel, snapshot);
    for (const { at, cspace } of kernel.threads) {
      const owner = names.owner(at);
      if (cspace === kernel.root) this.#threads.set(at, EXECUTIVE_PLACE);
      else if (owner !== 0) this.#threads.set(at, `process ${owner}`);
    }
    for (const { from, to, slot, type, object } of lines) {
      if (type === 'Notification') this.#notified.set(object, from);
      if (to.startsWith('hardware ')) this.#hardware.set(`${from} ${slot}`, to);
      if (type === 'IRQHandler') this.#served.set(to, from);
    }
  }

  of({ kind, thread, third, detail }: WatchedRecord): Route | undefined {
    const from = this.#threads.get(thread);
    if (kind === 'irq') {
      const line = `hardware interrupt ${detail}`;
      return routeOf(line, this.#served.get(line));
    }
    if (kind === 'send') return routeOf(from, this.#threads.get(third));
    if (kind === 'signal') return routeOf(from, this.#notified.get(detail));
    if (kind === 'invoke') return routeOf(from, this.#hardware.get(`${from} ${detail}`));
    return undefined;
  }
}

function routeOf(from: string | undefined, to: string | undefined): Route | undefined {
  return from !== undefined && to !== undefined && from !== to ? [from, to] : undefined;
}

export function trafficOf(records: readonly WatchedRecord[], routes: Routes): Traffic[] {
  const newest = records.at(-1)?.time ?? 0;
  const counts = new Map<string, { from: string; to: string; messages: number }>();
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i]!;
    // Modulo 2^32.
    if ((newest - record.time) >>> 0 > SECOND) break;
    const route = routes.of(record);
    if (!route) continue;
    const [from, to] = route;
    const count = counts.get(`${from}\n${to}`) ?? { from, to, messages: 0 };
    counts.set(`${from}\n${to}`, count);
    count.messages++;
  }
  return [...counts.values()].sort((a, b) => b.messages - a.messages);
}
