/**
 * xterm's style sheets, as constructed sheets of a shadow root.
 *
 * xterm writes what depends on font and theme into style elements of its own, which a page whose
 * policy (CSP `style-src`) forbids inline styles would refuse. So it is given a document that makes
 * templates where style elements are asked for; their text goes into a sheet that the root adopts.
 * Constructed sheets are no inline styles. (One sheet, of the scroll bar's colours, xterm makes
 * past the document that it is given; styles.ts has these colours too.)
 *
 *   styleDocument()               what xterm takes for `document`
 *   adoptTerminalStyles(parent)   `parent` is where xterm will be opened; returns how to undo it
 *
 * Source: CSSOM §6.8 (constructed sheets), CSP 3 §6.1.
 */
import xtermCss from '@xterm/xterm/css/xterm.css?inline';

const MARK = 'data-sheet';

/**
 * A cell stays where the terminal put it: letters that are written from right to left do not turn
 * the line that they are in.
 */
const CELLS_IN_ORDER = '.xterm-rows > div { direction: ltr; unicode-bidi: bidi-override; }';

let fixed: CSSStyleSheet | undefined;

function fixedSheet(): CSSStyleSheet {
  if (!fixed) {
    fixed = new CSSStyleSheet();
    fixed.replaceSync(xtermCss + CELLS_IN_ORDER);
  }
  return fixed;
}

function createElement(name: string): HTMLElement {
  if (name !== 'style') return document.createElement(name);
  const template = document.createElement('template');
  template.setAttribute(MARK, '');
  return template;
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

export function adoptTerminalStyles(parent: HTMLElement): () => void {
  const root = parent.getRootNode() as ShadowRoot;
  const written = new CSSStyleSheet();
  const sheets = [fixedSheet(), written];
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
  const isSheet = (node: Node): boolean => node instanceof Element && node.hasAttribute(MARK);
  const observer = new MutationObserver((changes) => {
    const touched = changes.some(({ target, addedNodes, removedNodes }) =>
      [target, ...addedNodes, ...removedNodes].some(isSheet),
    );
    if (!touched) return;
    const texts = [...parent.querySelectorAll(`[${MARK}]`)].map((sheet) => sheet.textContent);
    written.replaceSync(texts.join('\n'));
  });
  observer.observe(parent, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  };
}
