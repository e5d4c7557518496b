/**
 * Files: each claims the clusters that its size needs. Where two run into each other, the one that
 * comes later gets a copy of what they shared, so that both read as they did.
 *
 *   checkFiles(check)       takes `check.files`
 *   copyShared(check)       once all that is known is claimed; what is lost is not free
 */
import { END, BAD, FREE } from '../fat/table.ts';
import { ATTR_HIDDEN } from '../fat/slots.ts';
import { claim, cut } from './chains.ts';
import type { Check, Found } from './state.ts';

interface Shared {
  readonly found: Found;
  readonly clusters: number[];
  /** How the chain goes on, as far as the size needs it. */
  readonly tail: readonly { readonly cluster: number; readonly own: boolean }[];
  readonly need: number;
}

export class Files {
  readonly #check: Check;
  readonly #shared: Shared[] = [];

  constructor(check: Check) {
    this.#check = check;
  }

  checkFiles(): void {
    const { files } = this.#check;
    for (let found = files.shift(); found; found = files.shift()) this.#checkFile(found);
  }

  #checkFile(found: Found): void {
    const check = this.#check;
    const { problems } = check;
    const { size } = found.slot;
    this.#checkClusters(found);
    if (size > 0 && check.problems === problems) check.whole++;
  }

  #checkClusters(found: Found): void {
    const check = this.#check;
    const { slot, path } = found;
    const { table, volume, owned } = check;
    this.#count(found);
    const start = slot.start(volume.wide);
    const { size } = slot;
    if (start === 0 && size === 0) return;
    if (start === 0 || size === 0) {
      const why = size === 0 ? 'clusters but no size' : 'a size but no clusters';
      check.problem(`${path} has ${why}.`);
      this.#set(found, 0, 0);
      return;
    }
    const value = table.isCluster(start) ? table.get(start) : FREE;
    if (!owned[start] && (value === FREE || value === BAD)) {
      check.problem(`${path}: its first cluster, ${start}, is not in use. The file is empty now.`);
      this.#set(found, 0, 0);
      return;
    }
    const need = Math.ceil(size / volume.geometry.clusterSize);
    const { clusters, shared } = claim(check, path, start, need);
    if (shared !== undefined) {
      check.problem(`${path} is cross-linked at cluster ${shared}.`);
      this.#shared.push({
        found,
        clusters,
        tail: this.#tail(shared, need - clusters.length),
        need,
      });
    } else this.#fit(found, clusters, need);
    this.#countClusters(found, clusters.length);
  }

  /** A size that fits the clusters. */
  #fit(found: Found, clusters: readonly number[], need: number): void {
    if (clusters.length === need) return;
    this.#check.problem(`${found.path} is longer than its chain. Its size is changed.`);
    const bytes = clusters.length * this.#check.volume.geometry.clusterSize;
    this.#set(found, clusters[0] ?? 0, bytes);
  }

  copyShared(): void {
    for (const shared of this.#shared.splice(0)) this.#copy(shared);
  }

  #copy({ found, clusters, tail, need }: Shared): void {
    const check = this.#check;
    const before = clusters.length;
    for (const [done, { cluster, own }] of tail.entries()) {
      const to = own ? cluster : check.allocate(END);
      if (to === undefined) {
        check.problem(`${found.path}: there is no room for a copy of what is shared.`);
        for (const rest of tail.slice(done)) if (rest.own) check.owned[rest.cluster] = 0;
        break;
      }
      if (!own) check.copies.push({ from: cluster, to });
      const last = clusters.at(-1);
      if (last !== undefined) check.table.set(last, to);
      clusters.push(to);
    }
    cut(check, clusters);
    this.#countClusters(found, clusters.length - before);
    if (clusters.length === need) this.#set(found, clusters[0] ?? 0, found.slot.size);
    else this.#fit(found, clusters, need);
  }

  /**
   * What the chain goes on with, whatever was cut for another's sake: clusters that are nobody's
   * are its own from now on.
   */
  #tail(from: number, most: number): Shared['tail'] {
    const { original, owned } = this.#check;
    const seen = new Set<number>();
    for (let at = from; original.isCluster(at) && !seen.has(at); at = original.get(at)) {
      if (seen.size === most || original.get(at) === FREE || original.get(at) === BAD) break;
      seen.add(at);
    }
    const tail = [...seen].map((cluster) => ({ cluster, own: !owned[cluster] }));
    for (const { cluster } of tail) owned[cluster] = 1;
    return tail;
  }

  #set({ slot, directory }: Found, start: number, size: number): void {
    slot.setStart(start, this.#check.volume.wide);
    slot.size = size;
    directory.dirty = true;
  }

  #count({ slot }: Found): void {
    const { totals } = this.#check;
    if (slot.attributes & ATTR_HIDDEN) totals.hidden++;
    else totals.files++;
  }

  #countClusters({ slot }: Found, count: number): void {
    const { totals } = this.#check;
    if (slot.attributes & ATTR_HIDDEN) totals.inHidden += count;
    else totals.inFiles += count;
  }
}
