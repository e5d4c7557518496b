/**
 * The list itself: an ARIA grid, a row for each file, with one cell that has the focus.
 *
 *   new Grid(owner)
 *   view()       the grid
 *   drawn()      to be called when it has been drawn: the focus is where it was then
 *   focus(from?) into the list; `from` is who has the focus and gives it up, whoever it is if
 *                absent; null: it comes from nobody outside
 *
 * Arrows go from cell to cell, from the first row up to the headings; Home, End, the page keys and
 * the first letters of a name go far. What a key does to files is the owner's (`keys`). A mouse
 * chooses by a click and opens by two; a finger opens by a tap, chooses in the first column, and
 * has the menu where it rested.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Place } from '../beside/menu.ts';
import type { Folder } from './folder.ts';
import { cellsOf, heading, type RowActions } from './cells.ts';
import { LongPress } from './long-press.ts';
import type { Row } from './rows.ts';
import { TypeAhead } from './type-ahead.ts';
import { shown } from './words.ts';

export interface GridOwner {
  readonly folder: Folder;
  root(): ShadowRoot;
  requestUpdate(): void;
  /** Whether the key was one of its own. */
  keys(event: KeyboardEvent): boolean;
  open(row: Row): void;
  /** `at`: under the row, or where the pointer is. */
  menu(row: Row, at: HTMLElement | Place): void;
  /** Something is chosen, or no more. */
  chose(): void;
  dragStart(event: DragEvent, row: Row): void;
  /** A row is pressed: it may be dragged soon. */
  pressed(row: Row): void;
}

/** The check box, four columns, the button. */
const CELLS = 6;
const NAME = 1;
/** Rows that are drawn at first, and that "Show more" adds. */
const MANY = 1000;

export class Grid {
  readonly #owner: GridOwner;
  readonly #typed = new TypeAhead();
  readonly #resting = new LongPress();
  #cell = NAME;
  /** The focus is in the headings. */
  #inHead = false;
  #hasFocus = false;
  #from: Element | null = null;
  #most = MANY;
  #of = '';
  #pointer = 'mouse';

  constructor(owner: GridOwner) {
    this.#owner = owner;
  }

  view(): TemplateResult {
    const { folder } = this.#owner;
    if (this.#of !== folder.path) [this.#of, this.#most] = [folder.path, MANY];
    const active = this.#activeKey;
    const rows = folder.rows.slice(0, this.#most);
    return html`<div
        id="grid"
        part="list"
        role="grid"
        aria-label="Files in ${shown(folder.path)}"
        aria-multiselectable="true"
        aria-rowcount=${folder.rows.length + 1}
        aria-colcount=${CELLS}
        aria-busy=${folder.state === 'loading'}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
        @focusin=${(event: FocusEvent) => this.#entered(event)}
        @focusout=${(event: FocusEvent) => this.#left(event)}
        @pointermove=${(event: PointerEvent) => this.#resting.follow(event)}
        @pointerup=${() => this.#resting.up()}
        @touchend=${(event: Event) => this.#resting.wasLong && event.preventDefault()}
        @pointercancel=${() => this.#resting.cancel()}
      >
        ${heading(folder.order, this.#inHead ? this.#cell : -1, (column) => {
          folder.sortBy(column);
          this.#owner.chose();
        })}
        ${repeat(rows, keyOf, (row, at) => this.#row(row, at, active))}
      </div>
      ${folder.rows.length > this.#most ? this.#more() : nothing}`;
  }

  drawn(): void {
    if (!this.#hasFocus) return;
    const cell = this.#focusable();
    const root = this.#owner.root();
    if (!cell || root.activeElement === cell) return;
    if (document.activeElement === this.#from || !isOutside(root, cell)) cell.focus();
    this.#from = null;
  }

  focus(from: Element | null = document.activeElement): void {
    this.#from = from;
    this.#inHead = false;
    this.#hasFocus = true;
    this.#cell = NAME;
    this.#owner.requestUpdate();
  }

  get #activeKey(): string {
    const { rows, selection } = this.#owner.folder;
    return selection.index < 0 ? (rows[0]?.key ?? '') : selection.active;
  }

  #row(row: Row, at: number, active: string): TemplateResult {
    const { folder } = this.#owner;
    const isChosen = folder.selection.has(row.key);
    const focused = !this.#inHead && row.key === active ? this.#cell : -1;
    return html`<div
      class="row"
      role="row"
      aria-rowindex=${at + 2}
      aria-selected=${isChosen}
      data-key=${row.key}
      data-deleted=${row.deleted ? '' : nothing}
      draggable=${row.deleted ? 'false' : 'true'}
      @pointerdown=${(event: PointerEvent) => this.#down(event, row)}
      @click=${(event: MouseEvent) => this.#click(event, row)}
      @dblclick=${(event: MouseEvent) => this.#double(event, row)}
      @contextmenu=${(event: MouseEvent) => this.#menu(event, row)}
      @dragstart=${(event: DragEvent) => this.#owner.dragStart(event, row)}
    >
      ${cellsOf(row, { focused, isChosen, damaged: folder.isDamaged(row) }, this.#rowActions(row))}
    </div>`;
  }

  #rowActions(row: Row): RowActions {
    return {
      toggle: () => this.#choose(() => this.#owner.folder.selection.toggle(row.key), 0),
      menu: (button) => {
        this.#visit(row, CELLS - 1);
        this.#owner.menu(row, button);
      },
    };
  }

  #more(): TemplateResult {
    const left = this.#owner.folder.rows.length - this.#most;
    const show = (): void => {
      this.#most += MANY;
      this.#owner.requestUpdate();
    };
    return html`<button type="button" class="more" @click=${show}>
      Show ${Math.min(left, MANY)} more of ${left}
    </button>`;
  }

