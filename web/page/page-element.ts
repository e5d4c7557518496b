/**
 * An element that can be moved: within its document, and into another one.
 *
 * A shadow root leaves its style sheets behind when it comes into another document (a frame's, a
 * window's), and takes only those that this document's window has made. So they are made for it,
 * and anew whenever it is adopted. In a document without a window it has none.
 *
 * Who observes sizes is of the window that the element is in, too, and goes with it: an observer of
 * the page's own cannot be told of what is in a frame that was removed, and that is reported to the
 * page as an error.
 *
 * A modal dialog that leaves its document stays open and is modal no more, and `showModal` refuses
 * it then: so it is closed.
 *
 *   sheetFor(root, text)       a style sheet that this root takes; undefined: it takes none
 *   watchSize(element, told)   tells how large it is, now and whenever that changes; returns how to
 *                              stop. To be called once more in another document
 *   removed(), dress()         to be extended
 *
 * Sources: CSSOM §6.8 (adoptedStyleSheets, adopting steps); HTML Living Standard 4.11.4 (dialog,
 * removing steps).
 */
import { LitElement } from 'lit';

export function sheetFor(root: Node, text: string): CSSStyleSheet | undefined {
  const view = root.ownerDocument?.defaultView as typeof globalThis | null;
  const sheet = view ? new view.CSSStyleSheet() : undefined;
  sheet?.replaceSync(text);
  return sheet;
}

export function watchSize(
  element: Element,
  told: (entry: ResizeObserverEntry) => void,
): () => void {
  const view = element.ownerDocument.defaultView as typeof globalThis | null;
  const observer = view ? new view.ResizeObserver(([entry]) => told(entry!)) : undefined;
  observer?.observe(element);
  return () => observer?.disconnect();
}

export abstract class PageElement extends LitElement {
  protected override createRenderRoot(): ShadowRoot {
    const root = this.attachShadow({ mode: 'open' });
    this.dress(root);
    return root;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const dialog of this.shadowRoot?.querySelectorAll('dialog') ?? []) dialog.close();
    setTimeout(() => this.isConnected || this.removed());
  }

  /** Of the platform's: it has come into another document. */
  adoptedCallback(): void {
    if (this.shadowRoot) this.dress(this.shadowRoot);
    // A frame that is removed tells nobody but its window.
    const view = this.ownerDocument.defaultView;
    const gone = (): unknown => setTimeout(() => this.ownerDocument.defaultView ?? this.removed());
    if (view !== window) view?.addEventListener('pagehide', gone);
  }

  /** It is in no page any more, and was not just moved. May be called again. */
  protected removed(): void {}

  protected dress(root: ShadowRoot): void {
    const { elementStyles } = this.constructor as typeof LitElement;
    root.adoptedStyleSheets = elementStyles
      .map((style) => sheetFor(root, 'cssText' in style ? style.cssText : ''))
      .filter((sheet) => sheet !== undefined);
  }
}
