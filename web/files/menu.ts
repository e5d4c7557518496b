/**
 * The menu: every action there is for what is chosen, by keys and by pointer.
 *
 *   new Menu(host)           `view()` belongs at the end of what the host draws
 *   open(items, at, back)    `at`: the button or row that it belongs to, or a place on the screen;
 *                            `back` has the focus when it closes
 *
 * The ARIA Authoring Practices' menu: arrows, Home, End, the first letter; Escape and Tab close.
 */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { createRef, ref, type Ref } from 'lit/directives/ref.js';

export interface MenuItem {
  readonly label: string;
  readonly keys?: string;
  readonly act: () => void;
  /** It is a box, and this is whether it is ticked. */
  readonly checked?: boolean;
  /** A line before it. */
  readonly apart?: boolean;
  readonly disabled?: boolean;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export class Menu {
  readonly #host: ReactiveControllerHost;
  readonly #menu: Ref<HTMLElement> = createRef();
  #items: readonly MenuItem[] = [];
  #label = '';
  #back: () => void = () => undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#items.length > 0;
  }

  open(label: string, items: readonly MenuItem[], at: Place, back: () => void): void {
    [this.#label, this.#items, this.#back] = [label, items, back];
    this.#host.requestUpdate();
    void this.#host.updateComplete.then(() => {
      const menu = this.#menu.value;
      if (!menu) return;
      menu.showPopover();
      place(menu, at);
      this.#buttons()[0]?.focus();
    });
  }

  close(): void {
    if (!this.isOpen) return;
    this.#items = [];
    this.#host.requestUpdate();
    this.#back();
  }

  view(): TemplateResult | typeof nothing {
    if (!this.isOpen) return nothing;
    return html`<div
      id="menu"
      role="menu"
      popover="auto"
      aria-label=${this.#label}
      ${ref(this.#menu)}
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
      @toggle=${(event: ToggleEvent) => event.newState === 'closed' && this.close()}
    >
      ${this.#items.map((item) => this.#item(item))}
    </div>`;
  }

  #item(item: MenuItem): TemplateResult {
    const { label, keys, checked, apart, disabled = false } = item;
    const press = (): void => {
      if (disabled) return;
      this.close();
      item.act();
    };
    return html`${apart ? html`<div role="separator"></div>` : nothing}
      <button
        type="button"
        role=${checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
        aria-checked=${checked ?? nothing}
        aria-disabled=${disabled ? 'true' : nothing}
        aria-keyshortcuts=${keys?.replaceAll('Ctrl', 'Control') ?? nothing}
        tabindex="-1"
        @click=${press}
      >
        <span class="tick" aria-hidden="true">${checked ? '✓' : ''}</span>
        <span class="what">${label}</span>
        ${keys ? html`<span class="keys" aria-hidden="true">${keys}</span>` : nothing}
      </button>`;
  }

  #buttons(): HTMLButtonElement[] {
    return [...(this.#menu.value?.querySelectorAll('button') ?? [])];
  }

  #key(event: KeyboardEvent): void {
    const buttons = this.#buttons();
    const root = this.#menu.value?.getRootNode() as ShadowRoot | undefined;
    const at = buttons.findIndex((button) => button === root?.activeElement);
    const to = {
      ArrowDown: (at + 1) % buttons.length,
      ArrowUp: (at - 1 + buttons.length) % buttons.length,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    event.stopPropagation();
    if (to !== undefined) buttons[to]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') this.close();
    else if (/^\S$/u.test(event.key) && !event.ctrlKey && !event.metaKey)
      letter(buttons, at, event);
    else return;
    event.preventDefault();
  }
}

function letter(buttons: readonly HTMLButtonElement[], at: number, { key }: KeyboardEvent): void {
  const after = [...buttons.slice(at + 1), ...buttons.slice(0, at + 1)];
  const begins = (button: HTMLButtonElement): boolean =>
    button.querySelector('.what')!.textContent!.toLowerCase().startsWith(key.toLowerCase());
  after.find(begins)?.focus();
}

/** Where there is room: under the place, or above it; never over the edge of the window. */
function place(menu: HTMLElement, { x, y }: Place): void {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(x, window.innerWidth - width - 8));
  const top = y + height + 8 > window.innerHeight ? Math.max(8, y - height) : y;
  menu.style.setProperty('left', `${left}px`);
  menu.style.setProperty('top', `${top}px`);
}
