/**
 * A file that is looked at, in place of the list.
 *
 *   new Viewing(file, actions)    in the viewer that fits, or another one that is chosen
 *   view()                        its bar and what it shows
 *   drawn(root)                   has to be called after each drawing
 */
import { html, nothing, type TemplateResult } from 'lit';
import { count, number } from '../words.ts';
import { viewerFor, viewersFor } from './index.ts';
import { hexViewer } from './hex.ts';
import type { Opened, Viewed, Viewer } from './types.ts';

export interface ViewingActions {
  changed(): void;
  close(): void;
  save(): void;
}

export class Viewing {
  readonly file: Viewed;
  readonly #actions: ViewingActions;
  #viewer: Viewer;
  #opened: Opened;

  constructor(file: Viewed, actions: ViewingActions, as?: string) {
    this.file = file;
    this.#actions = actions;
    this.#viewer = viewersFor(file).find(({ id }) => id === as) ?? viewerFor(file);
    this.#opened = this.#open(this.#viewer);
  }

  get kind(): string {
    return this.#viewer.id;
  }

  show(id: string): void {
    const viewer = viewersFor(this.file).find((one) => one.id === id);
    if (!viewer || viewer === this.#viewer) return;
    this.#opened.close?.();
    this.#viewer = viewer;
    this.#opened = this.#open(viewer);
    this.#actions.changed();
  }

  close(): void {
    this.#opened.close?.();
  }

  drawn(root: ParentNode): void {
    this.#opened.drawn?.(root);
  }

  view(): TemplateResult {
    const { name, bytes, missing } = this.file;
    const choose = (event: Event): void => this.show((event.target as HTMLSelectElement).value);
    const keys = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      this.#actions.close();
    };
    return html`<section id="viewer" part="viewer" aria-label=${name} @keydown=${keys}>
      <div class="bar">
        <button type="button" id="leave" @click=${() => this.#actions.close()}>‹ Files</button>
        <h2 tabindex="-1">${name}</h2>
        <span class="fact">${count(bytes.length, 'byte')}</span>
        <button type="button" class="end" @click=${() => this.#actions.save()}>Save</button>
      </div>
      <div class="bar tools">
        <label class="tool"
          >View as
          <select @change=${choose}>
            ${viewersFor(this.file).map(
              ({ id, label }) =>
                html`<option value=${id} .selected=${id === this.#viewer.id}>${label}</option>`,
            )}
          </select></label
        >
        ${this.#opened.tools()}
      </div>
      ${missing.length > 0 ? html`<p class="note bad">${missingWords(missing)}</p>` : nothing}
      ${this.#opened.view()}
    </section>`;
  }

  /** A viewer that fails on a file has met one that nobody thought of: its bytes can be seen. */
  #open(viewer: Viewer): Opened {
    try {
      return viewer.open(this.file, () => this.#actions.changed());
    } catch {
      this.#viewer = hexViewer;
      return hexViewer.open(this.file, () => this.#actions.changed());
    }
  }
}

/** Which bytes could not be read: zeros stand for them. */
export function missingWords(missing: Viewed['missing']): string {
  const bytes = missing.reduce((sum, { length }) => sum + length, 0);
  const places = missing
    .slice(0, 4)
    .map(({ offset, length }) => `${number(offset)} to ${number(offset + length - 1)}`);
  const more = missing.length > 4 ? ' and more' : '';
  return `${count(bytes, 'byte')} could not be read, at ${places.join(', ')}${more}: zeros stand for them.`;
}
