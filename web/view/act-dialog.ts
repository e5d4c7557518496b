/**
 * Asks before something is done to the system (acts.ts), does it, and says what lived.
 *
 *   propose(act)      opens the dialog
 *   dialog(), news(snapshot)
 *                     templates: the question; what was done, and which processes ended and began
 *                     since
 */
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { SystemSnapshot } from '../../personality/rtl/snapshot.ts';
import type { Act } from './acts.ts';
import { processName } from './kernel/names.ts';

export interface ActOwner {
  perform(act: Act): Promise<void>;
  changed(): void;
}

type Named = ReadonlyMap<number, string>;

const namesIn = (snapshot: SystemSnapshot | undefined): Named =>
  new Map(snapshot?.processes.map((process) => [process.id, processName(process)]));

const listOf = (names: readonly string[]): string => names.join(', ');

export class ActDialog {
  readonly #owner: ActOwner;
  readonly #dialog = createRef<HTMLDialogElement>();
  #act: Act | undefined;
  #now: SystemSnapshot | undefined;
  #done: { act: Act; before: Named; error: string } | undefined;

  constructor(owner: ActOwner) {
    this.#owner = owner;
  }

  propose(act: Act): void {
    this.#act = act;
    this.#owner.changed();
    // The dialog is drawn first.
    void Promise.resolve().then(() => this.#dialog.value?.showModal());
  }

  async #perform(act: Act): Promise<void> {
    this.#dialog.value?.close();
    const before = namesIn(this.#now);
    let error = '';
    try {
      await this.#owner.perform(act);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    this.#done = { act, before, error };
    this.#owner.changed();
  }

  dialog(): TemplateResult {
    const act = this.#act;
    return html`<dialog ${ref(this.#dialog)} aria-labelledby="act-title">
      ${
        act
          ? html`<h2 id="act-title">${act.title}</h2>
              ${act.words.map((words) => html`<p>${words}</p>`)}
              <div class="buttons">
                <button type="button" autofocus @click=${() => this.#dialog.value?.close()}>
                  Cancel
                </button>
                <button type="button" class="act" @click=${() => void this.#perform(act)}>
                  ${act.label}
                </button>
              </div>`
          : html`<h2 id="act-title">Nothing to be done</h2>`
      }
    </dialog>`;
  }

  news(snapshot: SystemSnapshot | undefined): TemplateResult | typeof nothing {
    this.#now = snapshot;
    if (!this.#done) return nothing;
    const { act, before, error } = this.#done;
    const { undo } = act;
    const close = (): void => {
      this.#done = undefined;
      this.#owner.changed();
    };
    return html`<div class="news" role="status">
      <span>${error === '' ? `Done: ${act.title.replace(/\?$/, '.')}` : error}</span>
      ${error === '' ? html`<span>${this.#lived(before, snapshot)}</span>` : nothing}
      ${
        undo && error === ''
          ? html`<button type="button" @click=${() => void this.#perform(undo)}>
              ${undo.label}
            </button>`
          : nothing
      }
      <button type="button" @click=${close}>Dismiss</button>
    </div>`;
  }

  #lived(before: Named, snapshot: SystemSnapshot | undefined): string {
    const now = namesIn(snapshot);
    const gone = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    const come = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const lives = [...before].length - gone.length;
    return [
      gone.length === 0 ? `All ${lives} processes live.` : `Ended: ${listOf(gone)}.`,
      ...(gone.length === 0 ? [] : [`${lives} others live.`]),
      ...(come.length === 0 ? [] : [`Begun: ${listOf(come)}.`]),
    ].join(' ');
  }
}
