/** The map by keys: one place is in the order of tabs, arrow keys lead from one to the next. */
import { assert } from 'chai';
import { render } from 'lit';
import type { MapData, MapPlace } from '../../web/view/data/map.ts';
import { Desk } from '../../web/view/desk.ts';
import { layoutOf } from '../../web/view/layout.ts';
import { placeAfter } from '../../web/view/map-keys.ts';
import { mapPage, type MapSeen } from '../../web/view/pages/map.ts';
import { until } from '../element/fixture.ts';

const place = (id: string, x: number, y: number, width = 64) => {
  return { id, name: id, kind: 'client', x, y, width, height: 34 } as MapPlace & {
    x: number;
    y: number;
    width: number;
    height: number;
  };
};

/** Two rows of three and two; as columns the same. */
const rows = [place('d', 30, 100), place('a', 0, 0), place('b', 100, 4), place('c', 200, 0)];
rows.push(place('e', 190, 100, 90));
const columns = rows.map((one) => ({ ...one, x: one.y * 2, y: one.x, width: 34 }));

suite('view/map keys', () => {
  const walks: readonly [string, string, string][] = [
    ['a', 'ArrowRight', 'b'],
    ['c', 'ArrowRight', 'd'],
    ['e', 'ArrowRight', 'e'],
    ['d', 'ArrowLeft', 'c'],
    ['a', 'ArrowLeft', 'a'],
    ['b', 'ArrowDown', 'd'],
    ['c', 'ArrowDown', 'e'],
    ['e', 'ArrowDown', 'e'],
    ['e', 'ArrowUp', 'c'],
    ['b', 'Home', 'a'],
    ['b', 'End', 'e'],
  ];
  const turned: Record<string, string> = {
    ArrowRight: 'ArrowDown',
    ArrowLeft: 'ArrowUp',
    ArrowDown: 'ArrowRight',
    ArrowUp: 'ArrowLeft',
  };
  for (const [from, key, to] of walks)
    test(`${key} from ${from}`, () => {
      assert.equal(placeAfter(rows, from, key, 'DOWN'), to);
      assert.equal(placeAfter(columns, from, turned[key] ?? key, 'RIGHT'), to, 'in columns');
    });

  test('other keys are left to the page', () => {
    for (const key of ['Tab', 'Enter', 'x', 'toString'])
      assert.isUndefined(placeAfter(rows, 'a', key, 'DOWN'));
  });

  test('one place is a stop of Tab, and the focus goes with the keys', async () => {
    const host = document.createElement('div');
    document.body.append(host);
    const places = ['one', 'two', 'three'].map(
      (id) => ({ id, name: id, kind: 'client', process: 1 }) as const,
    );
    const data: MapData = { places, lines: [], traffic: [], lost: 0, differences: [] };
    const seen = {
      seen: { kernel: undefined },
      wholeOf: () => undefined,
      routes: [],
    } as unknown as MapSeen;
    const desk: Desk = new Desk(
      () => render(mapPage(data, desk, seen), host),
      () => undefined,
    );
    await until(() => typeof layoutOf(data, 'DOWN', () => desk.touch()) === 'object');
    desk.touch();
    const stops = () => [...host.querySelectorAll('.place[tabindex="0"]')];
    const now = () => stops().map((one) => one.getAttribute('aria-label'));
    assert.deepEqual(now(), ['one, client']);
    const press = (key: string) =>
      stops()[0]!.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
      );
    assert.isFalse(press('End'), 'the page does not scroll');
    assert.deepEqual(now(), ['three, client']);
    assert.equal(document.activeElement, stops()[0]);
    assert.isUndefined(desk.chosen('map'), 'it is not chosen by that');
    press('Enter');
    assert.equal(desk.chosen('map'), 'three');
    host.remove();
  });
});