  #entered(event: FocusEvent): void {
    this.#hasFocus = true;
    const cell = (event.target as Element).closest<HTMLElement>('[data-cell]');
    if (!cell) return;
    const key = cell.closest<HTMLElement>('.row')?.dataset['key'];
    this.#inHead = key === undefined;
    this.#cell = Number(cell.dataset['cell']);
    if (key !== undefined) this.#owner.folder.selection.visit(key);
    this.#owner.requestUpdate();
  }

  /** An element that is taken out of the document loses the focus too: that is not leaving. */
  #left(event: FocusEvent): void {
    const target = event.target as HTMLElement;
    const to = event.relatedTarget;
    queueMicrotask(() => {
      if (to || (target.isConnected && document.hasFocus())) this.#hasFocus = isIn(target, to);
    });
  }

  #focusable(): HTMLElement | undefined {
    return (
      this.#owner.root().querySelector<HTMLElement>('#grid [tabindex="0"][data-cell]') ?? undefined
    );
  }

  #visit(row: Row | undefined, cell = this.#cell): void {
    if (row) this.#owner.folder.selection.visit(row.key);
    this.#inHead = false;
    this.#cell = cell;
    this.#hasFocus = true;
    this.#owner.requestUpdate();
  }

  #choose(act: () => void, cell = this.#cell): void {
    act();
    this.#visit(undefined, cell);
    this.#owner.chose();
  }

  #down(event: PointerEvent, row: Row): void {
    this.#pointer = event.pointerType;
    // A finger that rests would drag it, and have no menu.
    if (!row.deleted) (event.currentTarget as HTMLElement).draggable = this.#pointer !== 'touch';
    const at = { x: event.clientX, y: event.clientY };
    const choose = (): void => this.#chooseAt(row);
    this.#resting.start(event, choose, () => this.#owner.menu(row, at));
    if (event.button === 0) this.#owner.pressed(row);
  }

  #click(event: MouseEvent, row: Row): void {
    const { selection } = this.#owner.folder;
    if (this.#resting.wasLong || (event.target as Element).closest('input, button')) return;
    if (this.#pointer === 'touch' && !event.shiftKey && !event.ctrlKey) {
      this.#visit(row, NAME);
      if (selection.size === 0) this.#owner.open(row);
      else this.#choose(() => selection.toggle(row.key));
      return;
    }
    this.#choose(() => {
      if (event.shiftKey) selection.to(row.key);
      else if (event.ctrlKey || event.metaKey) selection.toggle(row.key);
      else selection.only(row.key);
    }, NAME);
  }

  #double(event: MouseEvent, row: Row): void {
    if (this.#pointer === 'touch' || (event.target as Element).closest('input, button')) return;
    this.#owner.open(row);
  }

  /** The menu key too: it comes without a place. */
  #menu(event: MouseEvent, row: Row): void {
    event.preventDefault();
    if (this.#resting.rest()) return;
    const { left, bottom } = (event.currentTarget as Element).getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    const [x, y] = byKey ? [left + 24, bottom] : [event.clientX, event.clientY];
    this.#chooseAt(row);
    this.#owner.menu(row, { x, y });
  }

  /** What a menu is for: all that is chosen, if this one is. */
  #chooseAt(row: Row): void {
    const { selection } = this.#owner.folder;
    if (!selection.has(row.key)) this.#choose(() => selection.only(row.key));
  }

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.isComposing) {
      if (event.altKey && this.#owner.keys(event)) event.preventDefault();
      return;
    }
    if (this.#move(event) || this.#owner.keys(event) || this.#act(event)) event.preventDefault();
  }

  #move(event: KeyboardEvent): boolean {
    const { key, ctrlKey, metaKey } = event;
    const far = ctrlKey || metaKey;
    const { rows, selection } = this.#owner.folder;
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const step = key === 'ArrowLeft' ? -1 : 1;
      const [low, high] = this.#inHead ? [NAME, CELLS - 2] : [0, CELLS - 1];
      this.#cell = Math.min(high, Math.max(low, this.#cell + step));
      this.#owner.requestUpdate();
      return true;
    }
    if ((key === 'Home' || key === 'End') && !far && this.#cell !== NAME && !event.shiftKey) {
      this.#cell = key === 'Home' ? 0 : CELLS - 1;
      this.#owner.requestUpdate();
      return true;
    }
    const at = this.#inHead ? -1 : Math.max(selection.index, 0);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + this.#page(),
      PageUp: at - this.#page(),
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[key];
    if (to === undefined) return false;
    this.#to(to, key === 'ArrowUp', event.shiftKey, far);
    return true;
  }

  #to(index: number, byOne: boolean, extend: boolean, keeps: boolean): void {
    const { rows, selection } = this.#owner.folder;
    if (byOne && index < 0 && !extend) {
      this.#inHead = true;
      this.#cell = Math.min(CELLS - 2, Math.max(NAME, this.#cell));
      return this.#owner.requestUpdate();
    }
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    while (index >= this.#most && this.#most < rows.length) this.#most += MANY;
    if (extend) this.#choose(() => selection.to(row.key));
    else {
      if (!keeps && selection.size > 0 && selection.size < 2) this.#choose(() => selection.clear());
      this.#visit(row);
    }
  }

  #page(): number {
    const list = this.#owner.root().querySelector('#list');
    const row = this.#owner.root().querySelector('.row');
    return Math.max(1, Math.floor((list?.clientHeight ?? 0) / (row?.clientHeight || 32)) - 1);
  }

  #act(event: KeyboardEvent): boolean {
    const { rows, selection } = this.#owner.folder;
    const row = rows[Math.max(selection.index, 0)];
    if (!row || this.#inHead) return false;
    // A box or a button knows its own keys.
    const onButton = (event.target as Element).closest('button, input') !== null;
    if (event.key === ' ' && !onButton) {
      if (this.#typed.isTyping) return this.#find(' ');
      if (event.shiftKey) this.#choose(() => selection.to(row.key));
      else this.#choose(() => selection.toggle(row.key));
      return true;
    }
    if (event.key === 'Escape' && selection.size > 0) {
      this.#choose(() => selection.clear());
      return true;
    }
    if (event.key === 'Enter' && !(event.target as Element).closest('button')) {
      this.#owner.open(row);
      return true;
    }
    const isLetter = [...event.key].length === 1 && !event.ctrlKey && !event.metaKey;
    return isLetter && event.key !== ' ' && this.#find(event.key);
  }

  #find(letter: string): boolean {
    const { rows, selection } = this.#owner.folder;
    const names = rows.map(({ name }) => name);
    const found = this.#typed.find(letter, names, Math.max(selection.index, 0));
    if (found >= 0) this.#to(found, false, false, false);
    return true;
  }
}

const keyOf = ({ key }: Row): string => key;

const isIn = (cell: Element, to: EventTarget | null): boolean =>
  to instanceof Node && cell.closest('#grid')?.contains(to) === true;

/** The focus is somewhere else by now, where somebody has put it. */
function isOutside(root: ShadowRoot, cell: Element): boolean {
  const { activeElement } = root;
  if (activeElement) return !cell.closest('#grid')!.contains(activeElement);
  const { activeElement: outer, body } = root.ownerDocument;
  return outer !== null && outer !== body && outer !== root.host;
}
