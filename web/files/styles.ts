/** The look of all around the list: bar, dialogs, lines. In the colours of palette.ts. */
import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template: minmax(0, 1fr) auto auto / minmax(0, 1fr);
    block-size: 28rem;
    min-inline-size: 0;
    container-type: inline-size;
    background: var(--_background);
    color: var(--_foreground);
    font:
      0.875rem/1.5 system-ui,
      sans-serif;
    --_chosen: color-mix(in srgb, var(--_accent) 16%, var(--_background));
    --_bad: var(--neptune-bad, light-dark(#a3341d, #f0a08c));
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    color: var(--_accent);
    background: none;
    border: 1px solid transparent;
    border-radius: 4px;
    padding: 0.2rem 0.6rem;
    min-block-size: 2rem;
    min-inline-size: 2rem;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_line);
    background: var(--_raised);
  }
  button:is(:disabled, [aria-disabled='true']) {
    color: var(--_muted);
    opacity: 0.55;
    cursor: default;
    border-color: transparent;
    background: none;
  }
  button.main {
    border-color: var(--_accent);
  }
  select,
  input:not([type='checkbox']) {
    background: var(--_background);
    border: 1px solid var(--_muted);
    border-radius: 4px;
    padding: 0.2rem 0.4rem;
    min-block-size: 2rem;
    box-sizing: border-box;
  }
  input[type='checkbox'] {
    accent-color: var(--_accent);
    inline-size: 1.1em;
    block-size: 1.1em;
    flex: none;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  button:focus-visible,
  select:focus-visible {
    outline-offset: 1px;
  }
  .icon {
    inline-size: 1rem;
    block-size: 1rem;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.3;
    stroke-linejoin: round;
    stroke-linecap: round;
    vertical-align: -0.15em;
  }
  #files {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }
  #bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    padding: 0.4rem 0.75rem;
    border-block-end: 1px solid var(--_line);
  }
  #bar .group {
    display: flex;
    gap: 0.125rem;
  }
  #bar .end {
    margin-inline-start: auto;
  }
  .drive {
    font-family: ui-monospace, monospace;
    font-weight: 600;
  }
  .drive[aria-pressed='true'] {
    background: var(--_accent);
    color: var(--_background);
    border-color: var(--_accent);
  }
  nav {
    flex: 1 1 8rem;
    min-inline-size: 0;
  }
  nav ol {
    list-style: none;
    display: flex;
    flex-wrap: wrap;
    margin: 0;
    padding: 0;
  }
  nav li {
    display: flex;
    align-items: center;
    min-inline-size: 0;
  }
  nav li + li::before {
    content: '›';
    color: var(--_muted);
  }
  nav button {
    padding-inline: 0.3rem;
    max-inline-size: 14rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  nav [aria-current='page'] {
    color: var(--_foreground);
  }
  #foot {
    border-block-start: 1px solid var(--_line);
  }
  #status {
    margin: 0;
    padding: 0.3rem 1.25rem;
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.25rem;
    color: var(--_muted);
    font-size: 0.85em;
    min-block-size: 1.5em;
  }
  #status span:last-child:not(:first-child) {
    margin-inline-start: auto;
  }
  .job {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.3rem 1.25rem;
    background: var(--_raised);
  }
  .job .words {
    flex: 1 1 auto;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .job progress {
    inline-size: min(12rem, 30%);
    accent-color: var(--_accent);
  }
  .notice {
    margin: 0;
    padding: 0.3rem 0.75rem 0.3rem 1.25rem;
    display: flex;
    align-items: center;
    gap: 0.75rem;
    border-block-start: 1px solid var(--_line);
    background: var(--_raised);
    overflow-wrap: anywhere;
  }
  .notice span {
    flex: 1;
  }
  dialog ul {
    margin: 0.5rem 0;
    color: var(--_muted);
    padding-inline-start: 1.25rem;
  }
  fieldset {
    border: none;
    margin: 0;
    padding: 0;
  }
  .field span {
    display: block;
    margin-block-end: 0.25rem;
  }
  .field input {
    inline-size: 100%;
  }
  .box {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-block-size: 2rem;
  }
  .trouble {
    min-block-size: 1.5em;
    color: var(--_bad) !important;
  }
  .buttons .main {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_background);
  }
  @media (pointer: coarse) {
    button,
    select,
    input:not([type='checkbox']),
    .box {
      min-block-size: 2.75rem;
      min-inline-size: 2.75rem;
    }
  }
  @container (max-width: 40rem) {
    #bar {
      padding-inline: 0.5rem;
    }
    #bar .wide {
      display: none;
    }
    nav {
      order: 1;
      flex-basis: 100%;
    }
    #status,
    .job,
    .notice {
      padding-inline: 0.75rem;
    }
  }
  @media (forced-colors: active) {
    .drive[aria-pressed='true'],
    .buttons .main {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
      border-color: Highlight;
    }
    button {
      border-color: ButtonBorder;
    }
    button:is(:disabled, [aria-disabled='true']) {
      color: GrayText;
      opacity: 1;
    }
  }
`;
