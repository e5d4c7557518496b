/**
 * Words of an experiment: what is between back quotes is code, between asterisks emphasis. Code
 * that is a fragment of the page's address, such as `#bench=A:\MINE.TS`, leads there.
 */
import { html, type TemplateResult } from 'lit';

const PIECES = /(`[^`]+`|\*[^*]+\*)/;

function leading(fragment: string): TemplateResult {
  const [, key = '', value = ''] = /^#(\w+)=(.*)$/.exec(fragment) ?? [];
  return html`<a href="#${key}=${encodeURIComponent(value)}"><code>${fragment}</code></a>`;
}

export function inline(text: string): (string | TemplateResult)[] {
  return text.split(PIECES).map((piece) => {
    const inside = piece.slice(1, -1);
    if (/^`#.+`$/.test(piece)) return leading(inside);
    if (/^`.+`$/.test(piece)) return html`<code>${inside}</code>`;
    if (/^\*.+\*$/.test(piece)) return html`<em>${inside}</em>`;
    return piece;
  });
}
