/** Every counter with a line of how it grew, look by look. */
import { html, svg, type TemplateResult } from 'lit';
import type { CounterRow } from '../data/counters.ts';
import type { Desk } from '../desk.ts';
import { filtered, filterField } from '../filter.ts';
import { table } from '../table.ts';

const PAGE = 'counters';
const WIDTH = 120;
const HEIGHT = 18;

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

export function countersPage(rows: readonly CounterRow[], desk: Desk): TemplateResult {
  const shown = filtered(desk, PAGE, rows, ({ name }) => name);
  return html`<div class="bar">
      ${filterField(desk, PAGE)}
      <p role="status">${shown.length} of ${rows.length} counters</p>
    </div>
    ${table(desk, {
      page: PAGE,
      label: 'Counters',
      rows: shown,
      key: ({ name }) => name,
      columns: [
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
