/**
 * Something that takes its time: how far it is, and how to give it up.
 *
 *   new Jobs(changed)
 *   run(words, work)   one at a time: another one is refused in words. Undefined: it was given up
 *   view()             a line, a bar and Cancel
 */
import { html, nothing, type TemplateResult } from 'lit';

export class Job {
  readonly words: string;
  readonly signal: AbortSignal;
  readonly #changed: () => void;
  done = 0;
  total = 0;
  /** The file at work. */
  about = '';

  constructor(words: string, signal: AbortSignal, changed: () => void) {
    [this.words, this.signal, this.#changed] = [words, signal, changed];
  }

  tell(done: number, total: number, about: string): void {
    [this.done, this.total, this.about] = [done, total, about];
    this.#changed();
  }
}

export class Jobs {
  readonly #changed: () => void;
  #job: Job | undefined;
  #control = new AbortController();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get isBusy(): boolean {
    return this.#job !== undefined;
  }

  async run<T>(words: string, work: (job: Job) => Promise<T>): Promise<T | undefined> {
    if (this.#job) throw new Error(`${this.#job.words}: that has to end first.`);
    this.#control = new AbortController();
    const { signal } = this.#control;
    this.#job = new Job(words, signal, this.#changed);
    this.#changed();
    try {
      return await work(this.#job);
    } catch (error) {
      if (signal.aborted || (error as Error).name === 'AbortError') return undefined;
      throw error;
    } finally {
      this.#job = undefined;
      this.#changed();
    }
  }

  cancel(): void {
    this.#control.abort();
  }

  view(): TemplateResult | typeof nothing {
    const job = this.#job;
    if (!job) return nothing;
    const { words, about, done, total } = job;
    return html`<div class="job">
      <span class="words"
        >${words}${about ? html`${words.endsWith(':') ? ' ' : ': '}<span class="about">${about}</span>` : nothing}</span
      >
      <progress
        aria-label=${words}
        max=${total || nothing}
        value=${total ? done : nothing}
      ></progress>
      <button type="button" @click=${() => this.cancel()}>Cancel</button>
    </div>`;
  }
}
