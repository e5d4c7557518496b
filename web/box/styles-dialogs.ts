/** What the box's dialogs have beside the look of all dialogs. */
import { css } from 'lit';
import { dialogStyles as everyDialog } from '../page/dialog-styles.ts';

const ours = css`
  .beside {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
  }
  .field {
    flex: 1 1 8rem;
    display: block;
    min-inline-size: 0;
    margin-block: 0.5rem;
  }
  .field > span {
    display: block;
    margin-block-end: 0.2rem;
  }
  fieldset {
    margin: 0.75rem 0 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
  }
  .choice {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-block-size: 2rem;
  }
  .quiet {
    color: var(--_muted);
    margin: 0 0 0.5rem;
  }
  .rows {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .rows li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
    padding-block: 0.35rem;
    border-block-start: 1px solid var(--_line);
  }
  .danger {
    color: light-dark(#a3302a, #f2948c);
  }
  button.main {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_background);
  }
  button.main:hover {
    background: var(--_accent);
  }
  @media (pointer: coarse) {
    .choice {
      min-block-size: 2.75rem;
    }
    .choice input {
      inline-size: 1.25rem;
      block-size: 1.25rem;
    }
  }
  @media (max-width: 30rem) {
    dialog {
      padding: 1rem;
    }
    .picture svg {
      inline-size: 4rem;
      block-size: 4rem;
    }
    .rows .grow {
      flex-basis: 100%;
    }
  }
`;

export const dialogStyles = [everyDialog, ours];
