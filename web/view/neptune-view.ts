/**
 * `<neptune-view for="machine">`: the window into the system.
 *
 *   <neptune-view for="machine" view="processes"></neptune-view>
 *
 * It looks at the machine twice a second while it is on the page and visible, by a process of the
 * system like any other; else nothing is asked and nothing recorded. It boots no system.
 *
 * `openWindow` shows it in a window of its own, and leaves this place empty meanwhile.
 *
 * @csspart tabs   the row of views
 * @fires neptune-view   `{ view }`: another view is shown
 * @fires neptune-view-window   `{ open }`: it is in a window of its own, or here again
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { BesideMachine } from '../beside/beside-machine.ts';
import { palette } from '../element/palette.ts';
import { dialogStyles } from '../page/dialog-styles.ts';
import { download } from '../page/download.ts';
import { watchSize } from '../page/page-element.ts';
import { ActDialog } from './act-dialog.ts';
import { placeOf } from './data/disk.ts';
import { Desk } from './desk.ts';
import { OwnWindow } from './own-window.ts';
import type { Tracks } from './export/tracks.ts';
import { saveForm } from './save.ts';
import { WatchSource } from './source.ts';
import type { Found, TimeState } from '../host/record/types.ts';
import { showTab, tabAfter } from './tabs.ts';
import { timeBar } from './time/bar.ts';
import { Clock } from './time/clock.ts';
import type { Asked } from './time/questions.ts';
import { styles } from './styles.ts';
import { barsStyles } from './styles-bars.ts';
import { kernelStyles } from './styles-kernel.ts';
import { machineStyles } from './styles-machine.ts';
import { VIEWS, type View } from './views.ts';
import { textOf } from './words.ts';

export interface ViewDetail {
  view: string;
}

export interface ViewWindowDetail {
  open: boolean;
}

export interface ViewEventMap {
  'neptune-view': CustomEvent<ViewDetail>;
  'neptune-view-window': CustomEvent<ViewWindowDetail>;
}

/** Pixels: a map of all layers one below the other has no room in less. */
const NARROW = 900;

export class NeptuneView extends BesideMachine {
  static override styles = [palette, dialogStyles, styles, barsStyles, kernelStyles, machineStyles];

  /** The module that defines the element. @internal */
  static module = '';

  static override properties = {
    ...BesideMachine.properties,
    view: { type: String, reflect: true },
    tracks: { type: Boolean, reflect: true },
  };

  /** A view's name, as docs/watching.md has them: `map`, `follow`, `disk` and so on. */
  declare view: string | null | undefined;
  /** Draws calls and IRPs into the browser's performance panel, as long as it is there. */
  declare tracks: boolean;

