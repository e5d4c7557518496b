/** The look of a file that is looked at. */
import { css } from 'lit';

export const viewerStyles = css`
  #viewer {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }
  #viewer .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 1rem;
    padding: 0.4rem 0.75rem;
    border-block-end: 1px solid var(--_line);
  }
  #viewer .tools {
    background: var(--_raised);
  }
  #viewer h2 {
    margin: 0;
    font-size: 1rem;
    font-weight: 600;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
    padding-inline: 0.4rem;
  }
  #viewer .end {
    margin-inline-start: auto;
  }
  .tool {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    min-block-size: 2rem;
    max-inline-size: 100%;
  }
  .tool select {
    min-inline-size: 0;
    max-inline-size: 14rem;
  }
  .place {
    font-family: ui-monospace, monospace;
  }
  .fact {
    color: var(--_muted);
    font-size: 0.9em;
  }
  .note {
    margin: 0;
    padding: 0.5rem 1.25rem;
    color: var(--_muted);
  }
  .note.bad {
    color: var(--_bad);
    border-block-end: 1px solid var(--_line);
  }
  .paper {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
  }
  .paper pre {
    margin: 0;
    padding: 0.75rem 1.25rem;
    font:
      0.875rem/1.45 ui-monospace,
      'Cascadia Mono',
      Menlo,
      Consolas,
      monospace;
    tab-size: 8;
    unicode-bidi: plaintext;
  }
  .paper pre.wraps {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .paper pre.prose {
    font:
      1rem/1.55 Georgia,
      'Times New Roman',
      serif;
    max-inline-size: 44rem;
    margin-inline: auto;
  }
  .picture {
    display: grid;
    place-items: safe center;
    padding: 1rem;
    background: var(--_raised);
  }
  .picture canvas {
    background: #fff;
    image-rendering: pixelated;
    max-inline-size: none;
  }
  .picture canvas[data-size='fit'] {
    max-inline-size: 100%;
    max-block-size: 100%;
    image-rendering: auto;
  }
  .tall {
    position: relative;
    min-inline-size: max-content;
    overflow: hidden;
  }
  .bytes {
    display: flex;
    gap: 1.25rem;
    block-size: 1.375rem;
    padding-inline: 1.25rem;
    font:
      0.8125rem/1.375rem ui-monospace,
      'Cascadia Mono',
      Menlo,
      Consolas,
      monospace;
    white-space: pre;
  }
  .bytes .offset {
    color: var(--_muted);
  }
  .bytes[data-lost] .numbers,
  .bytes[data-lost] .letters {
    color: var(--_muted);
    text-decoration: line-through;
  }
  .bytes .lost {
    color: var(--_bad);
  }
  @media (pointer: coarse) {
    .tool {
      min-block-size: 2.75rem;
    }
  }
  @container (max-width: 40rem) {
    #viewer .bar {
      padding-inline: 0.5rem;
      column-gap: 0.5rem;
    }
    #viewer h2 {
      flex: 1 1 6rem;
    }
    .paper pre {
      padding-inline: 0.75rem;
    }
    .bytes {
      gap: 0.75rem;
      padding-inline: 0.75rem;
      font-size: 0.75rem;
    }
  }
`;
