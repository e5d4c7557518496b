/**
 * One menu for everything that has one: a popover beside what opened it, at the bottom of a phone.
 *
 *   open(opener, title, items)   shows it; the focus goes back to the opener when it is closed
 *   view()
 *
 * Arrow keys, Home, End and first letters move in it, Escape and Tab close it.
 * Source: WAI-ARIA Authoring Practices, "Menu Button".
 */
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

export interface MenuItem {
  readonly label: string;
  /** The key that does the same on the card. */
  readonly key?: string;
  /** Of one that is on or off. */
  readonly checked?: boolean;
  readonly danger?: boolean;
  act(): void;
}

/** `undefined` stands for a line between groups. */
export type MenuItems = readonly (MenuItem | undefined)[];

const GAP = 4;

export class Menu {
  readonly #changed: () => Promise<unknown>;
  readonly #element = createRef<HTMLElement>();
  #items: MenuItems = [];
  #title = '';
  #opener: HTMLElement | undefined;

  /** `changed` draws anew, and resolves when that is done. */
  constructor(changed: () => Promise<unknown>) {
    this.#changed = changed;
  }

  async open(opener: HTMLElement, title: string, items: MenuItems): Promise<void> {
    this.#opener = opener;
    this.#title = title;
    this.#items = items;
    await this.#changed();
    const menu = this.#element.value;
    if (!menu) return;
    menu.showPopover();
    opener.setAttribute('aria-expanded', 'true');
    place(menu, opener.getBoundingClientRect());
    this.#buttons()[0]?.focus();
  }

  view(): TemplateResult {
    return html`<div
      ${ref(this.#element)}
      class="menu"
      role="menu"
      popover="auto"
      aria-label=${this.#title || 'Menu'}
      @keydown=${this.#pressed}
      @beforetoggle=${this.#leaving}
    >
      ${this.#items.map((item) =>
        item ? this.#item(item) : html`<div class="line" role="separator"></div>`,
      )}
    </div>`;
  }

  #item({ label, key, checked, danger, act }: MenuItem): TemplateResult {
    const chosen = (): void => {
      this.close();
      act();
    };
    return html`<button
      type="button"
      role=${checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked=${checked ?? nothing}
      aria-keyshortcuts=${key ?? nothing}
      class=${danger ? 'danger' : nothing}
      tabindex="-1"
      @click=${chosen}
    >
      <span>${label}</span>${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
    </button>`;
  }

  close(): void {
    if (this.#element.value?.matches(':popover-open')) this.#element.value.hidePopover();
  }

  readonly #leaving = (event: Event): void => {
    if ((event as ToggleEvent).newState === 'open') return;
    this.#opener?.removeAttribute('aria-expanded');
    const inside = this.#element.value?.matches(':focus-within') ?? false;
    if (inside) this.#opener?.focus();
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    const buttons = this.#buttons();
    const at = buttons.indexOf((event.target as HTMLElement).closest('button')!);
    const to = nextOf(event.key, at, buttons);
    if (event.key === 'Tab') this.close();
    event.stopPropagation();
    if (to === undefined) return;
    event.preventDefault();
    buttons[to]?.focus();
  };

  #buttons(): HTMLElement[] {
    return [...(this.#element.value?.querySelectorAll('button') ?? [])];
  }
}

function nextOf(key: string, at: number, buttons: readonly HTMLElement[]): number | undefined {
  const count = buttons.length;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (key.length !== 1 || key === ' ') return undefined;
  const behind = buttons.map((_, i) => (at + 1 + i) % count);
  const letter = key.toLowerCase();
  return behind.find((i) => buttons[i]!.textContent!.trim().toLowerCase().startsWith(letter));
}

/** Below the opener, or above it where there is no room; inside the window. */
function place(menu: HTMLElement, { left, right, top, bottom }: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const below = bottom + GAP + height <= innerHeight || top - GAP - height < 0;
  const y = below ? Math.min(bottom + GAP, innerHeight - height - GAP) : top - GAP - height;
  const x = left + width <= innerWidth - GAP ? left : right - width;
  menu.style.setProperty('--_x', `${Math.max(GAP, x)}px`);
  menu.style.setProperty('--_y', `${Math.max(GAP, y)}px`);
}
