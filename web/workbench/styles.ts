/** The look of the bench, in the colours of palette.ts. */
import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    box-sizing: border-box;
    min-inline-size: 0;
    padding: 0.5rem;
    overflow: auto;
    color: var(--_foreground);
    background: var(--_background);
  }
  :host([hidden]) {
    display: none;
  }
  h2 {
    margin: 0.75rem 0 0.25rem;
    font-size: 1em;
  }
  p,
  ul {
    margin: 0.25rem 0;
    overflow-wrap: anywhere;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.5rem;
    margin-block: 0.5rem;
  }
  label {
    display: grid;
    gap: 0.15rem;
    min-inline-size: 0;
    font-size: 0.9em;
  }
  input,
  select,
  button {
    box-sizing: border-box;
    min-block-size: 2rem;
    max-inline-size: 100%;
    padding: 0.2rem 0.6rem;
    border: 1px solid var(--_line);
    border-radius: 4px;
    background: var(--_background);
    color: var(--_foreground);
    font: inherit;
  }
  input {
    inline-size: 11rem;
  }
  .short {
    inline-size: 6.5rem;
  }
  button {
    color: var(--_accent);
    cursor: pointer;
  }
  button.first {
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
  .editor {
    block-size: 20rem;
    min-block-size: 8rem;
    overflow: hidden;
    border: 1px solid var(--_line);
    resize: vertical;
  }
  .muted {
    color: var(--_muted);
  }
  .said {
    padding: 0.4rem 0.6rem;
    border-inline-start: 3px solid var(--_line);
    background: var(--_raised);
    font-family: var(--_font);
    white-space: pre-wrap;
  }
  .said:empty {
    display: none;
  }
`;
