/**
 * `<neptune-files for="machine">`: the files on a machine's disks, beside its terminal or instead
 * of it.
 *
 * It is another user of the system, at a window of its own: all that it shows and does are the
 * machine's public methods, each of which is a process making `Nt*` calls. It follows what happens
 * to the disks, whoever did it. It keeps nothing.
 *
 * The parts: folder.ts what is shown, grid.ts the list, bar.ts the bar, actions.ts what can be
 * done, desk.ts where they meet, viewer/ what looks at a file. The guide's chapter is
 * docs/files.md.
 */
import type { TemplateResult } from 'lit';
import { BesideMachine } from '../beside/beside-machine.ts';
import { dialogStyles } from '../page/dialog-styles.ts';
import { menuStyles } from '../beside/menu-styles.ts';
import { palette } from '../element/palette.ts';
import { FilesDesk } from './desk.ts';
import { leadsElsewhere } from './paths.ts';
import { styles } from './styles.ts';
import { listStyles } from './styles-list.ts';
import { viewerStyles } from './styles-viewer.ts';

/** A disk that is written to tells of it again and again. */
const QUIET_MS = 250;
/** What a shell's prompt ends with, and the mark behind it that nobody sees. */
const PROMPT = /[A-Z]:\\[^\r\n>]*>(\u001b\][^\u0007]*\u0007)?$/;

export class NeptuneFiles extends BesideMachine {
  static override styles = [palette, styles, listStyles, viewerStyles, dialogStyles, menuStyles];

  static override properties = {
    ...BesideMachine.properties,
    path: { type: String, noAccessor: true },
  };

  readonly #desk = new FilesDesk(this);
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** The folder that is shown, such as `A:\LETTERS`; another one is shown when it is set. */
  get path(): string {
    return this.#desk.folder.path;
  }

  set path(path: string | null | undefined) {
    if (typeof path === 'string') this.#desk.go(path);
  }

  /** The paths of what is chosen in the list. */
  get chosen(): string[] {
    const { folder } = this.#desk;
    const rows = folder.rows.filter(({ key }) => folder.selection.has(key));
    return rows.filter(({ name }) => !leadsElsewhere(name)).map((row) => folder.pathOf(row));
  }

  /** Shows a folder, or a file in its viewer, or in `text`, `hex`, `picture`, `document`. */
  open(path: string, as?: string): Promise<void> {
    return this.#desk.openPath(path, as);
  }

  /** Looks at the folder again. It does so by itself when the disk is written to. */
  refresh(): Promise<void> {
    return this.#desk.folder.refresh(true);
  }

  override focus(): void {
    this.#desk.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#quiet);
    this.#desk.close();
  }

  protected override machineChanged(): void {
    const { machine } = this;
    const desk = this.#desk;
    desk.beside(machine);
    if (!machine) return;
    this.listen('neptune-ready', () => desk.begin());
    this.listen('neptune-disk', ({ detail: { drive, change } }) => {
      if (change === 'inserted' || change === 'ejected') desk.diskChanged(drive, change);
      else if (change === 'written' && drive === desk.folder.drive) this.#lookSoon();
    });
    this.listen('neptune-output', ({ detail: { text } }) => {
      // Between two commands: one that is at work may want the disk for itself.
      if (PROMPT.test(text)) this.#lookSoon();
    });
    machine.ready.then(
      () => machine === this.machine && desk.begin(),
      () => undefined,
    );
  }

  protected override updated(): void {
    this.#desk.drawn();
  }

  protected override render(): TemplateResult {
    return this.#desk.view();
  }

  #lookSoon(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      void this.#desk.folder.refresh();
      this.#desk.lookForDrives();
    }, QUIET_MS);
  }
}
