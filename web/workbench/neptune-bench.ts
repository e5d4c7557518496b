/**
 * `<neptune-bench for="machine">`: a driver's source, built in the page, in the running system.
 *
 * Nothing runs unasked: a source that came with a disk or a link is shown, and waits for *Build and
 * load*. What it asks for is said before that in words, and only that is in its service key.
 *
 * Ctrl-Enter builds and loads, from anywhere in the bench.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { BesideMachine } from '../beside/beside-machine.ts';
import { pageStyles } from '../beside/page-styles.ts';
import { palette } from '../element/palette.ts';
import { buildDriver } from './build.ts';
import { DriverEditor } from './editor.ts';
import { FAULTS } from './faults.ts';
import { sourceIn } from '../site/source-link.ts';
import { library } from './library.ts';
import { ownPanel } from './panel.ts';
import { rightsInWords } from './rights.ts';
import { Rig } from './rig.ts';
import { styles } from './styles.ts';
import { type Built, type Library, SourceError } from './types.ts';
import { OwnWatch } from './watching.ts';

const NAME = /^[a-z][a-z0-9]{0,7}$/;
/** A build for the words about its rights, after the last key. */
const PAUSE_MS = 400;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class NeptuneBench extends BesideMachine {
  static override styles = [palette, pageStyles, styles];

  #editor: DriverEditor | undefined;
  #library: Library | undefined;
  #name = 'mine';
  #path = 'A:\\MINE.TS';
  #device = '\\Device\\Mine';
  #kind = 'read';
  #word = '16';
  #fault = FAULTS[0]!.name;
  #built: Built | undefined;
  #error: SourceError | undefined;
  #said = '';
  #working = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #begun: Promise<void> | undefined;
  readonly #watch = new OwnWatch(
    this,
    () => this.#name,
    () => this.requestUpdate(),
  );

  /** The source in the editor. */
  get source(): string {
    return this.#editor?.text ?? '';
  }

  set source(text: string) {
    void this.#begin().then(() => this.#put(text));
  }

  /** Shows a source of a disk. It is not built into the system before somebody says so. */
  async open(path: string): Promise<void> {
    await this.#begin();
    const bytes = await this.#there().readFile(path);
    this.#path = path;
    this.#put(new TextDecoder().decode(bytes));
    this.#tell(`${path} is shown, and does not run.`);
  }

  /** Builds, and loads in the place of the one before; rejects in words. */
  async load(): Promise<void> {
    await this.#begin();
    this.#check();
    if (this.#error) throw this.#error;
    await this.#rig().load(this.#name, this.#built!);
    await this.#watch.look();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.end();
    clearTimeout(this.#pause);
  }

  override firstUpdated(): void {
    void this.#begin().catch((error: unknown) => this.#tell(textOf(error)));
  }

  override focus(): void {
    this.renderRoot.querySelector('select')?.focus();
  }

  protected override machineChanged(): void {
    this.#watch.machine = this.machine;
  }

  #there() {
    if (!this.machine) throw new Error('There is no machine here.');
    return this.machine;
  }

  #rig(): Rig {
    return new Rig(this.#there());
  }

  /** The editor is there, with the first starter in it. */
  #begin(): Promise<void> {
    this.#begun ??= (async () => {
      await this.updateComplete;
      this.#library = await library();
      const place = this.renderRoot.querySelector<HTMLElement>('.editor')!;
      this.#editor = new DriverEditor(place, this.renderRoot as ShadowRoot, () => this.#changed());
      this.#put(this.#library.starters['null'] ?? '');
    })();
    this.#begun.catch(() => (this.#begun = undefined));
    return this.#begun;
  }

  #put(text: string): void {
    this.#editor!.text = text;
    this.#check();
  }

  #changed(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#check(), PAUSE_MS);
  }

  #check(): void {
    clearTimeout(this.#pause);
    this.#built = this.#error = undefined;
    try {
      this.#built = buildDriver(this.source, this.#library!);
    } catch (error) {
      this.#error = error instanceof SourceError ? error : new SourceError(textOf(error), 1);
    }
    this.#editor!.showError(this.#error);
    this.requestUpdate();
  }

  #tell(words: string): void {
    this.#said = words;
    this.requestUpdate();
  }

  /** One press at a time; what came of it is said. */
  async #do(work: () => Promise<string>): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    this.#tell('…');
    try {
      this.#tell(await work());
      await this.#watch.look();
    } catch (error) {
      this.#tell(textOf(error));
    } finally {
      this.#working = false;
      this.requestUpdate();
    }
  }

  readonly #load = (): void =>
    void this.#do(async () => {
      const begun = performance.now();
      await this.load();
      const took = Math.round(performance.now() - begun);
      const { own } = this.#watch;
      const first = own?.devices[0]?.name;
      if (first) this.#device = first;
      return `${this.#name} is loaded as process ${own?.process ?? '?'}, in ${took} ms.`;
    });

  /** Also while somebody waits for the driver, the bench itself among them: it is told then. */
  readonly #kill = (): void =>
    void this.#rig()
      .kill(this.#name)
      .then(
        () => this.#tell(`${this.#name} was killed.`),
        (error: unknown) => this.#tell(textOf(error)),
      )
      .then(() => this.#watch.look())
      .catch(() => undefined);

  readonly #unload = (): void =>
    void this.#do(async () => {
      await this.#rig().end(this.#name);
      return `${this.#name} is unloaded.`;
    });

  readonly #save = (): void =>
    void this.#do(async () => {
      await this.#there().writeFile(this.#path, new TextEncoder().encode(this.source));
      return `${this.#path} is saved.`;
    });

  readonly #open = (): void =>
    void this.#do(async () => {
      await this.open(this.#path);
      return this.#said;
    });

  /** The disk carries the source; the link says which file of it the bench is to show. */
  readonly #share = (): void =>
    void this.#do(async () => {
      await this.#checkSaved();
      const link = new URL(await this.#there().share());
      const rest = link.hash === '' ? '' : `${link.hash.slice(1)}&`;
      link.hash = `${rest}bench=${encodeURIComponent(this.#path)}`;
      await navigator.clipboard.writeText(link.href).catch(() => undefined);
      return `Who opens this link sees the source, and runs nothing by it:\n${link.href}`;
    });

  readonly #send = (): void =>
    void this.#do(async () => {
      const word = this.#word === '' ? '' : ` "${this.#word.replaceAll('"', '')}"`;
      return (await this.#rig().devio(`${this.#kind} ${this.#device}${word}`)).output.trim();
    });

  readonly #try = (): void =>
    void this.#do(async () => {
      const fault = FAULTS.find(({ name }) => name === this.#fault)!;
      const [rig, interrupts] = [this.#rig(), this.#built?.rights.interrupts ?? []];
      const trial = { rig, driver: this.#name, device: this.#device, interrupts };
      const words = await fault.try(trial);
      return `${fault.title}: ${words} ${await rig.othersInWords()}`;
    });

  /** A link carries what is on the disk, and not what is in the editor. */
  async #checkSaved(): Promise<void> {
    const { path, error } = sourceIn(`bench=${encodeURIComponent(this.#path)}`);
    if (path === undefined) throw new Error(`No link can name this file: ${error ?? ''}.`);
    const bytes = await this.#there()
      .readFile(this.#path)
      .catch(() => undefined);
    if (bytes === undefined || new TextDecoder().decode(bytes) !== this.source)
      throw new Error(`A link carries the disk: press Save first, ${this.#path} is another text.`);
  }

  readonly #starter = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    const text = this.#library?.starters[value];
    if (text !== undefined) this.#put(text);
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#load();
  };

  #field(label: string, value: string, set: (value: string) => void, short = false) {
    const input = (event: Event): void => {
      set((event.target as HTMLInputElement).value.trim());
      this.requestUpdate();
    };
    const kind = short ? 'short' : '';
    return html`<label>
      ${label}<input class=${kind} .value=${value} spellcheck="false" @input=${input} />
    </label>`;
  }

  protected override render(): TemplateResult {
    return html`<div @keydown=${this.#key}>
      ${this.#tools()}
      <div class="editor"></div>
      ${this.#problems()} ${this.#rights()}
      <div class="said" role="status">${this.#said}</div>
      ${this.#asking()} ${ownPanel(this.#name, this.#watch.own)}
    </div>`;
  }

  #tools(): TemplateResult {
    const cannot = !NAME.test(this.#name) || this.#error !== undefined;
    // While it works a button keeps the focus: `#do` takes one press at a time.
    const busy = this.#working;
    return html`<div class="row">
        <label>
          Start from
          <select @change=${this.#starter}>
            ${Object.keys(this.#library?.starters ?? { null: '' }).map(
              (name) => html`<option>${name}</option>`,
            )}
          </select>
        </label>
        ${this.#field('Driver’s name', this.#name, (value) => (this.#name = value), true)}
        <button
          class="first"
          title="Ctrl-Enter"
          ?disabled=${cannot}
          aria-disabled=${busy}
          @click=${this.#load}
        >
          Build and load
        </button>
        <button @click=${this.#kill}>Kill</button>
        <button aria-disabled=${busy} @click=${this.#unload}>Unload</button>
      </div>
      <div class="row">
        ${this.#field('File', this.#path, (value) => (this.#path = value))}
        <button aria-disabled=${busy} @click=${this.#save}>Save</button>
        <button aria-disabled=${busy} @click=${this.#open}>Open</button>
        <button aria-disabled=${busy} @click=${this.#share}>Link</button>
      </div>
      <p class="muted">Ctrl-Enter builds and loads. In the editor Escape, then Tab, leaves it.</p>`;
  }

  #problems(): TemplateResult | typeof nothing {
    const error = this.#error;
    if (!error) return nothing;
    return html`<p role="alert">
      <button @click=${() => this.#editor?.goTo(error)}>
        Line ${error.line}, column ${error.column}
      </button>
      ${error.message}
    </p>`;
  }

  #rights(): TemplateResult | typeof nothing {
    if (!this.#built) return nothing;
    const single = this.machine?.topology === 'single';
    return html`<h2>What it asks for</h2>
      <ul>
        ${rightsInWords(this.#built.rights).map((line) => html`<li>${line}</li>`)}
      </ul>
      ${
        single
          ? html`<p class="muted">
              In this page a driver that never returns stops the whole system: only Reset helps
              then.
            </p>`
          : nothing
      }`;
  }

  #asking(): TemplateResult {
    return html`<h2>A request</h2>
      <div class="row">
        <label>
          Kind
          <select
            @change=${(event: Event) => (this.#kind = (event.target as HTMLSelectElement).value)}
          >
            <option value="read">read</option>
            <option value="write">write</option>
            <option value="ioctl">ioctl</option>
          </select>
        </label>
        ${this.#field('Device', this.#device, (value) => (this.#device = value))}
        ${this.#field('Bytes, text or code', this.#word, (value) => (this.#word = value), true)}
        <button aria-disabled=${this.#working} @click=${this.#send}>Send</button>
      </div>
      <h2>What may happen to it</h2>
      <div class="row">
        <label>
          Fault
          <select
            aria-label="Fault"
            @change=${(event: Event) => (this.#fault = (event.target as HTMLSelectElement).value)}
          >
            ${FAULTS.map(({ name, title }) => html`<option value=${name}>${title}</option>`)}
          </select>
        </label>
        <button aria-disabled=${this.#working} @click=${this.#try}>Try</button>
      </div>`;
  }
}
