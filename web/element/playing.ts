/**
 * Who has an element's screen while no system runs: a session that is played again, or was.
 *
 *   play(run)   `run` gets a signal that says when something else is to begin
 *   stop()      something else begins: what plays is stopped, what was played is left
 *   over()      resolves when nothing plays; whether what was played is still on the screen
 */
export class Playing {
  #stop: AbortController | undefined;
  #run: Promise<unknown> = Promise.resolve();

  async play<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.stop();
    const stop = (this.#stop = new AbortController());
    const running = run(stop.signal);
    this.#run = running.catch(() => undefined);
    return running;
  }

  stop(): void {
    this.#stop?.abort(new Error('The replay was ended: something else begins.'));
    this.#stop = undefined;
  }

  async over(): Promise<boolean> {
    await this.#run;
    return this.#stop !== undefined;
  }
}
