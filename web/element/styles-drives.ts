/**
 * The look of the drives: each one's front with its light, and the tab of the disk in it.
 *
 * @cssprop --neptune-light        colour of a drive's light
 * @cssprop --neptune-waiting      colour in which an empty A: glows; default: it does not
 * @cssprop --neptune-light-write  the same while it writes
 */
import { css } from 'lit';

export const driveStyles = css`
  /* A drive's front: the slot, and the light under it. */
  .bay {
    align-self: center;
    position: relative;
    inline-size: 2.25rem;
    block-size: 1.125rem;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: linear-gradient(var(--_muted) 0 0) 50% 32% / 76% 2px no-repeat;
  }
  /* Where a disk is waited for (a page says so by the colour), it glows. */
  .drive[data-state='empty']:first-child .bay {
    border-color: var(--neptune-waiting, var(--_muted));
    box-shadow: 0 0 0.6rem 1px var(--neptune-waiting, transparent);
  }
  .light {
    position: absolute;
    inset-inline-start: 12%;
    inset-block-end: 2px;
    inline-size: 0.5rem;
    block-size: 0.25rem;
    border-radius: 1px;
    background: var(--_line);
    --_light: var(--neptune-light, light-dark(#1d9a3c, #5fe07f));
  }
  #fold .light {
    position: static;
    display: inline-block;
    vertical-align: middle;
  }
  .light[data-light]:not([data-light='off']) {
    background: var(--_light);
  }
  .light:is([data-light='reading'], [data-light='seeking'], [data-light='writing']) {
    box-shadow: 0 0 0.35rem 1px var(--_light);
  }
  .light[data-light='writing'] {
    --_light: var(--neptune-light-write, light-dark(#d2600a, #ff9d4a));
  }
  .tab {
    position: relative;
    inline-size: 24px;
    block-size: 24px;
    margin-inline: -0.35rem;
    padding: 0;
    border: 0;
  }
  /* As on the disk: shut, it can be written; open, one sees through it. */
  .tab::before,
  .tab::after {
    content: '';
    position: absolute;
    inset: 0;
    inline-size: 9px;
    block-size: 17px;
    margin: auto;
    border: 1.5px solid var(--_muted);
    border-radius: 2px;
  }
  .tab::after {
    inline-size: 7px;
    block-size: 7.5px;
    border: 0;
    border-radius: 1px;
    background: var(--_muted);
    translate: 0 3.75px;
  }
  .tab[aria-checked='true']::before {
    border-color: var(--_accent);
  }
  .tab[aria-checked='true']::after {
    background: var(--_accent);
    translate: 0 -3.75px;
  }
  @media (prefers-reduced-motion: no-preference) {
    .tab::after {
      transition: translate 0.15s;
    }
  }
  /* Steady while the motor runs. */
  @media (prefers-reduced-motion: reduce) {
    .light[data-light] {
      --_light: var(--neptune-light, light-dark(#1d9a3c, #5fe07f));
      box-shadow: none;
    }
  }
  @media (forced-colors: active) {
    .light,
    .tab::after {
      forced-color-adjust: none;
      background: GrayText;
    }
    .light[data-light]:not([data-light='off']),
    .tab[aria-checked='true']::after {
      background: Highlight;
    }
  }
  #drive-sound {
    margin-inline-start: auto;
    white-space: nowrap;
  }
  #drive-sound::before {
    content: '○ ';
  }
  #drive-sound[aria-pressed='true']::before {
    content: '● ';
  }
  #drive-sound + #sizes {
    margin-inline-start: 0;
  }
`;