  readonly #acts = new ActDialog({
    changed: () => this.requestUpdate(),
    perform: async ({ action, process, which }) => {
      await this.machine?.control(action, process, which);
      await this.#source?.look(this.#shown.needs);
    },
  });
  readonly #desk = new Desk(
    () => this.#chosen(),
    (act) => this.#acts.propose(act),
  );
  readonly #eye = new IntersectionObserver(([entry]) => this.#visible(entry!.isIntersecting));
  readonly #window = new OwnWindow(NeptuneView.module, () => this.#moved());
  #unwatch: () => void = () => undefined;
  #isVisible = false;
  /** Why there is no window. */
  #refused = '';
  #source: WatchSource | undefined;
  #stop: (() => void) | undefined;
  #tracks: Tracks | undefined;
  #clock: Clock | undefined;
  #unfollow: (() => void) | undefined;

  /** What the view shows, as JSON, looked at now. Rejects with a RangeError for no such view. */
  async data(view: string): Promise<unknown> {
    const found = VIEWS.find(({ name }) => name === view);
    const names = VIEWS.map(({ name }) => name).join(', ');
    if (!found) throw new RangeError(`There is no view "${view}". There are ${names}.`);
    const seen = await this.#asked().look(found.needs);
    return JSON.parse(JSON.stringify(found.data(seen))) as unknown;
  }

  /**
   * A file: `csv`, the counters of all looks so far; `dot` and `json`, the map; `fxt` and `chrome`,
   * the records that views have seen, for Perfetto and other tools. Rejects with a RangeError for
   * no such format.
   */
  async export(format: string): Promise<Blob> {
    const source = this.#asked();
    const { FORMATS } = await import('./export/index.ts');
    const found = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    if (!found)
      throw new RangeError(`There is no format "${format}": ${Object.keys(FORMATS).join(', ')}.`);
    const made = found.of(await source.look(found.needs), source.said);
    return new Blob([made as BlobPart], { type: found.type });
  }

  /**
   * Shows the view in a window of its own, and none here until that is closed. To be called where
   * somebody has pressed something: browsers let no other window be opened. Rejects in words.
   */
  async openWindow(): Promise<void> {
    const other = await this.#window.open(`Inside: ${document.title}`);
    other.view = this.view;
    other.tracks = this.tracks;
    other.addEventListener('neptune-view', ({ detail }) => (this.view = detail.view));
    this.#refused = '';
    this.#moved();
    await this.#handOver(other);
  }

  /** Shows it here again. */
  closeWindow(): void {
    if (!this.#window.view) return;
    this.#window.close();
    this.#moved();
  }

  /** Holds the machine: nothing happens in it, and no time passes for it. In topology `single`. */
  async pause(): Promise<TimeState> {
    return this.#held().pause();
  }

  /** Lets it go on. */
  async resume(): Promise<TimeState> {
    return this.#held().resume();
  }

  /**
   * To the next `entry` into the kernel, `message`, `request` or end of a `command`; or to where a
   * service is called, a mark is made, a counter changes.
   */
  async step(what: string | Asked = 'entry'): Promise<TimeState> {
    return this.#held().step(what);
  }

  /** To where the step before ended: the picture is of a replay, and the machine stays held. */
  async back(what: string | Asked = 'entry'): Promise<TimeState> {
    return this.#held().back(what);
  }

  /** Shows the machine as it was at that entry; the machine stays held. */
  async visit(entry: number): Promise<TimeState> {
    return this.#held().visit(entry);
  }

  /** When was it so, and who did it? Answered by a replay; docs/watching.md has the questions. */
  async ask(...questions: Asked[]): Promise<readonly Found[]> {
    return this.#held().ask(questions);
  }

  /** So many times slower, 10 to 10,000; 1: at its own pace again. */
  async slow(times: number): Promise<TimeState> {
    return this.#held().slow(times);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#eye.observe(this);
    this.#unwatch = watchSize(this, ({ contentRect }) => this.#sized(contentRect.width));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#eye.disconnect();
    this.#window.close();
    this.#unwatch();
    this.#isVisible = false;
    this.#watch();
  }

  protected override machineChanged(): void {
    this.#source = this.machine && WatchSource.of(this.machine);
    this.#clock = this.machine && Clock.of(this.machine);
    if (this.#window.view) this.#window.view.machine = this.machine;
    this.#unfollow?.();
    this.#unfollow = this.#clock?.follow(() => this.requestUpdate());
    this.#watch();
  }

  override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('view') || changed.has('tracks')) this.#watch();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('view')) showTab(this.renderRoot);
  }

  get #shown(): View {
    return VIEWS.find(({ name }) => name === this.view) ?? VIEWS[0]!;
  }

  #asked(): WatchSource {
    if (!this.#source) throw new Error('There is no machine to look at.');
    return this.#source;
  }

  #held(): Clock {
    if (!this.#clock) throw new Error('There is no machine whose time could be held.');
    return this.#clock;
  }

  /** It must not ask a machine that is held, and so learns of that before it can be seen. */
  async #handOver(other: NeptuneView): Promise<void> {
    const { paused = false, slow = 1 } = this.#clock?.state ?? {};
    other.hidden = true;
    other.machine = this.machine;
    if (paused) await other.pause();
    else if (slow > 1) await other.slow(slow);
    other.hidden = false;
  }

  #moved(): void {
    this.#watch();
    this.requestUpdate();
    this.#fire('neptune-view-window', { open: this.#window.view !== undefined });
  }

  #fire<K extends keyof ViewEventMap>(name: K, detail: ViewEventMap[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #visible(visible: boolean): void {
    this.#isVisible = visible;
    this.#watch();
  }

  #sized(width: number): void {
    showTab(this.renderRoot);
    const narrow = width < NARROW;
    if (narrow === this.#desk.narrow) return;
    this.#desk.narrow = narrow;
    this.requestUpdate();
  }

  #watch(): void {
    this.#stop?.();
    const watched = this.#isVisible && !this.#window.view ? this.#source : undefined;
    const { needs } = this.#shown;
    const more = this.tracks ? { ...needs, records: true } : needs;
    this.#tracks = undefined;
    if (this.tracks && watched) void this.#startTracks();
    this.#stop = watched?.watch(more, () => this.#looked());
  }

  /** Somebody has chosen something in a page. */
  #chosen(): void {
    const sector = placeOf(this.#desk.chosen('sector'));
    const source = this.#source;
    if (source && JSON.stringify(source.sector) !== JSON.stringify(sector)) source.sector = sector;
    this.requestUpdate();
  }

  #looked(): void {
    const { records } = this.#source?.seen ?? {};
    if (records) this.#tracks?.tell(records, performance.now());
    this.requestUpdate();
  }

  async #startTracks(): Promise<void> {
    const { Tracks: Made } = await import('./export/tracks.ts');
    const names = this.#source?.seen?.names;
    if (this.tracks && names) this.#tracks ??= new Made(names);
  }

  #choose(view: View): void {
    this.view = view.name;
    this.#fire('neptune-view', { view: view.name });
  }

  protected override render(): TemplateResult {
    if (this.#window.view) return this.#elsewhere();
    const shown = this.#shown;
    return html`<header>
        <div
          class="tabs"
          part="tabs"
          role="tablist"
          aria-label="Views of the system"
          @keydown=${this.#pressed}
        >
          ${VIEWS.map((view) => this.#tab(view, view === shown))}
        </div>
        <div class="bars">
          <div class="when">${this.#when()}</div>
          ${this.#clock && timeBar(this.#clock, this.#desk)}
        </div>
        ${this.#acts.news(this.#source?.seen?.snapshot)}
      </header>
      <div id="page" role="tabpanel" aria-labelledby="tab-${shown.name}">${this.#page(shown)}</div>
      ${this.#acts.dialog()}`;
  }

  readonly #save = async (format: string, name: string): Promise<void> =>
    download(name, await this.export(format));

  #elsewhere(): TemplateResult {
    return html`<div id="page">
      <p role="status">The inside of the machine is shown in a window of its own.</p>
      <button @click=${() => this.closeWindow()}>Show it here</button>
    </div>`;
  }

  #tab(view: View, isShown: boolean): TemplateResult {
    return html`<button
      role="tab"
      id="tab-${view.name}"
      aria-selected=${isShown}
      aria-controls="page"
      tabindex=${isShown ? 0 : -1}
      @click=${() => this.#choose(view)}
    >
      ${view.title}
    </button>`;
  }

  #page(shown: View): TemplateResult {
    const source = this.#source;
    if (!source) return html`<p role="status">There is no machine to look at.</p>`;
    if (source.error !== '') return html`<p role="status">${source.error}</p>`;
    if (!source.seen) return html`<p role="status">The system is not running.</p>`;
    // The view before needed less: what it has not asked for is not there yet, and not none.
    if (shown.needs.kernel && !source.seen.kernel)
      return html`<p role="status">The system is being looked at…</p>`;
    return shown.page(source.seen, this.#desk);
  }

  #when(): TemplateResult {
    const source = this.#source;
    const { entry, time } = source?.seen?.snapshot ?? {};
    const hold = (): void => source?.hold(!source.held);
    const when =
      entry === undefined || time === undefined
        ? ''
        : `As of entry ${entry.toLocaleString('en-US')} into the kernel, ${(time / 1e6).toFixed(2)} s`;
    return html`<button aria-pressed=${source?.held ?? false} ?disabled=${!source} @click=${hold}>
        Hold the picture
      </button>
      ${this.#windowButton()} ${source && saveForm(this.#desk, this.#save)}
      <span role="status">${this.#refused}</span>
      <span>${when}</span>`;
  }

  /** Not where it is in one. */
  #windowButton(): TemplateResult | typeof nothing {
    if (this.machine?.ownerDocument !== document) return nothing;
    const refused = (error: unknown): void => {
      this.#refused = textOf(error);
      this.requestUpdate();
    };
    return html`<button @click=${() => void this.openWindow().catch(refused)}>Own window</button>`;
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const to = tabAfter(event.key, VIEWS.indexOf(this.#shown), VIEWS.length);
    if (to === undefined) return;
    event.preventDefault();
    this.#choose(VIEWS[to]!);
    this.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  };
}
