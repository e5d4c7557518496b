/**
 * What is around the screen: messages, keys, the drive bar and its dialogs.
 *
 *   view()                 all of it
 *   say(message, more?)    a line for people, and what can be done about it (messages.ts)
 *   signs(signs)           what the machine's drives do
 *   settled(drive, failed?) a disk is in it: what failed there before is over
 *   dismiss(message)       it is not so any more
 *   showShare(options)     a link, to be copied
 *   rendered()             to be called when it has been drawn: the focus is somewhere then
 *
 * It turns presses into calls of the element, and what these reject with into a line.
 *
 * @slot toolbar        buttons of the page's own, in a row over the keys and the drive bar
 * @csspart toolbar    that row
 * @csspart messages   lines for people
 * @csspart drives     the drive bar
 * @csspart topology   the lines under it about what this page is given
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { DriveSigns } from '../host/protocol.ts';
import type { TimeRequest } from '../host/record/types.ts';
import type { MadeLink } from '../parts/share/types.ts';
import type { Beginning } from './beginning.ts';
import { downloadBytes } from './download.ts';
import { driveBar, type DriveActions } from './drive-bar.ts';
import type { Drives } from './drives.ts';
import { EjectDialog } from './eject-dialog.ts';
import { FocusKeeper } from './focus.ts';
import { InsertDialog } from './insert-dialog.ts';
import { keyRow } from './key-row.ts';
import type { Machine } from './machine.ts';
import { Messages, type More } from './messages.ts';
import { progressView } from './progress.ts';
import { ShareDialog } from './share-dialog.ts';
import type { Screen } from './screen.ts';
import { textScale } from './settings.ts';
import { type Shelf, textOf } from './shelf.ts';
import { readClipboard } from './terminal-clipboard.ts';
import { Signs, soundSwitch } from './signs.ts';
import { textSizes } from './text-sizes.ts';
import type { BoxDetail, Drive, ImageSource, InsertOptions, ShareOptions } from './types.ts';

/** What it needs of the element. */
export interface PanelElement {
  controls: boolean;
  persist: unknown;
  textSize: unknown;
  driveSound: boolean;
  diskA: unknown;
  diskB: unknown;
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly updateComplete: Promise<unknown>;
  focus(): void;
  dispatchEvent(event: Event): boolean;
  take(drive: Drive, image: ImageSource, options?: InsertOptions): Promise<void>;
  type(text: string): Promise<void>;
  reset(): Promise<void>;
  time(request: TimeRequest): Promise<unknown>;
  say(message: string, error?: unknown, about?: Drive): void;
  requestUpdate(): void;
}

export interface PanelParts {
  readonly element: PanelElement;
  readonly drives: Drives;
  readonly machine: Pick<Machine, 'state' | 'topology' | 'loading' | 'session'>;
  readonly screen: Pick<Screen, 'paste' | 'ctrl'>;
  readonly beginning: Pick<Beginning, 'waits'>;
  readonly shelf: Pick<Shelf, 'denied'>;
  link(options: ShareOptions): Promise<MadeLink>;
}

export class Panel {
  readonly #parts: PanelParts;
  readonly #messages: Messages;
  readonly #inserting: InsertDialog;
  readonly #ejecting: EjectDialog;
  readonly #sharing: ShareDialog;
  readonly #actions: DriveActions;
  readonly #signs: Signs;
  #focus: FocusKeeper | undefined;
  #ctrl = false;
  /** The drives are shown also where there is little room. */
  #open = false;

