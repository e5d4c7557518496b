/** Words of an experiment: what is between back quotes is code, between asterisks emphasis. */
import { html, type TemplateResult } from 'lit';

const PIECES = /(`[^`]+`|\*[^*]+\*)/;

export function inline(text: string): (string | TemplateResult)[] {
  return text.split(PIECES).map((piece) => {
    const inside = piece.slice(1, -1);
    if (/^`.+`$/.test(piece)) return html`<code>${inside}</code>`;
    if (/^\*.+\*$/.test(piece)) return html`<em>${inside}</em>`;
    return piece;
  });
}
