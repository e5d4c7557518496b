/**
 * `<neptune-os>`: a running system in a page.
 *
 * It boots when it can be seen (beginning.ts) and ends, with all its workers, a turn after it is
 * disconnected: moving it keeps it running. The system is machine.ts, its drives are drives.ts.
 *
 * Attributes, methods and events are described where they are declared (docs/embedding.md); nothing
 * here is global: a page may have several.
 *
 * @fires neptune-ready    at the first prompt
 * @fires neptune-output   `{ text }`, once it is on the screen
 * @fires neptune-disk     `{ drive, change }`: inserted, ejected, written, saved
 * @fires neptune-before-eject `{ drive }`: a disk is to leave it, also for another; cancelable
 * @fires neptune-command  `{ line, status, typed }`: a command line has ended
 * @fires neptune-progress `{ what, done, total }`: bytes of the system, or of a drive's disk
 * @fires neptune-fault    `{ process, status, restarted }`: a process died, another comes or not
 * @fires neptune-unsaved  `{ drive, unsaved }`: what is to be kept is not yet, or is
 * @fires neptune-unkept   `{ drive, unkept }`: changed, and nobody is to keep it; or no more
 * @fires neptune-kept     something of the kept disks has changed; `kept.list()` says what is
 * @fires neptune-time     `{ paused, entry, slow }`: its time is held, goes, is slow
 * @fires neptune-box      `{ drive }`: all kept disks are asked for; cancelable by who shows them
 * @fires neptune-error    `{ message, error }`: one line, shown in the element as well
 */
import { html, type TemplateResult } from 'lit';
import { System } from '../host/system.ts';
import type { MadeLink } from '../parts/share/types.ts';
import { Beginning, missingParts } from './beginning.ts';
import { DisksByName } from './disks-by-name.ts';
import { Drives } from './drives.ts';
import { acceptHere, type Dropped, takeFiles } from './drop.ts';
import { Kept } from './kept.ts';
import { type BootSettings, type BootSystem, Machine } from './machine.ts';
import { textOf } from './arguments.ts';
import { watchLeaving } from './leaving.ts';
import { palette } from './palette.ts';
import { Panel } from './panel.ts';
import { Screen } from './screen.ts';
import type { Session } from './session.ts';
import { shareLink, SITE } from './share.ts';
import { bootSettings, prefixOf, properties, shareSettings } from './settings.ts';
import { takeAssignedBoot, textScale } from './settings.ts';
import { Shelf } from './shelf.ts';
import { markMachineState, markState } from './states.ts';
import { styles } from './styles.ts';
import { SystemCalls } from './system-calls.ts';
import {
  type DiskEvent,
  type Drive,
  driveNamed,
  type DriveView,
  type FirstDisk,
  type FirstDiskResult,
  type ImageSource,
  type InsertOptions,
  type ShareOptions,
  shareOptionsOf,
  type TypeOptions,
  typeOptionsOf,
} from './types.ts';

export class NeptuneOs extends SystemCalls {
  static override styles = [palette, styles];

  static override properties = properties;

  static {
    takeAssignedBoot(this.prototype);
  }

  /** How a system is started; a test has a scripted one. */
  static bootSystem: BootSystem = (options) => System.boot(options);

  /** What a system cannot be without and this browser lacks. */
  static missing: () => string = missingParts;

  /** Addresses of the images to insert at boot, relative to the page. */
  declare diskA: string | null | undefined;
  declare diskB: string | null | undefined;
  /** Images to insert at boot in place of what is remembered, by drive. */
  declare disks: Partial<Record<Drive, FirstDisk>> | undefined;
  /** Command lines to type after boot, separated by newlines. */
  declare run: string | null | undefined;
  /** The prefix under which changed disks are kept in this browser. Absent: none are. */
  declare persist: string | null | undefined;
  /** The attribute `boot`: `auto`, when it can be seen; `manual` or `click`, when asked to. */
  declare bootWhen: string | null | undefined;
  declare speed: 'fast' | 'real' | null | undefined;
  /** Shows the drive bar. */
  declare controls: boolean;
  /** Repeats the screen's text for screen readers. */
  declare screenReader: boolean;
  /** Lets motors and heads of the drives be heard. */
  declare driveSound: boolean;
  /** The address that boots what a link carries. Default: the site beside this module. */
  declare shareBase: string | null | undefined;
  /** How large the terminal's letters are; 1, the default, is as the page has them. */
  declare textSize: number | null | undefined;

  /** The disks that this browser keeps for the element. */
  readonly kept: Kept;
  readonly #internals = this.attachInternals();
  readonly #shelf = new Shelf({ say: (message, error) => this.#sayOfStore(message, error) });
  readonly #beginning = new Beginning(this, this);
  readonly #machine: Machine;
  protected override readonly byName: DisksByName;
  readonly #panel: Panel;
  readonly #screen: Screen;
  #decoder = new TextDecoder();
  /** What ends listening to the page. */
  #stops: (() => void)[] = [];
  #asked: string | null | undefined = 'auto';
  /** A system came to its prompt here. */
  #wasReady = false;
  /** Connected, and not torn down. */
  #alive = false;
  #closing: Promise<void> = Promise.resolve();

