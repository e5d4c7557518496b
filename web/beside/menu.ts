/**
 * The menu: everything that can be done with something, by keys and by pointer.
 *
 *   new Menu(host)                 `view()` belongs at the end of what the host draws
 *   open(label, items, at, back)   `at`: the button that it belongs to, or a place on the screen;
 *                                  `back` has the focus when it closes, by itself the button
 *
 * Arrow keys, Home, End and first letters move in it, Escape and Tab close it.
 * Source: WAI-ARIA Authoring Practices, "Menu Button".
 */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

export interface MenuItem {
  readonly label: string;
  /** What does the same without the menu, such as `Ctrl+S`. */
  readonly keys?: string;
  /** It is a box, and this is whether it is ticked. */
  readonly checked?: boolean;
  /** A line before it. */
  readonly apart?: boolean;
  readonly danger?: boolean;
  act(): void;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

const GAP = 4;

export class Menu {
  readonly #host: ReactiveControllerHost;
  readonly #menu = createRef<HTMLElement>();
  #items: readonly MenuItem[] = [];
  /** The items that were shown last: those of the next menu may be there before it has closed. */
  #shown = this.#items;
  #label = '';
  #opener: HTMLElement | undefined;
  #back: () => void = () => undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  async open(
    label: string,
    items: readonly MenuItem[],
    at: HTMLElement | Place,
    back?: () => void,
  ): Promise<void> {
    this.#opener = at instanceof HTMLElement ? at : undefined;
    this.#back = back ?? (() => this.#opener?.focus());
    [this.#label, this.#items] = [label, items];
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    const menu = this.#menu.value;
    if (!menu) return;
    this.#shown = items;
    menu.showPopover();
    this.#opener?.setAttribute('aria-expanded', 'true');
    place(menu, at);
    this.#buttons()[0]?.focus();
  }

  close(): void {
    if (this.#menu.value?.matches(':popover-open')) this.#menu.value.hidePopover();
  }

  view(): TemplateResult | typeof nothing {
    if (this.#items.length === 0) return nothing;
    return html`<div
      ${ref(this.#menu)}
      class="menu"
      role="menu"
      popover="auto"
      aria-label=${this.#label}
      @keydown=${this.#pressed}
      @beforetoggle=${this.#leaving}
      @toggle=${this.#left}
    >
      ${this.#items.map((item) => this.#item(item))}
    </div>`;
  }

  #item({ label, keys, checked, apart, danger, act }: MenuItem): TemplateResult {
    const chosen = (): void => {
      this.close();
      act();
    };
    return html`${apart ? html`<div role="separator"></div>` : nothing}
      <button
        type="button"
        role=${checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
        aria-checked=${checked ?? nothing}
        aria-keyshortcuts=${keys?.replaceAll('Ctrl', 'Control') ?? nothing}
        class=${danger ? 'danger' : nothing}
        tabindex="-1"
        @click=${chosen}
      >
        ${
          this.#items.some((item) => item.checked !== undefined)
            ? html`<span class="tick" aria-hidden="true">${checked ? '✓' : ''}</span>`
            : nothing
        }
        <span class="what">${label}</span>
        ${keys ? html`<span class="keys" aria-hidden="true">${keys}</span>` : nothing}
      </button>`;
  }

  readonly #leaving = ({ newState }: ToggleEvent): void => {
    if (newState === 'open') return;
    this.#opener?.removeAttribute('aria-expanded');
    // Somebody who pressed elsewhere is there.
    if (this.#menu.value?.matches(':focus-within')) this.#back();
  };

  readonly #left = ({ newState }: ToggleEvent): void => {
    if (newState === 'open' || this.#items !== this.#shown) return;
    this.#items = [];
    this.#host.requestUpdate();
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const buttons = this.#buttons();
    const at = buttons.indexOf((event.target as HTMLElement).closest('button')!);
    const to = nextOf(event, at, buttons);
    if (to !== undefined) buttons[to]?.focus();
    else if (event.key === 'Tab') return this.close();
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
  };

  #buttons(): HTMLElement[] {
    return [...(this.#menu.value?.querySelectorAll('button') ?? [])];
  }
}

function nextOf(
  { key, ctrlKey, metaKey }: KeyboardEvent,
  at: number,
  buttons: readonly HTMLElement[],
): number | undefined {
  const count = buttons.length;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (!/^\S$/u.test(key) || ctrlKey || metaKey) return undefined;
  const behind = buttons.map((_, i) => (at + 1 + i) % count);
  return behind.find((i) => wordsOf(buttons[i]!).startsWith(key.toLowerCase()));
}

const wordsOf = (button: HTMLElement): string =>
  button.querySelector('.what')!.textContent!.toLowerCase();

/** Below, or above where there is no room; inside the window. */
function place(menu: HTMLElement, at: HTMLElement | Place): void {
  const around =
    at instanceof HTMLElement ? at.getBoundingClientRect() : new DOMRect(at.x, at.y, 0, 0);
  const { left, right, top, bottom } = around;
  const { width, height } = menu.getBoundingClientRect();
  const { innerWidth, innerHeight } = menu.ownerDocument.defaultView!;
  const below = bottom + GAP + height <= innerHeight || top - GAP - height < 0;
  const y = below ? Math.min(bottom + GAP, innerHeight - height - GAP) : top - GAP - height;
  const x = left + width <= innerWidth - GAP ? left : right - width;
  menu.style.setProperty('--_x', `${Math.max(GAP, x)}px`);
  menu.style.setProperty('--_y', `${Math.max(GAP, y)}px`);
}
