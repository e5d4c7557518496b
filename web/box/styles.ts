/**
 * The look of the box, in the colours of the machine's palette. Cards are as many beside each other
 * as there is room for; on a phone one is a row.
 */
import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    background: var(--_background);
    color: var(--_foreground);
    font:
      0.875rem/1.45 system-ui,
      sans-serif;
  }
  :host([hidden]),
  [hidden] {
    display: none;
  }
  .box {
    display: flex;
    flex-direction: column;
    gap: 0.75rem;
    padding: 0.75rem;
    min-block-size: 10rem;
    border: 2px solid transparent;
    border-radius: 8px;
    box-sizing: border-box;
  }
  .box[data-over] {
    border: 2px dashed var(--_accent);
  }
  .hidden,
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }
  .search {
    flex: 1 1 10rem;
  }
  button,
  select,
  input,
  .button {
    font: inherit;
    color: inherit;
  }
  input[type='search'],
  input[type='text'],
  select {
    box-sizing: border-box;
    min-block-size: 2.25rem;
    inline-size: 100%;
    padding: 0.25rem 0.6rem;
    background: var(--_raised);
    border: 1px solid var(--_line);
    border-radius: 6px;
  }
  button,
  .button {
    min-block-size: 2.25rem;
    padding: 0.25rem 0.8rem;
    box-sizing: border-box;
    background: none;
    border: 1px solid var(--_line);
    border-radius: 6px;
    color: var(--_accent);
    cursor: pointer;
  }
  .button {
    display: inline-flex;
    align-items: center;
    position: relative;
  }
  button:hover,
  .button:hover {
    background: var(--_raised);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  :focus-visible,
  .button:focus-within {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
    gap: 0.75rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .card {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    background: var(--_raised);
    border: 1px solid var(--_line);
    border-radius: 8px;
  }
  .card[aria-busy] {
    opacity: 0.6;
  }
  .face {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 0.5rem;
    padding: 0.75rem 0.6rem 0.5rem;
    border: 0;
    border-radius: 8px 8px 0 0;
    color: inherit;
    text-align: center;
    min-inline-size: 0;
  }
  .face svg,
  .picture svg {
    inline-size: 6rem;
    block-size: 6rem;
    flex: none;
  }
  .words {
    display: block;
    min-inline-size: 0;
    inline-size: 100%;
  }
  .words span {
    display: block;
    overflow-wrap: anywhere;
  }
  .title {
    font-weight: 600;
  }
  .facts {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .words .mark {
    display: inline-block;
    margin: 0.2rem 0.1rem 0;
    padding: 0 0.45rem;
    font-size: 0.75rem;
    border: 1px solid var(--_accent);
    border-radius: 999px;
    color: var(--_accent);
  }
  .into {
    display: flex;
    border-block-start: 1px solid var(--_line);
  }
  .into button {
    flex: 1;
    border: 0;
    border-radius: 0 0 0 8px;
  }
  .into button + button {
    border-inline-start: 1px solid var(--_line);
    border-radius: 0 0 8px 0;
  }
  .into button[aria-pressed='true'] {
    background: var(--_accent);
    color: var(--_background);
    font-weight: 600;
  }
  .metal {
    fill: #b9bdc1;
  }
  .hole {
    fill: #0e1012;
    fill-opacity: 0.75;
  }
  .tab {
    fill: #0e1012;
    fill-opacity: 0.25;
  }
  .paper {
    fill: #f7f4ea;
  }
  .ink {
    fill: #20242a;
    font-size: 9.5px;
    font-family: ui-rounded, 'Segoe Print', 'Comic Neue', system-ui, sans-serif;
    font-weight: 500;
  }
  .empty {
    margin: 2rem auto;
    max-inline-size: 32rem;
    text-align: center;
    text-wrap: balance;
    color: var(--_muted);
  }
  .sparing {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    margin: 0;
    color: var(--_muted);
  }
  .notice,
  .failures {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
    padding: 0.4rem 0.75rem;
    background: var(--_raised);
    border-inline-start: 3px solid var(--_accent);
    border-radius: 4px;
  }
  .notice.error,
  .failures {
    border-color: var(--neptune-error, light-dark(#a3302a, #f2948c));
  }
  .grow {
    flex: 1 1 8rem;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .grow progress {
    display: block;
    inline-size: 100%;
    accent-color: var(--_accent);
  }
  .icon {
    border: 0;
    min-inline-size: 2.25rem;
    padding: 0;
  }
  .failures {
    display: block;
  }
  .failures h2 {
    margin: 0 0 0.25rem;
    font-size: inherit;
  }
  .failures ul {
    margin: 0 0 0.5rem;
    padding-inline-start: 1.2rem;
    max-block-size: 14rem;
    overflow: auto;
    overflow-wrap: anywhere;
  }
  @media (pointer: coarse) {
    button,
    .button,
    select,
    input[type='search'],
    input[type='text'] {
      min-block-size: 2.75rem;
    }
    .icon {
      min-inline-size: 2.75rem;
    }
  }
  @container (max-width: 28rem) {
    .cards {
      grid-template-columns: minmax(0, 1fr);
      gap: 0.5rem;
    }
    .card {
      flex-direction: row;
    }
    .face {
      flex-direction: row;
      padding: 0.5rem;
      text-align: start;
      border-radius: 8px 0 0 8px;
    }
    .face svg {
      inline-size: 4rem;
      block-size: 4rem;
    }
    .into {
      flex-direction: column;
      border-block-start: 0;
      border-inline-start: 1px solid var(--_line);
    }
    .into button {
      border-radius: 0 8px 0 0;
      min-inline-size: 2.75rem;
    }
    .into button + button {
      border-inline-start: 0;
      border-block-start: 1px solid var(--_line);
      border-radius: 0 0 8px 0;
    }
  }
  /* Letters of twice their size on a phone. */
  @container (max-width: 18rem) {
    .face {
      flex-direction: column;
      align-items: start;
    }
    .face svg {
      inline-size: 3rem;
      block-size: 3rem;
    }
    .bar > * {
      flex: 1 1 auto;
    }
  }
  @media (forced-colors: active) {
    .box:not([data-over]) {
      border-color: Canvas;
    }
    svg {
      forced-color-adjust: none;
    }
    .body {
      stroke: CanvasText;
      stroke-width: 1.5;
    }
    .into button[aria-pressed='true'],
    button.main,
    button.main:hover {
      forced-color-adjust: none;
      background: Highlight;
      border-color: Highlight;
      color: HighlightText;
    }
  }
`;
