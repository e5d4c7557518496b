/**
 * The terminal of an element, as long as the element is in a page, and what is set on it.
 *
 *   view(instead)     where it is drawn, with the button that copies what a finger selected
 *   open(root)        once that is there; close() when the element leaves
 *   print, text, clear, focus, paste
 *   dropInto, ctrl, scale, screenReader
 *
 * @csspart screen     the terminal
 * @csspart copy       the button that copies what a finger selected
 * @csspart drop       what says where files would go that hover over the element
 */
import { html, nothing, type TemplateResult } from 'lit';
import { Terminal } from './terminal.ts';
import type { Drive } from './types.ts';

export interface ScreenOwner {
  type(text: string): void;
  /** The Ctrl that was asked for has been used. */
  ctrlUsed(): void;
  say(message: string): void;
  requestUpdate(): void;
}

/** Pieces of output. */
const MOST_EARLY = 1000;

export class Screen {
  readonly #owner: ScreenOwner;
  #terminal: Terminal | undefined;
  /** A finger selected something: it needs a button to copy it. */
  #selected = false;
  #drive: Drive | undefined;
  /** What came before the element was in a page. */
  #early: Uint8Array[] = [];

  constructor(owner: ScreenOwner) {
    this.#owner = owner;
  }

  /** `instead`: what covers the screen, which then takes no key. */
  view(instead?: TemplateResult): TemplateResult {
    const copy = html`<button id="copy" part="copy" type="button" @click=${() => this.#copy()}>
      Copy
    </button>`;
    return html`
      <span class="probe" aria-hidden="true"></span>
      <span class="watch" aria-hidden="true"></span>
      <div id="screen" part="screen" ?inert=${instead !== undefined}>
        <div></div>
        ${this.#selected ? copy : nothing}
      </div>
      ${instead ?? nothing}
      ${this.#drive ? html`<p id="drop" part="drop">Drop the image to insert it into ${this.#drive}</p>` : nothing}
    `;
  }

  /** Where the files would go that hover over the element; undefined: none do. */
  set dropInto(drive: Drive | undefined) {
    if (drive === this.#drive) return;
    this.#drive = drive;
    this.#owner.requestUpdate();
  }

  open(root: HTMLElement | DocumentFragment): void {
    if (this.#terminal) return;
    this.#terminal = new Terminal({
      parent: root.querySelector<HTMLElement>('#screen > div')!,
      probe: root.querySelector<HTMLElement>('.probe')!,
      watch: root.querySelector<HTMLElement>('.watch')!,
      onInput: (text) => this.#owner.type(text),
      onSelected: (byTouch) => {
        this.#selected = byTouch;
        this.#owner.requestUpdate();
      },
    });
    this.#terminal.onCtrlUsed = () => this.#owner.ctrlUsed();
    for (const bytes of this.#early.splice(0)) void this.#terminal.print(bytes);
  }

  /** The element has come into another document. */
  dress(): void {
    this.#terminal?.dress();
  }

  close(): void {
    this.#terminal?.dispose();
    this.#terminal = undefined;
  }

  /** Resolves when it is on the screen. */
  async print(bytes: Uint8Array): Promise<void> {
    if (this.#terminal) await this.#terminal.print(bytes);
    else if (this.#early.push(bytes) > MOST_EARLY) this.#early.shift();
  }

  get text(): string {
    return this.#terminal?.screenText() ?? '';
  }

  clear(): void {
    this.#early = [];
    this.#terminal?.clear();
  }

  focus(): void {
    this.#terminal?.focus();
  }

  paste(text: string): void {
    this.#terminal?.paste(text);
  }

  set ctrl(down: boolean) {
    if (this.#terminal) this.#terminal.ctrl = down;
  }

  set scale(factor: number) {
    if (this.#terminal) this.#terminal.scale = factor;
  }

  set screenReader(on: boolean) {
    if (this.#terminal) this.#terminal.screenReader = on;
  }

  async #copy(): Promise<void> {
    if (!(await this.#terminal?.copy())) this.#owner.say('The browser does not let the page copy.');
  }
}
