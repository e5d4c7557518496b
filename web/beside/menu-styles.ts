/** The look of menu.ts. */
import { css } from 'lit';

export const menuStyles = css`
  .menu {
    position: fixed;
    inset: auto;
    top: var(--_y, 0);
    left: var(--_x, 0);
    margin: 0;
    padding: 0.3rem;
    min-inline-size: 13rem;
    max-inline-size: calc(100vw - 1rem);
    max-block-size: calc(100vh - 1rem);
    box-sizing: border-box;
    overflow: auto;
    background: var(--_background);
    color: var(--_foreground);
    border: 1px solid var(--_line);
    border-radius: 8px;
    box-shadow: 0 6px 24px rgb(0 0 0 / 22%);
    font-size: 0.875rem;
  }
  .menu button {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    inline-size: 100%;
    border: 0;
    color: inherit;
    text-align: start;
  }
  .menu button:focus {
    background: var(--_raised);
  }
  .menu .tick {
    inline-size: 1em;
  }
  .menu .what {
    flex: 1;
  }
  .menu .keys {
    margin-inline-start: 1rem;
    color: var(--_muted);
  }
  .menu [role='separator'] {
    margin-block: 0.3rem;
    border-block-start: 1px solid var(--_line);
  }
  .menu .danger {
    color: light-dark(#a3302a, #f2948c);
  }
  @media (hover: none) {
    .menu .keys {
      display: none;
    }
  }
`;
