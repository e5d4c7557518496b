/**
 * `<neptune-plot>`: several counters as curves in one picture (uPlot, fetched with the first). A
 * part of the page `counters`.
 *
 * Each curve has an ink and a dash of its own, so that they are told apart without colours. The
 * pointer and the arrow keys lead to a look, whose values stand in the legend; the same values are
 * in a table below the picture. Who wants no motion gets a picture that grows to its right edge and
 * does not slide.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { AlignedData, Options } from 'uplot';
import type Uplot from 'uplot';
import { inkIn, watchColours } from '../beside/colours.ts';
import { watchSize } from '../page/page-element.ts';
import { palette } from '../element/palette.ts';
import type { Series } from './data/series.ts';
import { plotStyles } from './styles-plot.ts';
import { styles } from './styles.ts';

/** Curves that can be told apart; styles-plot.ts has an ink for each. */
export const CURVES = 6;
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [14, 4], [4, 4]];
const HEIGHT = 240;
const FONT = '12px system-ui, sans-serif';
/** Looks in the table: the newest. */
const LISTED = 40;
/** Of the axis, where nothing may slide: seconds. */
const WIDE = 30;
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: -Infinity,
  End: Infinity,
};

interface Part {
  Plot: typeof Uplot;
}

let part: Promise<Part> | undefined;

async function load(): Promise<Part> {
  try {
    // In one piece: scripts/package.mjs makes of it what every bundler knows.
    return await (part ??= import(
      /* @vite-ignore */ new URL('../../build/parts/plots.js', import.meta.url).href
    ) as Promise<Part>);
  } catch (error) {
    part = undefined;
    throw error;
  }
}

const STILL = '(prefers-reduced-motion: reduce)';
const still = matchMedia(STILL);

const unitOf = ({ how }: Series): string => (how.by === 'time' ? 'seconds' : 'entries');

export const figure = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return 'not known';
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
};

export class PlotElement extends LitElement {
  static override styles = [palette, styles, plotStyles];

  static override properties = { series: { attribute: false } };

  declare series: Series | undefined;

