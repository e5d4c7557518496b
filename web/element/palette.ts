/**
 * The colours of the element and of those beside it: what authors set, else what fits the page's
 * `color-scheme`. Names that begin with `--_` are for inside.
 *
 * @cssprop --neptune-background  colour behind everything
 * @cssprop --neptune-foreground  colour of text
 * @cssprop --neptune-muted       colour of what matters less
 * @cssprop --neptune-line        colour of lines between parts
 * @cssprop --neptune-accent      colour of what can be pressed, and of the focus
 * @cssprop --neptune-raised      colour behind bars and dialogs
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
  }
`;
