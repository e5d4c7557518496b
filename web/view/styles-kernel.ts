/** The look of what shows the kernel's objects: memory, capabilities, and acts upon them. */
import { css } from 'lit';

export const kernelStyles = css`
  .act {
    border-color: var(--_line);
  }
  .threads li,
  .news {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
  }
  .news {
    padding: 0.25rem 0.75rem;
    background: var(--_chosen);
  }
  .threads ul {
    margin-block-end: 0.4rem;
  }
  .map polyline.busy {
    stroke: var(--_accent);
  }
  .drawn {
    position: relative;
    inline-size: fit-content;
    max-inline-size: 100%;
    min-inline-size: 28rem;
  }
  .drawn svg.map {
    display: block;
    min-inline-size: 0;
  }
  canvas.moving {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    /* sized.ts gives it the map's own height: the map may be drawn smaller. */
    block-size: 100% !important;
    pointer-events: none;
    color: var(--_warm);
    forced-color-adjust: none;
  }
  @media (forced-colors: active) {
    canvas.moving {
      color: Highlight;
    }
  }
  /* Out of sight it costs no layout. */
  .below {
    content-visibility: auto;
    contain-intrinsic-size: auto 14rem;
  }
  button.inline {
    padding: 0;
    min-block-size: 0;
    text-align: start;
    text-decoration: underline;
  }
  .traffic {
    columns: 16rem;
    font-variant-numeric: tabular-nums;
  }
  .differs {
    color: var(--_warm);
  }
  .slots button {
    min-block-size: 1.75rem;
    padding-block: 0;
  }
  svg.frames {
    display: block;
    box-sizing: border-box;
    inline-size: 100%;
    max-inline-size: 60rem;
    block-size: auto;
    border: 1px solid var(--_muted);
  }
  svg.ram {
    display: block;
    inline-size: 100%;
    block-size: 1.5rem;
    border: 1px solid var(--_muted);
  }
  .key {
    inline-size: 11px;
    block-size: 11px;
    border: 1px solid var(--_muted);
  }
  .frame {
    forced-color-adjust: none;
  }
  .frame.untyped {
    fill: var(--_line);
  }
  .frame.device {
    fill: var(--_foreground);
  }
  .frame.transfer {
    fill: light-dark(#b3261e, #ff8a80);
  }
  .frame.cache {
    fill: light-dark(#c98a12, #e9b44c);
  }
  .frame.shared {
    fill: light-dark(#7b4fb5, #bfa0ee);
  }
  .frame.process {
    fill: light-dark(#3b76c4, #7ab0f0);
  }
  .frame.free {
    fill: var(--_background);
  }
  .frame.executive {
    fill: var(--_accent);
  }
`;