  #plot: Uplot | undefined;
  /** What the plot was made for: other curves or colours make another one. */
  #made = '';
  #failed = false;
  #at: number | undefined;
  #watches: readonly (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watches = [
      watchSize(this, () => this.#size()),
      watchColours(() => this.#makeAnew(), STILL),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#watches) stop();
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#made = '';
  }

  protected override render(): TemplateResult | typeof nothing {
    const { series } = this;
    if (!series) return nothing;
    const names = series.curves.map(({ name }) => name).join(', ');
    return html`<i id="ink"></i>
      ${this.#failed ? html`<p role="status">The plot's code could not be loaded.</p>` : nothing}
      <div
        id="plot"
        role="application"
        aria-roledescription="plot"
        aria-label="Plot of ${names}: arrow keys go from look to look, the table has all of it"
        aria-describedby="tells"
        tabindex="0"
        @keydown=${this.#pressed}
        @blur=${() => this.#look(undefined)}
      ></div>
      <p id="tells" aria-live="polite">${this.#where(series)}</p>
      <ul class="curves">
        ${series.curves.map(
          ({ name, values }, i) =>
            html`<li>
              <svg class="key curve${i}" viewBox="0 0 26 8" aria-hidden="true">
                <path d="M0 4H26" stroke-dasharray=${DASHES[i]!.join(' ')} />
              </svg>
              ${name} <b>${figure(values[this.#index(series)])}</b>
            </li>`,
        )}
      </ul>
      <details>
        <summary>The plot as a table</summary>
        ${valuesTable(series)}
      </details>`;
  }

  #makeAnew(): void {
    this.#made = '';
    this.requestUpdate();
  }

  #index({ x }: Series): number {
    return Math.min(this.#at ?? Infinity, x.length - 1);
  }

  #where(series: Series): string {
    const place = series.x[this.#index(series)];
    if (place === undefined) return 'There was no look yet.';
    const per = series.how.by === 'time' ? 'a second' : 'a thousand entries';
    const what = series.how.of === 'rate' ? `growth ${per}` : 'counted';
    const values = this.#at === undefined ? 'newest look' : 'look';
    return `The ${values}, at ${figure(place)} ${unitOf(series)}: ${what}.`;
  }

  protected override updated(): void {
    void this.#draw();
  }

  async #draw(): Promise<void> {
    let made: Part;
    try {
      made = await load();
    } catch {
      if (!this.#failed) this.requestUpdate();
      this.#failed = true;
      return;
    }
    const { series } = this;
    const box = this.renderRoot.querySelector<HTMLElement>('#plot');
    if (!series || !box || !this.isConnected || box.clientWidth === 0) return;
    const key = JSON.stringify([series.curves.map(({ name }) => name), series.how]);
    const data = [series.x, ...series.curves.map(({ drawn }) => drawn)] as AlignedData;
    if (this.#plot && this.#made === key) return this.#plot.setData(data);
    this.#plot?.destroy();
    this.#made = key;
    this.#plot = new made.Plot(this.#options(series, box.clientWidth), data, box);
  }

  #options({ curves, how }: Series, width: number): Options {
    const ink = inkIn(this.renderRoot.querySelector<HTMLElement>('#ink')!);
    const [text, line] = [ink('--_muted'), ink('--_line')];
    const axis = {
      font: FONT,
      labelFont: FONT,
      stroke: text,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line },
    };
    const stepped = (_: unknown, from: number, to: number): [number, number] => {
      const step = how.by === 'time' ? WIDE : 10 ** Math.floor(Math.log10(Math.max(10, to)));
      return [Math.floor(from / step) * step, (Math.floor(to / step) + 1) * step];
    };
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, ...(still.matches && { range: stepped }) },
        y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] },
      },
      axes: [
        { ...axis, label: how.by === 'time' ? 's of the machine' : 'entries', labelSize: 18 },
        {
          ...axis,
          size: 64,
          values: (_, all) => all.map((value) => `${figure(value)}${how.own ? ' %' : ''}`),
        },
      ],
      series: [
        {},
        ...curves.map(({ name }, i) => ({
          label: name,
          stroke: ink(`--_curve${i}`),
          width: 2,
          dash: [...DASHES[i]!],
          points: { show: false },
        })),
      ],
      hooks: { setCursor: [({ cursor }) => this.#cursor(cursor.idx ?? undefined)] },
    };
  }

  #size(): void {
    const width = this.renderRoot.querySelector('#plot')?.clientWidth ?? 0;
    if (width === 0) return;
    if (!this.#plot) this.requestUpdate();
    else if (this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #cursor(at: number | undefined): void {
    if (at === this.#at) return;
    this.#at = at;
    this.requestUpdate();
  }

  /** To a look, as if the pointer were there. */
  #look(at: number | undefined): void {
    const plot = this.#plot;
    if (!plot) return;
    const left = at === undefined ? -10 : plot.valToPos(this.series?.x[at] ?? 0, 'x');
    plot.setCursor({ left, top: at === undefined ? -10 : 10 });
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const { series } = this;
    const last = (series?.x.length ?? 0) - 1;
    const step = STEPS[event.key];
    if (!series || step === undefined || last < 0) return;
    event.preventDefault();
    this.#look(Math.max(0, Math.min(last, (this.#at ?? last) + step)));
  };
}

function valuesTable({ x, curves, how }: Series): TemplateResult {
  const rows = x
    .map((place, i) => ({ place, i }))
    .slice(-LISTED)
    .reverse();
  return html`<div class="scroll" tabindex="0" role="group" aria-label="The plot as a table">
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">${how.by === 'time' ? 'Seconds' : 'Entry'}</th>
          ${curves.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ place, i }) =>
            html`<tr>
              <th scope="row" class="number">${figure(place)}</th>
              ${curves.map(({ values }) => html`<td class="number">${figure(values[i])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

if (!customElements.get('neptune-plot')) customElements.define('neptune-plot', PlotElement);
