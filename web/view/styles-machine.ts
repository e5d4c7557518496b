/** The look of the pages `disk`, `controller` and `events`. */
import { css } from 'lit';
import { mapColours } from '../files/map/styles.ts';

/** Beside those of the map: what was had. */
export const hadColours = css`
  :host {
    --map-read: light-dark(#0b57d0, #8ab4f8);
    --map-written: light-dark(#b06000, #ffb74d);
  }
  @media (forced-colors: active) {
    :host {
      --map-read: Highlight;
      --map-written: LinkText;
    }
  }
`;

export const machineStyles = css`
  ${mapColours}
  ${hadColours}
  .kinds {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
    margin-block: 0.35rem;
  }
  .kinds button {
    border-color: var(--_line);
    color: var(--_foreground);
  }
  .kinds span {
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .rule {
    border-inline-start: 1px solid var(--_line);
    align-self: stretch;
  }
  .ink-read {
    background: var(--map-read);
  }
  .ink-written {
    background: var(--map-written);
  }
  .ink-bad {
    background: var(--map-bad);
  }
  .ink-system {
    background: var(--map-system);
  }
  .ink-directory {
    background: var(--map-directory);
  }
  .ink-file0 {
    background: var(--map-file0);
  }
  .ink-file2 {
    background: var(--map-file2);
  }
  .ink-free {
    background: var(--map-free);
  }
  pre {
    font:
      0.875em/1.5 ui-monospace,
      monospace;
    margin: 0.25rem 0;
  }
  code {
    font:
      0.95em ui-monospace,
      monospace;
  }
  .leds {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
    gap: 0.25rem 1rem;
    margin-block: 0.5rem;
  }
  .leds li {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    align-content: start;
    gap: 0 0.45rem;
  }
  .leds i {
    inline-size: 0.7rem;
    block-size: 0.7rem;
    border: 1px solid var(--_muted);
    border-radius: 50%;
    forced-color-adjust: none;
  }
  .leds .high i {
    background: var(--_warm);
    border-color: var(--_foreground);
  }
  .leds span {
    flex-basis: 100%;
    padding-inline-start: 1.15rem;
    color: var(--_muted);
  }
  .registers th[scope='row'] {
    color: var(--_foreground);
    font-weight: 600;
    border: 0;
    vertical-align: top;
  }
  .registers td {
    vertical-align: top;
    border-block-end: 1px solid var(--_line);
  }
  .bits {
    display: flex;
    flex-wrap: wrap;
    gap: 0.1rem 0.9rem;
    min-inline-size: 14rem;
    white-space: normal;
  }
  @container (max-width: 44rem) {
    .bits {
      min-inline-size: 8rem;
    }
  }
  @container (max-width: 30rem) {
    .bits {
      min-inline-size: 6rem;
    }
  }
  .bits .off {
    color: var(--_muted);
  }
  .timing text {
    fill: var(--_foreground);
    font-size: 12px;
  }
  .timing path {
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.5;
  }
  .timing .ground {
    stroke: var(--_line);
    stroke-width: 1;
  }
  .edges {
    max-block-size: 16rem;
    overflow: auto;
    font-variant-numeric: tabular-nums;
  }
  summary {
    cursor: pointer;
    min-block-size: 2rem;
    padding-block: 0.3rem;
  }
`;
