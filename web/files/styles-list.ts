/**
 * The look of the list. Where it is narrow, size, date and attributes stand under the name: the
 * cells stay what they are for who does not see them.
 */
import { css } from 'lit';

export const listStyles = css`
  #list {
    overflow: auto;
    /* What has the focus does not lie under the headings. */
    scroll-padding-block-start: 2.25rem;
    min-block-size: 0;
    position: relative;
  }
  #list[data-dropping] {
    outline: 2px dashed var(--_accent);
    outline-offset: -4px;
  }
  .head,
  .row {
    display: grid;
    grid-template-columns:
      2.25rem minmax(8rem, 1fr) minmax(5.5rem, auto)
      9.5rem 5rem 2.5rem;
    align-items: center;
    padding-inline: 0.75rem;
  }
  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    background: var(--_background);
    border-block-end: 1px solid var(--_line);
    color: var(--_muted);
    font-size: 0.85em;
  }
  .head > div {
    position: relative;
  }
  .head button {
    color: inherit;
    padding-inline: 0.4rem;
    min-block-size: 1.75rem;
  }
  .row {
    min-block-size: 2rem;
    content-visibility: auto;
    contain-intrinsic-block-size: auto 2rem;
    cursor: default;
    user-select: none;
  }
  .row > div {
    position: relative;
    padding: 0.15rem 0.4rem;
    border-radius: 3px;
  }
  .row > .check,
  .row > .act {
    padding: 0;
  }
  .row:hover {
    background: var(--_raised);
  }
  .row[aria-selected='true'] {
    background: var(--_chosen);
  }
  .row.under {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  .check {
    display: grid;
    place-items: center;
    min-block-size: 2rem;
  }
  .check input {
    inline-size: 1.1rem;
    block-size: 1.1rem;
    margin: 0;
  }
  .name {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-inline-size: 0;
  }
  .name .icon {
    color: var(--_muted);
  }
  .name .icon.folder {
    color: var(--_accent);
  }
  .name .text {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
    unicode-bidi: isolate;
  }
  .size,
  .modified,
  .attributes {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    color: var(--_muted);
  }
  .size,
  .head .size {
    text-align: end;
  }
  .attributes {
    font-family: ui-monospace, monospace;
    letter-spacing: 0.1em;
  }
  .head .attributes {
    font-family: inherit;
    letter-spacing: normal;
  }
  .act {
    text-align: end;
  }
  .act button {
    color: var(--_muted);
    padding: 0;
  }
  [data-deleted] .name .text {
    color: var(--_muted);
    font-style: italic;
  }
  .mark {
    min-inline-size: 3.5em;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 0.8em;
    color: var(--_muted);
    border: 1px solid currentColor;
    border-radius: 3px;
    padding-inline: 0.3em;
    line-height: 1.4;
  }
  .mark.bad {
    color: var(--_bad);
  }
  .instead {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 0.75rem;
    padding: 2rem 1.25rem;
    color: var(--_muted);
    text-align: center;
  }
  .instead p {
    margin: 0;
    max-inline-size: 34rem;
    overflow-wrap: anywhere;
  }
  .more {
    margin: 0.5rem 1.25rem 1rem;
  }
  @media (pointer: coarse) {
    .row,
    .check {
      min-block-size: 2.75rem;
    }
    .check input {
      inline-size: 1.5rem;
      block-size: 1.5rem;
    }
    .head button {
      min-block-size: 2.75rem;
    }
    #list {
      scroll-padding-block-start: 3.25rem;
    }
  }
  @container (max-width: 40rem) {
    .head,
    .row {
      grid-template-columns: 2.75rem minmax(8.5rem, auto) auto minmax(0, 1fr) 2.75rem;
      grid-template-areas:
        'check name name name act'
        'check size modified attributes act';
      padding-inline: 0.25rem;
    }
    .head {
      display: flex;
      flex-wrap: wrap;
      padding-inline-start: 3rem;
    }
    .head > :is(.check, .act) {
      position: absolute;
    }
    .head .size {
      text-align: start;
    }
    .row {
      min-block-size: 3rem;
      padding-block: 0.25rem;
      border-block-end: 1px solid var(--_line);
      contain-intrinsic-block-size: auto 3.25rem;
    }
    .check {
      grid-area: check;
    }
    .name {
      grid-area: name;
    }
    /* The name whole, and under it what can be had back. */
    .name:has(.chance) {
      flex-wrap: wrap;
      row-gap: 0;
    }
    .name:has(.chance) .text {
      flex: 1 1 calc(100% - 2rem);
    }
    .name .mark:has(.chance) {
      margin-inline-start: 1.5rem;
      white-space: normal;
    }
    .size {
      grid-area: size;
      text-align: start;
    }
    .modified {
      grid-area: modified;
    }
    .attributes {
      grid-area: attributes;
    }
    .act {
      grid-area: act;
    }
    .row > .size:not(:has(.kind))::after {
      content: ' bytes';
    }
    .row > :is(.size, .modified, .attributes) {
      font-size: 0.85em;
      padding-block: 0;
    }
    /* Under the name, not under its icon. */
    .row > .size {
      padding-inline-start: 1.9rem;
    }
  }
  /* Letters of twice their size on a phone: one under the other. */
  @container (max-width: 20rem) {
    .row {
      grid-template-columns: 2.75rem minmax(0, 1fr) 2.75rem;
      grid-template-areas: 'check name act' 'check size act' 'check modified act' 'check attributes act';
    }
    .row > :is(.modified, .attributes) {
      padding-inline-start: 1.9rem;
    }
  }
  @media (forced-colors: active) {
    .row[aria-selected='true'] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
    .row[aria-selected='true'] :is(.size, .modified, .attributes, .icon, .act button, .mark) {
      color: HighlightText;
    }
  }
`;
