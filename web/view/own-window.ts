/**
 * The view in a window of its own, which belongs to the page that has the machine.
 *
 *   new OwnWindow(module, closed)   `module`: the address of the code that defines the element;
 *                                   `closed` is called when somebody has closed the window
 *   open(title)                     resolves to the other view; rejects in words where the browser
 *                                   lets no window be opened, or its code does not come
 *   view                            the other one, while there is a window
 *   close()
 *
 * The window's document is empty and of the page's origin, so that any page with the element has
 * one and its policy holds there, too. The code is loaded there once more: an element belongs to
 * the document it was made for, and so do its styles. What it asks of the machine is asked of the
 * page's element, across the two. The window goes with its page, since the machine does.
 */
import { scriptAddress } from '../host/trusted.ts';
import type { NeptuneView } from './neptune-view.ts';

const TAG = 'neptune-view';
/** Milliseconds: who closes it before its code is there tells nobody. */
const LOAD_LIMIT = 20_000;
const SIZE = 'popup,width=1000,height=760';
const STYLE =
  ':root { color-scheme: light dark } body { margin: 0 } neptune-view { height: 100vh }';

type Other = Window & typeof globalThis;

export class OwnWindow {
  readonly #module: string;
  readonly #closed: () => void;
  #window: Other | undefined;
  #view: NeptuneView | undefined;

  constructor(module: string, closed: () => void) {
    this.#module = module;
    this.#closed = closed;
  }

  get view(): NeptuneView | undefined {
    return this.#view;
  }

  async open(title: string): Promise<NeptuneView> {
    this.close();
    // A new one each time: one that is there already may be of another page.
    const other = window.open('', '', SIZE) as Other | null;
    if (!other) throw new Error('The browser has not let this page open a window.');
    this.#window = other;
    addEventListener('pagehide', () => this.close(), { once: true });
    try {
      const view = await this.#fill(other, title);
      if (this.#window !== other) throw new Error('The window was closed.');
      other.addEventListener('pagehide', () => this.#gone(other));
      return (this.#view = view);
    } catch (error) {
      other.close();
      if (this.#window === other) this.#window = undefined;
      throw error;
    }
  }

  close(): void {
    const other = this.#window;
    this.#window = this.#view = undefined;
    other?.close();
  }

  #gone(other: Other): void {
    if (this.#window !== other) return;
    this.#window = this.#view = undefined;
    this.#closed();
  }

  async #fill(other: Other, title: string): Promise<NeptuneView> {
    const { document: page, customElements: elements } = other;
    page.documentElement.lang = document.documentElement.lang || 'en';
    page.title = title;
    const sheet = new other.CSSStyleSheet();
    sheet.replaceSync(STYLE);
    page.adoptedStyleSheets = [sheet];
    const script = page.createElement('script');
    script.type = 'module';
    script.src = scriptAddress(this.#module);
    const failed = new Promise<never>((_, reject) => {
      const fail = (): void => reject(new Error('The code for the window could not be loaded.'));
      script.addEventListener('error', fail);
      setTimeout(fail, LOAD_LIMIT);
    });
    page.head.append(script);
    await Promise.race([elements.whenDefined(TAG), failed]);
    const view = page.createElement(TAG);
    page.body.appendChild(page.createElement('main')).append(view);
    return view;
  }
}