  constructor(parts: PanelParts) {
    const { element, drives } = parts;
    this.#parts = parts;
    this.#signs = new Signs(element);
    const requestUpdate = (): void => element.requestUpdate();
    const orSay = (work: Promise<unknown>): Promise<void> => this.orSay(work);
    this.#messages = new Messages(requestUpdate);
    this.#sharing = new ShareDialog({ link: parts.link, drives, requestUpdate });
    this.#ejecting = new EjectDialog({ drives, orSay, requestUpdate });
    this.#inserting = new InsertDialog({
      insert: (drive, image, options) =>
        void this.#inserted(drive, element.take(drive, image, options)),
      insertKept: (drive, name) =>
        void this.#inserted(drive, orSay(drives.insertKept(drive, name))),
      kept: () => drives.kept(),
      ofPage: () => addressesOf([element.diskA, element.diskB]),
      showBox: (drive) => !element.dispatchEvent(boxWanted(drive)),
      loose: () => drives.loose.list(),
      download: ({ id, label }) => {
        const image = drives.loose.image(id);
        if (!image) return;
        downloadBytes(image, label);
        drives.loose.downloaded(id);
      },
      keep: (id) => void orSay(drives.keepLoose(id)),
      get keeps() {
        return drives.keeps;
      },
      discard: (id) => drives.loose.discard(id),
      requestUpdate,
    });
    this.#actions = {
      insert: (drive) => void this.#inserting.open(drive),
      eject: (drive) => void orSay(this.#ejecting.eject(drive)),
      download: (drive) => void orSay(this.#ejecting.download(drive)),
      rescue: (drive) => void orSay(this.#ejecting.download(drive)),
      share: (drive) => void this.showShare({ drives: [drive] }),
      keep: (drive) => void orSay(this.#keep(drive)),
      slide: (drive, open) => void this.orSay(slide(drives, drive, open), drive),
      get keeps() {
        return drives.keeps;
      },
    };
  }

  /** Shows what went wrong, and tells of it. */
  async orSay(work: Promise<unknown>, about?: Drive): Promise<void> {
    await work.catch((error: unknown) => this.#parts.element.say(textOf(error), error, about));
  }

  say(message: string, more?: More): void {
    this.#messages.say(message, more);
  }

  /** What the machine says of its drives; nothing once it has ended. */
  signs(signs: readonly DriveSigns[]): void {
    this.#signs.show(signs);
  }

  settled(drive: Drive, failed?: boolean): void {
    this.#messages.settled(drive, failed);
  }

  dismiss(message: string): void {
    this.#messages.dismiss(message);
  }

  showShare(options?: ShareOptions): Promise<void> {
    return this.#sharing.open(options);
  }

  rendered(): void {
    const { element } = this.#parts;
    this.#focus ??= new FocusKeeper(element.renderRoot, () => element.focus());
    this.#focus.look();
    this.#signs.follow();
  }

  async #inserted(drive: Drive, done: Promise<void>): Promise<void> {
    await done;
    await this.#parts.element.updateComplete;
    this.#focus?.inserted(drive);
  }

  async #keep(drive: Drive): Promise<void> {
    const { drives } = this.#parts;
    await drives.keep(drive);
    const view = drives.views.find((one) => one.drive === drive);
    if (!view || view.homeless) return;
    this.settled(drive, true);
    this.say(`${view.label || drive} is kept in this browser now.`, { about: drive });
  }

  /** The Ctrl that was asked for has been used, or is asked for. */
  holdCtrl(down: boolean): void {
    this.#ctrl = down;
    this.#parts.screen.ctrl = down;
    this.#parts.element.requestUpdate();
  }

  view(): TemplateResult {
    const { machine, drives } = this.#parts;
    return html`
      ${progressView(machine.loading, drives.views)}
      <div>${this.#messages.view()} ${this.#stopped()} ${this.#held()}</div>
      <slot name="toolbar" part="toolbar"></slot>
      ${this.#parts.element.controls && !this.#parts.beginning.waits ? this.#controls() : nothing}
      ${this.#sharing.view()}
    `;
  }

  #controls(): TemplateResult {
    const { element, drives } = this.#parts;
    const keys = keyRow(
      { ctrl: this.#ctrl, open: this.#open },
      {
        type: (text) => void this.orSay(element.type(text)),
        toggleCtrl: () => this.holdCtrl(!this.#ctrl),
        toggleDrives: () => {
          this.#open = !this.#open;
          element.requestUpdate();
        },
        paste: () => void this.#paste(),
      },
    );
    const sizes = textSizes(textScale(element.textSize), (factor) => (element.textSize = factor));
    const sound = soundSwitch(element.driveSound, (on) => (element.driveSound = on));
    return html`${keys}
      <div id="bars" ?data-open=${this.#open}>
        ${driveBar(drives.views, this.#actions)}
        <div id="foot">${this.#notes()} ${sound} ${sizes}</div>
      </div>
      ${this.#inserting.view()} ${this.#ejecting.view()}`;
  }

  async #paste(): Promise<void> {
    const text = await readClipboard();
    if (text === undefined) this.say('The browser does not let the page read the clipboard.');
    else this.#parts.screen.paste(text);
  }

  /** What is so for as long as the page lives, and nothing to be alarmed about. */
  #notes(): TemplateResult | typeof nothing {
    const { element, shelf, machine } = this.#parts;
    const notes = [
      shelf.denied &&
        typeof element.persist === 'string' &&
        'Changes are not kept: this browser gives the page no storage.',
      // What nothing can keep a program from there (docs/isolation.md).
      machine.topology === 'single' &&
        'All programs share one processor here: one that never returns stops everything.',
    ].filter((note) => note !== false);
    if (notes.length === 0) return nothing;
    return html`<p class="notes" part="topology">${notes.join(' ')}</p>`;
  }

  #held(): TemplateResult | typeof nothing {
    const { element, machine } = this.#parts;
    const entry = machine.session?.heldAt;
    if (entry === undefined) return nothing;
    const go = (): void => void this.orSay(element.time({ do: 'resume' }));
    return html`<p class="message" part="message" role="status">
      <span>Paused at entry ${entry.toLocaleString('en-US')}.</span>
      <button type="button" part="button" @click=${go}>Go on</button>
    </p>`;
  }

  #stopped(): TemplateResult | typeof nothing {
    const { element, machine, beginning } = this.#parts;
    const { state } = machine;
    if (beginning.waits || state === 'booting' || state === 'running') return nothing;
    const start = (): void => void this.orSay(element.reset());
    return html`<p class="message" part="message">
      <span>The system is not running.</span>
      <button type="button" part="button" @click=${start}>Start</button>
    </p>`;
  }
}

/** `preventDefault()`: the page shows them. */
function boxWanted(drive: Drive): CustomEvent<BoxDetail> {
  const detail = { drive };
  return new CustomEvent('neptune-box', {
    bubbles: true,
    composed: true,
    cancelable: true,
    detail,
  });
}

async function slide(drives: Drives, drive: Drive, open: boolean): Promise<void> {
  const { slideTab } = await import('./tab.ts');
  await slideTab(drives, drive, open);
}

function addressesOf(given: readonly unknown[]): URL[] {
  const base = document.baseURI;
  const named = given.filter((text): text is string => typeof text === 'string' && text !== '');
  return [...new Set(named)]
    .filter((text) => URL.canParse(text, base))
    .map((text) => new URL(text, base));
}
