/** The look of an experiment, beside that of page-styles.ts. */
import { css } from 'lit';

export const styles = css`
  [part='about'] h2 {
    margin: 0 0 0.5rem;
    font-size: 1.25em;
  }
  p {
    margin: 0.4rem 0;
    overflow-wrap: break-word;
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
  a {
    color: var(--_accent);
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
    overflow-wrap: anywhere;
  }
  @media print {
    button {
      display: none;
    }
    li {
      break-inside: avoid;
    }
  }
`;
