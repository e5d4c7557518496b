/**
 * Colours and fonts of the element and of those beside it: what authors set, else what fits the
 * page's `color-scheme`. Names that begin with `--_` are for inside.
 *
 * @cssprop --neptune-background  colour behind everything
 * @cssprop --neptune-foreground  colour of text
 * @cssprop --neptune-muted       colour of what matters less
 * @cssprop --neptune-line        colour of lines between parts
 * @cssprop --neptune-accent      colour of what can be pressed, and of the focus
 * @cssprop --neptune-raised      colour behind bars and dialogs
 * @cssprop --neptune-backdrop    colour over the page behind a dialog
 * @cssprop --neptune-font        family of the terminal's type, and of whatever is monospaced
 * @cssprop --neptune-ui-font     family of all other type
 * @cssprop --neptune-ui-font-size  its size
 */
import { css } from 'lit';

export const palette = css`
  :host {
    --_background: var(--neptune-background, light-dark(#fcfbf8, #131517));
    --_foreground: var(--neptune-foreground, light-dark(#1f2224, #d9d8d3));
    --_muted: var(--neptune-muted, light-dark(#5c6064, #9b9d9c));
    --_line: var(--neptune-line, light-dark(#dcd9d1, #2b2f32));
    --_accent: var(--neptune-accent, light-dark(#0b6168, #7fc4c4));
    --_raised: var(--neptune-raised, light-dark(#f3f1eb, #1b1e20));
    --_backdrop: var(--neptune-backdrop, rgb(0 0 0 / 35%));
    scrollbar-color: var(--_muted) transparent;
    --_font: var(
      --neptune-font,
      ui-monospace,
      'Cascadia Mono',
      'SF Mono',
      Menlo,
      Consolas,
      'DejaVu Sans Mono',
      monospace
    );
    font:
      var(--neptune-ui-font-size, 0.875rem) / 1.5 var(--neptune-ui-font, system-ui),
      sans-serif;
  }
`;
