/** What is shown and told of what is on its way: the code, then disks. */
import { assert } from 'chai';
import type { ProgressDetail } from '../../web/element/types.ts';
import type { SystemOptions } from '../../web/host/system.ts';
import { FakeSystem } from './fake-system.ts';
import {
  freshPrefix,
  heard,
  mount,
  pattern,
  PROMPT,
  rejection,
  removeAll,
  running,
  TestedElement,
  until,
} from './fixture.ts';

const realFetch = globalThis.fetch;
const PLAIN = 'https://slow.example/a.img';
const PACKED = `${PLAIN}.gz`;

/** What was asked for, and what answers it. */
let asked: string[] = [];
let answer: () => Promise<Response>;

async function gzipped(image: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([image]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** An element whose system loads until the test lets it start. */
async function loading(attributes: Record<string, string> = {}) {
  let options: SystemOptions | undefined;
  let begin: (system: FakeSystem) => void = () => undefined;
  TestedElement.start = (given) => {
    options = given;
    return new Promise((resolve) => (begin = resolve));
  };
  const { element } = mount(attributes);
  element.boot().catch(() => undefined);
  await until(() => options !== undefined);
  const start = (): FakeSystem => {
    const system = new FakeSystem(options!);
    TestedElement.systems.push(system);
    begin(system);
    return system;
  };
  return { element, options: options!, start };
}

async function row(element: TestedElement, what: string): Promise<string | undefined> {
  await element.updateComplete;
  const found = element.shadowRoot!.querySelector(`#progress [data-what="${what}"]`);
  if (!found) return undefined;
  const bar = found.querySelector('progress')!;
  const value = bar.position < 0 ? 'moves' : `${bar.value}/${bar.max}`;
  return `${found.textContent.replace(/\s+/g, ' ').trim()} | ${bar.ariaLabel} ${value}`;
}

suite('element/progress', () => {
  setup(() => {
    asked = [];
    answer = () => new Promise(() => undefined);
    globalThis.fetch = ((input: RequestInfo | URL, init?: RequestInit) => {
      if (!String(input).startsWith('https://slow.example')) return realFetch(input, init);
      asked.push(String(input));
      return answer();
    }) as typeof fetch;
  });
  teardown(async () => {
    await removeAll();
    globalThis.fetch = realFetch;
  });

  test('the code: of how much, then that it starts, then nothing', async () => {
    const { element, options, start } = await loading();
    const told = heard(element, 'neptune-progress');
    const words = 'Loading the system';
    assert.equal(await row(element, 'system'), `${words} | ${words} moves`);
    options.onLoading!(102_400, 0);
    assert.equal(await row(element, 'system'), `${words} 100 KB | ${words} moves`);
    options.onLoading!(102_400, 1_474_560);
    const numbers = '100 of 1,440 KB';
    assert.equal(await row(element, 'system'), `${words} ${numbers} | ${words} 102400/1474560`);
    options.onLoading!(1_474_560, 1_474_560);
    const starting = 'Starting the system';
    assert.equal(await row(element, 'system'), `${starting} | ${starting} moves`);
    assert.deepEqual(told.at(-1), { what: 'system', done: 1_474_560, total: 1_474_560 });
    const system = start();
    system.print('Hello');
    await until(() => element.screenText().includes('Hello'));
    assert.isUndefined(await row(element, 'system'));
    const region = element.shadowRoot!.querySelector('#progress')!;
    assert.equal(region.getAttribute('role'), 'status', 'what comes is spoken');
    assert.isEmpty(region.querySelectorAll('*'));
  });

  test('the prompt is given up a minute after the last piece, not after the first', async () => {
    const minutes = new Map<unknown, () => void>();
    const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
    globalThis.setTimeout = ((work: () => void, limit: number) => {
      const timer = realSet(work, limit);
      if (limit === 60_000) minutes.set(timer, work);
      return timer;
    }) as typeof setTimeout;
    globalThis.clearTimeout = ((timer: ReturnType<typeof setTimeout>) => {
      minutes.delete(timer);
      realClear(timer);
    }) as typeof clearTimeout;
    try {
      const { element, options } = await loading();
      const [first] = minutes.keys();
      options.onLoading!(100, 1000);
      assert.equal(minutes.size, 1);
      assert.isFalse(minutes.has(first), 'something came');
      [...minutes.values()][0]!();
      assert.match((await rejection(element.ready)).message, /no prompt came within 60 seconds/);
    } finally {
      Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
    }
  });

  test('a boot that fails awaits nothing any more', async () => {
    TestedElement.start = () => Promise.reject(new Error('no line'));
    const { element } = mount();
    await element.boot().catch(() => undefined);
    assert.isUndefined(await row(element, 'system'));
  });

  test('a disk is not asked for before the code is here, and then does not wait', async () => {
    const { options, element, start } = await loading({ 'disk-a': PLAIN });
    await new Promise((later) => setTimeout(later, 30));
    assert.isEmpty(asked, "the line is the code's");
    assert.isUndefined(await row(element, 'A:'));
    options.onLoaded!();
    await until(() => asked.length === 1);
    start().print(PROMPT);
    await until(() => element.screenText() !== '');
    const words = 'a.img is on its way to A:';
    assert.equal(await row(element, 'A:'), `${words} | ${words} moves`);
  });

  test('one whose place is taken meanwhile is never asked for', async () => {
    const { element, options, start } = await loading({ 'disk-a': PLAIN });
    await element.insertDisk('A:', pattern(5));
    options.onLoaded!();
    const system = start();
    system.print(PROMPT);
    await element.ready;
    assert.isEmpty(asked);
    assert.deepEqual(system.media[0], pattern(5));
  });

  test('a disk: what is here of how much, and at last all', async () => {
    let more: ReadableStreamDefaultController<Uint8Array>;
    const image = pattern(3);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (more = controller),
    });
    const headers = { 'Content-Length': String(image.length) };
    answer = async () => new Response(body, { headers });
    const { element, system } = mount({ 'disk-a': PLAIN, controls: '' });
    const told = heard(element, 'neptune-progress');
    element.boot().catch(() => undefined);
    (await system()).print(PROMPT);
    await until(() => asked.length === 1);
    more!.enqueue(image.slice(0, 102_400));
    await until(() => told.length === 2);
    const words = 'a.img is on its way to A:';
    assert.equal(await row(element, 'A:'), `${words} 100 of 720 KB | ${words} 102400/737280`);
    const badge = element.shadowRoot!.querySelector('.badge')!;
    assert.equal(badge.textContent, 'loading from slow.example: 100 of 720 KB');
    more!.enqueue(image.slice(102_400));
    more!.close();
    await element.ready;
    assert.deepEqual(told.at(-1), { what: 'A:', done: image.length, total: image.length });
    assert.isUndefined(await row(element, 'A:'));
  });

  test('a server that says too little has not said how much', async () => {
    const image = pattern(3);
    answer = async () => new Response(image as BodyInit, { headers: { 'Content-Length': '1000' } });
    const { element, system } = mount({ 'disk-a': PLAIN });
    const told = heard(element, 'neptune-progress') as ProgressDetail[];
    element.boot().catch(() => undefined);
    (await system()).print(PROMPT);
    await element.ready;
    assert.isTrue(
      told.every(({ done, total }) => total === 0 || done <= total),
      JSON.stringify(told),
    );
    assert.deepEqual(told.at(-1), { what: 'A:', done: image.length, total: image.length });
  });

  test('a disk that travels packed has the name, and the place, of the one in it', async () => {
    const persist = freshPrefix();
    const packed = await gzipped(pattern(7) as Uint8Array<ArrayBuffer>);
    answer = async () => new Response(packed);
    const first = await running({ 'disk-a': PACKED, persist, controls: '' });
    assert.deepEqual(first.system.media[0], pattern(7));
    assert.equal(first.element.shadowRoot!.querySelector('.label')!.textContent, 'a.img');
    await first.system.write(0, 512, Uint8Array.of(1, 2, 3));
    await until(() => !first.element.unsaved);
    first.element.remove();
    await until(() => first.system.terminated);
    const second = await running({ 'disk-a': PLAIN, persist });
    assert.deepEqual(second.system.media[0]!.slice(512, 515), Uint8Array.of(1, 2, 3));
    assert.deepEqual(asked, [PACKED], 'it is kept: not asked for again');
  });
});
