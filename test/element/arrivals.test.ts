/** Disks that come over a network: the system does not wait for them, and their lines do. */
import { assert } from 'chai';
import {
  FLOPPY,
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
import { action, found, lines, row } from './person.ts';

interface Request {
  url: string;
  answer(image: Uint8Array | ReadableStream, status?: number): void;
  aborted(): boolean;
}

/** A server that answers when the test says so, or never. */
let requests: Request[] = [];
const realFetch = globalThis.fetch;
const SLOW = 'https://slow.example/a.img';
const ALSO_SLOW = 'https://slow.example/b.img';

function heldFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const url = String(input);
  if (!url.startsWith('https://slow.example')) return realFetch(input, init);
  return new Promise((resolve, reject) => {
    const { signal } = init;
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
    requests.push({
      url,
      answer: (image, status = 200) => resolve(new Response(image as BodyInit, { status })),
      aborted: () => signal?.aborted ?? false,
    });
  });
}

const asked = async (count = 1): Promise<Request> => {
  await until(() => requests.length >= count);
  return requests[count - 1]!;
};
const bar = async (element: TestedElement, drive = 'A:'): Promise<string> => {
  await element.updateComplete;
  const { dataset } = row(element, drive);
  return `${dataset['state']}: ${found(element, `[data-drive="${drive}"] .badge`)!.textContent}`;
};
/** Turns in which whatever was going to happen has happened. */
const later = () => new Promise((over) => setTimeout(over, 30));

