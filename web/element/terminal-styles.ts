/**
 * xterm's style sheets, as constructed sheets of a shadow root.
 *
 * xterm writes what depends on font and theme into style elements of its own, which a page whose
 * policy (CSP `style-src`) forbids inline styles would refuse. So it is given a document that makes
 * templates where style elements are asked for; their text goes into a sheet that the root adopts.
 * Constructed sheets are no inline styles. One sheet, of the scroll bar's colours, xterm makes past
 * the document that it is given: it is not let in, and styles.ts has these colours. Cells with a
 * colour of their own get it as a style attribute, which such a policy refuses too: there it is
 * set as a property, which is allowed. What makes the cells takes the page's document whatever it
 * is given, so that it is given the other one behind xterm's interface (its version is pinned, and
 * test/e2e/layout.node.test.mjs fails where that stops working).
 *
 *   styleDocument()               what xterm takes for `document`; what it makes there is tame
 *   tameCells(xterm)              once it is open
 *   adoptTerminalStyles(parent)   `parent` is where xterm will be opened; returns how to undo it
 *
 * Source: CSSOM §6.8 (constructed sheets), CSP 3 §6.1.
 */
import type { Terminal as Xterm } from '@xterm/xterm';
import xtermCss from '@xterm/xterm/css/xterm.css?inline';
import { sheetFor } from '../page/page-element.ts';

const MARK = 'data-sheet';

/**
 * A cell stays where the terminal put it: letters that are written from right to left do not turn
 * the line that they are in.
 */
const CELLS_IN_ORDER = '.xterm-rows > div { direction: ltr; unicode-bidi: bidi-override; }';

/**
 * An inverse cell with the terminal's own two colours. The library judges their contrast as if the
 * letters were not inverse, finds none, and makes them grey.
 */
const INVERSE = `.xterm .xterm-rows .xterm-bg-257:not([class*='xterm-fg-']) {
  color: var(--_background) !important;
}`;

/** Where the reader's own colours are forced on everything, a background alone shows nothing. */
const FORCED_COLOURS = `@media (forced-colors: active) {
  .xterm .xterm-rows .xterm-cursor {
    forced-color-adjust: none;
    animation: none !important;
    background: Highlight !important;
    color: HighlightText !important;
  }
  .xterm .xterm-rows .xterm-cursor-outline {
    background: Canvas !important;
    color: CanvasText !important;
    outline: 2px solid Highlight !important;
  }
  .xterm .xterm-selection div {
    forced-color-adjust: none;
    background: Highlight !important;
    opacity: 0.6;
  }
}`;

function createElement(name: string): HTMLElement {
  if (name === 'style') {
    const template = document.createElement('template');
    template.setAttribute(MARK, '');
    return template;
  }
  const element = document.createElement(name);
  if (name === 'div') element.appendChild = appendNoStyle;
  if (name === 'span') element.setAttribute = setAttributeOrStyle;
  return element;
}

function appendNoStyle<T extends Node>(this: HTMLElement, node: T): T {
  return node instanceof HTMLStyleElement
    ? node
    : (Node.prototype.appendChild.call(this, node) as T);
}

function setAttributeOrStyle(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
}

export function styleDocument(): Document {
  return new Proxy(document, {
    get(target, key): unknown {
      if (key === 'createElement') return createElement;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

interface Inside {
  _core?: {
    _renderService?: { _renderer?: { value?: { _rowFactory?: { _document: Document } } } };
  };
}

export function tameCells(xterm: Xterm): void {
  const renderer = (xterm as unknown as Inside)._core?._renderService?._renderer?.value;
  if (renderer?._rowFactory) renderer._rowFactory._document = styleDocument();
}

export function adoptTerminalStyles(parent: HTMLElement): () => void {
  const root = parent.getRootNode() as ShadowRoot;
  const sheets = [xtermCss + CELLS_IN_ORDER + INVERSE + FORCED_COLOURS, '']
    .map((text) => sheetFor(root, text))
    .filter((sheet) => sheet !== undefined);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
  const write = (): void => {
    const texts = [...parent.querySelectorAll(`[${MARK}]`)].map((sheet) => sheet.textContent);
    sheets[1]?.replaceSync(texts.join('\n'));
  };
  write();
  const isSheet = (node: Node): boolean => node instanceof Element && node.hasAttribute(MARK);
  const observer = new MutationObserver((changes) => {
    const touched = changes.some(({ target, addedNodes, removedNodes }) =>
      [target, ...addedNodes, ...removedNodes].some(isSheet),
    );
    if (touched) write();
  });
  observer.observe(parent, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  };
}
