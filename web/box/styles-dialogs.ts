/** The look of the box's menu and dialogs. */
import { css } from 'lit';

export const dialogStyles = css`
  .menu {
    position: fixed;
    inset: auto;
    inset-block-start: var(--_y, 0);
    left: var(--_x, 0);
    margin: 0;
    padding: 0.3rem;
    min-inline-size: 12rem;
    max-inline-size: calc(100vw - 1rem);
    background: var(--_background);
    color: var(--_foreground);
    border: 1px solid var(--_line);
    border-radius: 8px;
    box-shadow: 0 6px 24px rgb(0 0 0 / 25%);
    font-size: 0.875rem;
  }
  .menu button {
    display: flex;
    justify-content: space-between;
    align-items: center;
    gap: 1.5rem;
    inline-size: 100%;
    border: 0;
    color: inherit;
    text-align: start;
  }
  .menu button:focus {
    background: var(--_raised);
  }
  .menu [aria-checked='true'] span::before {
    content: '✓ ';
  }
  .menu kbd {
    font: inherit;
    color: var(--_muted);
  }
  @media (hover: none) {
    .menu kbd {
      display: none;
    }
  }
  .menu .line {
    margin: 0.3rem 0;
    border-block-start: 1px solid var(--_line);
  }
  .menu .danger {
    color: light-dark(#a3302a, #f2948c);
  }
  dialog {
    inline-size: min(30rem, calc(100vw - 2rem));
    box-sizing: border-box;
    border: 1px solid var(--_line);
    border-radius: 8px;
    padding: 1.25rem 1.5rem;
    background: var(--_background);
    color: var(--_foreground);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 35%);
  }
  dialog h2 {
    margin: 0 0 0.75rem;
    font-size: 1.125rem;
    font-weight: 600;
  }
  .beside {
    display: flex;
    gap: 1rem;
    align-items: center;
  }
  .field {
    flex: 1;
    display: block;
    min-inline-size: 0;
    margin-block: 0.5rem;
  }
  .field > span {
    display: block;
    margin-block-end: 0.2rem;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    justify-content: flex-end;
    margin-block-start: 1rem;
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
  .main {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_background);
  }
  .main:hover {
    background: var(--_accent);
  }
`;
