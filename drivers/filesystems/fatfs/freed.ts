/**
 * Clusters that were freed, and are not given away again before the disk itself knows it: a name
 * that is gone may still stand on the disk, and must not lead into somebody else's file when the
 * machine loses its power.
 *
 */

export class FreedClusters {
  readonly #clusters = new Set<number>();

  get size(): number {
    return this.#clusters.size;
  }

  add(cluster: number): void {
    this.#clusters.add(cluster);
  }

  has(cluster: number): boolean {
    return this.#clusters.has(cluster);
  }

  clear(): void {
    this.#clusters.clear();
  }
}
