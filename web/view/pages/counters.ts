/**
 * Counters: the chosen ones as curves in one plot, and every one in a list with how it grew from
 * look to look. A row's button, or Enter on the row, puts its counter into the plot.
 */
import { html, svg, type TemplateResult } from 'lit';
import type { CounterRow } from '../data/counters.ts';
import { type SeriesHow, seriesOf } from '../data/series.ts';
import type { Sample } from '../data/types.ts';
import type { Desk } from '../desk.ts';
import { filtered, filterField } from '../filter.ts';
import { CURVES } from '../plot.ts';
import { table } from '../table.ts';

const PAGE = 'counters';
const PLOTTED = 'counters plotted';
/** Until somebody has chosen. */
const FIRST = 'kernel.ipc cc.hit cc.miss machine.fdc.command';
const WIDTH = 120;
const HEIGHT = 18;

/** How the plot is drawn: what is chosen first is the default. */
const WAYS = {
  of: { label: 'Drawn', rate: 'growth', total: 'total' },
  by: { label: 'Along', time: "the machine's time", entry: 'entries into the kernel' },
  own: { label: 'Scale', own: 'each its own', one: 'one for all' },
} as const;

function way(desk: Desk, name: keyof typeof WAYS): string {
  const [, first] = Object.keys(WAYS[name]);
  return desk.chosen(`counters ${name}`) ?? first!;
}

function waySelect(desk: Desk, name: keyof typeof WAYS): TemplateResult {
  const { label, ...options } = WAYS[name];
  const chosen = way(desk, name);
  const choose = (event: Event): void =>
    desk.choose(`counters ${name}`, (event.target as HTMLSelectElement).value);
  return html`<label
    >${label}
    <select @change=${choose}>
      ${Object.entries(options).map(
        ([value, words]) =>
          html`<option value=${value} ?selected=${value === chosen}>${words}</option>`,
      )}
    </select></label
  >`;
}

function spark({ growth }: CounterRow): TemplateResult {
  const most = Math.max(1, ...growth);
  const step = WIDTH / Math.max(1, growth.length - 1);
  const points = growth.map((value, i) => {
    const x = (i * step).toFixed(1);
    return `${x},${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1)}`;
  });
  const box = `0 0 ${WIDTH} ${HEIGHT}`;
  return html`<svg class="spark" viewBox=${box} aria-hidden="true">
    ${svg`<polyline points=${points.join(' ')} />`}
  </svg>`;
}

export function countersPage(
  rows: readonly CounterRow[],
  samples: readonly Sample[],
  desk: Desk,
): TemplateResult {
  const shown = filtered(desk, PAGE, rows, ({ name }) => name);
  const there = new Set(rows.map(({ name }) => name));
  const plotted = (desk.chosen(PLOTTED) ?? FIRST).split(' ').filter((name) => there.has(name));
  const toggle = ({ name }: CounterRow): void => {
    const isIn = plotted.includes(name);
    if (!isIn && plotted.length >= CURVES) return;
    const now = isIn ? plotted.filter((one) => one !== name) : [...plotted, name];
    desk.choose(PLOTTED, now.join(' '));
  };
  return html`<div class="bar">
      ${waySelect(desk, 'of')} ${waySelect(desk, 'by')} ${waySelect(desk, 'own')}
    </div>
    ${plotOf(plotted, samples, desk)}
    <div class="bar">
      ${filterField(desk, PAGE)}
      <p role="status">
        ${shown.length} of ${rows.length} counters, ${plotted.length} of at most ${CURVES} in the
        plot
      </p>
    </div>
    ${table(desk, {
      page: PAGE,
      label: 'Counters: Enter puts one into the plot, or takes it out',
      rows: shown,
      key: ({ name }) => name,
      press: toggle,
      columns: [
        { title: 'Plot', cell: (row) => plotButton(row, plotted, toggle) },
        { title: 'Counter', cell: ({ name }) => name },
        { title: 'Value', number: true, cell: ({ value }) => value.toLocaleString('en-US') },
        {
          title: 'A second',
          number: true,
          cell: ({ rate }) => Math.round(rate).toLocaleString('en-US'),
        },
        { title: 'Growth', cell: spark },
      ],
    })}`;
}

function plotOf(names: readonly string[], samples: readonly Sample[], desk: Desk): TemplateResult {
  if (names.length === 0) return html`<p>No counter is in the plot. Choose some from the list.</p>`;
  const how: SeriesHow = {
    of: way(desk, 'of') === 'total' ? 'total' : 'rate',
    by: way(desk, 'by') === 'entry' ? 'entry' : 'time',
    own: way(desk, 'own') === 'own',
  };
  return html`<neptune-plot .series=${seriesOf(samples, names, how)}></neptune-plot>`;
}

function plotButton(
  row: CounterRow,
  plotted: readonly string[],
  toggle: (row: CounterRow) => void,
): TemplateResult {
  const isIn = plotted.includes(row.name);
  return html`<button
    class="in-plot"
    tabindex="-1"
    aria-pressed=${isIn}
    aria-label="${row.name} in the plot"
    ?disabled=${!isIn && plotted.length >= CURVES}
    @click=${() => toggle(row)}
  >
    ${isIn ? '✓' : '+'}
  </button>`;
}
