/**
 * When the system of an element begins, and what is shown until then, or in its place.
 *
 *   follow(when)      `auto`: when the element can be seen, or nearly; `manual`, `click`: when
 *                     somebody presses Start. To be called whenever `when` may have changed
 *   needed()          a system is needed now, whatever `when` says; resolves at its prompt
 *   asked(begins)     a system was asked for, or ended by somebody: nothing begins by itself then
 *   stop()            the element has left its page: `gone`. Once it is back, all begins anew;
 *                     until then nobody would end what begins, and a system that is asked for is
 *                     refused
 *   view()            the poster with its button, or the fallback; undefined: the screen
 *
 * @slot -             shown where the element cannot run
 * @slot fallback      the same; then nothing else of what is inside is shown
 * @slot poster        shown until somebody presses Start
 * @csspart poster     what holds the poster and its button
 * @csspart start      the button Start
 * @csspart fallback   what holds the fallback
 */
import { html, type TemplateResult } from 'lit';
import { REMOVED } from './types.ts';

export interface BeginningOwner {
  boot(): Promise<void>;
  focus(): void;
  requestUpdate(): void;
  /** What is shown is as it should be. */
  readonly updateComplete: Promise<unknown>;
}

/** An element that is nearly in view begins, so that it runs when it is looked at. */
const NEARLY = '200px';

/** What the system cannot be without, by name; empty: all is here. */
export function missingParts(): string {
  const parts = { WebAssembly: 0, Worker: 0, CSSStyleSheet: 0, DecompressionStream: 0 };
  return Object.keys(parts)
    .filter((name) => !(name in globalThis))
    .join(', ');
}

export class Beginning {
  readonly #element: HTMLElement;
  readonly #owner: BeginningOwner;
  gone = false;
  #when: unknown;
  #asked = false;
  #observer: IntersectionObserver | undefined;

  constructor(element: HTMLElement, owner: BeginningOwner) {
    this.#element = element;
    this.#owner = owner;
  }

  /** Nobody has asked for a system yet. */
  get waits(): boolean {
    return !this.#asked;
  }

  get #manual(): boolean {
    return this.#when === 'manual' || this.#when === 'click';
  }

  follow(when: unknown): void {
    this.#when = when;
    if (this.#asked || this.#manual) return this.#look(false);
    this.#look(true);
  }

  async needed(): Promise<void> {
    if (this.waits && this.#element.isConnected) await this.#owner.boot();
  }

  asked(begins = true): void {
    if (begins && this.gone) throw new Error(REMOVED);
    this.#asked = true;
    this.#look(false);
    this.#owner.requestUpdate();
  }

  stop(): void {
    this.gone = true;
    this.#look(false);
    this.#asked = false;
  }

  /** `failed`: no system came to its prompt here. */
  view(failed: boolean): TemplateResult | undefined {
    if (failed && this.#element.childElementCount > 0)
      return html`<div id="fallback" part="fallback">
        <slot name="fallback"><slot></slot></slot>
      </div>`;
    if (!this.waits || !this.#manual) return undefined;
    return html`<div id="poster" part="poster">
      <slot name="poster"></slot>
      <button type="button" part="start" @click=${() => this.#start()}>Start</button>
    </div>`;
  }

  #start(): void {
    this.#owner.boot().catch(() => undefined); // it was said by the event
    // The screen takes no focus as long as the poster is there.
    void this.#owner.updateComplete.then(() => this.#owner.focus());
  }

  #look(on: boolean): void {
    if (!on) {
      this.#observer?.disconnect();
      this.#observer = undefined;
      return;
    }
    if (this.#observer) return;
    const seen = (entries: IntersectionObserverEntry[]): void => {
      if (entries.some(({ isIntersecting }) => isIntersecting))
        this.#owner.boot().catch(() => undefined); // it was said by the event
    };
    this.#observer = new IntersectionObserver(seen, { rootMargin: NEARLY });
    this.#observer.observe(this.#element);
  }
}
