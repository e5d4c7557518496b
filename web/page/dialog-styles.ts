/** The look that every dialog has, of the machine and of what stands beside it. */
import { css } from 'lit';

export const dialogStyles = css`
  dialog {
    inline-size: min(var(--_dialog, 30rem), calc(100vw - 2rem));
    max-block-size: calc(100vh - 2rem);
    box-sizing: border-box;
    border: 1px solid var(--_line);
    border-radius: 8px;
    padding: 1.25rem 1.5rem;
    background: var(--_background);
    color: var(--_foreground);
    overflow-wrap: anywhere;
  }
  dialog::backdrop {
    background: var(--_backdrop);
  }
  dialog h2 {
    margin: 0 0 0.75rem;
    font-size: 1.125rem;
    font-weight: 600;
  }
  dialog p {
    margin: 0.5rem 0;
    color: var(--_muted);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: 0.5rem;
    margin-block-start: 1rem;
  }
  .buttons button {
    border-color: var(--_line);
    padding: 0.3rem 0.9rem;
  }
`;
