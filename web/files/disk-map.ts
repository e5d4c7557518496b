/**
 * `<neptune-disk-map for="machine" drive="A:">`: a disk's sectors, as they are and whose they are.
 *
 * A row for each cylinder, a block for each side (map/layout.ts). Hover, arrow keys and a finger
 * tell what a sector is, and mark the others of its file; the same stands below as tables. What it
 * shows is `machine.sectors(drive)`, asked again when the disk was changed, and by nobody before a
 * system runs: it boots none.
 *
 * @fires neptune-map   `{ drive, sectors }`: what is shown now; the array is empty for no disk
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { BesideMachine } from '../beside/beside-machine.ts';
import type { SectorInfo } from '../element/types.ts';
import { palette } from '../element/palette.ts';
import { drawCell, drawMap, type Inks } from './map/draw.ts';
import { isTrouble, type Kind } from './map/kinds.ts';
import { inOrder } from './map/layout.ts';
import { SectorCanvas } from './map/sector-canvas.ts';
import { mapStyles } from './map/styles.ts';
import { tables } from './map/tables.ts';
import { sized } from './map/sized.ts';
import { legendOf, sectorWords, summary } from './map/words.ts';

/** Milliseconds without a write before the map is made anew. */
const QUIET = 1500;
const LEGEND = { x: 0, y: 0, width: 20, height: 12 };

export interface DiskMapDetail {
  drive: string;
  sectors: readonly SectorInfo[];
}

export interface DiskMapEventMap {
  'neptune-map': CustomEvent<DiskMapDetail>;
}

export class DiskMap extends BesideMachine {
  static override styles = [palette, mapStyles];

  static override properties = {
    ...BesideMachine.properties,
    drive: { type: String, reflect: true },
  };

  /** Whose disk: `A:`, the default, `B:` or `C:`. */
  declare drive: string | null | undefined;

  #sectors: readonly SectorInfo[] = [];
  /** Instead of a map. */
  #words = '';
  #chosen: string | undefined;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #canvas = new SectorCanvas(this, {
    paint: (pen, layout, focused) => {
      const { tints, inks, cell: current } = this.#canvas;
      drawMap(pen, { layout, tints, inks, file: this.#file, current, focused });
    },
  });

  /** What is shown. */
  get sectors(): readonly SectorInfo[] {
    return this.#sectors;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** Asks the machine anew. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    const { machine } = this;
    const asked = ++this.#asked;
    if (!machine) return this.#show([], 'There is no machine to look at.');
    try {
      const sectors = await machine.sectors(this.#drive);
      if (asked === this.#asked)
        this.#show(sectors, sectors.length > 0 ? '' : 'The disk is empty.');
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (asked === this.#asked) this.#show([], words);
    }
  }

  get #drive(): string {
    return (this.drive ?? 'A:').toUpperCase();
  }

  protected override machineChanged(): void {
    const { machine } = this;
    this.#asked++;
    this.#show([], machine ? 'The system is not running.' : 'There is no machine to look at.');
    if (!machine) return;
    this.listen('neptune-ready', () => void this.refresh());
    this.listen('neptune-disk', ({ detail }) => {
      if (detail.drive !== this.#drive) return;
      if (detail.change === 'inserted' || detail.change === 'ejected') this.#soon(0);
      else this.#soon(QUIET);
    });
    // `ready` may have been long ago, and asking for it boots nothing.
    const asked = this.#asked;
    machine.ready.then(
      () => asked === this.#asked && machine === this.machine && void this.refresh(),
      () => undefined,
    );
  }

  /** A disk that is written changes many times; each look at it costs the system something. */
  #soon(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), wait);
  }

  #show(sectors: readonly SectorInfo[], words: string): void {
    this.#sectors = sectors;
    this.#words = words;
    this.#canvas.show(sectors);
    const detail: DiskMapDetail = { drive: this.#drive, sectors };
    this.dispatchEvent(new CustomEvent('neptune-map', { detail, bubbles: true, composed: true }));
  }

  override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('drive') && this.hasUpdated) void this.refresh();
  }

  protected override render(): TemplateResult {
    const title = html`<h2>Map of ${this.#drive}</h2>`;
    if (this.#sectors.length === 0)
      return html`<header>${title}</header>
        <p role="status">${this.#words}</p>`;
    const choose = (file: string | undefined): void => {
      this.#chosen = file;
      this.requestUpdate();
    };
    const label = `Sectors of ${this.#drive}: arrow keys move, the tables below have all of it`;
    return html`<header>
        ${title}
        <p role="status">${summary(this.#sectors)}</p>
      </header>
      <div id="map-and-words">
        ${this.#canvas.canvas({ role: 'disk map', label })}
        <div id="words">
          <p id="tells" aria-live="polite">${this.#tells}</p>
          ${this.#steps()} ${this.#legend()}
          ${tables({ sectors: this.#sectors, file: this.#file, choose })}
        </div>
      </div>`;
  }

  get #tells(): string {
    const { current } = this.#canvas;
    if (current) return sectorWords(current);
    return 'Point at a sector, tap it, or press an arrow key on the map: here is said what it is.';
  }

  /** The file whose sectors are marked. */
  get #file(): string | undefined {
    return this.#chosen ?? this.#canvas.current?.file;
  }

  #steps(): TemplateResult | typeof nothing {
    if (!this.#sectors.some(isTrouble)) return nothing;
    return html`<div class="steps">
      <button @click=${() => this.#toTrouble(-1)}>Previous problem</button>
      <button @click=${() => this.#toTrouble(1)}>Next problem</button>
    </div>`;
  }

  #legend(): TemplateResult {
    const entries = legendOf(this.#sectors);
    return html`<ul class="legend" aria-label="What the shapes mean">
      ${entries.map(
        ({ kind, words, count }) =>
          html`<li>
            <canvas data-kind=${kind} aria-hidden="true"></canvas>
            ${words} <span>${count.toLocaleString('en-US')}</span>
          </li>`,
      )}
    </ul>`;
  }

  protected override updated(): void {
    const { inks } = this.#canvas;
    for (const canvas of this.renderRoot.querySelectorAll<HTMLCanvasElement>('.legend canvas'))
      this.#drawSample(canvas, inks);
  }

  #drawSample(canvas: HTMLCanvasElement, inks: Inks): void {
    const pen = sized(canvas, LEGEND.width, LEGEND.height);
    pen?.clearRect(0, 0, LEGEND.width, LEGEND.height);
    if (pen) drawCell(pen, LEGEND, canvas.dataset['kind'] as Kind, inks);
  }

  /** Round and round, from where one is. */
  #toTrouble(step: 1 | -1): void {
    const { layout, cell } = this.#canvas;
    const cells = layout ? inOrder(layout) : [];
    const start = cell ? cells.indexOf(cell) : step > 0 ? -1 : 0;
    for (let tried = 1; tried <= cells.length; tried++) {
      const { sector } = cells[(start + step * tried + cells.length * 2) % cells.length]!;
      if (isTrouble(sector)) return this.#canvas.look(sector);
    }
  }
}
