/**
 * A kept disk as a card: the drawn floppy, what is known of it in words, and the drives it can go
 * into.
 *
 *   cardView(disk, parts)   a list item. Of all cards one is in the tab order (`current`): its
 *                           face, which opens the menu, and its drives
 *   factsOf(disk)           in words
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { KeptDiskInfo } from '../element/index.ts';
import { floppy } from './floppy.ts';

export type DriveName = 'A:' | 'B:';
export const DRIVES: readonly DriveName[] = ['A:', 'B:'];

export interface CardParts {
  readonly current: boolean;
  /** Something is being done with the disk. */
  readonly busy: boolean;
  menu(opener: HTMLElement): void;
  toggle(drive: DriveName): void;
  focused(): void;
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export const titleOf = ({ label }: { label: string }): string => label || 'Unnamed disk';
export const dayOf = (date: Date): string => day.format(date);

export function factsOf({ format, modified, cameIn }: KeptDiskInfo): string {
  return [format, dayOf(modified), ...cameIn.slice(-1)].join(' · ');
}

function standingOf(disk: KeptDiskInfo): string[] {
  return [
    disk.drive && `in ${disk.drive}`,
    disk.elsewhere && 'in use in another tab',
    disk.writeProtected && 'write-protected',
    disk.damaged && 'damaged',
  ].filter((words): words is string => typeof words === 'string' && words !== '');
}

export function cardView(disk: KeptDiskInfo, parts: CardParts): TemplateResult {
  const title = titleOf(disk);
  const tab = parts.current ? 0 : -1;
  const standing = standingOf(disk);
  return html`<li class="card" data-name=${disk.name} aria-busy=${parts.busy ? 'true' : nothing}>
    <button
      type="button"
      class="face"
      aria-haspopup="menu"
      tabindex=${tab}
      @focus=${parts.focused}
      @click=${(event: Event) => parts.menu(event.currentTarget as HTMLElement)}
    >
      ${floppy(disk)}
      <span class="words">
        <span class="title">${title}</span>
        <span class="facts">${factsOf(disk)}</span>
        ${standing.map((words) => html`<span class="mark">${words}</span>`)}
      </span>
    </button>
    <div class="into" role="group" aria-label="Drives for ${title}">
      ${DRIVES.map((drive) => driveButton(disk, drive, tab, parts))}
    </div>
  </li>`;
}

function driveButton(
  disk: KeptDiskInfo,
  drive: DriveName,
  tab: number,
  { toggle, busy, focused }: CardParts,
): TemplateResult {
  const isIn = disk.drive === drive;
  return html`<button
    type="button"
    tabindex=${tab}
    aria-pressed=${isIn}
    aria-label="${titleOf(disk)} in ${drive}"
    title=${isIn ? `Take it out of ${drive}` : `Insert it into ${drive}`}
    ?disabled=${busy}
    @focus=${focused}
    @click=${() => toggle(drive)}
  >
    ${drive}
  </button>`;
}
