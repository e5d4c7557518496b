/**
 * `<neptune-drawn-disk>`: one disk on a canvas, round or as rows, with the head and what was had.
 *
 * A part of the page `disk`. Arrow keys and the pointer lead to a sector, whose words stand below;
 * Enter or a click chooses it. It draws when it is given something new and moves nothing itself.
 *
 * Sends `drawn-sector` with a `SectorInfo` when one is chosen.
 */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { SectorInfo } from '../../element/types.ts';
import { palette } from '../../element/palette.ts';
import { drawMap, type Inks, inksOf } from '../../files/map/draw.ts';
import { tintsOf } from '../../files/map/kinds.ts';
import { type Cell, cellAt, type Layout, layOut, moved } from '../../files/map/layout.ts';
import { sized } from '../../files/map/sized.ts';
import { mapStyles } from '../../files/map/styles.ts';
import { sectorWords } from '../../files/map/words.ts';
import { type DriveDisk, type Had, keyOf } from '../data/disk.ts';
import { fadeOf, inkOfHad } from './inks.ts';
import { drawRound, type Round, roundOf, sectorAt } from './round.ts';
import { hadColours } from '../styles-machine.ts';

const MORE_INKS = ['read', 'written', 'unused', 'lost', 'unusable', 'plain'];
const LETTERS = 0.86;

export class DrawnDisk extends LitElement {
  static override styles = [
    palette,
    mapStyles,
    hadColours,
    css`
      :host {
        padding: 0;
        --map-unused: var(--_raised);
        --map-lost: var(--_muted);
        --map-unusable: var(--_muted);
        --map-plain: var(--_muted);
      }
      #drawing {
        inline-size: 100%;
      }
      #tells {
        min-block-size: 2.9em;
        position: static;
        border: 0;
      }
    `,
  ];

  static override properties = {
    disk: { attribute: false },
    shape: { attribute: false },
    chosen: { attribute: false },
  };

  declare disk: DriveDisk | undefined;
  declare shape: 'round' | 'rows';
  /** `keyOf` of the sector that is chosen. */
  declare chosen: string | undefined;

