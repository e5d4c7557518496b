/**
 * `<neptune-time-line>`: a session from its first entry into the kernel to where it is held, with a
 * lane of marks (ticks.ts) for each kind of what happened. A part of the row that holds time.
 *
 * ARIA's slider: left and right go from mark to mark, with Shift from entry to entry, page keys a
 * twentieth on, Home and End to both ends; what stands there is said. Enter, or a click, goes: a
 * replay takes a second, so moving alone starts none.
 *
 * Sends `time-go` with the entry that is to be looked at.
 */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { inkIn, watchColours } from '../../beside/colours.ts';
import { watchSize } from '../../page/page-element.ts';
import { palette } from '../../element/palette.ts';
import { sized } from '../../files/map/sized.ts';
import { styles } from '../styles.ts';
import { beside, columnAt, columnsOf, type Lane, LANES, nearest, type Tick } from './ticks.ts';

const LANE = 9;
const EDGE = 6;
/** Pixels that a pointer may be off a mark. */
const NEAR = 5;

const number = (value: number): string => value.toLocaleString('en-US');

export class TimeLine extends LitElement {
  static override styles = [
    palette,
    styles,
    css`
      :host {
        overflow: visible;
        block-size: auto;
        flex: 1 1 100%;
        --_command: var(--_accent);
        --_request: light-dark(#3b76c4, #7ab0f0);
        --_fault: light-dark(#b3261e, #ff8a80);
        --_stop: var(--_foreground);
        --_answer: light-dark(#7b4fb5, #bfa0ee);
      }
      #line {
        border: 1px solid var(--_line);
        background: var(--_raised);
        cursor: pointer;
        touch-action: pan-y;
      }
      canvas {
        display: block;
        inline-size: 100%;
      }
      #ink {
        display: none;
        forced-color-adjust: none;
      }
      .tells {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.75rem;
        min-block-size: 2rem;
      }
      .tells output {
        flex: 1 1 14rem;
      }
      .lanes {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
      }
      .lanes button {
        color: var(--_foreground);
        padding-inline: 0.4rem;
      }
      .lanes button[aria-pressed='false'] {
        color: var(--_muted);
      }
      .key {
        display: inline-block;
        inline-size: 0.3rem;
        block-size: 0.8rem;
        margin-inline-end: 0.3rem;
        vertical-align: -0.1rem;
        background: var(--ink);
        forced-color-adjust: none;
      }
      .command {
        --ink: var(--_command);
      }
      .request {
        --ink: var(--_request);
      }
      .fault {
        --ink: var(--_fault);
      }
      .stop {
        --ink: var(--_stop);
      }
      .answer {
        --ink: var(--_answer);
      }
      @media (forced-colors: active) {
        :host {
          --_command: CanvasText;
          --_request: CanvasText;
          --_fault: CanvasText;
          --_stop: CanvasText;
          --_answer: CanvasText;
          --_accent: Highlight;
          --_line: CanvasText;
        }
      }
    `,
  ];

  static override properties = {
    ticks: { attribute: false },
    end: { attribute: false },
    at: { attribute: false },
  };

  declare ticks: readonly Tick[];
  /** Where the machine is held. */
  declare end: number;
  /** The entry that is shown. */
  declare at: number;

  readonly #off = new Set<Lane>();
  /** What keys and the pointer are at; undefined: what is shown. */
  #looked: number | undefined;
  #shown: readonly Tick[] = [];
  readonly #counts = new Map<Lane, number>();
  #watches: readonly (() => void)[] = [];

  constructor() {
    super();
    this.ticks = [];
    this.end = this.at = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watches = [watchSize(this, () => this.#draw()), watchColours(() => this.requestUpdate())];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#watches) stop();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('at') || changed.has('end')) this.#looked = undefined;
    if (changed.has('ticks')) {
      this.#counts.clear();
      for (const { lane } of this.ticks) this.#counts.set(lane, (this.#counts.get(lane) ?? 0) + 1);
    }
    this.#shown = this.ticks.filter(({ lane }) => !this.#off.has(lane));
  }

  protected override render(): TemplateResult {
    const words = this.#words;
    return html`<div
        id="line"
        role="slider"
        tabindex="0"
        aria-label="Time line: left and right go from mark to mark, Enter goes there"
        aria-valuemin="0"
        aria-valuemax=${this.end}
        aria-valuenow=${this.#place}
        aria-valuetext=${words}
        @keydown=${this.#pressed}
        @pointermove=${this.#pointed}
        @pointerleave=${this.#left}
        @click=${this.#clicked}
      >
        <canvas id="marks" aria-hidden="true"></canvas>
        <i id="ink"></i>
      </div>
      <div class="tells">
        <button
          aria-disabled=${!beside(this.#shown, this.#place, -1)}
          @click=${() => this.#toMark(-1)}
        >
          Previous mark
        </button>
        <button
          aria-disabled=${!beside(this.#shown, this.#place, 1)}
          @click=${() => this.#toMark(1)}
        >
          Next mark
        </button>
        <output aria-hidden="true">${words}</output>
      </div>
      <div class="lanes" role="group" aria-label="Kinds of marks that are shown">
        ${this.#lanes.map((lane) => this.#key(lane))}
      </div>`;
  }

  #key(lane: Lane): TemplateResult {
    const isOn = !this.#off.has(lane);
    const count = this.#counts.get(lane) ?? 0;
    const press = (): void => {
      if (isOn) this.#off.add(lane);
      else this.#off.delete(lane);
      this.requestUpdate();
    };
    return html`<button aria-pressed=${isOn} @click=${press}>
      <i class="key ${lane}"></i>${LANES[lane].title} ${number(count)}
    </button>`;
  }

  /** Those that have a mark. */
  get #lanes(): Lane[] {
    return (Object.keys(LANES) as Lane[]).filter((lane) => this.#counts.has(lane));
  }

  get #place(): number {
    return this.#looked ?? this.at;
  }

