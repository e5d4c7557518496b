/** The look that elements have which are a page beside a machine: the experiment, the bench. */
import { css } from 'lit';

export const pageStyles = css`
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
  .muted {
    color: var(--_muted);
  }
  button {
    box-sizing: border-box;
    min-block-size: 2rem;
    max-inline-size: 100%;
    padding: 0.2rem 0.75rem;
    border: 1px solid var(--_line);
    border-radius: 4px;
    background: var(--_background);
    color: var(--_accent);
    font: inherit;
    cursor: pointer;
  }
  button:hover:not(:disabled, [aria-disabled='true']),
  button.first {
    border-color: var(--_accent);
  }
  button:is(:disabled, [aria-disabled='true']) {
    color: var(--_muted);
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  [role='status'] {
    padding: 0.5rem 0.75rem;
    border-inline-start: 3px solid var(--_line);
    background: var(--_raised);
  }
  @media (pointer: coarse) {
    button {
      min-block-size: 2.75rem;
    }
  }
`;
