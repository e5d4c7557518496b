/**
 * Questions in a dialog: one at a time, each a promise.
 *
 *   new Dialogs(host)       `view()` belongs at the end of what the host draws
 *   text(question)          what was typed; undefined: given up
 *   choose(question)        the value of the button that was pressed; undefined: given up
 *   form(question, body, read)    any other form
 *
 * Escape gives up. The focus goes back to where it was (the browser does that for a dialog).
 */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { createRef, ref, type Ref } from 'lit/directives/ref.js';

export interface Button {
  readonly value: string;
  readonly label: string;
  /** What Enter presses. */
  readonly main?: boolean;
}

export interface Question {
  readonly title: string;
  readonly lines?: readonly string[];
  readonly list?: readonly string[];
  readonly buttons: readonly Button[];
}

interface Open {
  readonly question: Question;
  readonly body: TemplateResult | typeof nothing;
  readonly answer: (value: string | undefined, form: HTMLFormElement | undefined) => void;
}

export const CANCEL: Button = { value: '', label: 'Cancel' };

export class Dialogs {
  readonly #host: ReactiveControllerHost;
  readonly #dialog: Ref<HTMLDialogElement> = createRef();
  #open: Open | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  async choose(question: Question): Promise<string | undefined> {
    const answer = await this.form(question, nothing, () => undefined);
    return answer?.pressed;
  }

  async text(
    title: string,
    label: string,
    value: string,
    button: string,
    check: (text: string) => string = () => '',
  ): Promise<string | undefined> {
    const buttons = [CANCEL, { value: 'yes', label: button, main: true }];
    let trouble = '';
    for (let typed = value; ;) {
      const body = html`<label class="field">
          <span>${label}</span>
          <input
            name="text"
            .value=${typed}
            autocomplete="off"
            spellcheck="false"
            aria-invalid=${trouble ? 'true' : 'false'}
            aria-describedby="trouble"
            autofocus
          />
        </label>
        <p id="trouble" class="trouble" role="alert">${trouble}</p>`;
      const read = (form: HTMLFormElement): string => String(new FormData(form).get('text') ?? '');
      const answer = await this.form({ title, buttons }, body, read);
      if (!answer) return undefined;
      typed = answer.value.trim();
      trouble = check(typed);
      if (!trouble) return typed;
    }
  }

  form<T>(
    question: Question,
    body: TemplateResult | typeof nothing,
    read: (form: HTMLFormElement) => T,
  ): Promise<{ pressed: string; value: T } | undefined> {
    const ask = (): Promise<{ pressed: string; value: T } | undefined> =>
      new Promise((resolve) => {
        const answer: Open['answer'] = (pressed, form) => {
          this.#open = undefined;
          this.#host.requestUpdate();
          resolve(pressed && form ? { pressed, value: read(form) } : undefined);
        };
        this.#open = { question, body, answer };
        this.#host.requestUpdate();
        void this.#host.updateComplete.then(() => {
          const dialog = this.#dialog.value;
          if (!dialog) return answer(undefined, undefined);
          if (!dialog.open) dialog.showModal();
          const field = dialog.querySelector<HTMLInputElement>('input[name=text]');
          field?.focus();
          field?.setSelectionRange(0, stemLength(field.value));
        });
      });
    const asked = this.#queue.then(ask);
    this.#queue = asked;
    return asked;
  }

  /** The element has gone: nobody answers any more. */
  close(): void {
    this.#open?.answer(undefined, undefined);
  }

  view(): TemplateResult | typeof nothing {
    const open = this.#open;
    if (!open) return nothing;
    const { title, lines = [], list = [], buttons } = open.question;
    const close = (event: Event): void => {
      const dialog = event.target as HTMLDialogElement;
      open.answer(dialog.returnValue || undefined, dialog.querySelector('form') ?? undefined);
    };
    const cancel = (event: Event): void => {
      (event.target as HTMLDialogElement).returnValue = '';
    };
    return html`<dialog
      ${ref(this.#dialog)}
      aria-labelledby="question"
      @close=${close}
      @cancel=${cancel}
      @keydown=${(event: Event) => event.stopPropagation()}
    >
      <form method="dialog">
        <h2 id="question">${title}</h2>
        ${lines.map((line) => html`<p>${line}</p>`)}
        ${
          list.length > 0
            ? html`<ul>
                ${list.map((line) => html`<li>${line}</li>`)}
              </ul>`
            : nothing
        }
        ${open.body}
        <div class="buttons">${buttonsOf(buttons)}</div>
      </form>
    </dialog>`;
  }
}

/** Enter in a field presses the form's first submit button: the main one is that, drawn last. */
function buttonsOf(buttons: readonly Button[]): TemplateResult[] {
  return buttons.map(({ value, label, main }) =>
    main
      ? html`<button type="submit" class="main" value=${value}>${label}</button>`
      : html`<button type="button" value=${value} @click=${press}>${label}</button>`,
  );
}

function press(event: Event): void {
  const button = event.currentTarget as HTMLButtonElement;
  button.closest('dialog')?.close(button.value);
}

/** Of a name, what is before the end: that is what people mean to change. */
function stemLength(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? dot : name.length;
}
