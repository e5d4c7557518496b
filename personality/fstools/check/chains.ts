/**
 * Chains: each file and directory claims its clusters, one after the other.
 *
 *   claim(check, what, start, most)   the clusters that are its own from now on; links that lead
 *                                     nowhere are cut, and the rest of a chain that is longer than
 *                                     `most` is let go
 *
 * `shared`: where the chain came to a cluster that belongs to something else.
 */
import { BAD, END, FREE, UNKNOWN } from '../fat/table.ts';
import type { Check } from './state.ts';

export interface Claim {
  readonly clusters: number[];
  readonly shared: number | undefined;
}

export function claim(check: Check, what: string, start: number, most: number): Claim {
  const { table, owned } = check;
  const clusters: number[] = [];
  const mine = new Set<number>();
  let at = start;
  for (;;) {
    const wrong = trouble(check, at, mine);
    if (wrong !== undefined) {
      check.problem(`${what}: ${wrong}.`);
      break;
    }
    if (owned[at]) return { clusters, shared: at };
    owned[at] = 1;
    mine.add(at);
    clusters.push(at);
    const next = table.get(at);
    if (table.isEnd(next)) return { clusters, shared: undefined };
    if (clusters.length >= most) {
      check.problem(`${what}: the chain is longer than the file.`);
      break;
    }
    at = next;
  }
  cut(check, clusters);
  return { clusters, shared: undefined };
}

/** Its last cluster is the end. */
export function cut({ table }: Check, clusters: readonly number[]): void {
  const last = clusters.at(-1);
  if (last !== undefined) table.set(last, END);
}

/** What is wrong with a link to that cluster, in words. */
function trouble({ table }: Check, to: number, mine: ReadonlySet<number>): string | undefined {
  if (to === UNKNOWN) return 'its chain goes on where the FAT cannot be read';
  if (!table.isCluster(to)) return `a link leads to ${describe(to)}, which is no cluster`;
  if (mine.has(to)) return `the chain runs in a circle at cluster ${to}`;
  const value = table.get(to);
  if (value === FREE) return `a link leads to the free cluster ${to}`;
  if (value === BAD) return `a link leads to the bad cluster ${to}`;
  return undefined;
}

function describe(value: number): string {
  if (value === BAD) return 'a mark for bad clusters';
  return value >= 0x0fff_fff0 ? 'a reserved number' : String(value);
}
