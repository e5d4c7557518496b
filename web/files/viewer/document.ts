/** Documents of old programs, as plain text: what their words were, without their looks. */
import { html, type TemplateResult } from 'lit';
import type { Opened, Viewed, Viewer } from './types.ts';
import { isWordStar, wordStarText } from './wordstar.ts';
import { isWriteFile, writeFileText } from './write-file.ts';

/** Letters that are drawn: a document of a floppy has fewer. */
const MOST = 0x10_0000;

const KINDS = [
  { name: 'a Windows Write document', fits: isWriteFile, read: writeFileText },
  { name: 'a WordStar document', fits: isWordStar, read: wordStarText },
];

const kindOf = ({ bytes }: Viewed) => KINDS.find(({ fits }) => fits(bytes));

export const documentViewer: Viewer = {
  id: 'document',
  label: 'Document text',
  fits: (file) => kindOf(file) !== undefined,
  open(file): Opened {
    const kind = kindOf(file)!;
    const text = kind.read(file.bytes);
    return {
      tools: () => html`<span class="fact">The words of ${kind.name}</span>`,
      view: (): TemplateResult =>
        html`<div class="paper" role="region" aria-label="Text of ${file.name}" tabindex="0">
          <pre class="wraps prose" dir="auto">${text.slice(0, MOST)}</pre>
          ${text.length > MOST ? html`<p class="note">There is more; save it to see all.</p>` : ''}
        </div>`,
    };
  },
};