  constructor() {
    super();
    // As frameworks look for them, which set a property by the kind of what it has.
    this.controls = this.screenReader = this.driveSound = false;
    const prefix = (): string | undefined => prefixOf(this.persist);
    const mayLeave = (drive: string): void => this.mayLeave(drive);
    const drives = new Drives(
      {
        prefix,
        gone: () => this.#beginning.gone,
        say: (message, error, about) => this.#sayOfStore(message, error, about),
        changed: (drive, change) => this.#diskChanged(drive, change),
        updated: () => {
          this.requestUpdate();
          this.kept.look();
        },
        progress: (what, done, total) => this.emit('neptune-progress', { what, done, total }),
        turned: (what, drive, is) => {
          markState(this.#internals, what, this[what]);
          this.emit(`neptune-${what}`, { drive, [what]: is });
        },
        mayLeave,
      },
      this.#shelf,
    );
    this.kept = new Kept({ shelf: this.#shelf, drives, prefix }, () => this.emit('neptune-kept'));
    this.#machine = new Machine(
      {
        output: (bytes) => this.print(bytes),
        stateChanged: () => this.#stateChanged(),
        progress: (what, done, total) => this.emit('neptune-progress', { what, done, total }),
        ready: () => {
          this.#wasReady = true;
          this.emit('neptune-ready');
        },
        commandEnded: (line, status) => this.emit('neptune-command', { line, status, typed: true }),
        fault: (process, status, restarted) =>
          this.emit('neptune-fault', { process, status, restarted }),
        failed: (message, error) => this.say(message, error),
        signs: (signs) => this.#panel.signs(signs),
        say: (message) => this.say(message),
      },
      drives,
      (options) => (this.constructor as typeof NeptuneOs).bootSystem(options),
    );
    this.byName = new DisksByName({
      drives,
      mayLeave,
      needed: () => this.#beginning.needed(),
      ask: (request) => this.ask(request),
    });
    this.#screen = new Screen({
      type: (text) => void this.#machine.type(text).catch(() => undefined),
      ctrlUsed: () => this.#panel.holdCtrl(false),
      say: (message) => this.say(message),
      requestUpdate: () => this.requestUpdate(),
    });
    const parts = { machine: this.#machine, screen: this.#screen, beginning: this.#beginning };
    const link = (options: ShareOptions) => this.#link(options);
    this.#panel = new Panel({ element: this, drives, shelf: this.#shelf, link, ...parts });
  }

  /** `auto`, `isolated` or `single`; while a system runs, the one that is in force. */
  get topology(): string {
    return this.#machine?.topology ?? this.#asked ?? 'auto';
  }

  set topology(value: string | null | undefined) {
    const old = this.topology;
    this.#asked = value;
    this.requestUpdate('topology', old);
  }

  /** At the first prompt, with the first disks in, if they come soon; or why it will not be. */
  get ready(): Promise<void> {
    return this.#machine.ready;
  }

  /** What became of each disk that was named for the boot; resolves when all are decided. */
  get firstDisks(): Promise<FirstDiskResult[]> {
    return this.#machine.firstDisks;
  }

  /** What people are told of each drive, as it is now; `neptune-disk` tells when it changes. */
  get drives(): DriveView[] {
    return this.#machine.drives.views;
  }

  /** A disk that is to be kept has, or may get, changes that the store has not acknowledged. */
  get unsaved(): boolean {
    return this.#machine.drives.standings.any('unsaved');
  }

  /** A disk that nobody keeps was changed; it lasts as long as the page. */
  get unkept(): boolean {
    return this.#machine.drives.standings.any('unkept');
  }

  /** Starts the system if it is off; resolves at the first prompt. */
  async boot(): Promise<void> {
    await this.#called();
    return this.#machine.boot(() => this.#settings());
  }

  /** Flushes and unmounts the drives, then ends the system. The disks stay in. */
  override async shutdown(): Promise<void> {
    await this.#called(false);
    return this.#machine.shutdown();
  }

  /** Ends the system at once, as the button on a case does, and boots again. */
  async reset(): Promise<void> {
    await this.#called();
    return this.#machine.reset(() => this.#settings());
  }

  /** Before each of these: they are done in the order in which they were called. */
  async #called(begins = true): Promise<void> {
    this.#beginning.asked(begins);
    this.playing.stop();
    await this.#closing;
    this.#beginning.asked(begins);
  }

  /** Types at the terminal: through the emulated serial port and its driver. */
  async type(text: string): Promise<void> {
    const keys = textOf(text, 'What is typed');
    await this.up();
    await this.#machine.type(keys);
  }

  /** Types each line once a prompt waits for it. */
  typeLines(text: string, options?: TypeOptions): void {
    this.#machine.typeLines(textOf(text, 'What is typed'), typeOptionsOf(options).drives);
  }

