/** The look of an experiment, in the colours of palette.ts. */
import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-inline-size: 0;
    color: var(--_foreground);
    background: var(--_background);
  }
  :host([hidden]) {
    display: none;
  }
  h2 {
    margin: 1rem 0 0.25rem;
    font-size: 1em;
  }
  [part='about'] h2 {
    margin: 0 0 0.5rem;
    font-size: 1.25em;
  }
  p {
    margin: 0.4rem 0;
    overflow-wrap: break-word;
  }
  .muted {
    color: var(--_muted);
  }
  ol {
    margin: 0;
    padding-inline-start: 1.5rem;
  }
  li {
    margin-block: 0.6rem;
  }
  .do {
    display: block;
    margin-block-start: 0.25rem;
  }
  code {
    padding: 0.05em 0.25em;
    border-radius: 3px;
    background: var(--_raised);
    font-family: var(--_font);
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }
  button {
    min-block-size: 2rem;
    padding: 0.2rem 0.9rem;
    border: 1px solid var(--_line);
    border-radius: 4px;
    background: none;
    color: var(--_accent);
    font: inherit;
    cursor: pointer;
  }
  button:hover:not(:disabled),
  button.check {
    border-color: var(--_accent);
  }
  button:disabled {
    color: var(--_muted);
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block: 1rem 0.5rem;
  }
  .done {
    margin-inline-start: 0.5rem;
    color: var(--_muted);
  }
  [role='status'] {
    padding: 0.5rem 0.75rem;
    border-inline-start: 3px solid var(--_line);
    background: var(--_raised);
  }
  [role='status'].happened {
    border-color: var(--_accent);
  }
  .empty {
    padding: 0;
    border: none;
  }
  table {
    border-collapse: collapse;
  }
  caption {
    padding-block: 0.4rem 0.2rem;
    color: var(--_muted);
    text-align: start;
  }
  th,
  td {
    padding: 0.2rem 1rem 0.2rem 0;
    border-block-end: 1px solid var(--_line);
    font-weight: 400;
    text-align: start;
    vertical-align: baseline;
  }
  td {
    font-variant-numeric: tabular-nums;
  }
  @media (pointer: coarse) {
    button {
      min-block-size: 2.75rem;
    }
  }
`;
