/** What there is to say of the folder in one line, and what is shown where there is no list. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Folder } from './folder.ts';
import type { Machine } from './machine.ts';
import { amount, count, number, shown } from './words.ts';

export function status({ state, rows, selection, volume }: Folder): TemplateResult {
  const there = rows.filter(({ deleted }) => !deleted);
  const chosen = rows.filter(({ key }) => selection.has(key));
  const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
  const parts = state === 'shown' ? [count(there.length, 'entry', 'entries')] : [];
  if (chosen.length > 0) parts.push(`${number(chosen.length)} chosen, ${amount(bytes)}`);
  if (state === 'shown' && volume) {
    const label = volume.label ? `${shown(volume.label)}: ` : '';
    parts.push(`${label}${amount(volume.free)} free of ${amount(volume.total)}`);
  }
  return html`<p id="status">${parts.map((part) => html`<span>${part}</span>`)}</p>`;
}

export function instead(
  folder: Folder,
  machine: Machine | undefined,
  act: (work: () => Promise<void>) => void,
): TemplateResult | typeof nothing {
  const { state, rows, drive, trouble } = folder;
  if (!machine) return note('There is no machine beside this list.');
  if (state === 'waiting' && isBooting(machine)) return note('The machine is starting.');
  if (state === 'waiting')
    return note('The machine has not started yet.', 'Start', () => act(() => machine.boot()));
  if (state === 'empty') return note(`${drive} has no disk.`);
  if (state === 'failed') return note(trouble, 'Try again', () => act(() => folder.refresh(true)));
  if (state === 'shown' && rows.length === 0)
    return note('Nothing is here. Drop files, or press Add files.');
  return nothing;
}

/** A browser that knows no states says so by an error. */
function isBooting(machine: Machine): boolean {
  try {
    return machine.matches(':state(booting)');
  } catch {
    return false;
  }
}

function note(words: string, label = '', press?: () => void): TemplateResult {
  return html`<div class="instead">
    <p>${words}</p>
    ${press ? html`<button type="button" class="main" @click=${press}>${label}</button>` : nothing}
  </div>`;
}