  /** What the terminal shows now. */
  screenText(): string {
    return this.#screen.text;
  }

  /** Monotonic since boot, named `component.event`; the store's since the page was loaded. */
  async counters(): Promise<Record<string, number>> {
    const inside = await (await this.up()).counters();
    return { ...inside, ...this.#shelf.counters() };
  }

  /** A link that boots these disks; rejects with its size and the limit when it is too long. */
  async share(options?: ShareOptions): Promise<string> {
    return (await this.#link(shareOptionsOf(options))).link;
  }

  /** Makes a link, and shows it to be copied. */
  async showShare(options?: ShareOptions): Promise<void> {
    await this.#panel.showShare(shareOptionsOf(options));
  }

  /** Inserts what a person gave; what is wrong with it is shown as one line. */
  async take(drive: Drive, image: ImageSource, options?: InsertOptions): Promise<void> {
    await this.#panel.orSay(this.insertDisk(drive, image, options), drive);
  }

  /** What a person gave: images into this drive, the other one, and onto the shelf; or files. */
  takeFiles(files: readonly Dropped[], drive?: Drive): Promise<void> {
    const { drives } = this.#machine;
    return takeFiles({ element: this, panel: this.#panel, drives }, files, drive);
  }

  /**
   * Shows a line to people, and tells of it by `neptune-error`. One that is `about` a drive goes
   * when a disk comes into it.
   */
  say(message: string, error?: unknown, about?: string): void {
    const drive = about === undefined ? undefined : driveNamed(about);
    this.#panel.say(textOf(message, 'The message'), { about: drive, failed: Boolean(error) });
    this.emit('neptune-error', { message, error });
  }

  override focus(): void {
    this.#screen.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#alive) return;
    this.#alive = true;
    this.#beginning.gone = false;
    const { drives, keyboard } = this.#machine;
    const leaving = watchLeaving(() => drives.news.hurry());
    const dropping = acceptHere(this, this.#internals, this.#screen);
    this.#stops = [dropping, keyboard.attach(this), leaving, this.kept.attach()];
    if (this.hasUpdated) this.#openScreen();
    this.requestUpdate();
  }

  protected override dress(root: ShadowRoot): void {
    super.dress(root);
    this.#screen.dress();
  }

  protected override firstUpdated(): void {
    this.#openScreen();
  }

  protected override updated(): void {
    this.#screen.screenReader = this.screenReader;
    this.#screen.scale = textScale(this.textSize);
    this.#panel.rendered();
  }

  protected override render(): TemplateResult {
    if (this.#alive) this.#beginning.follow(this.bootWhen);
    const { state } = this.#machine;
    const instead = this.#beginning.view(state === 'failed' && !this.#wasReady);
    markState(this.#internals, 'waiting', this.#beginning.waits);
    return html`${this.#screen.view(instead)} ${this.#panel.view()}`;
  }

  async #link(options: ShareOptions): Promise<MadeLink> {
    const settings = shareSettings(this, this.#asked);
    await this.#beginning.needed();
    return shareLink(this.#machine.drives, { base: this.shareBase ?? SITE, settings, ...options });
  }

  /** The running system, also for who asks while it boots. */
  protected override async up(): Promise<Session> {
    await this.#closing;
    await this.#beginning.needed();
    if (await this.playing.over()) await this.boot();
    return this.#machine.up();
  }

  #openScreen(): void {
    if (this.#alive) this.#screen.open(this.renderRoot);
  }

  protected override removed(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.playing.stop();
    this.#beginning.stop();
    for (const stop of this.#stops.splice(0)) stop();
    this.#screen.close();
    this.#closing = this.#machine.close();
  }

  #settings(): BootSettings {
    const missing = (this.constructor as typeof NeptuneOs).missing();
    if (missing) throw new Error(`this browser has no ${missing}.`);
    this.clearScreen();
    return bootSettings(this, this.#asked);
  }

  protected override clearScreen(): void {
    this.#decoder = new TextDecoder();
    this.#screen.clear();
  }

  #diskChanged(drive: Drive, change: DiskEvent): void {
    if (change === 'ejected') this.#machine.diskLeft(drive);
    if (change === 'inserted') this.#panel.settled(drive);
    this.emit('neptune-disk', { drive, change });
  }

  protected override async print(bytes: Uint8Array): Promise<string> {
    const text = this.#decoder.decode(bytes, { stream: true });
    await this.#screen.print(bytes);
    this.emit('neptune-output', { text });
    return text;
  }

  #stateChanged(): void {
    markMachineState(this.#internals, this.#machine.state);
    this.requestUpdate('topology', undefined);
  }

  /** No storage at all is one quiet line (panel.ts); what went well ends what failed there. */
  #sayOfStore(message: string, error?: unknown, about?: Drive): void {
    if (about && !error) this.#panel.settled(about, true);
    if (this.#shelf.denies(error)) this.requestUpdate();
    else this.say(message, error, about);
  }
}
