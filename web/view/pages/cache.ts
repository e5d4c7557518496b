/** A cell for each page of 4 KiB that is in memory, file by file; states differ by shape, too. */
import { html, type TemplateResult } from 'lit';
import type { CacheData, CachedRow, PageCell } from '../data/cache.ts';

const WORDS: Readonly<Record<PageCell['state'], string>> = {
  valid: 'valid',
  partly: 'some sectors valid',
  dirty: 'dirty: newer than the disk',
  moving: 'on its way to or from the disk',
  empty: 'nothing valid yet',
};

function cell({ index, state, hot }: PageCell): TemplateResult {
  const words = `page ${index}: ${WORDS[state]}${hot ? ', wanted again' : ''}`;
  return html`<i class="cell ${state} ${hot ? 'hot' : ''}" title=${words}></i>`;
}

function row({ device, file, cells, dirty }: CachedRow): TemplateResult {
  const name = file === '' ? `${device}: the disk's own sectors` : file;
  const counts = `${cells.length} ${cells.length === 1 ? 'page' : 'pages'}${dirty > 0 ? `, ${dirty} dirty` : ''}`;
  return html`<li>
    <h2>${name} <span>${counts}</span></h2>
    <div class="cells" role="img" aria-label=${`${name}: ${counts}`}>${cells.map(cell)}</div>
  </li>`;
}

export function cachePage({ limit, count, dirty, rows }: CacheData): TemplateResult {
  const legend = Object.entries(WORDS).map(
    ([state, words]) => html`<li><i class="cell ${state}"></i> ${words}</li>`,
  );
  return html`<p>
      ${count.toLocaleString('en-US')} of ${limit.toLocaleString('en-US')} pages in use,
      ${dirty.toLocaleString('en-US')} dirty.
    </p>
    <ul class="legend" aria-label="What the cells mean">
      ${legend}
    </ul>
    <ul class="cached">
      ${rows.map(row)}
    </ul>`;
}
