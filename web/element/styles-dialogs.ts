/** What the element's dialogs have beside the look of all dialogs. */
import { css } from 'lit';
import { dialogStyles as everyDialog } from '../page/dialog-styles.ts';

const ours = css`
  dialog {
    --_dialog: 34rem;
  }
  h3 {
    margin: 1rem 0 0.25rem;
    font-size: inherit;
  }
  .file {
    display: block;
  }
  .file span {
    display: block;
    margin-block-end: 0.25rem;
  }
  .address {
    display: flex;
    align-items: end;
    gap: 0.5rem;
  }
  .address label {
    flex: 0 1 22rem;
  }
  .address button {
    flex: none;
    border-color: var(--_line);
    padding: 0.25rem 0.8rem;
  }
  input[type='url'] {
    font: inherit;
    box-sizing: border-box;
    inline-size: 100%;
    color: inherit;
    background: var(--_raised);
    border: 1px solid var(--_muted);
    border-radius: 4px;
    padding: 0.25rem 0.5rem;
  }
  .file + p {
    margin-block-end: 0.75rem;
  }
  input[type='file'] {
    font: inherit;
    max-inline-size: 100%;
  }
  ::file-selector-button {
    font: inherit;
    color: var(--_accent);
    background: none;
    border: 1px solid var(--_line);
    border-radius: 4px;
    padding: 0.25rem 0.8rem;
    margin-inline-end: 0.75rem;
    cursor: pointer;
  }
  fieldset {
    margin: 0 0 0.75rem;
    padding: 0;
    border: 0;
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.25rem;
  }
  fieldset label {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
    min-block-size: 1.75rem;
    overflow-wrap: anywhere;
  }
  legend {
    padding: 0;
    color: var(--_muted);
  }
  .qr {
    display: block;
    inline-size: min(24rem, 100%);
    margin: 0.75rem auto;
    background: #fff;
    forced-color-adjust: none;
    shape-rendering: crispEdges;
  }
  textarea {
    inline-size: 100%;
    box-sizing: border-box;
    font: 0.8125rem/1.4 var(--_font);
    color: inherit;
    background: var(--_raised);
    border: 1px solid var(--_line);
    border-radius: 4px;
    padding: 0.4rem 0.5rem;
    resize: vertical;
  }
  .page,
  .kept,
  .loose {
    list-style: none;
    margin: 0;
    padding: 0;
    max-block-size: 12rem;
    overflow: auto;
  }
  .page li,
  .kept li,
  .loose li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.5rem;
  }
  .page .label,
  .kept .label,
  .loose .label {
    flex: 1 1 12rem;
    max-inline-size: none;
  }
`;

export const dialogStyles = [everyDialog, ours];
