/** What of the element's look changes for fingers, and where there is little room (styles.ts). */
import { css } from 'lit';

export const roomStyles = css`
  @media (pointer: coarse) {
    #keys {
      display: flex;
    }
    button,
    ::file-selector-button,
    fieldset label {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
    @container (min-height: 24.01rem) {
      #keys button {
        min-block-size: 44px;
      }
    }
  }
  @container (max-width: 40rem) {
    #keys {
      display: flex;
    }
    #screen {
      padding: 0.75rem 0.75rem 0.25rem;
    }
    .drive {
      gap: 0 0.6rem;
      padding: 0.35rem 0.4rem;
    }
    .drive + .drive {
      border-top: 1px solid var(--_line);
    }
    .message,
    slot[name='toolbar'],
    #foot {
      padding-inline: 0.9rem;
    }
  }
  @container (max-height: 24rem) or ((max-width: 40rem) and (max-height: 36rem)) {
    #messages {
      max-block-size: max(36px, 15cqb);
    }
    #messages .message:not(:last-child) {
      display: none;
    }
    #screen {
      padding-block: 0.25rem 0;
    }
    #keys {
      padding-block: 0;
    }
  }
  /* A phone, too: the drives would take a fifth of it. */
  @container (max-height: 24rem) or (max-width: 30rem) or ((max-width: 40rem) and (max-height: 36rem)) {
    #keys {
      display: flex;
    }
    #fold {
      display: block;
    }
    #bars {
      display: none;
    }
    #bars[data-open] {
      display: block;
      grid-row: 1;
      grid-column: 1;
      z-index: 3;
      overflow: auto;
      background: var(--_background);
    }
  }
`;
