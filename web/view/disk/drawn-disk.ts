/**
 * `<neptune-drawn-disk>`: one disk on a canvas (files/map/sector-canvas.ts), round or as rows, with
 * the head and what was had.
 *
 * A part of the page `disk`. Arrow keys and the pointer lead to a sector, whose words stand below;
 * Enter or a click chooses it. It draws when it is given something new and moves nothing itself.
 *
 * Sends `drawn-sector` with a `SectorInfo` when one is chosen.
 */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { SectorInfo } from '../../element/types.ts';
import { palette } from '../../element/palette.ts';
import { drawMap } from '../../files/map/draw.ts';
import type { Layout } from '../../files/map/layout.ts';
import { type Form, SectorCanvas } from '../../files/map/sector-canvas.ts';
import { mapStyles } from '../../files/map/styles.ts';
import { sectorWords } from '../../files/map/words.ts';
import { type DriveDisk, type Had, keyOf } from '../data/disk.ts';
import { fadeOf, inkOfHad } from './inks.ts';
import { drawRound, type Round, roundOf, sectorAt } from './round.ts';
import { hadColours } from '../styles-machine.ts';

const MORE_INKS = ['read', 'written', 'unused', 'lost', 'unusable', 'plain'];

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

  readonly #canvas = new SectorCanvas(this, {
    inks: MORE_INKS,
    form: (width) => this.#form(width),
    paint: (pen, layout, focused) =>
      this.#round ? this.#drawRound(pen, this.#round) : this.#drawRows(pen, layout, focused),
    choose: (detail) => this.dispatchEvent(new CustomEvent('drawn-sector', { detail })),
  });
  #of: readonly SectorInfo[] = [];
  #round: Round | undefined;

  constructor() {
    super();
    this.shape = 'round';
  }

  override willUpdate(changed: PropertyValues): void {
    const { sectors = [] } = this.disk ?? {};
    if (!changed.has('disk') || sectors === this.#of) return;
    this.#of = sectors;
    this.#round = undefined;
    this.#canvas.show(sectors);
  }

  protected override render(): TemplateResult {
    const { drive = '' } = this.disk ?? {};
    const label = `Sectors of ${drive}: arrow keys move, Enter chooses`;
    return html`${this.#canvas.canvas({ role: 'disk', label })}
      <p id="tells" aria-live="polite">${this.#tells}</p>`;
  }

  get #tells(): string {
    const sector = this.#canvas.current;
    if (!sector)
      return 'Point at a sector or press an arrow key: here is said what it is. A click or Enter chooses it.';
    const had = this.disk?.had[keyOf(sector)];
    return had ? `${sectorWords(sector)} ${hadWords(had)}` : sectorWords(sector);
  }

  get #chosen(): SectorInfo | undefined {
    const { chosen } = this;
    return chosen === undefined ? undefined : this.#of.find((sector) => keyOf(sector) === chosen);
  }

  /** The round form, where that is wanted. */
  #form(width: number): Form | undefined {
    if (this.shape !== 'round') this.#round = undefined;
    else if (this.#round?.width !== width) this.#round = roundOf(this.#of, width);
    const round = this.#round;
    return round && { height: round.height, at: (x, y) => sectorAt(round, x, y) };
  }

  #drawRound(pen: CanvasRenderingContext2D, round: Round): void {
    if (!this.disk) return;
    const { had, way, track: at, head: side } = this.disk;
    const { inks, tints, current } = this.#canvas;
    drawRound(pen, { round, inks, tints, had, way, at, side, current, chosen: this.#chosen });
  }

  #drawRows(pen: CanvasRenderingContext2D, layout: Layout, focused: boolean): void {
    const { disk } = this;
    if (!disk) return;
    const { inks, tints, cell: current } = this.#canvas;
    drawMap(pen, { layout, tints, inks, file: this.#chosen?.file, current, focused });
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
}

const HAD_BAR = 3;

export const hadWords = ({ how, ago, failed }: Had): string =>
  `It was ${how} ${(ago / 1e6).toFixed(1)} s ago${failed ? ', and not well' : ''}.`;

if (!customElements.get('neptune-drawn-disk'))
  customElements.define('neptune-drawn-disk', DrawnDisk);
