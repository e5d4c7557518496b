/**
 * What is around the screen: messages, keys, the drive bar and its dialogs.
 *
 *   view()                 all of it
 *   say(message)           a line for people
 *   showShare(options)     a link, to be copied
 *
 * It turns presses into calls of the element, and what these reject with into a line.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { downloadBytes, downloadImage } from './download.ts';
import { driveBar, type DriveActions } from './drive-bar.ts';
import type { Drives } from './drives.ts';
import { EjectDialog } from './eject-dialog.ts';
import { InsertDialog } from './insert-dialog.ts';
import { keyRow } from './key-row.ts';
import type { Machine } from './machine.ts';
import { Messages } from './messages.ts';
import { ShareDialog } from './share-dialog.ts';
import { readClipboard } from './terminal-clipboard.ts';
import { textSizes } from './text-sizes.ts';
import type { Drive, ImageSource, InsertOptions, ShareOptions } from './types.ts';

export interface PanelHost {
  readonly drives: Drives;
  readonly controls: boolean;
  readonly machine: Pick<Machine, 'state' | 'topology'>;
  readonly keeps: boolean;
  take(drive: Drive, image: ImageSource, options?: InsertOptions): Promise<void>;
  type(text: string): Promise<void>;
  paste(text: string): void;
  /** A factor; 1 is as the page has it. */
  textSize: number;
  share(options?: ShareOptions): Promise<string>;
  reset(): Promise<void>;
  holdCtrl(down: boolean): void;
  /** Shows what went wrong, and tells of it. */
  orSay(work: Promise<unknown>): Promise<void>;
  requestUpdate(): void;
}

export class Panel {
  readonly #host: PanelHost;
  readonly #messages: Messages;
  readonly #inserting: InsertDialog;
  readonly #ejecting: EjectDialog;
  readonly #sharing: ShareDialog;
  readonly #actions: DriveActions;
  #ctrl = false;

  constructor(host: PanelHost) {
    this.#host = host;
    this.#messages = new Messages(() => host.requestUpdate());
    this.#sharing = new ShareDialog(host);
    this.#ejecting = new EjectDialog(host);
    this.#inserting = new InsertDialog({
      insert: (drive, image, options) => void host.take(drive, image, options),
      insertKept: (drive, name) => void host.orSay(host.drives.insertKept(drive, name)),
      kept: () => host.drives.kept(),
      remove: (name) => host.drives.remove(name),
      loose: () => host.drives.loose.list(),
      download: ({ id, label }) => {
        const image = host.drives.loose.image(id);
        if (image) downloadBytes(image, label);
      },
      discard: (id) => host.drives.loose.discard(id),
      say: (message) => this.say(message),
      requestUpdate: () => host.requestUpdate(),
    });
    this.#actions = {
      insert: (drive) => void this.#inserting.open(drive),
      eject: (drive) => void host.orSay(this.#ejecting.eject(drive)),
      download: (drive) => void host.orSay(downloadImage(host.drives, drive)),
      rescue: (drive) => void host.orSay(downloadImage(host.drives, drive)),
      share: (drive) => void this.showShare({ drives: [drive] }),
      keep: (drive) => void host.orSay(host.drives.keep(drive)),
      get keeps() {
        return host.keeps;
      },
    };
  }

  say(message: string): void {
    this.#messages.say(message);
  }

  showShare(options?: ShareOptions): Promise<void> {
    return this.#sharing.open(options);
  }

  /** The Ctrl that was asked for has been used, or is asked for. */
  set ctrl(down: boolean) {
    this.#ctrl = down;
    this.#host.requestUpdate();
  }

  view(): TemplateResult {
    return html`
      <div>${this.#messages.view()} ${this.#stopped()}</div>
      ${this.#host.controls ? this.#controls() : nothing} ${this.#sharing.view()}
    `;
  }

  #controls(): TemplateResult {
    const host = this.#host;
    const keys = keyRow(this.#ctrl, {
      type: (text) => void host.orSay(host.type(text)),
      toggleCtrl: () => host.holdCtrl(!this.#ctrl),
      paste: () => void this.#paste(),
    });
    const sizes = textSizes(host.textSize, (factor) => (host.textSize = factor));
    return html`${keys} ${driveBar(host.drives.views, this.#actions, sizes)} ${this.#shared()}
    ${this.#inserting.view()} ${this.#ejecting.view()}`;
  }

  async #paste(): Promise<void> {
    const text = await readClipboard();
    if (text === undefined) this.say('The browser does not let the page read the clipboard.');
    else this.#host.paste(text);
  }

  /** What nothing can keep a program from, where all share one processor (docs/isolation.md). */
  #shared(): TemplateResult | typeof nothing {
    if (this.#host.machine.topology !== 'single') return nothing;
    return html`<p class="topology" part="topology">
      All programs share one processor here: one that never returns stops everything.
    </p>`;
  }

  #stopped(): TemplateResult | typeof nothing {
    const { state } = this.#host.machine;
    if (state === 'booting' || state === 'running') return nothing;
    const start = (): void => void this.#host.orSay(this.#host.reset());
    return html`<p class="message">
      <span>The system is not running.</span>
      <button type="button" @click=${start}>Start</button>
    </p>`;
  }
}