  #of: readonly SectorInfo[] | undefined;
  #tints: ReadonlyMap<string, number> = new Map();
  #layout: Layout | undefined;
  #round: Round | undefined;
  #current: SectorInfo | undefined;
  #inks: Inks = {};
  readonly #sizes = new ResizeObserver(() => this.#draw());
  readonly #schemes = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
    matchMedia(query),
  );
  readonly #recolour = (): void => this.requestUpdate();

  constructor() {
    super();
    this.shape = 'round';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
    for (const scheme of this.#schemes) scheme.addEventListener('change', this.#recolour);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    for (const scheme of this.#schemes) scheme.removeEventListener('change', this.#recolour);
  }

  override willUpdate(changed: PropertyValues): void {
    const { sectors = [] } = this.disk ?? {};
    if (!changed.has('disk') || sectors === this.#of) return;
    const key = this.#current && keyOf(this.#current);
    this.#of = sectors;
    this.#tints = tintsOf(sectors);
    this.#layout = undefined;
    this.#round = undefined;
    this.#current = key === undefined ? undefined : this.#find(key);
  }

  protected override render(): TemplateResult {
    const { drive = '' } = this.disk ?? {};
    return html`<i id="ink"></i>
      <div id="drawing">
        <canvas
          id="map"
          tabindex="0"
          role="application"
          aria-roledescription="disk"
          aria-label="Sectors of ${drive}: arrow keys move, Enter chooses"
          aria-describedby="tells"
          @pointermove=${this.#pointed}
          @click=${this.#clicked}
          @keydown=${this.#pressed}
          @focus=${this.#focused}
          @blur=${() => this.#draw()}
        ></canvas>
      </div>
      <p id="tells" aria-live="polite">${this.#tells}</p>`;
  }

  get #tells(): string {
    const sector = this.#current;
    if (!sector)
      return 'Point at a sector or press an arrow key: here is said what it is. A click or Enter chooses it.';
    const had = this.disk?.had[keyOf(sector)];
    return had ? `${sectorWords(sector)} ${hadWords(had)}` : sectorWords(sector);
  }

  protected override updated(): void {
    const probe = this.renderRoot.querySelector<HTMLElement>('#ink')!;
    const inks: Record<string, string> = { ...inksOf(probe) };
    const style = getComputedStyle(probe);
    for (const name of MORE_INKS) {
      probe.style.setProperty('color', `var(--map-${name})`);
      inks[name] = style.color;
    }
    this.#inks = inks;
    this.#draw();
  }

  #find(key: string): SectorInfo | undefined {
    return this.#of?.find((sector) => keyOf(sector) === key);
  }

  get #isRound(): boolean {
    return this.shape === 'round';
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>('#map');
    const width = Math.floor(canvas?.parentElement?.clientWidth ?? 0);
    const { disk } = this;
    if (!canvas || !disk || width === 0) return;
    const letters = Math.round(parseFloat(getComputedStyle(this).fontSize) * LETTERS);
    if (this.#layout?.width !== width) {
      this.#layout = layOut(disk.sectors, width, letters);
      this.#round = roundOf(disk.sectors, width);
    }
    const round = this.#round!;
    const pen = sized(canvas, width, this.#isRound ? round.height : this.#layout.height);
    if (!pen) return;
    if (this.#isRound) this.#drawRound(pen, round, disk);
    else this.#drawRows(pen, this.#layout, disk);
  }

  #drawRound(pen: CanvasRenderingContext2D, round: Round, disk: DriveDisk): void {
    const { had, way, track: at, head: side } = disk;
    const chosen = this.chosen === undefined ? undefined : this.#find(this.chosen);
    const [inks, tints, current] = [this.#inks, this.#tints, this.#current];
    drawRound(pen, { round, inks, tints, had, way, at, side, current, chosen });
  }

  #drawRows(pen: CanvasRenderingContext2D, layout: Layout, disk: DriveDisk): void {
    const current = this.#cellOf(this.#current);
    const focused = this.shadowRoot?.activeElement?.id === 'map';
    const inks = this.#inks;
    const chosen = this.chosen === undefined ? undefined : this.#find(this.chosen);
    const file = chosen?.file;
    drawMap(pen, { layout, tints: this.#tints, inks, file, current, focused });
    for (const cell of layout.cells) {
      const had = disk.had[keyOf(cell.sector)];
      if (!had) continue;
      pen.globalAlpha = fadeOf(had.ago);
      pen.fillStyle = inkOfHad(had, inks);
      pen.fillRect(cell.x + 0.5, cell.y + 0.5, Math.max(2, cell.width - 1), HAD_BAR);
      pen.globalAlpha = 1;
    }
    // The head: an arrow at the row of its track.
    for (const { head, x } of layout.sides) {
      const row = layout.cells.find(
        ({ sector }) => sector.cylinder === disk.track && sector.head === head,
      );
      if (!row) continue;
      pen.fillStyle = inks['foreground']!;
      const y = row.y + row.height / 2;
      pen.beginPath();
      pen.moveTo(x - 2, y);
      pen.lineTo(x - 8, y - 4);
      pen.lineTo(x - 8, y + 4);
      pen.fill();
    }
  }

  #cellOf(sector: SectorInfo | undefined): Cell | undefined {
    return sector && this.#layout?.cells.find((cell) => cell.sector === sector);
  }

  #look(sector: SectorInfo | undefined): void {
    if (!sector || sector === this.#current) return;
    this.#current = sector;
    this.requestUpdate();
  }

  #choose(sector: SectorInfo | undefined): void {
    if (sector) this.dispatchEvent(new CustomEvent<SectorInfo>('drawn-sector', { detail: sector }));
  }

  #under(event: MouseEvent): SectorInfo | undefined {
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    if (this.#isRound) return this.#round && sectorAt(this.#round, x, y);
    return this.#layout && cellAt(this.#layout, x, y)?.sector;
  }

  readonly #pointed = (event: PointerEvent): void => this.#look(this.#under(event));

  readonly #clicked = (event: MouseEvent): void => {
    const sector = this.#under(event);
    this.#look(sector);
    this.#choose(sector);
  };

  readonly #focused = (): void => {
    if (!this.#current) this.#look(this.#layout?.cells[0]?.sector);
    this.#draw();
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    if (!this.#layout || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.#choose(this.#current);
    else {
      const cell = moved(this.#layout, this.#cellOf(this.#current), event.key);
      if (!cell) return;
      this.#look(cell.sector);
    }
    event.preventDefault();
  };
}

const HAD_BAR = 3;

export const hadWords = ({ how, ago, failed }: Had): string =>
  `It was ${how} ${(ago / 1e6).toFixed(1)} s ago${failed ? ', and not well' : ''}.`;

if (!customElements.get('neptune-drawn-disk'))
  customElements.define('neptune-drawn-disk', DrawnDisk);
