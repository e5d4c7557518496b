/**
 * Keys that a phone's keyboard does not have.
 *
 *   keyRow(state, actions)   `ctrl`: whether the next key is typed with Ctrl; `open`: whether the
 *                            drives are shown, where they are folded away
 *
 * A pressed key leaves the focus in the terminal, so that the phone's keyboard stays open.
 *
 * @csspart keys       the row of keys
 * @csspart key        one of them
 */
import { html, type TemplateResult } from 'lit';
import { DRIVES } from './types.ts';

export interface KeyActions {
  type(text: string): void;
  toggleCtrl(): void;
  /** Shows the drives, or folds them away. */
  toggleDrives(): void;
  /** Types what is in the clipboard. */
  paste(): void;
}

const KEYS = [
  ['Esc', 'Esc', '\x1b'],
  ['Tab', 'Tab', '\t'],
  ['←', 'Left', '\x1b[D'],
  ['↑', 'Up', '\x1b[A'],
  ['↓', 'Down', '\x1b[B'],
  ['→', 'Right', '\x1b[C'],
  ['Enter', 'Enter', '\r'],
] as const;

/** They say what the drive bar's say, where it is folded away. */
const LIGHTS = DRIVES.map(() => html`<span class="light" aria-hidden="true"></span>`);

const keepFocus = (event: Event): void => event.preventDefault();

export function keyRow(
  { ctrl, open }: { ctrl: boolean; open: boolean },
  actions: KeyActions,
): TemplateResult {
  const keys = KEYS.map(
    ([face, name, text]) =>
      html`<button
        type="button"
        part="key"
        aria-label=${name}
        @pointerdown=${keepFocus}
        @click=${() => actions.type(text)}
      >
        ${face}
      </button>`,
  );
  return html`<div id="keys" part="keys" role="group" aria-label="Keys">
    <button
      type="button"
      part="key"
      aria-pressed=${ctrl}
      @pointerdown=${keepFocus}
      @mousedown=${keepFocus}
      @click=${() => actions.toggleCtrl()}
    >
      Ctrl
    </button>
    ${keys}
    <button type="button" part="key" @pointerdown=${keepFocus} @click=${() => actions.paste()}>
      Paste
    </button>
    <button
      id="fold"
      type="button"
      part="key"
      aria-expanded=${open}
      aria-controls="bars"
      @click=${() => actions.toggleDrives()}
    >
      Disks ${LIGHTS}
    </button>
  </div>`;
}
