/** Curves of counters: what is drawn is what was counted. */
import { assert } from 'chai';
import '../../web/view/plot.ts';
import type { PlotElement } from '../../web/view/plot.ts';
import { seriesOf } from '../../web/view/data/series.ts';
import { until } from '../files/machine.ts';

const sample = (entry: number, time: number, a: number, b: number) => {
  return { at: 0, entry, time, counters: { a, b } };
};
const SAMPLES = [
  sample(1000, 1_000_000, 0, 5),
  sample(3000, 1_500_000, 100, 5),
  sample(3000, 1_500_000, 100, 5),
  sample(4000, 3_500_000, 300, 7),
];

suite('view/series', () => {
  test('totals by the time of the machine; a look at which nothing passed is none', () => {
    const how = { of: 'total', by: 'time', own: false } as const;
    const { x, curves } = seriesOf(SAMPLES, ['a', 'b'], how);
    assert.deepEqual(x, [1, 1.5, 3.5]);
    assert.deepEqual(
      curves.map(({ drawn }) => drawn),
      [
        [0, 100, 300],
        [5, 5, 7],
      ],
    );
  });

  test('growth a second, and a thousand entries', () => {
    const second = seriesOf(SAMPLES, ['a'], { of: 'rate', by: 'time', own: false });
    assert.deepEqual(second.curves[0]!.values, [null, 200, 100]);
    const entries = seriesOf(SAMPLES, ['a'], { of: 'rate', by: 'entry', own: false });
    assert.deepEqual(entries.x, [1000, 3000, 4000]);
    assert.deepEqual(entries.curves[0]!.values, [null, 50, 200]);
  });

  test('each by its own scale: the greatest is a hundred, the figures stay', () => {
    const how = { of: 'total', by: 'time', own: true } as const;
    const { curves } = seriesOf(SAMPLES, ['a', 'b', 'none'], how);
    assert.deepEqual(
      curves[0]!.drawn.map((value) => Math.round(value!)),
      [0, 33, 100],
    );
    assert.deepEqual(curves[1]!.drawn.at(-1), 100);
    assert.deepEqual(curves[1]!.values, [5, 5, 7]);
    assert.deepEqual(curves[2]!.drawn, [0, 0, 0]);
  });

  test('a clock that has gone round goes on', () => {
    const turned = [sample(1, 2 ** 32 - 1_000_000, 0, 0), sample(2, 1_000_000, 1, 1)];
    const { x } = seriesOf(turned, ['a'], { of: 'total', by: 'time', own: false });
    assert.equal(x[1]! - x[0]!, 2);
  });

  test('a plot: keys lead to a look, the legend and the table have its figures', async () => {
    const plot = document.createElement('neptune-plot') as PlotElement;
    plot.series = seriesOf(SAMPLES, ['a', 'b'], { of: 'total', by: 'time', own: false });
    document.body.append(plot);
    const root = plot.renderRoot;
    await until(() => root.querySelector('canvas'));
    const box = root.querySelector<HTMLElement>('#plot')!;
    const legend = (): string =>
      [...root.querySelectorAll('.curves li')].map((one) => one.textContent.trim()).join();
    assert.match(legend(), /a\s+300,b\s+7/);
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' }));
    await until(() => /a\s+100,b\s+5/.test(legend()));
    assert.include(root.querySelector('#tells')!.textContent, 'at 1.5 seconds');
    const cells = [...root.querySelectorAll<HTMLTableRowElement>('tbody tr')].map((row) =>
      [...row.cells].map(({ textContent }) => textContent),
    );
    assert.deepEqual(cells, [
      ['3.5', '300', '7'],
      ['1.5', '100', '5'],
      ['1', '0', '5'],
    ]);
    plot.remove();
  });
});
