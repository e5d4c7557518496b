/**
 * The drive bar: what is in each drive, whether it is kept, and what can be done with it.
 *
 *   driveBar(views, actions)
 *
 * It only shows and asks; drives.ts decides. While a drive is busy its buttons do nothing, and keep
 * the focus. What its light shows is the machine's to say (signs.ts).
 *
 * @csspart drive      a drive's row in the drive bar
 * @csspart light      the light of a drive, as on its front
 * @csspart tab        the write-protect tab of the disk in it
 * @csspart button     each button of the drive bar, and of the lines for people
 */
import { html, nothing, type TemplateResult } from 'lit';
import { floppyFormat } from '../store/formats.ts';
import type { Drive, DriveView } from './types.ts';

export interface DriveActions {
  insert(drive: Drive): void;
  eject(drive: Drive): void;
  download(drive: Drive): void;
  share(drive: Drive): void;
  keep(drive: Drive): void;
  /** Slides its disk's write-protect tab open, or shut. */
  slide(drive: Drive, open: boolean): void;
  /** Downloads what can be read of a damaged disk. */
  rescue(drive: Drive): void;
  /** Whether there is a place to keep disks. */
  readonly keeps: boolean;
}

type Action = Exclude<keyof DriveActions, 'keeps' | 'slide'>;

const ACTIONS: readonly { action: Action; name: string; ready(view: DriveView): boolean }[] = [
  { action: 'keep', name: 'Keep', ready: ({ state, homeless }) => state === 'unkept' || homeless },
  { action: 'rescue', name: 'Save what is left', ready: ({ damage }) => damage !== '' },
  { action: 'insert', name: 'Insert', ready: () => true },
  { action: 'eject', name: 'Eject', ready: ({ state }) => state !== 'empty' },
  { action: 'download', name: 'Download', ready: hasDisk },
  { action: 'share', name: 'Share', ready: hasDisk },
];

export function driveBar(views: readonly DriveView[], actions: DriveActions): TemplateResult {
  return html`<div id="drives" part="drives" role="group" aria-label="Drives">
    ${views.map((view) => driveRow(view, actions))}
  </div>`;
}

export function sizeName(bytes: number): string {
  return floppyFormat(bytes)?.name ?? `${bytes.toLocaleString('en-US')} bytes`;
}

/** A disk that is on its way is not there yet; to eject it gives it up. */
function hasDisk({ state }: DriveView): boolean {
  return state !== 'empty' && state !== 'loading';
}

function driveRow(view: DriveView, actions: DriveActions): TemplateResult {
  const { drive, state, label, words, bytes, busy, damage } = view;
  const title = hasDisk(view)
    ? html`<span class="label" title=${label}>${label || 'unnamed disk'}</span>
        <span class="size">${sizeName(bytes)}</span>`
    : nothing;
  return html`<div
    class="drive"
    part="drive"
    role="group"
    aria-label="Drive ${drive}"
    aria-busy=${busy}
    data-drive=${drive}
    data-state=${state}
  >
    <span class="bay"
      ><span class="light" part="light" role="img" aria-label="Light off"></span
    ></span>
    <span class="letter">${drive}</span>
    ${hasDisk(view) ? tab(view, actions) : nothing}
    <span class="disk">${title}<span class="badge" title=${damage}>${words}</span></span>
    <span class="actions">${ACTIONS.map((action) => button(view, actions, action))}</span>
  </div>`;
}

function tab({ drive, tab, busy }: DriveView, actions: DriveActions): TemplateResult {
  return html`<button
    type="button"
    class="tab"
    part="tab"
    role="switch"
    title="Write-protect tab"
    aria-label="Write protection: drive ${drive}"
    aria-checked=${tab}
    aria-disabled=${busy}
    @click=${() => busy || actions.slide(drive, !tab)}
  ></button>`;
}

function button(
  view: DriveView,
  actions: DriveActions,
  { action, name, ready }: (typeof ACTIONS)[number],
): TemplateResult | typeof nothing {
  if (!ready(view) || (action === 'keep' && !actions.keeps)) return nothing;
  const { drive, busy } = view;
  return html`<button
    type="button"
    part="button"
    data-action=${action}
    aria-label="${name}: drive ${drive}"
    aria-disabled=${busy}
    @click=${() => busy || actions[action](drive)}
  >
    ${name}
  </button>`;
}
