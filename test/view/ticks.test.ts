/** The time line's marks: in order, found by keys and pointer, and few enough to be drawn. */
import { assert } from 'chai';
import '../../web/view/time/time-line.ts';
import type { TimeLine } from '../../web/view/time/time-line.ts';
import {
  beside,
  columnsOf,
  nearest,
  type Tick,
  TICK_QUESTIONS,
  ticksOf,
} from '../../web/view/time/ticks.ts';

const MANY = 10_000;
const END = 1_000_000;
const many: Tick[] = Array.from({ length: MANY }, (_, i) => {
  const lane = i % 3 === 0 ? 'command' : 'request';
  return { lane, entry: i * 100, words: `number ${i}` } as const;
});

const finding = (entry: number) => {
  return { entry, time: entry * 10, process: 'ntcmd.exe', thread: 1, by: 'thread' as const };
};

async function shown(ticks: readonly Tick[], at = END): Promise<TimeLine> {
  const line = document.createElement('neptune-time-line') as TimeLine;
  line.ticks = ticks;
  line.end = END;
  line.at = at;
  document.body.append(line);
  await line.updateComplete;
  return line;
}

const slider = (line: TimeLine): HTMLElement => line.renderRoot.querySelector('[role=slider]')!;
const press = async (line: TimeLine, key: string, shiftKey = false): Promise<string> => {
  slider(line).dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }));
  await line.updateComplete;
  return slider(line).getAttribute('aria-valuetext')!;
};

suite('view/ticks', () => {
  test('of what a replay found and the page knows, in the order of entries', () => {
    const found = TICK_QUESTIONS.map((_, i) => {
      const last = [9 - i, 20 + i].map((entry) => ({ ...finding(entry), words: [1, 2] }));
      return { count: 2, last };
    });
    const ticks = ticksOf(found, [{ lane: 'stop', entry: 15, words: 'here' }]);
    assert.deepEqual(
      ticks.map(({ entry, lane }) => `${entry} ${lane}`),
      ['7 fault', '8 request', '9 command', '15 stop', '20 command', '21 request', '22 fault'],
    );
  });

  test('ten thousand: each is found, and no more is drawn than there are columns', () => {
    for (const [entry, next, last] of [
      [0, 100, undefined],
      [100, 200, 0],
      [150, 200, 100],
      [(MANY - 1) * 100, undefined, (MANY - 2) * 100],
    ] as const) {
      assert.equal(beside(many, entry, 1)?.entry, next);
      assert.equal(beside(many, entry, -1)?.entry, last);
    }
    assert.equal(nearest(many, 149, 60)?.entry, 100);
    assert.equal(nearest(many, 151, 60)?.entry, 200);
    assert.isUndefined(nearest(many, 150, 40));
    const columns = columnsOf(many, ['command', 'request'], END, 800);
    for (const lane of columns.values()) {
      assert.isAtMost(lane.length, 801);
      assert.isAbove(lane.length, 700);
      assert.deepEqual(lane, [...new Set(lane)]);
    }
  });

  test('keys go from mark to mark and say what is there; Enter goes', async () => {
    const line = await shown(many);
    const gone: number[] = [];
    line.addEventListener('time-go', (event) => gone.push((event as CustomEvent<number>).detail));
    assert.equal(await press(line, 'ArrowLeft'), 'Entry 999,900 of 1,000,000: number 9999');
    assert.equal(await press(line, 'ArrowLeft', true), 'Entry 999,899 of 1,000,000');
    assert.equal(await press(line, 'PageDown'), 'Entry 949,899 of 1,000,000');
    assert.equal(await press(line, 'ArrowRight'), 'Entry 949,900 of 1,000,000: number 9499');
    assert.equal(await press(line, 'Home'), 'Entry 0 of 1,000,000: number 0');
    assert.deepEqual(gone, []);
    await press(line, 'Enter');
    assert.deepEqual(gone, [0]);
    line.remove();
  });

  test('kinds can be left out, and are not gone to then', async () => {
    const line = await shown(many);
    const kinds = [...line.renderRoot.querySelectorAll<HTMLElement>('.lanes button')];
    assert.deepEqual(
      kinds.map(({ textContent }) => textContent.trim()),
      ['Commands 3,334', 'Requests 6,666'],
    );
    kinds[1]!.click();
    await line.updateComplete;
    assert.equal(await press(line, 'ArrowLeft'), 'Entry 999,900 of 1,000,000: number 9999');
    assert.equal(await press(line, 'ArrowLeft'), 'Entry 999,600 of 1,000,000: number 9996');
    line.remove();
  });

  test('a picture of ten thousand has as many strokes as it has columns', async () => {
    const line = await shown(many);
    const { prototype } = CanvasRenderingContext2D;
    const { fillRect } = prototype;
    let strokes = 0;
    prototype.fillRect = function (...box) {
      strokes++;
      fillRect.apply(this, box);
    };
    try {
      await press(line, 'ArrowLeft');
      const { width } = slider(line).getBoundingClientRect();
      assert.isAbove(strokes, 100);
      assert.isAtMost(strokes, 2 * width + 2);
    } finally {
      prototype.fillRect = fillRect;
      line.remove();
    }
  });
});
