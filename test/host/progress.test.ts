/** How much is here of the code: counted by piece, of as much as is known. */
import { assert } from 'chai';
import {
  amount,
  codeProgress,
  expect,
  type Progress,
  readCounted,
  watchCode,
} from '../../web/host/progress.ts';

const realFetch = globalThis.fetch;
let more: ReadableStreamDefaultController<Uint8Array>;

/** What `fetch` answers: a body that the test sends. */
function answer(headers: Record<string, string>, status = 200): void {
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (more = controller) });
  globalThis.fetch = async () => new Response(body, { headers, status });
}

/** Since the test began: other tests' pages are other pages, but this one has several tests. */
let before: Progress;
const now = (): string => {
  const { done, total } = codeProgress();
  return `${done - before.done} of ${total - before.total}`;
};
const seen: string[] = [];
const isSeen = async (what: string): Promise<void> => {
  for (let turn = 0; turn < 500 && seen.at(-1) !== what; turn++)
    await new Promise((later) => setTimeout(later, 5));
  assert.equal(seen.at(-1), what);
};

suite('host/progress', () => {
  let end: () => void;
  setup(() => {
    before = codeProgress();
    seen.length = 0;
    end = watchCode(() => seen.push(now()));
  });
  teardown(() => {
    end();
    globalThis.fetch = realFetch;
  });

  test('pieces of a file count, of as many bytes as its server says', async () => {
    answer({ 'Content-Length': '300' });
    const text = readCounted('a.js', (response) => response.text());
    await isSeen('0 of 300');
    more.enqueue(new Uint8Array(100));
    await isSeen('100 of 300');
    more.enqueue(new Uint8Array(200));
    more.close();
    assert.lengthOf(await text, 300);
    assert.equal(now(), '300 of 300');
    await isSeen('300 of 300');
    assert.deepEqual(seen, ['0 of 300', '100 of 300', '300 of 300']);
  });

  test('a hundred pieces at once are told in one go', async () => {
    answer({ 'Content-Length': '300' });
    const text = readCounted('a.js', (response) => response.text());
    await isSeen('0 of 300');
    for (let piece = 0; piece < 100; piece++) more.enqueue(new Uint8Array(3));
    more.close();
    await text;
    await isSeen('300 of 300');
    assert.isBelow(seen.length, 10, 'one for each moment of 50 ms, not for each piece');
  });

  test('more than was said is never more than all', async () => {
    answer({ 'Content-Length': '50' });
    const text = readCounted('a.js', (response) => response.text());
    await isSeen('0 of 50');
    more.enqueue(new Uint8Array(100));
    await isSeen('100 of 100');
    more.close();
    await text;
  });

  test('what breaks off, or is refused, counts no more', async () => {
    answer({ 'Content-Length': '300' });
    const text = readCounted('a.js', (response) => response.text());
    await isSeen('0 of 300');
    more.enqueue(new Uint8Array(100));
    await isSeen('100 of 300');
    more.error(new Error('the line is dead'));
    assert.match(await text.catch(String), /Error/);
    assert.equal(now(), '100 of 100');
    answer({ 'Content-Length': '300' }, 404);
    const status = await readCounted('b.js', async (response) => response.status);
    assert.equal(status, 404);
    assert.equal(now(), '100 of 100');
  });

  test('what comes by another way counts when it is here', () => {
    const here = expect(40);
    assert.equal(now(), '0 of 40');
    here();
    assert.equal(now(), '40 of 40');
  });

  test('for people', () => {
    assert.equal(amount({ done: 1, total: 1_474_560 }), '1 of 1,440 KB');
    assert.equal(amount({ done: 2048, total: 0 }), '2 KB');
    assert.equal(amount({ done: 0, total: 0 }), '');
  });
});
