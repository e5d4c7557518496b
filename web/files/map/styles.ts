/**
 * The look of the disk map. Colours of the drawing are custom properties, which the canvas reads;
 * where the browser forces its own, these are the system's, and the shapes tell kinds apart.
 *
 * @cssprop --neptune-map-bad        colour of a sector that cannot be read
 * @cssprop --neptune-map-deleted    colour of one with a deleted mark
 * @cssprop --neptune-map-system     colour of the file system's own
 * @cssprop --neptune-map-directory  colour of directories
 * @cssprop --neptune-map-free       colour of what is free
 * @cssprop --neptune-map-file0      colours of files, in turn: the first
 * @cssprop --neptune-map-file1      the second
 * @cssprop --neptune-map-file2      the third
 * @cssprop --neptune-map-file3      the fourth
 */
import { css } from 'lit';

/** The colours alone: for whatever else shows kinds of sectors. */
export const mapColours = css`
  :host {
    --map-background: var(--_background);
    --map-foreground: var(--_foreground);
    --map-muted: var(--_muted);
    --map-free: var(--neptune-map-free, light-dark(#efece4, #1f2326));
    --map-mark: var(--_foreground);
    --map-bad: var(--neptune-map-bad, light-dark(#b3261e, #ff8a80));
    --map-deleted: var(--neptune-map-deleted, light-dark(#8a5a00, #e9b44c));
    --map-system: var(--neptune-map-system, light-dark(#74777b, #8f9396));
    --map-directory: var(--neptune-map-directory, light-dark(#5b3f8c, #bda3f0));
    --map-file0: var(--neptune-map-file0, light-dark(#0b6168, #7fc4c4));
    --map-file1: var(--neptune-map-file1, light-dark(#5f9ea3, #3f868b));
    --map-file2: var(--neptune-map-file2, light-dark(#2d5a8c, #92b6e6));
    --map-file3: var(--neptune-map-file3, light-dark(#86a3c9, #55779f));
  }
  @media (forced-colors: active) {
    :host {
      --map-background: Canvas;
      --map-foreground: CanvasText;
      --map-muted: GrayText;
      --map-free: Canvas;
      --map-mark: Highlight;
      --map-bad: CanvasText;
      --map-deleted: CanvasText;
      --map-system: GrayText;
      --map-directory: LinkText;
      --map-file0: CanvasText;
      --map-file1: CanvasText;
      --map-file2: CanvasText;
      --map-file3: CanvasText;
    }
  }
`;

export const mapStyles = css`
  ${mapColours}
  :host {
    display: block;
    container-type: inline-size;
    color: var(--_foreground);
    background: var(--_background);
    font:
      0.875rem/1.45 system-ui,
      sans-serif;
    padding: 1rem;
  }
  :host([hidden]) {
    display: none;
  }
  @media (forced-colors: active) {
    canvas,
    #ink {
      forced-color-adjust: none;
    }
  }
  #ink {
    display: none;
  }
  #map-and-words {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0 1.5rem;
  }
  @container (min-width: 46rem) {
    #map-and-words {
      grid-template-columns: minmax(0, 11fr) minmax(0, 9fr);
      align-items: start;
    }
    #words {
      padding-block-start: 1.75rem;
    }
  }
  /* What is said of a sector stays in sight, however high the drawing is. */
  @container (max-width: 45.99rem) {
    #map-and-words {
      display: block;
    }
    #words {
      display: contents;
    }
    #tells {
      position: sticky;
      inset-block-end: 0;
      background: var(--_background);
      border-block-start: 1px solid var(--_line);
      padding-block: 0.5rem;
    }
  }
  h2 {
    font-size: 1rem;
    margin: 0;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0.25rem 1rem;
  }
  header p {
    margin: 0;
    color: var(--_muted);
  }
  #drawing {
    position: relative;
    margin-block: 0.5rem;
    min-inline-size: 0;
  }
  canvas {
    display: block;
    inline-size: 100%;
    touch-action: pan-y;
    cursor: crosshair;
  }
  canvas:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 3px;
  }
  #tells {
    min-block-size: 4.5em;
    margin: 0 0 0.75rem;
    overflow-wrap: anywhere;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem 1.25rem;
    list-style: none;
    margin: 0 0 0.75rem;
    padding: 0;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 0.4rem;
  }
  .legend canvas {
    inline-size: 20px;
    block-size: 12px;
    cursor: inherit;
  }
  .legend span {
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .steps {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block-end: 0.75rem;
  }
  button {
    font: inherit;
    color: inherit;
    background: var(--_raised);
    border: 1px solid var(--_line);
    border-radius: 4px;
    padding: 0.3rem 0.75rem;
    min-block-size: 2rem;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_accent);
  }
  button:focus-visible,
  summary:focus-visible,
  .scroll:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  details {
    border-block-start: 1px solid var(--_line);
    padding-block: 0.25rem;
  }
  summary {
    cursor: pointer;
    padding-block: 0.35rem;
  }
  /* Room for the frames of what is in it. */
  .scroll {
    overflow: auto;
    max-block-size: 24rem;
    margin-inline: -0.5rem;
    padding-inline: 0.5rem;
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    text-align: start;
    vertical-align: baseline;
    padding: 0.25rem 0.75rem 0.25rem 0;
    border-block-end: 1px solid var(--_line);
  }
  th {
    font-weight: 600;
  }
  td.names {
    min-inline-size: 8rem;
    overflow-wrap: anywhere;
  }
  td.number {
    white-space: nowrap;
  }
  td button {
    background: none;
    border-color: transparent;
    padding: 0.15rem 0.35rem;
    margin-inline-start: -0.35rem;
    text-align: start;
    overflow-wrap: anywhere;
  }
  td button[aria-pressed='true'] {
    border-color: var(--_foreground);
  }
  @media (pointer: coarse) {
    button {
      min-block-size: 2.75rem;
      min-inline-size: 2.75rem;
    }
    summary {
      padding-block: 0.75rem;
    }
  }
`;
