/**
 * The element's look, in the colours of palette.ts. Where there is little room styles-room.ts goes
 * on; that of its drives is styles-drives.ts, of its dialogs styles-dialogs.ts.
 *
 * Light or dark is the page's `color-scheme`. What has no room beside something else goes under it;
 * where the element is so low that bars would leave the screen none, the drives are folded away
 * behind a button (panel.ts).
 *
 * @cssprop --neptune-progress-delay  how long nothing is said of what is on its way
 */
import { css, unsafeCSS } from 'lit';
import { dialogStyles } from './styles-dialogs.ts';
import { driveStyles } from './styles-drives.ts';
import { roomStyles } from './styles-room.ts';
import { TERMINAL_COLOURS } from './terminal-theme.ts';

const main = css`
  :host {
    /* Between buttons: their edges are seen where the reader's colours are forced on them. */
    --_apart: 0;
    display: grid;
    grid-template: minmax(0, 1fr) auto auto auto auto / minmax(0, 1fr);
    block-size: 28rem;
    min-inline-size: 0;
    min-block-size: 6rem;
    container-type: size;
    background: var(--_background);
    color: var(--_foreground);
    position: relative;
  }
  :host([hidden]) {
    display: none;
  }
  .probe {
    display: none;
  }
  .probe,
  .watch {
    --_cursor: var(--neptune-cursor, var(--_accent));
    box-shadow: ${unsafeCSS(TERMINAL_COLOURS)};
  }
  /* Colours are forced on them too, and then they could not say what they are. */
  @media (forced-colors: active) {
    .probe,
    .watch {
      forced-color-adjust: none;
      --_background: Canvas;
      --_foreground: CanvasText;
      --_accent: Highlight;
    }
  }
  .watch {
    position: absolute;
    inline-size: 0;
    block-size: 0;
    visibility: hidden;
    font-family: var(--_font);
    font-size: var(--neptune-font-size, 1rem);
    transition: 1ms;
    transition-behavior: allow-discrete;
  }
  #copy {
    position: absolute;
    inset-block-start: 0.5rem;
    inset-inline-end: 0.5rem;
    z-index: 5;
    min-block-size: 2.5rem;
    border-color: var(--_accent);
    background: var(--_raised);
  }
  #foot {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 1rem;
    padding: 0 1.25rem 0.25rem;
  }
  #sizes {
    display: flex;
    gap: var(--_apart);
    margin-inline-start: auto;
    margin-inline-end: -0.5rem;
    white-space: nowrap;
  }
  #screen {
    grid-row: 1;
    grid-column: 1;
    position: relative;
    min-block-size: 0;
    padding: 1rem 1.25rem 0.5rem;
    overflow: hidden;
  }
  #screen > div {
    block-size: 100%;
  }
  @media (forced-colors: active) {
    :host {
      --_apart: 0.25rem;
    }
  }
  .xterm .xterm-scrollable-element > .scrollbar > .slider {
    background: var(--_line);
    border-radius: 5px;
  }
  button {
    font: inherit;
    color: var(--_accent);
    background: none;
    border: 1px solid transparent;
    border-radius: 4px;
    padding: 0.2rem 0.5rem;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_line);
    background: var(--_raised);
  }
  button:is(:disabled, [aria-disabled='true']) {
    color: var(--_muted);
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .xterm :focus-visible {
    outline: none;
  }
  slot[name='toolbar'] {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    padding-inline: 1.25rem;
  }
  ::slotted([slot='toolbar']) {
    margin-block: 0.4rem;
  }
  #messages {
    max-block-size: 35cqb;
    overflow: auto;
  }
  #messages:empty {
    display: none;
  }
  .message {
    margin: 0;
    padding: 0.4rem 1.25rem;
    display: flex;
    align-items: baseline;
    gap: 0.75rem;
    border-top: 1px solid var(--_line);
    background: var(--_raised);
    overflow-wrap: anywhere;
  }
  .message span {
    flex: 1;
  }
  .notes {
    flex: 1 1 14rem;
    margin: 0;
    color: var(--_muted);
    font-size: 0.85em;
  }
  #drives {
    display: flex;
    flex-wrap: wrap;
    border-top: 1px solid var(--_line);
    padding: 0 0.5rem;
  }
  .drive {
    /* As wide as what is in it: a full row is one line beside an empty one. */
    flex: 1 1 auto;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.75rem;
    min-inline-size: 0;
    padding: 0.4rem 0.75rem;
  }
  .letter {
    font-family: var(--_font);
    font-weight: 600;
  }
  .disk {
    flex: 1 1 auto;
    max-inline-size: calc(100% - 2rem);
    min-inline-size: 0;
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.6rem;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    max-inline-size: 16rem;
    min-inline-size: 0;
  }
  .size,
  .badge {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  .size {
    white-space: nowrap;
  }
  .badge::before {
    content: '';
    display: inline-block;
    inline-size: 0.5em;
    block-size: 0.5em;
    margin-inline-end: 0.4em;
    border-radius: 50%;
    border: 1.5px solid currentColor;
  }
  [data-state='kept'] .badge::before {
    background: var(--_accent);
    border-color: var(--_accent);
  }
  [data-state='protected'] .badge::before {
    border-radius: 1px;
    background: currentColor;
  }
  :is([data-state='empty'], [data-state='loading']) .badge::before {
    display: none;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_apart);
    margin-inline-start: -0.5rem;
  }
  #fold {
    display: none;
  }
  #keys {
    display: none;
    flex-wrap: wrap;
    gap: var(--_apart);
    border-top: 1px solid var(--_line);
    padding: 0.25rem;
  }
  #keys button {
    flex: 1 1 auto;
    min-inline-size: 36px;
    min-block-size: 36px;
    padding: 0 0.2rem;
    color: var(--_foreground);
  }
  #keys :is([aria-pressed='true'], [aria-expanded='true']) {
    background: var(--_accent);
    color: var(--_background);
  }
  @media (forced-colors: active) {
    #keys :is([aria-pressed='true'], [aria-expanded='true']) {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
  #drop {
    position: absolute;
    inset: 0.5rem;
    margin: 0;
    display: grid;
    place-items: center;
    border: 2px dashed var(--_accent);
    border-radius: 6px;
    background: color-mix(in srgb, var(--_background) 85%, transparent);
    z-index: 10;
    /* What is under it is where the files are dropped. */
    pointer-events: none;
  }
  /* Over the screen, so that nothing moves when it goes. */
  #progress {
    grid-row: 1;
    grid-column: 1;
    z-index: 2;
    display: flex;
    flex-direction: column;
    align-items: end;
    pointer-events: none;
  }
  .coming {
    margin: 0.5rem 0.5rem 0;
    padding: 0.25rem 0.75rem;
    border: 1px solid var(--_line);
    border-radius: 4px;
    background: var(--_raised);
    max-inline-size: calc(100% - 1rem);
    overflow-wrap: anywhere;
  }
  .coming progress {
    display: block;
    inline-size: 100%;
    block-size: 0.375rem;
  }
  progress {
    accent-color: var(--_accent);
  }
  /* Where the prompt will be. What is here at once is not spoken of. */
  .coming[data-what='system'] {
    align-self: stretch;
    max-inline-size: none;
    margin: 0;
    padding: 1rem 1.25rem 0.5rem;
    border: none;
    background: var(--_background);
    animation: appear 1ms var(--neptune-progress-delay, 0.3s) both;
  }
  .coming[data-what='system'] progress {
    inline-size: min(20rem, 100%);
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  /* The drive bar shows it: still to be heard. */
  @container (min-height: 24.01rem) and (min-width: 30.01rem) and ((min-width: 40.01rem) or (min-height: 36.01rem)) {
    :host([controls]) .coming:not([data-what='system']) {
      position: absolute;
      clip-path: inset(50%);
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
    }
  }
  #poster,
  #fallback {
    grid-row: 1;
    grid-column: 1;
    z-index: 4;
    overflow: auto;
    background: var(--_background);
  }
  #poster {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: safe center;
    gap: 1rem;
    padding: 1rem;
  }
  #poster button {
    flex: none;
    border-color: var(--_accent);
    padding: 0.5rem 1.5rem;
  }
  ::slotted([slot='poster']) {
    max-inline-size: 100%;
    min-block-size: 0;
  }
  #fallback {
    padding: 1rem 1.25rem;
  }
`;

export const styles = [main, driveStyles, roomStyles, dialogStyles];
