/**
 * Two buttons that make the terminal's letters smaller and larger.
 *
 *   textSizes(factor, set)   `factor`: how large they are now, 1 as the page has them
 */
import { html, type TemplateResult } from 'lit';
import { TEXT_SCALES } from './settings.ts';

const STEP = 1.2;

export function textSizes(factor: number, set: (factor: number) => void): TemplateResult {
  const { least, most } = TEXT_SCALES;
  const to = (next: number): number => Math.min(most, Math.max(least, Number(next.toFixed(3))));
  return html`<span id="sizes" role="group" aria-label="Text size">
    <button
      type="button"
      part="button"
      aria-label="A−, smaller text"
      ?disabled=${factor <= least}
      @click=${() => set(to(factor / STEP))}
    >
      A−
    </button>
    <button
      type="button"
      part="button"
      aria-label="A+, larger text"
      ?disabled=${factor >= most}
      @click=${() => set(to(factor * STEP))}
    >
      A+
    </button>
  </span>`;
}