suite('element/disks on their way', () => {
  setup(() => {
    requests = [];
    globalThis.fetch = heldFetch as typeof fetch;
  });
  teardown(async () => {
    await removeAll();
    globalThis.fetch = realFetch;
  });

  test('a server that does not answer holds neither the prompt, nor ready, nor exec', async () => {
    const { element, system } = await running({ 'disk-a': SLOW, controls: '' });
    const events = heard(element, 'neptune-disk');
    const request = await asked();
    assert.isFalse(request.aborted(), 'it is still awaited');
    assert.isUndefined(system.media[0]);
    system.answers = () => ({ status: 0, output: 'works\n' });
    assert.equal((await element.exec('ver')).output, 'works\n');
    assert.equal(await bar(element), 'loading: loading from slow.example');
    request.answer(pattern(3));
    assert.deepEqual(await element.firstDisks, [{ drive: 'A:', arrived: true, why: '' }]);
    assert.deepEqual(system.media[0], pattern(3));
    assert.deepEqual(events, [{ drive: 'A:', change: 'inserted' }]);
    assert.equal(await bar(element), 'unkept: not kept');
  });

  test('until it is in, the drive is never said to be empty', async () => {
    const FROM = 'loading: loading from slow.example';
    const { element, system } = mount({ 'disk-a': SLOW, controls: '', persist: freshPrefix() });
    const states: string[] = [];
    const look = async (): Promise<void> => {
      const state = await bar(element).catch(() => 'no bar');
      if (states.at(-1) !== state) states.push(state);
    };
    void element.boot();
    const looking = setInterval(look);
    (await system()).print(PROMPT);
    const request = await asked();
    for (let tries = 0; tries < 200 && states.at(-1) !== FROM; tries++) {
      await look();
      await later();
    }
    assert.equal(states.at(-1), FROM);
    request.answer(pattern(3));
    await element.firstDisks;
    clearInterval(looking);
    await look();
    assert.equal(states.at(-1), 'kept: kept when changed');
    assert.notMatch(states.join(), /empty/);
  });

  test('one that comes soon after the prompt is in when ready resolves', async () => {
    const { element, system } = mount({ 'disk-a': SLOW });
    let ready = false;
    void element.ready.then(() => (ready = true));
    const found = await system();
    found.print(PROMPT);
    const request = await asked();
    await later();
    assert.isFalse(ready);
    request.answer(pattern(4));
    await element.ready;
    assert.deepEqual(found.media[0], pattern(4));
  });

  test('one that comes slowly is waited for while it comes', async () => {
    const { element, system } = mount({ 'disk-a': SLOW, controls: '' });
    const image = pattern(4);
    let sent = 0;
    const slowly = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((over) => setTimeout(over, 500));
        if (sent === image.length) return controller.close();
        controller.enqueue(image.slice(sent, (sent += FLOPPY / 6)));
      },
    });
    (await system()).print(PROMPT);
    (await asked()).answer(slowly);
    await until(() => sent > 0);
    await later();
    assert.match(await bar(element), /^loading: loading from slow\.example: \d+ KB$/);
    await element.ready;
    assert.equal(sent, image.length);
    assert.deepEqual((await system()).media[0], image);
  });

  test('one that never ends to come is not waited for for ever', async () => {
    const { element, system } = mount({ 'disk-a': SLOW });
    const drips = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((over) => setTimeout(over, 300));
        controller.enqueue(new Uint8Array(1));
      },
    });
    (await system()).print(PROMPT);
    (await asked()).answer(drips);
    await element.ready;
    assert.isUndefined((await system()).media[0]);
    assert.isFalse(requests[0]!.aborted());
  });

  test('what is not sent in time, or is no disk, is a line; the drive is empty', async () => {
    const { element } = await running({ 'disk-a': SLOW, 'disk-b': ALSO_SLOW, controls: '' });
    (await asked(1)).answer(new Uint8Array(9));
    (await asked(2)).answer(new Uint8Array(FLOPPY), 404);
    const results = await element.firstDisks;
    assert.deepEqual(
      results.map(({ drive, arrived }) => [drive, arrived]),
      [
        ['A:', false],
        ['B:', false],
      ],
    );
    assert.match(results[0]!.why, /No floppy disk has 9 bytes/);
    await element.updateComplete;
    assert.match(lines(element).join('|'), /A: is empty\. No floppy/);
    assert.match(lines(element).join('|'), /B: is empty\. .*404/);
    assert.equal(await bar(element), 'empty: empty');
  });

  test('another disk inserted meanwhile gives it up; so does Eject', async () => {
    const { element, system } = await running({
      'disk-a': SLOW,
      'disk-b': ALSO_SLOW,
      controls: '',
    });
    await element.insertDisk('A:', pattern(5));
    assert.isTrue(requests[0]!.aborted());
    assert.isFalse(requests[1]!.aborted());
    await element.updateComplete;
    action(element, 'eject', 'B:').click();
    await later();
    assert.isTrue(requests[1]!.aborted());
    assert.deepEqual(
      (await element.firstDisks).map(({ arrived }) => arrived),
      [false, false],
    );
    for (const request of requests) request.answer(pattern(6));
    await later();
    assert.deepEqual(system.media, [pattern(5), undefined]);
    assert.deepEqual(lines(element), []);
    assert.equal(await bar(element, 'B:'), 'empty: empty');
  });

  test('what is refused gives nothing up', async () => {
    const { element } = await running({ 'disk-a': SLOW });
    await rejection(element.insertDisk('A:', new Uint8Array(9)));
    assert.isFalse((await asked()).aborted());
  });

  test('an image from an address blocks no drive, and is given up by the next', async () => {
    const { element, system } = await running();
    const first = rejection(element.insertDisk('A:', new URL(SLOW)));
    const second = rejection(element.insertDisk('A:', ALSO_SLOW));
    assert.match((await first).message, /slow\.example was given up/);
    await element.insertDisk('A:', pattern(1));
    assert.match((await second).message, /given up/);
    assert.isTrue(requests.every((request) => request.aborted()));
    assert.equal((await element.exportDisk('A:')).size, FLOPPY);
    assert.deepEqual(system.media[0], pattern(1));
  });

  for (const [name, end] of [
    ['shutdown', (element: TestedElement) => element.shutdown()],
    ['reset', (element: TestedElement) => void element.reset().catch(() => undefined)],
    ['removal', (element: TestedElement) => element.remove()],
  ] as const) {
    test(`${name} gives it up`, async () => {
      const { element } = await running({ 'disk-a': SLOW });
      await end(element);
      await until(() => requests[0]!.aborted());
    });
  }

  test('an element that is removed before the download begins begins none', async () => {
    const { element } = mount({ 'disk-a': SLOW, persist: freshPrefix() });
    const refused = rejection(element.ready);
    element.remove();
    await refused;
    await removeAll();
    await later();
    assert.isTrue(requests.every((request) => request.aborted()));
  });

  test('a boot begins the download anew, and keeps it once it was changed', async () => {
    const attributes = { 'disk-a': SLOW, persist: freshPrefix() };
    const { element } = await running(attributes);
    await element.shutdown();
    const again = element.boot();
    const request = await asked(2);
    request.answer(pattern(8));
    await until(() => TestedElement.systems.length === 2);
    const system = TestedElement.systems[1]!;
    system.print(PROMPT);
    await again;
    assert.isFalse(system.protected[0]);
    assert.equal(await system.write(0, 0, new Uint8Array(512).fill(7)), 'kept');
    await removeAll();
    const { system: third } = await running(attributes);
    assert.equal(third.media[0]?.[0], 7);
    assert.lengthOf(requests, 2, 'what is kept is not fetched');
  });
});

