/**
 * What is under way for one file service, so that it can be given up: IRPs that drivers hold.
 *
 *   new CancelScope(request)
 *   add(cancel), delete(cancel)   one more thing under way; it has ended
 *   cancel()                      once: gives up all of it, and whatever is added later
 */
export class CancelScope {
  cancelled = false;
  /** The number of the service call, where it is watched; else 0. */
  readonly request: number;
  readonly #underWay = new Set<() => void>();

  constructor(request = 0) {
    this.request = request;
  }

  add(cancel: () => void): void {
    this.#underWay.add(cancel);
    if (this.cancelled) cancel();
  }

  delete(cancel: () => void): void {
    this.#underWay.delete(cancel);
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    for (const cancel of [...this.#underWay]) cancel();
  }
}
