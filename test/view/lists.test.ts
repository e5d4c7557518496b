/** Rows by keys alone: in short and long lists the row that has the focus is chosen where it is. */
import { assert } from 'chai';
import { render } from 'lit';
import { Desk } from '../../web/view/desk.ts';
import { table } from '../../web/view/table.ts';
import '../../web/view/virtual-table.ts';
import type { LongTable, LongTableElement } from '../../web/view/virtual-table.ts';

interface Row {
  readonly name: string;
}

const ROWS: readonly Row[] = ['one', 'two', 'three'].map((name) => ({ name }));
const LIST: LongTable<Row> = {
  label: 'Rows',
  rows: ROWS,
  key: ({ name }) => name,
  columns: [{ title: 'Name', cell: ({ name }) => name }],
};

const press = (target: Element, key: string): boolean =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

suite('view/lists', () => {
  let place: HTMLElement;
  setup(() => document.body.append((place = document.createElement('div'))));
  teardown(() => place.remove());

  function short(pressed?: (row: Row) => void): Desk {
    const desk = new Desk(
      () => undefined,
      () => undefined,
    );
    render(table(desk, { ...LIST, page: 'rows', ...(pressed && { press: pressed }) }), place);
    return desk;
  }

  for (const key of ['Enter', ' '])
    test(`a short list: "${key}" chooses the first, on which the focus comes`, () => {
      const desk = short();
      const row = place.querySelector('tr[tabindex="0"]')!;
      assert.isFalse(press(row, key), 'the page does not scroll');
      assert.equal(desk.chosen('rows'), 'one');
    });

  test('a short list: where a row has something to do, it is done', () => {
    const done: string[] = [];
    const desk = short(({ name }) => done.push(name));
    press(place.querySelector('tr[tabindex="0"]')!, 'Enter');
    assert.deepEqual(done, ['one']);
    assert.isUndefined(desk.chosen('rows'));
  });

  test('a long list: the newest is on top, and is chosen', async () => {
    const list = document.createElement('neptune-long-table') as LongTableElement<Row>;
    const chosen: string[] = [];
    list.addEventListener('long-choose', (event) =>
      chosen.push((event as CustomEvent<string>).detail),
    );
    list.table = LIST;
    place.append(list);
    await list.updateComplete;
    const row = list.shadowRoot!.querySelector('tr[tabindex="0"]')!;
    assert.isFalse(press(row, 'Enter'));
    assert.deepEqual(chosen, ['three']);
  });
});
