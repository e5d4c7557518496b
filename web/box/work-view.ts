/**
 * What goes on in the box, and what came of it: progress with a way to stop it, files that failed,
 * the line that can be taken back.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Failure } from './importer.ts';

export interface Progress {
  readonly words: string;
  readonly done: number;
  readonly total: number;
  stop(): void;
}

export function progressView(progress: Progress | undefined): TemplateResult | typeof nothing {
  if (!progress) return nothing;
  const { words, done, total, stop } = progress;
  return html`<div class="notice">
    <label class="grow"
      ><span>${words} ${total > 0 ? `${done} of ${total}` : ''}</span>
      <progress max=${total || 1} value=${total > 0 ? done : nothing}></progress>
    </label>
    <button type="button" @click=${stop}>Stop</button>
  </div>`;
}

export interface Notice {
  readonly words: string;
  readonly error: boolean;
  readonly undo?: (() => void) | undefined;
}

export function noticeView(
  notice: Notice | undefined,
  close: () => void,
): TemplateResult | typeof nothing {
  if (!notice) return nothing;
  const { words, error, undo } = notice;
  return html`<div class="notice ${error ? 'error' : ''}">
    <span class="grow">${words}</span>
    ${undo ? html`<button type="button" @click=${undo}>Undo</button>` : nothing}
    <button type="button" class="icon" aria-label="Close this line" @click=${close}>✕</button>
  </div>`;
}

export function failuresView(
  failures: readonly Failure[],
  close: () => void,
): TemplateResult | typeof nothing {
  if (failures.length === 0) return nothing;
  const count = failures.length === 1 ? 'One file is' : `${failures.length} files are`;
  return html`<section class="failures" aria-label="Files that were not added">
    <h2>${count} not in the box</h2>
    <ul>
      ${failures.map(({ file, why }) => html`<li><b>${file}</b> ${why}</li>`)}
    </ul>
    <button type="button" @click=${close}>Close the list</button>
  </section>`;
}
