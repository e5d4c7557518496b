/**
 * A canvas of a disk's sectors, for whoever draws one: laid out in rows for the room that there is,
 * felt by pointer and arrow keys, drawn anew when it has another size or other colours.
 *
 *   new SectorCanvas(host, painter)   a controller of the element `host`
 *   show(sectors)                     these from now on; what was looked at stays that sector
 *   canvas(words)                     its template, to be rendered by the host
 *   look(sector)                      as if the pointer were there; undefined: nowhere
 *   current, cell                     what is looked at, and where it is in the rows
 *   layout, tints, inks               the rows, and the colours: undefined before the first drawing
 *
 * `painter` says what is drawn. It may have a form of its own besides the rows, which then says how
 * high it is and what lies where; keys go by the rows in any case.
 */
import {
  html,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { watchColours } from '../../beside/colours.ts';
import { watchSize } from '../../page/page-element.ts';
import type { SectorInfo } from '../../element/types.ts';
import { type Inks, inksOf } from './draw.ts';
import { tintsOf } from './kinds.ts';
import { type Cell, cellAt, type Layout, layOut, moved } from './layout.ts';
import { sized } from './sized.ts';

/** Of the drawing's letters, beside those of the text. */
const LETTERS = 0.86;

export interface Form {
  readonly height: number;
  at(x: number, y: number): SectorInfo | undefined;
}

export interface Painter {
  /** Custom properties `--map-NAME` that it wants besides those of the map. */
  readonly inks?: readonly string[];
  /** Instead of the rows. */
  form?(width: number): Form | undefined;
  paint(pen: CanvasRenderingContext2D, layout: Layout, focused: boolean): void;
  /** By a click or by Enter. */
  choose?(sector: SectorInfo): void;
}

export interface CanvasWords {
  readonly role: string;
  readonly label: string;
}

type Host = ReactiveControllerHost & HTMLElement;

export class SectorCanvas implements ReactiveController {
  readonly #host: Host;
  readonly #painter: Painter;
  #sectors: readonly SectorInfo[] = [];
  #tints: ReadonlyMap<string, number> = new Map();
  #layout: Layout | undefined;
  #cells: ReadonlyMap<SectorInfo, Cell> = new Map();
  #current: SectorInfo | undefined;
  #inks: Inks = {};
  #watches: readonly (() => void)[] = [];

  constructor(host: Host, painter: Painter) {
    this.#host = host;
    this.#painter = painter;
    host.addController(this);
  }

  hostConnected(): void {
    this.#watches = [
      watchSize(this.#host, () => this.draw()),
      watchColours(() => this.#host.requestUpdate()),
    ];
  }

  hostDisconnected(): void {
    for (const stop of this.#watches) stop();
  }

  hostUpdated(): void {
    const probe = this.#find<HTMLElement>('#ink');
    if (!probe) return;
    this.#inks = inksOf(probe, this.#painter.inks);
    this.draw();
  }

  get current(): SectorInfo | undefined {
    return this.#current;
  }

  get cell(): Cell | undefined {
    return this.#current && this.#cells.get(this.#current);
  }

  get layout(): Layout | undefined {
    return this.#layout;
  }

  get tints(): ReadonlyMap<string, number> {
    return this.#tints;
  }

  get inks(): Inks {
    return this.#inks;
  }

  show(sectors: readonly SectorInfo[]): void {
    const was = this.#current;
    const same = (one: SectorInfo): boolean =>
      one.cylinder === was!.cylinder && one.head === was!.head && one.id === was!.id;
    this.#sectors = sectors;
    this.#tints = tintsOf(sectors);
    this.#layout = undefined;
    this.#current = was && sectors.find(same);
    this.#host.requestUpdate();
  }

  look(sector: SectorInfo | undefined): void {
    if (sector === this.#current) return;
    this.#current = sector;
    this.#host.requestUpdate();
  }

  canvas({ role, label }: CanvasWords): TemplateResult {
    return html`<i id="ink"></i>
      <div id="drawing">
        <canvas
          id="map"
          tabindex="0"
          role="application"
          aria-roledescription=${role}
          aria-label=${label}
          aria-describedby="tells"
          @pointermove=${this.#pointed}
          @pointerdown=${this.#pointed}
          @pointerleave=${this.#left}
          @click=${this.#clicked}
          @keydown=${this.#pressed}
          @focus=${this.#focused}
          @blur=${() => this.draw()}
        ></canvas>
      </div>`;
  }

  draw(): void {
    const canvas = this.#find<HTMLCanvasElement>('#map');
    const width = Math.floor(canvas?.parentElement?.clientWidth ?? 0);
    if (!canvas || width === 0) return;
    const letters = Math.round(parseFloat(getComputedStyle(this.#host).fontSize) * LETTERS);
    if (this.#layout?.width !== width || this.#layout.letters !== letters) {
      this.#layout = layOut(this.#sectors, width, letters);
      this.#cells = new Map(this.#layout.cells.map((cell) => [cell.sector, cell]));
    }
    const { height } = this.#painter.form?.(width) ?? this.#layout;
    const pen = sized(canvas, width, height);
    if (pen) this.#painter.paint(pen, this.#layout, this.#isFocused);
  }

  get #isFocused(): boolean {
    return this.#host.shadowRoot?.activeElement?.id === 'map';
  }

  #find<T extends Element>(selector: string): T | null {
    return this.#host.shadowRoot?.querySelector<T>(selector) ?? null;
  }

  #under(event: MouseEvent): SectorInfo | undefined {
    const layout = this.#layout;
    if (!layout) return undefined;
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const form = this.#painter.form?.(layout.width);
    return form ? form.at(x, y) : cellAt(layout, x, y)?.sector;
  }

  readonly #pointed = (event: PointerEvent): void => {
    const sector = this.#under(event);
    if (sector) this.look(sector);
  };

  readonly #left = (): void => {
    if (!this.#isFocused) this.look(undefined);
  };

  readonly #clicked = (event: MouseEvent): void => {
    const sector = this.#under(event);
    if (sector) this.#painter.choose?.(sector);
  };

  readonly #focused = (): void => {
    if (!this.#current) this.look(this.#layout?.cells[0]?.sector);
    this.draw();
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    if (!this.#layout || event.ctrlKey || event.altKey || event.metaKey) return;
    if (this.#painter.choose && (event.key === 'Enter' || event.key === ' ')) {
      if (this.#current) this.#painter.choose(this.#current);
    } else {
      const cell = moved(this.#layout, this.cell, event.key);
      if (!cell) return;
      this.look(cell.sector);
    }
    event.preventDefault();
  };
}
