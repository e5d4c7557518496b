/** The look of `<neptune-plot>`: inks of its curves, and where uPlot's layers lie. */
import { css } from 'lit';

export const plotStyles = css`
  :host {
    overflow: visible;
    block-size: auto;
    --_curve0: var(--_accent);
    --_curve1: light-dark(#b06000, #ffb74d);
    --_curve2: light-dark(#7b4fb5, #bfa0ee);
    --_curve3: light-dark(#3b76c4, #7ab0f0);
    --_curve4: light-dark(#b3261e, #ff8a80);
    --_curve5: var(--_foreground);
  }
  #ink {
    display: none;
    forced-color-adjust: none;
  }
  #plot {
    min-block-size: 15rem;
  }
  .uplot,
  .u-wrap {
    position: relative;
    user-select: none;
  }
  .u-over,
  .u-under,
  .u-axis,
  .u-cursor-x,
  .u-cursor-y,
  .u-cursor-pt,
  .u-select {
    position: absolute;
  }
  .uplot canvas {
    display: block;
    inline-size: 100%;
    block-size: 100%;
  }
  .u-cursor-x,
  .u-cursor-y,
  .u-cursor-pt {
    inset: 0 auto auto 0;
    pointer-events: none;
  }
  .u-cursor-x {
    block-size: 100%;
    border-inline-end: 1px solid var(--_muted);
  }
  .u-cursor-y,
  .u-select,
  .u-off {
    display: none;
  }
  .u-cursor-pt {
    border-radius: 50%;
  }
  #tells {
    color: var(--_muted);
  }
  .curves {
    display: flex;
    flex-wrap: wrap;
    gap: 0.2rem 1.25rem;
    font-variant-numeric: tabular-nums;
  }
  .curves .key {
    inline-size: 26px;
    block-size: 8px;
    border: 0;
    forced-color-adjust: none;
  }
  .key path {
    fill: none;
    stroke-width: 2;
  }
  .curve0 path {
    stroke: var(--_curve0);
  }
  .curve1 path {
    stroke: var(--_curve1);
  }
  .curve2 path {
    stroke: var(--_curve2);
  }
  .curve3 path {
    stroke: var(--_curve3);
  }
  .curve4 path {
    stroke: var(--_curve4);
  }
  .curve5 path {
    stroke: var(--_curve5);
  }
  @media (forced-colors: active) {
    :host {
      --_curve0: CanvasText;
      --_curve1: LinkText;
      --_curve2: CanvasText;
      --_curve3: LinkText;
      --_curve4: CanvasText;
      --_curve5: LinkText;
      --_muted: CanvasText;
      --_line: color-mix(in srgb, CanvasText 30%, Canvas);
    }
  }
`;
