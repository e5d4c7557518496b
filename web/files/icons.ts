/** The few pictures of the list, drawn in the colour of the text. */
import { html, svg, type TemplateResult } from 'lit';

const SHAPES = {
  folder: svg`<path d="M1.5 4.5v8a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-7a1 1 0 0 0-1-1H8L6.5 3h-4a1 1 0 0 0-1 1z" />`,
  file: svg`<path d="M3.5 1.5h6l3 3v10h-9z" /><path d="M9.5 1.5v3h3" />`,
  up: svg`<path d="M8 13V3M3.5 7.5 8 3l4.5 4.5" />`,
  back: svg`<path d="M13 8H3M7.5 3.5 3 8l4.5 4.5" />`,
  disk: svg`<path d="M2 2h10l2 2v10H2z" /><path d="M5 2v4h6V2M4.5 14V9h7v5" />`,
} as const;

export function icon(name: keyof typeof SHAPES): TemplateResult {
  return html`<svg class="icon ${name}" viewBox="0 0 16 16" aria-hidden="true">
    ${SHAPES[name]}
  </svg>`;
}
