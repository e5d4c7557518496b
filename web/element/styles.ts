/**
 * The element's look. Authors set `--neptune-*`; what begins with `--_` is for inside.
 *
 * Light or dark is the page's `color-scheme`.
 */
import { css } from 'lit';

export const styles = css`
  :host {
    --_background: var(--neptune-background, light-dark(#fcfbf8, #131517));
    --_foreground: var(--neptune-foreground, light-dark(#1f2224, #d9d8d3));
    --_muted: var(--neptune-muted, light-dark(#5c6064, #9b9d9c));
    --_line: var(--neptune-line, light-dark(#dcd9d1, #2b2f32));
    --_accent: var(--neptune-accent, light-dark(#0b6168, #7fc4c4));
    --_raised: var(--neptune-raised, light-dark(#f3f1eb, #1b1e20));
    display: grid;
    grid-template-rows: minmax(0, 1fr) auto auto auto;
    block-size: 28rem;
    min-inline-size: 0;
    container-type: inline-size;
    background: var(--_background);
    color: var(--_foreground);
    font:
      0.875rem/1.5 system-ui,
      sans-serif;
    position: relative;
  }
  :host([hidden]) {
    display: none;
  }
  .probe {
    display: none;
  }
  .watch {
    position: absolute;
    inline-size: 0;
    block-size: 0;
    visibility: hidden;
    color: var(--_foreground);
    background: var(--_background);
    outline-color: var(--_accent);
    font-size: var(--neptune-font-size, 1rem);
    transition: 1ms;
  }
  #copy {
    position: absolute;
    inset-block-start: 0.5rem;
    inset-inline-end: 0.5rem;
    z-index: 5;
    min-block-size: 2.5rem;
    border-color: var(--_accent);
    background: var(--_raised);
  }
  #sizes {
    margin-inline-start: auto;
    align-self: center;
    white-space: nowrap;
  }
  #screen {
    position: relative;
    min-block-size: 0;
    padding: 1rem 1.25rem 0.5rem;
    overflow: hidden;
  }
  #screen > div {
    block-size: 100%;
  }
  .xterm .xterm-scrollable-element > .scrollbar > .slider {
    background: var(--_line);
    border-radius: 5px;
  }
  button {
    font: inherit;
    color: var(--_accent);
    background: none;
    border: 1px solid transparent;
    border-radius: 4px;
    padding: 0.2rem 0.5rem;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_line);
    background: var(--_raised);
  }
  button:disabled {
    color: var(--_muted);
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .xterm :focus-visible {
    outline: none;
  }
  #messages:empty {
    display: none;
  }
  .message {
    margin: 0;
    padding: 0.4rem 1.25rem;
    display: flex;
    align-items: baseline;
    gap: 0.75rem;
    border-top: 1px solid var(--_line);
    background: var(--_raised);
    overflow-wrap: anywhere;
  }
  .message span {
    flex: 1;
  }
  .topology {
    margin: 0;
    padding: 0 1.25rem 0.4rem;
    color: var(--_muted);
    font-size: 0.85em;
  }
  #drives {
    display: flex;
    flex-wrap: wrap;
    border-top: 1px solid var(--_line);
    padding: 0 0.5rem;
  }
  .drive {
    flex: 1 1 22rem;
    display: flex;
    align-items: center;
    gap: 0.75rem;
    min-inline-size: 0;
    padding: 0.4rem 0.75rem;
  }
  .letter {
    font-family: ui-monospace, monospace;
    font-weight: 600;
  }
  .disk {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    gap: 0 0.6rem;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    max-inline-size: 16rem;
    min-inline-size: 0;
  }
  .size,
  .badge {
    color: var(--_muted);
    white-space: nowrap;
  }
  .badge::before {
    content: '';
    display: inline-block;
    inline-size: 0.5em;
    block-size: 0.5em;
    margin-inline-end: 0.4em;
    border-radius: 50%;
    border: 1.5px solid currentColor;
  }
  [data-state='kept'] .badge::before {
    background: var(--_accent);
    border-color: var(--_accent);
  }
  [data-state='protected'] .badge::before {
    border-radius: 1px;
    background: currentColor;
  }
  :is([data-state='empty'], [data-state='loading']) .badge::before {
    display: none;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
  }
  #keys {
    display: none;
    border-top: 1px solid var(--_line);
    padding: 0.25rem;
  }
  #keys button {
    flex: 1 1 0;
    min-block-size: 2.5rem;
    padding: 0;
    color: var(--_foreground);
  }
  #keys [aria-pressed='true'] {
    background: var(--_accent);
    color: var(--_background);
  }
  :host(:state(dropping))::after {
    content: 'Drop the image to insert it into A:';
    position: absolute;
    inset: 0.5rem;
    display: grid;
    place-items: center;
    border: 2px dashed var(--_accent);
    border-radius: 6px;
    background: color-mix(in srgb, var(--_background) 85%, transparent);
    z-index: 10;
  }
  dialog {
    inline-size: min(34rem, calc(100vw - 2rem));
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
  h2 {
    margin: 0 0 0.75rem;
    font-size: 1.125rem;
    font-weight: 600;
  }
  h3 {
    margin: 1rem 0 0.25rem;
    font-size: inherit;
  }
  dialog p {
    margin: 0.5rem 0;
    color: var(--_muted);
  }
  .file span {
    display: block;
    margin-block-end: 0.25rem;
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
  textarea {
    inline-size: 100%;
    box-sizing: border-box;
    font:
      0.8125rem/1.4 ui-monospace,
      monospace;
    color: inherit;
    background: var(--_raised);
    border: 1px solid var(--_line);
    border-radius: 4px;
    padding: 0.4rem 0.5rem;
    resize: vertical;
  }
  .kept,
  .loose {
    list-style: none;
    margin: 0;
    padding: 0;
    max-block-size: 12rem;
    overflow: auto;
  }
  .kept li,
  .loose li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.5rem;
  }
  .kept .label,
  .loose .label {
    flex: 1 1 12rem;
    max-inline-size: none;
  }
  .buttons {
    display: flex;
    justify-content: end;
    gap: 0.5rem;
    margin-block-start: 1rem;
  }
  .buttons button {
    border-color: var(--_line);
    padding: 0.3rem 0.9rem;
  }
  @media (pointer: coarse) {
    #keys {
      display: flex;
    }
  }
  @container (max-width: 40rem) {
    #keys {
      display: flex;
    }
    #screen {
      padding: 0.75rem 0.75rem 0.25rem;
    }
    .drive {
      flex-wrap: wrap;
      gap: 0 0.6rem;
      padding: 0.35rem 0.4rem;
    }
    .drive + .drive {
      border-top: 1px solid var(--_line);
    }
    .actions {
      inline-size: 100%;
      justify-content: start;
      margin-inline-start: -0.5rem;
    }
    .drive:is([data-state='empty'], [data-state='loading']) .actions {
      inline-size: auto;
    }
    .message {
      padding-inline: 0.9rem;
    }
  }
`;