  get #words(): string {
    const place = this.#place;
    const here = this.#shown.filter(({ entry }) => entry === place);
    const [first, ...more] = here;
    const what = first ? `: ${first.words}${more.length > 0 ? `; ${more.length} more` : ''}` : '';
    return `Entry ${number(place)} of ${number(this.end)}${what}`;
  }

  protected override updated(): void {
    this.#draw();
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>('#marks');
    const wide = Math.floor(canvas?.parentElement?.clientWidth ?? 0);
    if (!canvas || wide === 0) return;
    const lanes = this.#lanes;
    const high = Math.max(1, lanes.length) * LANE + 2 * EDGE;
    const pen = sized(canvas, wide, high);
    if (!pen) return;
    pen.clearRect(0, 0, wide, high);
    const width = wide - 2 * EDGE;
    const ink = inkIn(this.renderRoot.querySelector<HTMLElement>('#ink')!);
    const columns = columnsOf(this.#shown, lanes, this.end, width);
    lanes.forEach((lane, i) => {
      pen.fillStyle = ink(`--_${lane}`);
      for (const x of columns.get(lane)!)
        pen.fillRect(EDGE + x - 1, EDGE + i * LANE + 1, 2, LANE - 2);
    });
    const needle = (entry: number, name: string, thick: number): void => {
      pen.fillStyle = ink(name);
      pen.fillRect(EDGE + columnAt(entry, this.end, width) - thick / 2, 0, thick, high);
    };
    needle(this.at, '--_accent', 3);
    if (this.#looked !== undefined) needle(this.#looked, '--_muted', 1);
  }

  #look(entry: number): void {
    this.#looked = Math.min(this.end, Math.max(0, entry));
    this.requestUpdate();
  }

  #go(entry: number): void {
    this.dispatchEvent(new CustomEvent<number>('time-go', { detail: entry }));
  }

  #toMark(step: 1 | -1): void {
    const tick = beside(this.#shown, this.#place, step);
    if (!tick) return;
    this.#look(tick.entry);
    this.#go(tick.entry);
  }

  /** Where the pointer is: at a mark that is near, else at the entry there. */
  #under(event: MouseEvent): number {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    const room = Math.max(1, width - 2 * EDGE);
    const part = Math.min(1, Math.max(0, (event.clientX - left - EDGE) / room));
    const entry = Math.round(part * this.end);
    return nearest(this.#shown, entry, (NEAR * this.end) / room)?.entry ?? entry;
  }

  readonly #pointed = (event: PointerEvent): void => this.#look(this.#under(event));

  readonly #left = (): void => {
    this.#looked = undefined;
    this.requestUpdate();
  };

  readonly #clicked = (event: MouseEvent): void => this.#go(this.#under(event));

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const to = this.#keyed(event);
    if (to === undefined) return;
    event.preventDefault();
    if (event.key === 'Enter') this.#go(to);
    else this.#look(to);
  };

  /** Where a key leads. */
  #keyed({ key, shiftKey }: KeyboardEvent): number | undefined {
    const place = this.#place;
    const far = Math.max(1, Math.round(this.end / 20));
    if (key === 'Enter') return place;
    if (key === 'Home') return 0;
    if (key === 'End') return this.end;
    if (key === 'PageUp') return place + far;
    if (key === 'PageDown') return place - far;
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
    if (step !== 1 && step !== -1) return undefined;
    if (shiftKey) return place + step;
    return beside(this.#shown, place, step)?.entry ?? (step > 0 ? this.end : 0);
  }
}

if (!customElements.get('neptune-time-line')) customElements.define('neptune-time-line', TimeLine);
