/** The look of the window into the system, in the colours of palette.ts. */
import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    block-size: 28rem;
    overflow: auto;
    min-inline-size: 0;
    container-type: inline-size;
    color: var(--_foreground);
    background: var(--_background);
    --_chosen: color-mix(in srgb, var(--_accent) 16%, var(--_background));
    --_warm: light-dark(#8a5a00, #e9b44c);
  }
  :host([hidden]) {
    display: none;
  }
  button {
    font: inherit;
    color: var(--_accent);
    background: none;
    border: 1px solid transparent;
    border-radius: 4px;
    padding: 0.2rem 0.6rem;
    min-block-size: 2rem;
    cursor: pointer;
  }
  button[aria-disabled='true'] {
    color: var(--_muted);
    cursor: default;
  }
  [role='tab'] {
    color: var(--_foreground);
    border-radius: 0;
    border-block-end: 2px solid transparent;
    min-block-size: 2.5rem;
    white-space: nowrap;
  }
  [role='tab'][aria-selected='true'] {
    border-block-end-color: var(--_accent);
    font-weight: 600;
  }
  button[aria-pressed='true'],
  .bars button[aria-pressed='true'],
  .bar > button[aria-pressed='true'] {
    background: var(--_chosen);
    border-color: var(--_accent);
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  #page {
    padding: 0.75rem;
  }
  @media (forced-colors: active) {
    /* Before any place's own colours of a button. */
    :host :is(button[aria-pressed='true'], [role='tab'][aria-selected='true']) {
      forced-color-adjust: none;
      color: HighlightText;
      background: Highlight;
    }
    tr.chosen {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
  select,
  input {
    font: inherit;
    color: inherit;
    background: var(--_background);
    border: 1px solid var(--_line);
    border-radius: 4px;
    min-block-size: 2rem;
  }
  h2 {
    font-size: 1em;
    font-weight: 600;
    margin: 0.9rem 0 0.3rem;
  }
  h2 span,
  .muted {
    color: var(--_muted);
    font-weight: 400;
  }
  p {
    margin: 0.25rem 0;
  }
  .scroll {
    overflow: auto;
  }
  table {
    /* Where the document has no type, tables inherit neither. */
    font: inherit;
    color: inherit;
    border-collapse: collapse;
    min-inline-size: 100%;
    font-variant-numeric: tabular-nums;
  }
  th {
    color: var(--_muted);
    font-weight: 500;
    text-align: start;
    white-space: nowrap;
    padding: 0.2rem 0.5rem;
    border-block-end: 1px solid var(--_line);
  }
  td {
    padding: 0.2rem 0.5rem;
    white-space: nowrap;
  }
  .number {
    text-align: end;
  }
  /* Beside a machine, or on a phone: words go on in the next line before columns are cut off. */
  @container (max-width: 44rem) {
    th,
    td {
      padding-inline: 0.35rem;
      white-space: normal;
    }
    td.number {
      white-space: nowrap;
    }
  }
  td.depth1 {
    padding-inline-start: 1.6rem;
  }
  td.depth2 {
    padding-inline-start: 2.7rem;
  }
  td.depth3 {
    padding-inline-start: 3.8rem;
  }
  td.depth4 {
    padding-inline-start: 4.9rem;
  }
  td.depth5 {
    padding-inline-start: 6rem;
  }
  td.depth6 {
    padding-inline-start: 7.1rem;
  }
  tbody tr {
    cursor: default;
  }
  tbody tr:hover {
    background: var(--_raised);
  }
  tr.chosen {
    background: var(--_chosen);
  }
  .detail {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
    gap: 0 1.5rem;
    margin-block-start: 0.75rem;
    border-block-start: 1px solid var(--_line);
  }
  dl {
    margin: 0;
  }
  dl div {
    display: flex;
    gap: 0.75rem;
    padding-block: 0.1rem;
  }
  dt {
    flex: 0 0 7.5rem;
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .lanes td,
  .lanes th {
    border-inline-start: 1px solid var(--_line);
    white-space: normal;
    min-inline-size: 8rem;
  }
  .lanes .number {
    border: 0;
    min-inline-size: 3rem;
  }
  .lanes .hop {
    background: var(--_chosen);
    border-inline-start: 3px solid var(--_accent);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 1rem;
  }
  input {
    font: inherit;
    color: inherit;
    background: var(--_background);
    border: 1px solid var(--_muted);
    border-radius: 4px;
    padding: 0.2rem 0.4rem;
  }
  ul,
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .stacks {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.75rem;
  }
  .stack li {
    border: 1px solid var(--_line);
    background: var(--_raised);
    padding: 0.3rem 0.6rem;
    display: flex;
    gap: 0.6rem;
    justify-content: space-between;
  }
  .stack li + li {
    border-block-start: 0;
  }
  .stack span {
    color: var(--_muted);
  }
  .stack em {
    color: var(--_warm);
    font-style: normal;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.2rem 1rem;
    color: var(--_muted);
  }
  .cells {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
  }
  .cell {
    display: inline-block;
    box-sizing: border-box;
    inline-size: 11px;
    block-size: 11px;
    border: 1px solid var(--_muted);
    forced-color-adjust: none;
  }
  .cell.valid {
    background: var(--_accent);
    border-color: var(--_accent);
  }
  .cell.partly {
    background: linear-gradient(0deg, var(--_accent) 50%, transparent 50%);
    border-color: var(--_accent);
  }
  .cell.dirty {
    background: var(--_warm);
    border-color: var(--_foreground);
  }
  .cell.moving {
    border: 3px solid var(--_warm);
  }
  .cell.hot {
    box-shadow: 0 0 0 1px var(--_foreground);
  }
  .spark {
    inline-size: 120px;
    block-size: 18px;
  }
  .spark polyline {
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.2;
  }
  svg.map {
    max-inline-size: 100%;
    block-size: auto;
  }
  .map polyline {
    fill: none;
    stroke: var(--_muted);
    opacity: 0.7;
  }
  .map .dim {
    opacity: 0.15;
  }
  .map .place {
    cursor: pointer;
  }
  .map rect {
    fill: var(--_raised);
    stroke: var(--_muted);
  }
  .map .executive rect {
    fill: var(--_accent);
    stroke: var(--_accent);
  }
  .map .executive text {
    fill: var(--_background);
    font-weight: 600;
  }
  .map .driver rect {
    stroke: var(--_accent);
  }
  .map .hardware rect {
    stroke-dasharray: 4 3;
  }
  .map .place.chosen rect {
    stroke: var(--_foreground);
    stroke-width: 2.5;
  }
  .map text {
    fill: var(--_foreground);
    text-anchor: middle;
    dominant-baseline: central;
    font-size: 12.5px;
  }
`;