suite('element/lines and their disks', () => {
  setup(() => {
    requests = [];
    globalThis.fetch = heldFetch as typeof fetch;
  });
  teardown(async () => {
    await removeAll();
    globalThis.fetch = realFetch;
  });

  test('run waits for the disk that it came with', async () => {
    const { element, system } = await running({ 'disk-a': SLOW, run: 'setup\ndir' });
    await later();
    assert.equal(system.typed, '');
    (await asked()).answer(pattern(2));
    await element.firstDisks;
    await until(() => system.typed === 'setup\r');
    system.print(`setup\r\n${PROMPT}`);
    await until(() => system.typed === 'setup\rdir\r');
  });

  for (const [name, spoil] of [
    ['is no disk', async () => (await asked()).answer(new Uint8Array(9))],
    ['is not there', async () => (await asked()).answer(pattern(1), 404)],
    ['was replaced', async (element: TestedElement) => element.insertDisk('A:', pattern(1))],
    ['was given up', async (element: TestedElement) => rejection(element.ejectDisk('A:'))],
  ] as [string, (element: TestedElement) => Promise<unknown>][]) {
    test(`run is not typed where its disk ${name}, and a line says so`, async () => {
      const { element, system } = await running({ 'disk-a': SLOW, run: 'del *.*' });
      await spoil(element);
      await element.firstDisks;
      await later();
      system.print(PROMPT);
      await later();
      assert.equal(system.typed, '');
      assert.match(lines(element).join('|'), /first commands were not typed.*A:/);
    });
  }

  test('run is typed on its own disk after a reset, and not on the reader’s', async () => {
    const url = URL.createObjectURL(new Blob([pattern(1) as Uint8Array<ArrayBuffer>]));
    const { element, system } = await running({ 'disk-a': url, run: 'dir' });
    await until(() => system.typed === 'dir\r');
    const restarted = async () => {
      const count = TestedElement.systems.length;
      const again = element.reset();
      await until(() => TestedElement.systems.length > count);
      TestedElement.systems.at(-1)!.print(PROMPT);
      await again;
      await later();
      return TestedElement.systems.at(-1)!.typed;
    };
    assert.equal(await restarted(), 'dir\r');
    await element.insertDisk('A:', pattern(9));
    assert.equal(await restarted(), '');
    await element.ejectDisk('A:');
    assert.equal(await restarted(), 'dir\r', 'it was fetched again');
  });

  test('lines that wait are dropped when their disk leaves', async () => {
    const { element, system } = await running();
    await element.insertDisk('A:', pattern(1));
    await element.insertDisk('B:', pattern(2));
    element.typeLines('one\ntwo\nthree', { drives: ['A:'] });
    element.typeLines('four');
    await until(() => system.typed === 'one\r');
    await element.insertDisk('B:', pattern(3));
    system.print(`\r\n${PROMPT}`);
    await until(() => system.typed === 'one\rtwo\r');
    await element.insertDisk('A:', pattern(4));
    system.print(`\r\n${PROMPT}`);
    await until(() => system.typed === 'one\rtwo\rfour\r');
    assert.match(
      lines(element).join('|'),
      /other commands were not typed: their disk is not in A:/,
    );
  });
});
