/**
 * What was deleted, in the Insert dialog: to be restored, or deleted for good.
 *
 *   binView(disks, actions)
 */
import { html, nothing, type TemplateResult } from 'lit';
import { DAYS } from '../store/bin.ts';
import type { BinnedDisk } from '../store/types.ts';
import { sizeName } from './drive-bar.ts';

export interface BinActions {
  restore(name: string): void;
  remove(name: string): void;
  empty(): void;
}

export function binView(
  disks: readonly BinnedDisk[],
  actions: BinActions,
): TemplateResult | typeof nothing {
  if (disks.length === 0) return nothing;
  const rows = disks.map(({ name, label, size, deleted }) => {
    const title = label || 'unnamed disk';
    const day = new Date(deleted).toLocaleDateString();
    return html`<li>
      <span class="label">${title}</span>
      <span class="size">${sizeName(size)}, deleted ${day}</span>
      <button type="button" aria-label="Restore ${title}" @click=${() => actions.restore(name)}>
        Restore
      </button>
      <button
        type="button"
        aria-label="Delete ${title} for good"
        @click=${() => actions.remove(name)}
      >
        Delete for good
      </button>
    </li>`;
  });
  return html`<h3>In the bin</h3>
    <p>Deleted disks stay here for ${DAYS} days, or until their room is needed.</p>
    <ul class="binned">
      ${rows}
    </ul>
    <div class="buttons">
      <button type="button" @click=${() => actions.empty()}>Empty the bin</button>
    </div>`;
}
