/** The look of the bench, beside that of page-styles.ts. */
import { css } from 'lit';

export const styles = css`
  :host {
    box-sizing: border-box;
    padding: 0.5rem;
    overflow: auto;
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
  select {
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
  .editor {
    block-size: 20rem;
    min-block-size: 8rem;
    overflow: hidden;
    border: 1px solid var(--_line);
    resize: vertical;
  }
  .listed {
    overflow: auto;
  }
  table {
    margin-block: 0.5rem;
    border-collapse: collapse;
    font-size: 0.9em;
  }
  caption {
    text-align: start;
  }
  th,
  td {
    padding: 0.15rem 0.75rem 0.15rem 0;
    text-align: start;
    font-weight: normal;
    overflow-wrap: anywhere;
  }
  thead th {
    color: var(--_muted);
    border-block-end: 1px solid var(--_line);
  }
  td,
  tbody th,
  code {
    font-family: var(--_font);
  }
  .said {
    font-family: var(--_font);
    white-space: pre-wrap;
  }
  .said:empty {
    display: none;
  }
`;
