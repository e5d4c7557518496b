/** The look of what is above a view: tabs, the time of the picture and of the machine. */
import { css } from 'lit';

export const barsStyles = css`
  header {
    position: sticky;
    inset: 0 0 auto;
    z-index: 2;
    background: var(--_background);
  }
  .tabs {
    display: flex;
    overflow-x: auto;
    border-block-end: 1px solid var(--_line);
    background: var(--_raised);
  }
  .bars,
  .when,
  .save,
  .time {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.5rem;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .bars {
    padding: 0.25rem 0.75rem;
    border-block-end: 1px solid var(--_line);
  }
  .when {
    flex: 1 1 100%;
  }
  .time {
    flex: 1 1 24rem;
  }
  .bars button,
  .bar > button {
    border-color: var(--_line);
  }
  .bars button:is(:disabled, [aria-disabled='true']) {
    color: var(--_muted);
    cursor: default;
  }
  .past[open],
  .past form {
    flex: 1 1 100%;
  }
  .past form,
  .past p {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.5rem;
    margin-block: 0.25rem;
  }
  .past select,
  .past input {
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  input[type='file'] {
    border: 0;
    padding-inline: 0;
  }
  /* A narrow window is a low one, too: of what is above the page the tabs alone stay. */
  @container (max-width: 30rem) {
    header {
      display: contents;
    }
    .tabs {
      position: sticky;
      inset-block-start: 0;
      z-index: 2;
    }
  }
`;
